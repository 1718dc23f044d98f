"""Speed of the dictionary: bodies beside plain msgpack, packets beside plain struct."""

import struct
from collections.abc import Callable, Iterator
from statistics import median
from time import process_time_ns

import msgpack
from bench.row import Row, against, alone

from flight.dictionary.codec import body_codec
from flight.dictionary.compute import ComputeMode, ComputeStatus
from flight.dictionary.fields import field_specs
from flight.dictionary.layout import pack, packet_layout
from flight.dictionary.power import BusReading
from flight.dictionary.pus import PacketOrigin, build_housekeeping, parse_telemetry
from flight.dictionary.types import App

CALLS = 5_000
ROUNDS = 15

READING = BusReading(
    time_ns=2_272_147_237_000_000_000,
    bus_voltage_v=151.25,
    array_power_w=101e3,
    battery_power_w=-9e3,
    compute_power_w=8e4,
    optical_power_w=900.0,
    thermal_power_w=4e3,
    housekeeping_power_w=8e3,
    shed_count=0,
    switch_mask=0x7FFFFF,
    valid_mask=0x7F,
)
STATUS = ComputeStatus(
    time_ns=2_272_147_237_000_000_000,
    mode=ComputeMode.NOMINAL,
    power_w=1e5,
    cap_total_w=1.1e5,
    grant_electrical_w=1.1e5,
    grant_thermal_w=1.2e5,
    node_running_count=17,
    node_idle_count=1,
    node_fault_count=0,
    die_temperature_max_k=341.5,
    throughput_frac=0.93,
    job_completed_count=812,
    job_queued_count=40,
    correctable_count=24,
    uncorrectable_count=1,
    lost_work_s=210.0,
)


def _pair_us(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Return the median time of one call of each, in turns, of the time of this process alone."""
    made: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for times, call in zip(made, (ours, theirs), strict=True):
            start_ns = process_time_ns()
            for _ in range(CALLS):
                call()
            times.append((process_time_ns() - start_ns) / CALLS / 1e3)
    return median(made[0]), median(made[1])


def run() -> Iterator[Row]:
    """Measure a message of eleven fields."""
    codec = body_codec(BusReading)
    values = codec.values(READING)
    body = codec.encode(READING)
    packer = msgpack.Packer(autoreset=True)
    ours_us, plain_us = _pair_us(lambda: codec.encode(READING), lambda: packer.pack(values))
    yield against("encode a body", ours_us, "us", "msgpack of the same tuple", plain_us, at_most=4.0)
    names = [spec.name for spec in field_specs(BusReading)]

    def unchecked() -> BusReading:
        return BusReading(**dict(zip(names, msgpack.unpackb(body, use_list=False), strict=True)))

    ours_us, plain_us = _pair_us(lambda: codec.decode(body), unchecked)
    yield against("decode a body, checked", ours_us, "us", "msgpack and constructor", plain_us, at_most=1.5)

    layout = packet_layout(ComputeStatus)
    plain = struct.Struct(">QB4f3B2f2I")
    octets = pack(STATUS)
    numbers = plain.unpack(octets)
    ours_us, plain_us = _pair_us(lambda: layout.pack(STATUS), lambda: plain.pack(*numbers))
    note = "packets are few: no bar"
    yield against("pack a packet layout", ours_us, "us", "struct of the same values", plain_us, note=note)
    origin = PacketOrigin(application=App.COMPUTE, sequence=1, time_ns=STATUS.time_ns)
    packet = build_housekeeping(origin, ComputeStatus.SPEC.id, octets)
    parse_us, _ = _pair_us(lambda: parse_telemetry(packet), lambda: None)
    yield alone("parse telemetry", 1e6 / parse_us, "packets/s", at_least=10_000.0)
