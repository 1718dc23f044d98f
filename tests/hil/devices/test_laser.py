"""The laser modem: a batch arrives one light time later while the terminal is locked, or is lost."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from flight.dictionary.laser import GroundLaserBatch, LaserBatch, LaserBatchRejected, LaserModemStatus
from flight.dictionary.types import App
from flight.link.slots import RingShape, SlotRing
from hil.devices.errors import ConfigurationError
from hil.devices.rings import RingOptions, slot_of
from hil.plant.channels import GROUPS
from hil.plant.core import Plant

SHAPE = RingShape(slot_count=4, slot_octets=200, cadu_octets=50)
RELAY_M = 2.0e7
LIGHT_M_PER_S = 299_792_458.0
EPOCH_NS = 2_152_709_197_000_000_000


class Rings:
    """Both rings of a modem, and batches in the one on board."""

    def __init__(self, folder: Path) -> None:
        self.options = {
            name: RingOptions(path=str(folder / name), **asdict(SHAPE)) for name in ("board", "ground")
        }
        self.board, self.ground = (SlotRing(one.memory().view, SHAPE) for one in self.options.values())

    def batch(self, octets: bytes) -> LaserBatch:
        place = self.board.begin()
        self.board.octets(place)[: len(octets)] = octets
        slot = self.board.commit(place, len(octets) // SHAPE.cadu_octets)
        return LaserBatch(time_ns=0, **asdict(slot))

    def received(self, batch: GroundLaserBatch) -> bytes:
        out = bytearray(200)
        assert self.ground.read(slot_of(batch), memoryview(out)) is None
        return bytes(out[: batch.size_octets])

    def modem(self, **more: object) -> dict[App, dict[str, object]]:
        rings = {name: asdict(one) for name, one in self.options.items()}
        return {App.LASER_MODEM: {**rings, "terminal_index": 1, "relay_range_m": RELAY_M, **more}}


@pytest.fixture
def rings(tmp_path: Path) -> Rings:
    return Rings(tmp_path)


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Let a test say whether terminal 1 is locked: a lock takes an application that points it."""
    held: dict[str, object] = {"up": True}
    truth = Plant.truth
    place = next(group for group in GROUPS if group.name == "terminals").slice("frame_lock")

    def told(plant: Plant, group: str) -> list[float]:
        values = truth(plant, group)
        if group == "terminals":
            values[place] = [0.0, float(bool(held["up"])), 0.0, 0.0]
        return values

    monkeypatch.setattr(Plant, "truth", told)
    return held


def carried(loop, rings: Rings) -> list[tuple[int, bytes]]:
    return [(tick, rings.received(batch)) for tick, batch in loop.said(GroundLaserBatch)]


@pytest.mark.usefixtures("lock")
def test_batch_arrives_one_light_time_later(devices, rings: Rings) -> None:
    octets = bytes(range(100))
    script = {App.LASER: {20: [rings.batch(octets)]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(), script=script)
    loop.run(40)
    assert carried(loop, rings) == [(22, octets)]
    range_m = loop.group.application(App.LASER_MODEM)._range_m
    ((_, arrived),) = loop.said(GroundLaserBatch)
    left_ns = EPOCH_NS + 21 * 100_000_000
    assert arrived.time_ns - left_ns == pytest.approx(range_m / LIGHT_M_PER_S * 1e9, abs=2.0)
    assert range_m > RELAY_M + 1e5
    status = loop.last(LaserModemStatus)
    assert (status.terminal_index, status.link_up, status.batch_carried_count) == (1, 1, 1)
    assert (status.sent_octets, status.lost_octets) == (100, 0)


@pytest.mark.usefixtures("lock")
def test_long_way_takes_long(devices, rings: Rings) -> None:
    script = {App.LASER: {20: [rings.batch(b"x" * 50)]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(relay_range_m=2.0 * LIGHT_M_PER_S), script=script)
    loop.run(60)
    ((tick, batch),) = loop.said(GroundLaserBatch)
    assert tick == 42  # sent in 21, 2 s and some milliseconds
    assert batch.time_ns > EPOCH_NS + 41 * 100_000_000


def test_what_comes_while_the_link_is_down_is_lost_and_counted(devices, rings: Rings, lock) -> None:
    lock["up"] = False
    script = {App.LASER: {20: [rings.batch(b"a" * 100)], 45: [rings.batch(b"b" * 50)]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(), script=script)
    loop.run(35)
    lock["up"] = True
    loop.run(25)
    assert carried(loop, rings) == [(47, b"b" * 50)]
    status = loop.last(LaserModemStatus)
    assert (status.batch_carried_count, status.batch_lost_count) == (1, 1)
    assert (status.sent_octets, status.lost_octets) == (150, 100)


def test_terminal_that_nobody_points_has_no_link(devices, rings: Rings) -> None:
    script = {App.LASER: {20: [rings.batch(b"a" * 50)]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(), script=script)
    loop.run(40)
    assert loop.last(LaserModemStatus).link_up == 0
    assert not loop.said(GroundLaserBatch)


@pytest.mark.usefixtures("lock")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"slot": 4}, "slot_unknown"),
        ({"cadu_count": 9}, "slot_size"),
        ({"size_octets": 0, "cadu_count": 0}, "slot_size"),
        ({"generation": 9}, "slot_stale"),
        ({"crc32": 9}, "slot_checksum"),
    ],
)
def test_slot_that_does_not_hold_what_is_said_is_rejected_by_name(
    devices, rings: Rings, change: dict[str, int], reason: str
) -> None:
    batch = rings.batch(b"a" * 100)
    bad = replace(batch, **change)
    script = {App.LASER: {20: [bad, bad], 30: [batch]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(), script=script)
    loop.run(50)
    assert carried(loop, rings) == [(32, b"a" * 100)]
    assert [(event.reason, event.count) for _, event in loop.said(LaserBatchRejected)] == [(reason, 1)]
    assert loop.last(LaserModemStatus).batch_rejected_count == 2


@pytest.mark.usefixtures("lock")
def test_flipped_octet_on_board_is_rejected(devices, rings: Rings) -> None:
    script = {App.LASER: {20: [rings.batch(b"a" * 100)]}}
    rings.board.octets(0)[50] ^= 1
    loop = devices(App.LASER_MODEM, options=rings.modem(), script=script)
    loop.run(40)
    assert not loop.said(GroundLaserBatch)
    assert [event.reason for _, event in loop.said(LaserBatchRejected)] == ["slot_checksum"]


@pytest.mark.usefixtures("lock")
def test_wrong_bits_of_the_link_are_those_of_its_account(devices, rings: Rings) -> None:
    script = {App.LASER: {20: [rings.batch(b"a" * 200)], 30: [rings.batch(b"b" * 200)]}}
    loop = devices(App.LASER_MODEM, options=rings.modem(bit_error_ratio=1e-2), script=script)
    loop.run(50)
    found = b"".join(octets for _, octets in carried(loop, rings))
    difference = np.frombuffer(found, np.uint8) ^ np.frombuffer(b"a" * 200 + b"b" * 200, np.uint8)
    flipped = int(np.unpackbits(difference).sum())
    assert flipped == loop.group.application(App.LASER_MODEM).leg.account.flipped_bit_count
    assert 10 < flipped < 70  # 32 expected of 3200 bits


def test_ring_of_the_ground_is_taken_away_at_the_end(devices, rings: Rings, tmp_path: Path) -> None:
    loop = devices(App.LASER_MODEM, options=rings.modem())
    loop.group.close()
    assert [path.name for path in tmp_path.iterdir()] == ["board"]


def test_options_are_refused_by_name(devices, rings: Rings) -> None:
    with pytest.raises(ConfigurationError, match="terminal_index must be 0 to 3, got 4"):
        devices(App.LASER_MODEM, options=rings.modem(terminal_index=4))
    with pytest.raises(ConfigurationError, match="key board must be given"):
        devices(App.LASER_MODEM, options={App.LASER_MODEM: {"ground": asdict(rings.options["ground"])}})
