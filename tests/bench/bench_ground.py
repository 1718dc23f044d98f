"""Speed of the ground: from channel octets to values and a committed archive, and of a procedure's calls."""

import sqlite3
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from bench.row import Row, against, alone
from reference.link.ends import plain_ends

from flight.dictionary.compute import ComputeStatus
from flight.dictionary.declare import Message
from flight.dictionary.fields import field_specs
from flight.dictionary.layout import pack
from flight.dictionary.power import PowerStatus, SectionLost
from flight.dictionary.pus import PacketOrigin, build_event, build_housekeeping
from flight.dictionary.types import App, Severity
from flight.link.profile import load_builtin
from flight.link.sender import TelemetrySender
from ground.archive.sqlite import ArchiveWriter
from ground.script.api import Satellite
from ground.script.procedure import Procedure
from ground.server.config import GroundConfig
from ground.server.node import GroundNode, StationView

PACKETS = 10_000
ROUNDS = 5
CALLS = 5_000
EPOCH_NS = 2_177_452_837_000_000_000
VIEW = StationView(in_view=True, azimuth_rad=0.0, elevation_rad=0.5, range_m=1e6)


def _zero(cls: type[Message], time_ns: int) -> Message:
    values = {spec.name: next(iter(spec.enum)) if spec.enum else spec.python() for spec in field_specs(cls)}
    return cls(**{**values, "time_ns": time_ns})


def _packets() -> list[bytes]:
    """Return housekeeping of two kinds and one event in ten."""
    made = []
    for count in range(PACKETS):
        time_ns = EPOCH_NS + count * 1_000_000
        if count % 10 == 9:
            origin = PacketOrigin(application=App.POWER, sequence=count, time_ns=time_ns)
            event = SectionLost(section_index=1, power_w=0.0, power_expected_w=4000.0)
            made.append(build_event(origin, event.SPEC.id, Severity.MEDIUM, pack(event)))
            continue
        app, cls = ((App.POWER, PowerStatus), (App.COMPUTE, ComputeStatus))[count % 2]
        origin = PacketOrigin(application=app, sequence=count, time_ns=time_ns)
        made.append(build_housekeeping(origin, cls.SPEC.id, pack(_zero(cls, time_ns))))
    return made


def _ticks(packets: list[bytes]) -> list[bytes]:
    """Return the octets of one tick each: twenty packets in full frames."""
    sender = TelemetrySender(load_builtin("plain_telemetry"))
    made = []
    for first in range(0, len(packets), 20):
        for packet in packets[first : first + 20]:
            sender.push(1, packet)
        made.append(b"".join(sender.frames(100, idle=True, only_idle=False)))
    return made


def _node(folder: str, name: str, procedure: Procedure | None = None) -> GroundNode:
    archive = ArchiveWriter(Path(folder) / name, satellite=109, durable=False)
    return GroundNode(
        GroundConfig(satellite=109, token_key=b"bench", ends=plain_ends()), archive, procedure=procedure
    )


def _receive_s(folder: str, name: str, ticks: list[bytes]) -> float:
    """Return the processor time from channel octets to a committed archive."""
    node = _node(folder, name)
    start = process_time()
    for tick, octets in enumerate(ticks):
        node.step(EPOCH_NS + tick * 100_000_000, [octets], VIEW)
    node.close()
    spent = process_time() - start
    if node.summary().packet_count != PACKETS:
        raise RuntimeError(f"packets must be {PACKETS}, got {node.summary().packet_count}")
    return spent


def _store_s(folder: str, name: str, packets: list[bytes]) -> float:
    """Return the processor time of the bare database for the same octets: twenty rows a statement."""
    connection = sqlite3.connect(Path(folder) / name, isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; CREATE TABLE p (t INTEGER, o BLOB);"
    )
    start = process_time()
    connection.execute("BEGIN")
    for first in range(0, len(packets), 20):
        connection.executemany(
            "INSERT INTO p VALUES (?, ?)", zip(cycle((first,)), packets[first : first + 20])
        )
    connection.execute("COMMIT")
    spent = process_time() - start
    connection.close()
    return spent


def _call_s(folder: str, name: str) -> float:
    """Return the processor time of one reading in a procedure."""

    def body(sat: Satellite) -> None:
        for _ in range(CALLS):
            sat.now_ns()

    node = _node(folder, name, Procedure("calls", body))
    start = process_time()
    node.step(EPOCH_NS, (), VIEW)
    spent = process_time() - start
    node.close()
    return spent / CALLS


def _idle_s(folder: str, name: str) -> float:
    """Return the processor time of a step in which nothing happens."""
    node = _node(folder, name)
    start = process_time()
    for tick in range(CALLS):
        node.step(EPOCH_NS + tick * 100_000_000, (), None)
    spent = process_time() - start
    node.close()
    return spent / CALLS


def run() -> Iterator[Row]:
    """Yield decoding and archiving, and the cost of calls and of idle steps."""
    packets = _packets()
    ticks = _ticks(packets)
    with TemporaryDirectory() as folder:
        received = median(_receive_s(folder, f"r{i}", ticks) for i in range(ROUNDS))
        stored = median(_store_s(folder, f"s{i}", packets) for i in range(ROUNDS))
        calls = median(_call_s(folder, f"c{i}") for i in range(ROUNDS))
        idle = median(_idle_s(folder, f"i{i}") for i in range(ROUNDS))
    yield alone("packets decoded and archived", PACKETS / received, "packet/s", at_least=2000.0)
    yield against(
        "packets decoded and archived, beside storing their octets",
        PACKETS / received,
        "packet/s",
        "bare SQLite, same octets",
        PACKETS / stored,
        note="no bar: shows what decoding, gaps, events and stores cost",
    )
    yield alone("calls of a procedure in one tick", 1.0 / calls, "call/s", at_least=10_000.0)
    yield alone("step without work", idle * 1e6, "us", note="no bar of its own")
