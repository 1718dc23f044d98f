"""The insert zone of AOS frames against frames built by the plain reference, under every level."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from reference.link import cadus, frames, sdls
from reference.link.crc import crc16

from flight.bus.disk import MemoryDisk
from flight.link import coding
from flight.link._clink import ffi, lib
from flight.link.crypto import Crypto, find_crypto, python_crypto
from flight.link.decode import decode
from flight.link.encode import encode
from flight.link.errors import LocalLinkError, Reject, RemoteLinkError
from flight.link.events import InsertReceived, PacketReceived
from flight.link.frame import AosCodec, Frame
from flight.link.keys import builtin_test_keys
from flight.link.packet import build_packet
from flight.link.places import insert_zones
from flight.link.profile import CHANNEL_IDLE, Profile, load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.ring import ReceiveRing, SendRing
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions
from flight.link.sender import INSERT_COUNT_MAX, TelemetrySender

BUILT_IN = load_builtin("plain_telemetry")
GCM = SecurityOptions(
    mode="gcm", spi=4, key="TEST-downlink", key_class="test", iv_octets=12, mac_octets=16, reserve_count=100
)
PLAIN = replace(
    BUILT_IN,
    frame=replace(BUILT_IN.frame, length_octets=223, spacecraft_id=0xA5, channels=(0, 1), insert_octets=5),
    coding=replace(BUILT_IN.coding, rs_interleave=1),
)
CHECKED = replace(PLAIN, frame=replace(PLAIN.frame, header_check=True))
KEYS = builtin_test_keys()
KEY = bytes(KEYS.newest("TEST-downlink", key_class="test").octets)
ZONES = [bytes.fromhex("0102030405"), bytes.fromhex("FFFEFDFCFB"), bytes.fromhex("1ACFFC1D00")]
COVERED = "ff" * 11 + "ff" * 14


@pytest.fixture(params=("scalar", "neon", "avx2", "gfni"))
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    try:
        coding.set_level(request.param)
    except LocalLinkError:
        pytest.skip(f"the processor lacks {request.param}")
    yield request.param
    coding.set_level("")


def secured(profile: Profile, **changes: str) -> Profile:
    return replace(profile, security=replace(GCM, **changes))


def packet_of(profile: Profile, number: int) -> bytes:
    """A packet that fills the zone of a frame."""
    size = AosCodec(profile, security=end(profile, is_sender=True)).zone_octets
    data = bytes([number]) * (size - 6)
    return build_packet(apid=5, is_command=False, sequence_count=number, data=data)


def end(profile: Profile, *, is_sender: bool, crypto: Crypto | None = None) -> SecurityEnd | None:
    if not profile.security.is_on:
        return None
    return SecurityEnd(profile, is_sender=is_sender, keys=KEYS, disk=MemoryDisk(), crypto=crypto)


def frame_of(profile: Profile, number: int, *, mask: bytes | None = None) -> bytes:
    """Frame `number` of channel 0 with its insert zone and packet, by the reference."""
    head = frames.aos_header(spacecraft=0xA5, vcid=0, count=number)
    check = cadus.header_check(head) if profile.frame.header_check else b""
    insert = ZONES[number]
    data = b"\0\0" + packet_of(profile, number)
    before = head + check + insert
    if profile.security.is_on:
        covered = b"\xff" * 6 + bytes(len(check) + len(insert)) + b"\xff" * 14
        iv = bytes.fromhex("00040001") + (number + 1).to_bytes(8)
        body = sdls.gcm(header=before, spi=4, iv=iv, data=data, key=KEY, mask=mask or covered)
    else:
        body = before + data
    body += bytes(4)
    return body + crc16(body).to_bytes(2)


def stream_of(profile: Profile, *, mask: bytes | None = None) -> bytes:
    return b"".join(cadus.cadu(frame_of(profile, number, mask=mask)) for number in range(3))


FORMS = pytest.mark.parametrize(
    "profile",
    [PLAIN, CHECKED, secured(PLAIN), secured(CHECKED)],
    ids=["plain", "checked", "secured", "secured and checked"],
)


def test_reference_gives_the_published_header_checks() -> None:
    assert cadus.header_check(bytes.fromhex("123400000056")) == bytes.fromhex("94DC")
    assert cadus.header_check(bytes.fromhex("369C000000FA")) == bytes.fromhex("457C")


@FORMS
def test_sender_puts_zones_where_the_standard_has_them(level: str, profile: Profile) -> None:
    sender = TelemetrySender(profile, security=end(profile, is_sender=True))
    for number in range(3):
        assert sender.push(0, packet_of(profile, number))
        assert sender.push_insert(ZONES[number])
    assert b"".join(sender.frames(3, idle=False)) == stream_of(profile), level


@FORMS
def test_ring_sends_a_zone_for_each_row(level: str, profile: Profile) -> None:
    if profile.security.is_on and find_crypto().is_staged:
        pytest.skip("the processor lacks aes in C")
    ring = SendRing(profile, frame_count=3, security=end(profile, is_sender=True))
    for number in range(3):
        ring.zones[number] = np.frombuffer(packet_of(profile, number), np.uint8)
        ring.inserts[number] = np.frombuffer(ZONES[number], np.uint8)
    assert ring.send(3) == 3
    assert ring.cadus.tobytes() == stream_of(profile), level


@FORMS
@pytest.mark.parametrize("crypto", [find_crypto(), python_crypto()], ids=["library", "package"])
def test_receiver_returns_the_zones(level: str, profile: Profile, crypto: Crypto) -> None:
    receiver = TelemetryReceiver(profile, security=end(profile, is_sender=False, crypto=crypto))
    events = receiver.receive(stream_of(profile))
    found = [event.octets for event in events if isinstance(event, InsertReceived)]
    assert found == ZONES, level
    packets = [event.packet for event in events if isinstance(event, PacketReceived)]
    assert packets == [packet_of(profile, number) for number in range(3)]


@FORMS
def test_ring_returns_the_zones(level: str, profile: Profile) -> None:
    if profile.security.is_on and find_crypto().is_staged:
        pytest.skip("the processor lacks aes in C")
    ring = ReceiveRing(profile, cadu_count=3, security=end(profile, is_sender=False))
    ring.cadus[:] = np.frombuffer(stream_of(profile), np.uint8).reshape(3, -1)
    rows = ring.receive(3)
    assert insert_zones(profile, ring.data, rows).tobytes() == b"".join(ZONES), level


def test_recordings_go_in_and_out_with_their_zones() -> None:
    out, lines = io.BytesIO(), io.StringIO()
    packets = b"".join(packet_of(CHECKED, number) for number in range(3))
    given = b"".join(ZONES)
    encode(CHECKED, io.BytesIO(packets), out, vcid=0, inserts=io.BytesIO(given))
    assert out.getvalue() == stream_of(CHECKED)
    decode(CHECKED, io.BytesIO(out.getvalue()), lines)
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [record["insert"] for record in records[:-1]] == ["0102030405", "fffefdfcfb", "1acffc1d00"]
    without = io.StringIO()
    bad = bytearray(stream_of(CHECKED))
    bad[4:80] = bytes(76)
    decode(CHECKED, io.BytesIO(bad), without)
    assert json.loads(without.getvalue().splitlines()[0])["insert"] is None


def test_zones_of_octets_come_in_their_order_and_end_in_zeros() -> None:
    profile = replace(PLAIN, frame=replace(PLAIN.frame, content="octets"))
    out = io.BytesIO()
    encode(profile, io.BytesIO(bytes(900)), out, vcid=0, inserts=io.BytesIO(b"".join(ZONES)))
    ring = ReceiveRing(profile, cadu_count=5)
    ring.cadus[:] = np.frombuffer(out.getvalue(), np.uint8).reshape(5, -1)
    assert insert_zones(profile, ring.data, ring.receive(5)).tobytes() == b"".join(ZONES) + bytes(10)


def test_idle_frames_carry_zones_too() -> None:
    sender, receiver = TelemetrySender(PLAIN), TelemetryReceiver(PLAIN)
    sender.push_insert(ZONES[0])
    stream = b"".join(sender.frames(2, idle=True))
    assert receiver.receive(stream)[1:] == [
        InsertReceived(vcid=CHANNEL_IDLE, octets=ZONES[0]),
        InsertReceived(vcid=CHANNEL_IDLE, octets=bytes(5)),
    ]


@pytest.mark.parametrize("crypto", [find_crypto(), python_crypto()], ids=["library", "package"])
def test_security_covers_the_zone_only_where_the_mask_says(crypto: Crypto) -> None:
    covering = secured(PLAIN, mask_hex=COVERED)
    for profile, mask, reject in (
        (secured(PLAIN), None, None),
        (covering, bytes.fromhex(COVERED), Reject.SECURITY_TAG),
    ):
        good = frame_of(profile, 0, mask=mask)
        changed = bytearray(good[:-2])
        changed[6] ^= 0x80
        changed += crc16(bytes(changed)).to_bytes(2)
        codec = AosCodec(profile, is_sender=False, security=end(profile, is_sender=False, crypto=crypto))
        first = codec.decode(cadus.cadu(bytes(changed)))[0]
        assert (first.verdict or None) == reject
        assert first.insert == (b"" if reject else b"\x81" + ZONES[0][1:])
        if reject:
            assert codec.decode(cadus.cadu(good))[0].insert == ZONES[0]


def test_one_zone_may_serve_all_frames_of_a_batch() -> None:
    codec = AosCodec(PLAIN)
    made = codec.encode_zones([(0, 0, 0, 0), (0, 1, 0, 0)], bytes(2 * codec.zone_octets), ZONES[1])
    assert [frame.insert for frame in codec.decode(made)] == [ZONES[1]] * 2


def test_zones_of_another_size_are_refused() -> None:
    sender = TelemetrySender(PLAIN)
    for wrong in (b"", bytes(4), bytes(6)):
        with pytest.raises(LocalLinkError, match="insert zone must be of 5 octets"):
            sender.push_insert(wrong)
    with pytest.raises(LocalLinkError, match="insert zones must be 0, 5 or 1 times so many octets"):
        AosCodec(PLAIN).encode([Frame(vcid=0, data=packet_of(PLAIN, 0), insert=bytes(4))])
    for zones, error in ((bytes(7), RemoteLinkError), (b"", LocalLinkError)):
        profile = PLAIN if zones else replace(PLAIN, frame=replace(PLAIN.frame, insert_octets=0))
        packet = build_packet(apid=5, is_command=False, sequence_count=0, data=bytes(400))
        with pytest.raises(error, match="insert zones must be"):
            encode(profile, io.BytesIO(packet), io.BytesIO(), vcid=0, inserts=io.BytesIO(zones))


def test_waiting_zones_are_bounded() -> None:
    sender = TelemetrySender(PLAIN)
    assert all(sender.push_insert(ZONES[0]) for _ in range(INSERT_COUNT_MAX))
    assert not sender.push_insert(ZONES[0])
    assert sender.refused_count == 1


def test_core_refuses_fewer_zones_than_rows() -> None:
    ring = SendRing(PLAIN, frame_count=3)
    ring._chain.record.inserts_size = 10
    with pytest.raises(LocalLinkError, match=f"got verdict {lib.DD_BAD_SIZE}"):
        ring.send(3)
    assert ring.send(2) == 2
    ring._chain.record.inserts = ffi.NULL
    ring.zones[:] = 0
    ring.inserts[:] = 7
    ring.send(1)
    assert AosCodec(PLAIN).decode(ring.cadus[0].tobytes())[0].insert == bytes(5)
