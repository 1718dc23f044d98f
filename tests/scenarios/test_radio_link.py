"""The radio link as it is flown, in the whole loop: a crash of the gateway, an intruder on the channel."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from mcap.reader import make_reader
from reference.link.cltu import START, TAIL, decode
from reference.link.ends import flown_ends
from reference.link.random_sequence import tc255, tm131071
from rich.console import Console

from flight.bus.disk import MemoryDisk
from flight.dictionary.application import NoOperation
from flight.dictionary.pus import build_telecommand
from flight.dictionary.types import App
from flight.executive.executive import Clock
from flight.link.keys import KeyState, KeyStore
from flight.link.numbers import NumberStore
from flight.link.packet import build_packet
from flight.link.profile import Profile
from flight.link.security import SecurityEnd
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandSender
from hil.devices.channel import ChannelLeg
from hil.runner.front import Request, run_scenario
from hil.runner.run_folder import RunFolder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCENARIO = """
title = "fifty seconds under a station"
epoch = "2026-03-20T14:46:00Z"
duration_s = 50.0
seed = 5
procedure = "procedure.py"
record = ["StationStatus", "GatewayStatus", "LinkCounts", "RadioTransmit", "GroundTransmit"]

[[stations]]
name = "below"
latitude_deg = 0.1
longitude_deg = -39.3

[channel]
down_bit_error_ratio = 1e-4
up_bit_error_ratio = 2e-4
"""
KILL = """
[[faults]]
kind = "kill"
label = "gateway killed"
application = "GATEWAY"
at_s = 14.95
"""
PROCEDURE = """
def run(sat):
    sat.wait_packet("POWER", "PowerStatus", timeout_s=20.0)
    for count in range(5):
        sat.cmd("POWER", "NoOperation").wait("completed", timeout_s=15.0)
        sat.pause(4.0)
"""
COMMAND_COUNT = 5
KEYS = {1: "up", 2: "down"}


def _fly(home: Path, text: str, clock: Clock = Clock.INPROCESS) -> RunFolder:
    (home / "procedure.py").write_text(PROCEDURE, encoding="utf-8")
    path = home / "link.toml"
    path.write_text(text, encoding="utf-8")
    request = Request(scenario=str(path), clock=clock, out=home / clock.value)
    return RunFolder(run_scenario(request, Console(file=io.StringIO()))[0])


def _radiated(run: RunFolder, name: str) -> list[bytes]:
    with (run.path / "bus.mcap").open("rb") as file:
        topics = make_reader(file).iter_messages()
        return [
            base64.b64decode(json.loads(message.data)["octets"])
            for schema, _, message in topics
            if schema is not None and schema.name.endswith(name)
        ]


def _plain(octets: bytes, sequence: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(octets, sequence, strict=False))


def _secured(run: RunFolder) -> Iterator[tuple[int, bytes]]:
    """Yield (security parameter index, initialisation vector) of everything radiated, by plain Python."""
    for octets in _radiated(run, "RadioTransmit"):
        assert len(octets) % 1279 == 0
        for at in range(0, len(octets), 1279):
            frame = _plain(octets[at + 4 : at + 4 + 1115], tm131071(1115))
            yield int.from_bytes(frame[6:8]), frame[8:20]
    for octets in _radiated(run, "GroundTransmit"):
        for unit in octets.split(START + octets[2:3])[1:]:
            frame = _plain(decode(START + octets[2:3] + unit), tc255(1024))
            begin = 5 if frame[0] & 0x10 else 6  # control commands have no segment header
            yield int.from_bytes(frame[begin : begin + 2]), frame[begin + 2 : begin + 14]
        assert octets.endswith(TAIL)


@pytest.mark.requirement("GTW-008")
def test_a_killed_gateway_repeats_no_initialisation_vector_and_goes_on(tmp_path: Path) -> None:
    """It comes back from a snapshot that is older than the last frames; its numbers do not."""
    run = _fly(tmp_path, SCENARIO + KILL)
    used = Counter(_secured(run))
    by_key = Counter(KEYS[spi] for spi, _ in used)
    assert max(used.values()) == 1
    assert by_key["down"] > 50
    assert by_key["up"] >= COMMAND_COUNT
    numbers = [int.from_bytes(iv[4:]) for spi, iv in used if KEYS[spi] == "down"]
    assert numbers == sorted(numbers)
    assert max(b - a for a, b in pairwise(numbers)) > 800  # what it had reserved
    assert run.procedure == "passed"
    assert all({"cop_acked", "completed"} <= item.stages.keys() for item in run.commands)
    died_s = next(item.time_s for item in run.events if item.name == "ApplicationDied")
    assert sum(item.stages["radiated"] > died_s for item in run.commands) >= 2
    assert run.health.down["channel_restarts"] >= 1
    assert run.health.rejected_by_security.keys() & run.health.rejected.keys() == set()


class Intruder:
    """Sends, behind everything that crosses the channel, what it recorded, forged or broke."""

    def __init__(self) -> None:
        self.recorded: dict[bool, list[bytes]] = {True: [], False: []}
        self.sent: Counter[str] = Counter()
        keys = KeyStore()
        for name in ("TEST-uplink", "TEST-downlink"):
            keys.add(name, 1, b"guessed!" * 4, is_test=True)
            keys.move(name, 1, KeyState.ACTIVE)
        ends = flown_ends()

        def end(profile: Profile) -> SecurityEnd:
            disk = MemoryDisk()  # numbers far ahead, so that the tag alone decides
            NumberStore(disk, f"link_s_{profile.security.spi}").store(1_000_000)
            return SecurityEnd(profile, is_sender=True, keys=keys, disk=disk)

        self.commands = TelecommandSender(ends.telecommand, end(ends.telecommand))
        self.frames = TelemetrySender(ends.telemetry, security=end(ends.telemetry))
        self.frames._channels[0].count = 1000

    def after(self, octets: bytes) -> bytes:
        """Return what follows some octets on the channel."""
        is_up = octets.startswith(START)
        way = "up" if is_up else "down"
        recorded = self.recorded[is_up]
        recorded.append(octets)
        self.sent[f"{way} replayed"] += 1
        replayed = recorded[len(recorded) // 2] if is_up else recorded[len(recorded) // 2][:1279]
        return b"".join((replayed, self._forged(is_up=is_up, way=way), self._broken(octets, way)))

    def _forged(self, *, is_up: bool, way: str) -> bytes:
        self.sent[f"{way} forged"] += 1
        if is_up:
            packet = build_telecommand(NoOperation(), App.POWER, 4000 + self.sent["up forged"])
            return self.commands.send_sequenced(0, 0, packet, self.sent["up forged"] % 256)
        packet = build_packet(apid=16, is_command=False, sequence_count=9000, data=bytes(1050))
        assert self.frames.push(0, packet)
        return b"".join(self.frames.frames(1, idle=True, only_idle=False))

    def _broken(self, octets: bytes, way: str) -> bytes:
        self.sent[f"{way} broken"] += 1
        if way == "up":  # wrong in one bit of each block and two of the first: detected, not repaired
            broken = bytearray(octets)
            broken[4] ^= 0x81
            return bytes(broken)
        # Not the same change everywhere: a constant is a codeword of its own.
        return octets[:4] + bytes(octet ^ (at * 7 & 0xFF) for at, octet in enumerate(octets[4:1279]))


def test_nothing_that_was_forged_replayed_or_broken_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intruder, send = Intruder(), ChannelLeg.send

    def crowded(leg: ChannelLeg, octets: bytes, **how: float) -> None:
        send(leg, octets + intruder.after(octets), **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ChannelLeg, "send", crowded)
    run = _fly(tmp_path, SCENARIO)
    health, sent = run.health, intruder.sent
    assert sent["down replayed"] >= 50
    assert sent["up replayed"] >= COMMAND_COUNT
    assert run.procedure == "passed"
    assert len(run.commands) == COMMAND_COUNT
    assert int(run.channel("GatewayStatus", "command_received_count").values[-1, 0]) == COMMAND_COUNT
    assert run.link.unaccounted_count == 0
    assert run.link.gap_count == 0
    radiated = run.channel("GatewayStatus", "frame_radiated_count").values[-1, 0]
    assert health.down["frames_received"] == radiated
    assert health.down["security_replayed"] == sent["down replayed"]
    assert health.down["security_tag"] == sent["down forged"]
    assert health.down["frame_unrepairable"] == sent["down broken"]
    assert health.up["security_replayed"] > 0
    assert health.up["security_tag"] > 0
    assert {name for name, count in health.rejected.items() if count} <= {
        "down security_replayed", "down security_tag", "down frame_unrepairable",
        "up security_replayed", "up security_tag", "up cltu_empty", "up frame_checksum", "up frame_length",
    }  # fmt: skip
