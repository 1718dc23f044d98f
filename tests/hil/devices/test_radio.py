"""The radio: passes, keying, light time, outage, and the injector's log against what receivers find."""

from __future__ import annotations

from dataclasses import replace
from math import radians
from pathlib import Path

import pytest

from flight.dictionary.radio import (
    GroundReceived,
    GroundTransmit,
    RadioReceived,
    RadioSetpoint,
    RadioStatus,
    RadioTransmit,
    StationStatus,
)
from flight.dictionary.types import App
from flight.link.packet import SequenceCounter, build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.sender import TelemetrySender

BELOW = {"latitude_rad": radians(0.1), "longitude_rad": radians(-39.3), "altitude_m": 0.0}
"""Under the satellite at the epoch: in view from the start, for about five minutes."""
FAR = {"latitude_rad": radians(48.0), "longitude_rad": radians(140.0), "altitude_m": 0.0}


def radio(*sites, faults=(), up=0.0, down=0.0, octets_per_tick=6400):
    stations = [{**site, "elevation_min_rad": radians(5.0)} for site in sites]
    return {
        App.RADIO: {
            "stations": stations,
            "octets_per_tick": octets_per_tick,
            "up_ratio": up,
            "down_ratio": down,
            "faults": list(faults),
        }
    }


def test_pass_ends_where_the_elevation_falls_below_the_mask(devices) -> None:
    loop = devices(App.RADIO, options=radio(BELOW))
    loop.run(4001)
    views = loop.said(StationStatus)
    seen = [(tick, view) for tick, view in views if view.in_view]
    ((end_tick, end),) = [(tick, view) for tick, view in views if not view.in_view]
    assert all(view.elevation_rad >= radians(5.0) for _, view in seen)
    assert end.elevation_rad < radians(5.0)
    assert end_tick == seen[-1][0] + 10
    assert 2500 < end_tick < 3500
    keyed = [tick for tick, status in loop.said(RadioStatus) if status.transmitter_on]
    assert seen[-1][0] - 80 <= max(keyed) < seen[-1][0]  # off a little before the station loses the satellite


def test_best_station_of_several_is_told(devices) -> None:
    loop = devices(App.RADIO, options=radio(FAR, BELOW))
    loop.run(11)
    assert {view.station_index for _, view in loop.said(StationStatus)} == {1}


def test_octets_cross_both_ways_one_light_time_later(devices) -> None:
    script = {
        App.GATEWAY: {20: [RadioTransmit(octets=b"down")]},
        App.GROUND: {20: [GroundTransmit(octets=b"up")]},
    }
    loop = devices(App.RADIO, options=radio(BELOW), script=script)
    loop.run(31)
    ((down_tick, down),) = loop.said(GroundReceived)
    ((up_tick, up),) = loop.said(RadioReceived)
    assert (down_tick, up_tick) == (22, 22)
    assert (down.octets, up.octets) == (b"down", b"up")
    view = loop.last(StationStatus)
    light_ns = view.range_m / 299_792_458.0 * 1e9
    left_ns = 2_152_709_197_000_000_000 + 21 * 100_000_000
    assert down.time_ns - left_ns == pytest.approx(light_ns, rel=0.01)


@pytest.mark.parametrize(("mode", "heard"), [(0, 0), (1, 1), (2, 1)], ids=["off", "in passes", "on"])
def test_modem_that_is_off_sends_nothing(devices, mode: int, heard: int) -> None:
    script = {App.GATEWAY: {1: [RadioSetpoint(transmitter_mode=mode)], 60: [RadioTransmit(octets=b"x" * 50)]}}
    loop = devices(App.RADIO, options=radio(BELOW), script=script)
    loop.run(71)
    assert len(loop.said(GroundReceived)) == heard
    assert loop.last(RadioStatus).transmitter_on == heard


def test_nothing_is_heard_without_a_station_in_view(devices) -> None:
    script = {
        App.GATEWAY: {1: [RadioSetpoint(transmitter_mode=2)], 20: [RadioTransmit(octets=b"x")]},
        App.GROUND: {20: [GroundTransmit(octets=b"y")]},
    }
    loop = devices(App.RADIO, options=radio(FAR), script=script)
    loop.run(31)
    assert not loop.said(GroundReceived)
    assert not loop.said(RadioReceived)
    radio_device = loop.group.application(App.RADIO)
    assert radio_device.down.account.lost_octets == 1
    assert radio_device.up.account.lost_octets == 1


def test_station_in_outage_neither_hears_nor_speaks(devices) -> None:
    outage = {"onset_tick": 30, "end_tick": 60, "station_index": 0}
    at = (20, 40, 70)
    script = {
        App.GATEWAY: {tick: [RadioTransmit(octets=b"d")] for tick in at},
        App.GROUND: {tick: [GroundTransmit(octets=b"u")] for tick in at},
    }
    loop = devices(App.RADIO, options=radio(BELOW, faults=[outage]), script=script)
    loop.run(81)
    assert [tick for tick, _ in loop.said(GroundReceived)] == [22, 72]
    assert [tick for tick, _ in loop.said(RadioReceived)] == [22, 72]
    locked = {tick: status.receiver_locked for tick, status in loop.said(RadioStatus)}
    assert (locked[20], locked[40], locked[70]) == (1, 0, 1)


def test_modem_takes_no_more_than_its_rate(devices) -> None:
    script = {App.GATEWAY: {20: [RadioTransmit(octets=bytes(range(100)))]}}
    loop = devices(App.RADIO, options=radio(BELOW, octets_per_tick=60), script=script)
    loop.run(31)
    assert loop.last(GroundReceived).octets == bytes(range(60))


class Hits:
    """A downlink with bit errors: what was sent, what was heard, and what the injector says of it."""

    def __init__(self, devices, folder: Path, profile: Profile, ratio: float) -> None:
        sender, counter = TelemetrySender(profile), SequenceCounter()
        self.sent: dict[int, bytes] = {}
        for tick in range(20, 220):
            packet = build_packet(apid=5, is_command=False, sequence_count=counter.take(5), data=bytes(1000))
            sender.push(0, packet)
            self.sent[tick] = b"".join(sender.frames(1, idle=True, only_idle=False))
        script = {App.GATEWAY: {tick: [RadioTransmit(octets=octets)] for tick, octets in self.sent.items()}}
        options = radio(BELOW, down=ratio)
        options[App.WORLD] = {"truth_folder": str(folder), "truth_groups": ["world"]}
        loop = devices(App.RADIO, options=options, script=script)
        loop.run(240)
        loop.group.close()
        self.heard = {tick - 2: message.octets for tick, message in loop.said(GroundReceived)}
        self.account = loop.group.application(App.RADIO).down.account
        lines = [line.split() for line in (folder / "channel.log").read_text().splitlines()]
        self.logged_bits = {int(line[0]) - 1: int(line[3]) for line in lines}
        self.receiver = TelemetryReceiver(profile, first_count=0)
        for octets in self.heard.values():
            self.receiver.receive(octets)

    def wrong_symbols(self, tick: int) -> int:
        """Count octets of one channel access unit that differ, its marker left out."""
        pairs = zip(self.sent[tick][4:], self.heard[tick][4:], strict=True)
        return sum(a != b for a, b in pairs)


def test_injector_logs_every_bit_that_it_flips(devices, tmp_path: Path) -> None:
    hits = Hits(devices, tmp_path, load_builtin("plain_telemetry"), 2e-5)
    changed = {
        tick: (int.from_bytes(octets, "big") ^ int.from_bytes(hits.heard[tick], "big")).bit_count()
        for tick, octets in hits.sent.items()
    }
    assert {tick: count for tick, count in changed.items() if count} == hits.logged_bits
    assert sum(hits.logged_bits.values()) == hits.account.flipped_bit_count > 10
    assert len(hits.logged_bits) == hits.account.hit_count


def test_receiver_repairs_exactly_the_symbols_that_the_injector_hit(devices, tmp_path: Path) -> None:
    hits = Hits(devices, tmp_path, load_builtin("plain_telemetry"), 1e-4)
    wrong = [hits.wrong_symbols(tick) for tick in hits.sent]
    assert sum(wrong) > 50
    assert hits.receiver.counters["symbols_corrected"] == sum(wrong)
    assert hits.receiver.counters["frames_corrected"] == sum(count > 0 for count in wrong)
    assert hits.receiver.counters["frames_received"] == len(hits.sent)


def test_receiver_without_code_misses_exactly_the_frames_that_the_injector_hit(
    devices, tmp_path: Path
) -> None:
    coded = load_builtin("plain_telemetry")
    plain = replace(coded, coding=replace(coded.coding, code="none", rs_parity_octets=0, rs_interleave=1))
    hits = Hits(devices, tmp_path, plain, 2e-5)
    hit_count = sum(hits.wrong_symbols(tick) > 0 for tick in hits.sent)
    last_is_hit = hits.wrong_symbols(max(hits.sent)) > 0
    assert hit_count > 10
    assert hits.receiver.counters["frames_received"] == len(hits.sent) - hit_count
    assert hits.receiver.counters["frames_missing"] == hit_count - last_is_hit


def test_same_seed_same_errors(devices) -> None:
    def heard(seed: int) -> list[bytes]:
        script = {App.GATEWAY: {tick: [RadioTransmit(octets=bytes(500))] for tick in range(20, 40)}}
        loop = devices(App.RADIO, options=radio(BELOW, down=1e-3), script=script, seed=seed)
        loop.run(50)
        return [message.octets for _, message in loop.said(GroundReceived)]

    assert heard(3) == heard(3)
    assert heard(3) != heard(4)
