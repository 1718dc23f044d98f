"""The radio: passes, keying, light time, outage, and the injector's log against what receivers find."""

from __future__ import annotations

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
from flight.link.profile import load_builtin
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


def test_receiver_finds_every_frame_that_the_injector_hit(devices, tmp_path: Path) -> None:
    """The injector logs which ticks it changed; the receiver must miss exactly what was hit."""
    profile = load_builtin("radio_telemetry")
    sender, counter = TelemetrySender(profile), SequenceCounter()
    ticks = range(20, 220)
    frames = {}
    for tick in ticks:
        sender.push(
            0, build_packet(apid=5, is_command=False, sequence_count=counter.take(5), data=bytes(1000))
        )
        frames[tick] = b"".join(sender.frames(1, idle=True, only_idle=False))
    script = {App.GATEWAY: {tick: [RadioTransmit(octets=octets)] for tick, octets in frames.items()}}
    options = radio(BELOW, down=2e-5)
    options[App.WORLD] = {"truth_folder": str(tmp_path), "truth_groups": ["world"]}
    loop = devices(App.RADIO, options=options, script=script)
    loop.run(240)
    loop.group.close()
    lines = [line.split() for line in (tmp_path / "channel.log").read_text().splitlines()]
    account = loop.group.application(App.RADIO).down.account
    assert sum(int(line[3]) for line in lines) == account.flipped_bit_count > 10
    assert len(lines) == account.hit_count
    hit_ticks = {int(line[0]) for line in lines}
    whole = {tick for tick, heard in loop.said(GroundReceived) if heard.octets == frames[tick - 2]}
    assert whole == {tick + 2 for tick in ticks if tick + 1 not in hit_ticks}
    receiver = TelemetryReceiver(profile, first_count=0)
    for _, heard in loop.said(GroundReceived):
        receiver.receive(heard.octets)
    sent_count = len(ticks)
    last_hit = max(ticks) + 1 in hit_ticks
    assert receiver.counters["frames_received"] == sent_count - account.hit_count
    assert receiver.counters["frames_missing"] == account.hit_count - last_hit


def test_same_seed_same_errors(devices) -> None:
    def heard(seed: int) -> list[bytes]:
        script = {App.GATEWAY: {tick: [RadioTransmit(octets=bytes(500))] for tick in range(20, 40)}}
        loop = devices(App.RADIO, options=radio(BELOW, down=1e-3), script=script, seed=seed)
        loop.run(50)
        return [message.octets for _, message in loop.said(GroundReceived)]

    assert heard(3) == heard(3)
    assert heard(3) != heard(4)
