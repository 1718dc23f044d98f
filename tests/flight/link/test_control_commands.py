"""Control commands of COP-1 (type BC) where a profile has security: inside it, else refused."""

import io
import json
from dataclasses import replace

import pytest
from reference.link import cltu, random_sequence, sdls
from reference.link.crc import crc16

from flight.bus.disk import MemoryDisk
from flight.link.cop1 import Acknowledged, Submission
from flight.link.crypto import Crypto, find_crypto, python_crypto
from flight.link.decode import decode
from flight.link.errors import LocalLinkError, Reject
from flight.link.events import PacketReceived, Rejected
from flight.link.keys import builtin_test_keys
from flight.link.packet import build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.security import SecurityEnd
from flight.link.security_options import SequenceOptions
from flight.link.sequenced import Radiate, SequencedSender
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

FLOWN = load_builtin("radio_telecommand")
CLEAR = replace(FLOWN, sequence=replace(FLOWN.sequence, control="clear"))
KEYS = builtin_test_keys()
KEY = bytes(KEYS.newest("TEST-uplink", key_class="test").octets)
SEQUENCE = random_sequence.tc255(1100)
UNLOCK, SET_SEVEN = b"\x00", b"\x82\x00\x07"
BOTH = pytest.mark.parametrize("crypto", [find_crypto(), python_crypto()], ids=["library", "package"])


def end(profile: Profile, crypto: Crypto | None = None, *, is_sender: bool) -> SecurityEnd:
    return SecurityEnd(profile, is_sender=is_sender, keys=KEYS, disk=MemoryDisk(), crypto=crypto)


def ends(profile: Profile, crypto: Crypto | None = None) -> tuple[TelecommandSender, TelecommandReceiver]:
    sender = TelecommandSender(profile, end(profile, crypto, is_sender=True))
    return sender, TelecommandReceiver(profile, end(profile, crypto, is_sender=False))


def unit(frame: bytes) -> bytes:
    return cltu.encode(frame + crc16(frame).to_bytes(2), SEQUENCE)


def header(data_octets: int) -> bytes:
    """Of a frame by bypass with a control command, spacecraft 6Dh, channel 0; it has no segment header."""
    return bytes.fromhex("306D") + (5 + data_octets + 2 - 1).to_bytes(2) + b"\0"


def clear(command: bytes) -> bytes:
    return unit(header(len(command)) + command)


def sealed(command: bytes, number: int, *, mask: bytes | None = None, key: bytes = KEY) -> bytes:
    iv = bytes.fromhex("00010001") + number.to_bytes(8)
    size = 2 + 12 + len(command) + 16
    return unit(sdls.gcm(header=header(size), spi=1, iv=iv, data=command, key=key, mask=mask))


def packet_of(handle: int) -> bytes:
    return build_packet(apid=40, is_command=True, sequence_count=handle, data=bytes([handle]))


def reasons(events: list[PacketReceived | Rejected]) -> list[Reject]:
    return [event.reason for event in events if isinstance(event, Rejected)]


@BOTH
def test_control_frame_is_secured_as_the_reference_does(crypto: Crypto) -> None:
    sender, receiver = ends(FLOWN, crypto)
    assert sender.send_control(0, SET_SEVEN) == sealed(SET_SEVEN, 1)
    assert receiver.receive(sealed(SET_SEVEN, 1)) == []
    assert (receiver.clcw(0).report_value, receiver.counters["control_commands"]) == (7, 1)
    assert reasons(receiver.receive(sealed(SET_SEVEN, 1))) == [Reject.SECURITY_REPLAYED]
    forged = sealed(b"\x82\x00\x08", 2, key=bytes(32))
    assert reasons(receiver.receive(forged)) == [Reject.SECURITY_TAG]
    assert receiver.clcw(0).report_value == 7


@BOTH
@pytest.mark.parametrize("command", [UNLOCK, SET_SEVEN], ids=["unlock", "set"])
def test_control_command_outside_security_does_nothing_and_holds_up_nothing(
    crypto: Crypto, command: bytes
) -> None:
    sender, receiver = ends(FLOWN, crypto)
    first, second = (sender.send_sequenced(0, 1, packet_of(count), count) for count in range(2))
    events = receiver.receive(clear(command) + first + clear(command) + second + clear(command))
    assert [event.packet for event in events if isinstance(event, PacketReceived)] == [
        packet_of(0),
        packet_of(1),
    ]
    assert reasons(events) == [Reject.SECURITY_CONTROL] * 3
    word = receiver.clcw(0)
    assert (word.report_value, word.bypass_count, word.lockout) == (2, 0, False)
    assert receiver.counters["security_control"] == 3
    assert receiver.counters["control_commands"] == 0


@BOTH
def test_lockout_is_left_only_by_a_secured_command(crypto: Crypto) -> None:
    sender, receiver = ends(FLOWN, crypto)
    receiver.receive(sender.send_sequenced(0, 1, packet_of(0), 100))
    assert receiver.clcw(0).lockout
    receiver.receive(clear(UNLOCK))
    assert receiver.clcw(0).lockout
    receiver.receive(sender.send_control(0, UNLOCK))
    assert not receiver.clcw(0).lockout


@BOTH
def test_unknown_command_in_security_is_named_and_takes_no_number(crypto: Crypto) -> None:
    _, receiver = ends(FLOWN, crypto)
    for command in (b"\x01", b"\x82\x00", b"\x82\x01\x07", b"\x82\x00\x07\x00"):
        assert reasons(receiver.receive(sealed(command, 5))) == [Reject.CONTROL_COMMAND]
    assert reasons(receiver.receive(sealed(SET_SEVEN, 1))) == []
    assert receiver.clcw(0).report_value == 7


@BOTH
def test_control_command_without_sequence_control_is_refused_inside_security_too(crypto: Crypto) -> None:
    plain = replace(FLOWN, sequence=SequenceOptions(mode="none"))
    _, receiver = ends(plain, crypto)
    assert reasons(receiver.receive(clear(UNLOCK))) == [Reject.SECURITY_CONTROL]
    assert reasons(receiver.receive(sealed(UNLOCK, 1))) == [Reject.CONTROL_COMMAND]


@BOTH
def test_mask_of_data_frames_lies_on_control_frames_without_the_segment_header(crypto: Crypto) -> None:
    mask = bytes.fromhex("0FFF FC00 00 AA 00FF" + "F0" * 12)
    masked = replace(FLOWN, security=replace(FLOWN.security, mask_hex=mask.hex()))
    expected = sealed(SET_SEVEN, 1, mask=mask[:5] + mask[6:])
    sender, receiver = ends(masked, crypto)
    assert sender.send_control(0, SET_SEVEN) == expected
    assert receiver.receive(expected) == []
    assert receiver.clcw(0).report_value == 7


@BOTH
def test_profile_may_have_control_commands_outside_security(crypto: Crypto) -> None:
    sender, receiver = ends(CLEAR, crypto)
    assert sender.send_control(0, SET_SEVEN) == clear(SET_SEVEN)
    assert receiver.receive(clear(SET_SEVEN)) == []
    assert receiver.clcw(0).report_value == 7
    assert reasons(receiver.receive(sealed(SET_SEVEN, 1))) == [Reject.CONTROL_COMMAND]


@pytest.mark.parametrize(("profile", "is_fooled"), [(FLOWN, False), (CLEAR, True)], ids=["secured", "clear"])
def test_forged_command_cannot_acknowledge_a_frame_that_was_jammed(profile: Profile, is_fooled: bool) -> None:
    """Who jams a frame and sets V(R) behind it lets the ground believe it arrived, unless that is secured."""
    frames, receiver = ends(profile)
    ground = SequencedSender(profile, 0, frames)
    acknowledged: list[int] = []
    packets: list[bytes] = []

    def step(second: int, *, is_jammed: bool = False) -> None:
        ground.take_word(second, receiver.clcw(0).pack())
        for effect in ground.effects():
            if isinstance(effect, Radiate) and not (is_jammed and effect.handle == 1):
                events = receiver.receive(effect.unit)
                packets.extend(event.packet for event in events if isinstance(event, PacketReceived))
            elif isinstance(effect, Acknowledged):
                acknowledged.append(effect.handle)

    for second in range(3):
        step(second)
    for handle in range(2):
        ground.submit(3, Submission(handle=handle, map_id=0, packet=packet_of(handle)))
    step(4, is_jammed=True)
    after = (receiver.clcw(0).report_value + 1) % 256
    receiver.receive(clear(bytes((0x82, 0, after))))
    for second in range(5, 8):
        step(second, is_jammed=True)
    assert packets == [packet_of(0)]
    assert acknowledged == ([0, 1] if is_fooled else [0])


def test_recording_tells_what_is_outside_security() -> None:
    sender, _ = ends(FLOWN)
    octets = clear(UNLOCK) + sender.send_control(0, SET_SEVEN) + sender.send(0, 0, packet_of(3))
    for profile, verdicts in (
        (FLOWN, ["security_control", "ok", "ok"]),
        (CLEAR, ["ok", "ok", "ok"]),
        (replace(FLOWN, sequence=SequenceOptions(mode="none")), ["ok", "ok", "ok"]),
    ):
        lines = io.StringIO()
        decode(profile, io.BytesIO(octets), lines, keys=KEYS)
        records = [json.loads(line) for line in lines.getvalue().splitlines()]
        assert [record["verdict"] for record in records[:-1]] == verdicts
        assert records[1]["octets"] == (3 if profile is FLOWN else 33)


def test_option_of_control_commands_is_checked() -> None:
    with pytest.raises(LocalLinkError, match=r"sequence.control must be one of secured, clear, got open"):
        replace(FLOWN.sequence, control="open")
    with pytest.raises(LocalLinkError, match=r"sequence.mode must be cop1 where other options"):
        SequenceOptions(mode="none", control="clear")


@BOTH
def test_secured_frames_without_a_checksum_end_with_their_tag(crypto: Crypto) -> None:
    bare = replace(FLOWN, frame=replace(FLOWN.frame, fecf=False))
    sender, receiver = ends(bare, crypto)
    packet = build_packet(apid=40, is_command=True, sequence_count=0, data=b"no checksum")
    found = receiver.receive(sender.send_sequenced(0, 0, packet, 0))
    assert [event.packet for event in found if isinstance(event, PacketReceived)] == [packet]
