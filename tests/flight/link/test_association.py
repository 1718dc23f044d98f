"""Associations of other missions and several in one profile, against frames built or published elsewhere."""

import io
import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from reference.link import frames, sdls
from reference.link.crc import crc16

from flight.bus.disk import MemoryDisk
from flight.link._clink import ffi, lib
from flight.link.association import AssociationAction, authentication_mask
from flight.link.crypto import Crypto, find_crypto, python_crypto
from flight.link.decode import decode
from flight.link.encode import encode
from flight.link.errors import LocalLinkError, Reject
from flight.link.frame import AosCodec, Frame
from flight.link.keys import KeyState, KeyStore, builtin_test_keys
from flight.link.packet import build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.ring import SendRing
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

BOTH = pytest.mark.parametrize("crypto", [find_crypto(), python_crypto()], ids=["library", "package"])
GCM = SecurityOptions(
    mode="gcm", spi=4, key="TEST-downlink", key_class="test", iv_octets=12, mac_octets=16, reserve_count=1
)
KEYS = builtin_test_keys()
KEY = bytes(KEYS.newest("TEST-downlink", key_class="test").octets)
UPKEY = bytes(KEYS.newest("TEST-uplink", key_class="test").octets)
COMMANDS = load_builtin("plain_telecommand")
TELEMETRY = load_builtin("plain_telemetry")
BARE = replace(
    TELEMETRY,
    frame=replace(TELEMETRY.frame, length_octets=90, spacecraft_id=0xA5, channels=(0, 1, 2), ocf=False),
    coding=replace(TELEMETRY.coding, code="none", rs_parity_octets=0, rs_interleave=1, randomiser="none"),
)
MARKER = bytes.fromhex("1ACFFC1D")

# Three frames of test/unit/ut_tc_process.c of NASA's CryptoLib (commit 2a237a3f): spacecraft 3, segment
# header, SPI 4, of a vector of 12 octets the last 6 carried, AES-256-GCM, mask of zeros, checksum. The number
# wraps.
PUBLISHED = (
    "2003002D00000004FFFFFFFFFFFE610B082EA91C8AA93F08EAA642EA3189128D87159B2354AA753248F050022FD9",
    "2003002D00000004FFFFFFFFFFFFCECBA30A6E0B54ACE0D5F92D1360084822CFA46240C0CD7D6830A6A7771ECFEC",
    "2003002D0000000400000000000064DB31BBC4656F072A8E4A706F9508C440A003496E8A71FD47621297DDCC393C",
)
PUBLISHED_KEY = bytes.fromhex("FEDCBA9876543210" * 4)
PUBLISHED_DATA = bytes.fromhex("80D2C70008197F0B00310000B1FE")
OTHERS = replace(
    COMMANDS,
    frame=replace(COMMANDS.frame, spacecraft_id=3),
    coding=replace(COMMANDS.coding, code="none", correct=False, randomiser="none"),
    security=replace(
        GCM, key="TEST-cryptolib", iv_octets=6, implicit_hex="00" * 6, mask_hex="00", anti_replay=False
    ),
)


def published_keys() -> KeyStore:
    keys = KeyStore()
    keys.add("TEST-cryptolib", 1, PUBLISHED_KEY, is_test=True)
    keys.move("TEST-cryptolib", 1, KeyState.ACTIVE)
    return keys


def end(
    profile: Profile, crypto: Crypto | None = None, *, is_sender: bool, direction: str = ""
) -> SecurityEnd:
    return SecurityEnd(
        profile, is_sender=is_sender, keys=KEYS, disk=MemoryDisk(), crypto=crypto, direction=direction
    )


def telemetry_frame(vcid: int, count: int, secured: bytes) -> bytes:
    """A marker and the frame that ends in a checksum."""
    assert len(secured) == 88, f"{vcid}, {count}"
    return MARKER + secured + crc16(secured).to_bytes(2)


def header(vcid: int, count: int) -> bytes:
    return frames.aos_header(spacecraft=0xA5, vcid=vcid, count=count)


def zone(fields_octets: int, mark: int) -> bytes:
    """An M_PDU with one packet that fills it, behind security fields and checksum of so many octets."""
    size = 90 - 6 - fields_octets
    packet = build_packet(apid=5, is_command=False, sequence_count=mark, data=bytes([mark]) * (size - 8))
    return b"\0\0" + packet


def test_published_frames_of_another_mission_are_opened() -> None:
    lines, packets = io.StringIO(), io.BytesIO()
    recording = bytes.fromhex("".join(PUBLISHED))
    decode(OTHERS, io.BytesIO(recording), lines, packets=packets, keys=published_keys())
    records = [json.loads(line) for line in lines.getvalue().splitlines()][:-1]
    size = len(recording) // 3
    assert [(line["offset"], line["verdict"], line["octets"], line["spi"]) for line in records] == [
        (at, "ok", len(PUBLISHED_DATA), 4) for at in (0, size, 2 * size)
    ]


@BOTH
def test_published_frames_are_opened_in_the_core_and_stage_by_stage(crypto: Crypto) -> None:
    security = SecurityEnd(OTHERS, is_sender=False, keys=published_keys(), disk=MemoryDisk(), crypto=crypto)
    for text in PUBLISHED:
        frame = bytearray.fromhex(text)
        if crypto.is_staged:
            opened = security.open(3, 0, bytes(frame), 6, len(frame) - 2)
            assert (opened.verdict, opened.data) == (0, PUBLISHED_DATA)
            continue
        record = ffi.new("dd_frame *", {"spacecraft": 3})
        octets = ffi.from_buffer("uint8_t[]", frame)
        args = (security.records, 1, crypto.aead, octets, len(frame), record, 1, 6, len(frame) - 2)
        assert lib.dd_sdls_process(*args) == 1
        assert frame[record.data_offset :][: record.data_octets] == PUBLISHED_DATA


@BOTH
def test_published_frames_are_what_a_sender_makes(crypto: Crypto) -> None:
    """Numbers up to what six octets hold; then they are used up."""
    disk, last = MemoryDisk(), (1 << 48) - 3
    security = SecurityEnd(OTHERS, is_sender=True, keys=published_keys(), disk=disk, crypto=crypto)
    record = security.records[0]
    record.number, record.number_end = last, last + 1
    for text in PUBLISHED[:2]:
        frame = bytearray.fromhex(text)
        frame[14 : 14 + len(PUBLISHED_DATA)] = PUBLISHED_DATA
        frame[8:14] = frame[-18:-2] = b""
        frame[8:8], frame[-2:-2] = bytes(6), bytes(16)
        assert security.apply(0, frame, 6, len(frame) - 2) == 0
        assert frame == bytes.fromhex(text)
    assert security.apply(0, bytearray(46), 6, 44) == lib.DD_NUMBERS_USED_UP


def test_number_that_wraps_is_a_replay_where_numbers_are_judged() -> None:
    judged = replace(OTHERS, security=replace(OTHERS.security, anti_replay=True, window_count=5))
    lines = io.StringIO()
    decode(judged, io.BytesIO(bytes.fromhex("".join(PUBLISHED))), lines, keys=published_keys())
    verdicts = [json.loads(line)["verdict"] for line in lines.getvalue().splitlines()[:-1]]
    assert verdicts == ["ok", "ok", "security_replayed"]
    receiving = replace(OTHERS, coding=COMMANDS.coding)
    security = SecurityEnd(receiving, is_sender=False, keys=published_keys(), disk=MemoryDisk())
    with pytest.raises(LocalLinkError, match=r"security.anti_replay must be true for a receiver, got false"):
        TelecommandReceiver(receiving, security)


@BOTH
@pytest.mark.parametrize(
    ("salt", "other", "verdict"),
    [
        ("C0FFEE01", "C0FFEE01", 0),
        ("C0FFEE01", "C0FFEE02", Reject.SECURITY_IV),
        ("", "C0FFEE01", Reject.SECURITY_IV),
        ("any", "C0FFEE01", 0),
        ("", "00040001", 0),
    ],
)
def test_salt_is_the_profiles_or_any(crypto: Crypto, salt: str, other: str, verdict: int) -> None:
    profile = replace(BARE, security=replace(GCM, salt_hex=salt))
    iv = bytes.fromhex(other) + (7).to_bytes(8)
    sealed = sdls.gcm(header=header(1, 0), spi=4, iv=iv, data=zone(32, 1), key=KEY)
    codec = AosCodec(profile, is_sender=False, security=end(profile, crypto, is_sender=False))
    frame = codec.decode(telemetry_frame(1, 0, sealed))[0]
    assert (frame.verdict, frame.data if not verdict else b"") == (verdict, zone(32, 1)[2:] * (not verdict))
    if salt == "C0FFEE01":
        iv = bytes.fromhex(salt) + (1).to_bytes(8)
        made = AosCodec(profile, security=end(profile, crypto, is_sender=True)).encode(
            [Frame(vcid=1, data=zone(32, 1)[2:])]
        )
        expected = sdls.gcm(header=header(1, 0), spi=4, iv=iv, data=zone(32, 1), key=KEY)
        assert made == telemetry_frame(1, 0, expected)


@BOTH
@pytest.mark.parametrize("iv_octets", [8, 12, 16])
def test_number_may_have_a_field_beside_the_vector(crypto: Crypto, iv_octets: int) -> None:
    options = replace(GCM, iv_octets=iv_octets, number_octets=3, window_count=8)
    profile = replace(BARE, security=options)
    fields = 2 + iv_octets + 3 + 16 + 2
    data = zone(fields, 9)
    salt = (bytes(4) + bytes.fromhex("00040001"))[16 - iv_octets :]
    sealed = sdls.gcm(
        header=header(0, 0), spi=4, iv=salt + (1).to_bytes(8), number=(1).to_bytes(3), data=data, key=KEY
    )
    sender = AosCodec(profile, security=end(profile, crypto, is_sender=True))
    assert sender.encode([Frame(vcid=0, data=data[2:])]) == telemetry_frame(0, 0, sealed)
    anyone = replace(profile, security=replace(options, salt_hex="any"))
    codec = AosCodec(anyone, is_sender=False, security=end(anyone, crypto, is_sender=False))
    drawn = bytes(range(200, 200 + iv_octets))
    verdicts = []
    for number in (5, 6, 5, 4):  # the vectors say nothing: the first octet of each differs
        drawn = bytes([number]) + drawn[1:]
        sealed = sdls.gcm(
            header=header(0, number), spi=4, iv=drawn, number=number.to_bytes(3), data=data, key=KEY
        )
        verdicts.append(codec.decode(telemetry_frame(0, number, sealed))[0].verdict)
    assert verdicts == [0, 0, Reject.SECURITY_REPLAYED, 0]


FORMS = (
    replace(GCM, spi=10, channels=(0,), window_count=8),
    replace(GCM, spi=11, channels=(1,), mode="cmac", iv_octets=0, number_octets=4, mac_octets=8),
    replace(GCM, spi=12, channels=(2, 0), key="TEST-uplink", iv_octets=16, mac_octets=12),
)
SEVERAL = replace(BARE, security=FORMS[0], more_security=FORMS[1:])


def sealed_by(spi: int, vcid: int, number: int, *, count: int = 0) -> bytes:
    """A frame of one of the forms by the reference."""
    head = header(vcid, count)
    if spi == 11:
        data = zone(2 + 4 + 8 + 2, number)
        made = sdls.cmac(header=head, spi=spi, number=number.to_bytes(4), data=data, key=KEY, mac_octets=8)
    elif spi == 12:
        iv = bytes(4) + bytes.fromhex("000C0001") + number.to_bytes(8)
        made = sdls.gcm(header=head, spi=spi, iv=iv, data=zone(2 + 16 + 12 + 2, number), key=UPKEY)[:-4]
    else:
        iv = spi.to_bytes(2) + b"\0\1" + number.to_bytes(8)
        made = sdls.gcm(header=head, spi=spi, iv=iv, data=zone(2 + 12 + 16 + 2, number), key=KEY)
    return telemetry_frame(vcid, count, made)


@BOTH
def test_receiver_takes_the_association_that_the_frame_names(crypto: Crypto) -> None:
    security = end(SEVERAL, crypto, is_sender=False)
    codec = AosCodec(SEVERAL, is_sender=False, security=security)
    steps = (
        (10, 0, 1, 0),
        (11, 1, 1, 0),
        (12, 2, 1, 0),
        (12, 0, 2, 0),
        (10, 0, 1, Reject.SECURITY_REPLAYED),
        (10, 0, 2, 0),
        (11, 0, 2, Reject.SECURITY_ASSOCIATION),
        (10, 2, 3, Reject.SECURITY_ASSOCIATION),
        (13, 0, 3, Reject.SECURITY_SPI),
        (11, 1, 1, Reject.SECURITY_REPLAYED),
        (11, 1, 9, 0),
        (12, 2, 2, Reject.SECURITY_REPLAYED),
    )
    for spi, vcid, number, verdict in steps:
        frame = codec.decode(sealed_by(spi, vcid, number))[0]
        assert frame.verdict == verdict, (spi, vcid, number)
        if not verdict:
            assert frame.data[1] == 5
            assert set(frame.data[6:]) == {number}
    assert [security.number(index) for index in range(3)] == [2, 9, 2]
    security.move(1, AssociationAction.STOP)
    assert codec.decode(sealed_by(11, 1, 10))[0].verdict == Reject.SECURITY_ASSOCIATION
    assert codec.decode(sealed_by(12, 2, 10))[0].verdict == 0


def test_unknown_association_has_its_counter() -> None:
    receiver = TelemetryReceiver(SEVERAL, security=end(SEVERAL, is_sender=False))
    receiver.receive(sealed_by(13, 0, 1) + sealed_by(11, 0, 1, count=1) + MARKER)
    assert receiver.counters["security_spi"] == 1
    assert receiver.counters["security_association"] == 1
    assert receiver.counters["frames_received"] == 0


def test_associations_of_both_forms_are_told_in_a_recording() -> None:
    recording = b"".join(
        sealed_by(spi, vcid, 1, count=0) for spi, vcid in ((10, 0), (11, 1), (12, 2), (99, 2))
    )
    lines, packets = io.StringIO(), io.BytesIO()
    decode(SEVERAL, io.BytesIO(recording + MARKER), lines, packets=packets, keys=KEYS)
    records = [json.loads(line) for line in lines.getvalue().splitlines()[:-1]]
    assert [(one["spi"], one["verdict"]) for one in records] == [
        (10, "ok"),
        (11, "ok"),
        (12, "ok"),
        (None, "security_spi"),
    ]
    assert packets.getvalue() == b"".join(zone(octets, 1)[2:] for octets in (32, 16, 32))


@BOTH
def test_each_channel_is_sent_with_its_association(crypto: Crypto) -> None:
    profile = replace(
        BARE,
        security=replace(GCM, spi=10, channels=(2,)),
        more_security=(replace(GCM, spi=21, channels=(1, 0)), replace(GCM, spi=22, channels=(0,))),
    )
    security = end(profile, crypto, is_sender=True)
    codec = AosCodec(profile, security=security)
    data = [zone(32, mark)[2:] for mark in range(4)]
    made = codec.encode_zones([(0, 0, 0, 0), (2, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)], b"".join(data))
    expected = []
    for mark, (vcid, count, spi, number) in enumerate(
        ((0, 0, 21, 1), (2, 0, 10, 1), (1, 0, 21, 2), (0, 1, 21, 3))
    ):
        iv = spi.to_bytes(2) + b"\0\1" + number.to_bytes(8)
        sealed = sdls.gcm(header=header(vcid, count), spi=spi, iv=iv, data=zone(32, mark), key=KEY)
        expected.append(telemetry_frame(vcid, count, sealed))
    assert made == b"".join(expected)
    security.move(1, AssociationAction.STOP)
    assert codec.encode([Frame(vcid=0, count=2, data=data[0])])[10:12] == (22).to_bytes(2)
    with pytest.raises(LocalLinkError, match="zones must fill 1 frames"):
        codec.encode([Frame(vcid=1, count=1, data=data[0])])


def packet_in(spi: int, mark: int) -> bytes:
    """The packet of `sealed_by`."""
    return zone({10: 32, 11: 16, 12: 32}[spi], mark)[2:]


BY_CHANNEL = ((0, 10), (1, 11), (2, 12))


@BOTH
def test_channels_of_one_sender_have_fields_of_several_lengths(crypto: Crypto) -> None:
    sender = TelemetrySender(SEVERAL, security=end(SEVERAL, crypto, is_sender=True))
    for vcid, spi in BY_CHANNEL:
        for mark in (1, 2):
            assert sender.push(vcid, packet_in(spi, mark))
    made = sender.frames(6, idle=False)
    assert made == [sealed_by(spi, vcid, mark, count=mark - 1) for vcid, spi in BY_CHANNEL for mark in (1, 2)]
    sender.push(1, packet_in(11, 3))
    assert sender.frames(2, idle=True, only_idle=False) == [sealed_by(11, 1, 3, count=2)]


@pytest.mark.skipif(find_crypto().is_staged, reason="this machine has no aes in C")
def test_ring_and_recordings_have_zones_of_several_lengths() -> None:
    ring = SendRing(SEVERAL, frame_count=3, security=end(SEVERAL, is_sender=True))
    assert [ring.zone_octets(vcid) for vcid in (0, 1, 2)] == [50, 66, 50]
    assert ring.zones.shape == (3, 66)
    packets = b"".join(packet_in(spi, 1) for _, spi in BY_CHANNEL)
    ring.zones.reshape(-1)[: len(packets)] = np.frombuffer(packets, np.uint8)
    ring.rows["channel"] = (0, 1, 2)
    assert ring.send(3) == 3
    assert ring.cadus.tobytes() == b"".join(sealed_by(spi, vcid, 1) for vcid, spi in BY_CHANNEL)
    places = ring.rows["data_offset"].tolist()
    assert places == [94 * at + 4 + 6 + head + 2 for at, head in enumerate((14, 6, 18))]
    octets = replace(SEVERAL, frame=replace(SEVERAL.frame, content="octets"))
    for vcid in (0, 1, 2):
        out, back = io.BytesIO(), io.BytesIO()
        encode(octets, io.BytesIO(bytes(range(250))), out, vcid=vcid, keys=KEYS, disk=MemoryDisk())
        decode(octets, io.BytesIO(out.getvalue() + MARKER), io.StringIO(), packets=back, keys=KEYS)
        assert back.getvalue().rstrip(b"\0") == bytes(range(250))


@BOTH
def test_another_form_does_not_take_over_on_a_channel(crypto: Crypto) -> None:
    """Zones are cut for the first association that is started; one whose numbers run out is not replaced."""
    security = end(SEVERAL, crypto, is_sender=True)
    codec = AosCodec(SEVERAL, security=security)
    frame = Frame(vcid=0, data=packet_in(10, 1))
    security.records[0].number = security.records[0].number_end = (1 << 64) - 1
    with pytest.raises(LocalLinkError, match="zones must fill 1 frames"):
        codec.encode([frame])
    security.move(0, AssociationAction.STOP)
    assert codec.zone_octets_of(0) == 50
    assert codec.encode([Frame(vcid=0, data=packet_in(12, 1))]) == sealed_by(12, 0, 1)


def test_associations_that_leave_no_room_are_refused() -> None:
    wide = replace(FORMS[0], iv_octets=16, pad_octets=2, number_octets=8)
    tight = replace(
        BARE,
        frame=replace(BARE.frame, length_octets=54),
        security=replace(wide, spi=9, channels=(), iv_octets=12),
        more_security=(replace(wide, spi=99, channels=()),),
    )
    with pytest.raises(LocalLinkError, match=r"frame.length_octets must leave room for data"):
        AosCodec(tight, is_sender=False, security=end(tight, is_sender=False))


@BOTH
def test_fields_that_leave_no_zone_are_refused_by_name(crypto: Crypto) -> None:
    """An association added by hand, whose fields are longer than the profile's, and leave a pointer only."""
    profile = replace(BARE, frame=replace(BARE.frame, length_octets=6 + 30 + 2 + 4 + 2), security=GCM)
    longer = replace(GCM, spi=5, number_octets=4)
    security = end(profile, crypto, is_sender=False)
    security.add(longer)
    iv = bytes.fromhex("000500010000000000000001")
    sealed = sdls.gcm(header=header(0, 0), spi=5, iv=iv, number=(1).to_bytes(4), data=b"\x07\xff", key=KEY)
    codec = AosCodec(profile, is_sender=False, security=security)
    frame = codec.decode(MARKER + sealed + crc16(sealed).to_bytes(2))[0]
    assert frame.verdict == Reject.SECURITY_LENGTH


@BOTH
def test_telecommand_takes_and_sends_several_forms(crypto: Crypto) -> None:
    profile = replace(
        COMMANDS,
        frame=replace(COMMANDS.frame, channels=(0, 1)),
        security=replace(GCM, spi=30, channels=(0,), key="TEST-uplink"),
        more_security=(
            replace(FORMS[1], spi=31, channels=(1,), key="TEST-uplink", pad_octets=1),
            replace(GCM, spi=32, direction="return"),
        ),
    )
    sender = TelecommandSender(profile, end(profile, crypto, is_sender=True))
    security = end(profile, crypto, is_sender=False)
    board = TelecommandReceiver(profile, security)
    packet = build_packet(apid=40, is_command=True, sequence_count=1, data=b"lamp")
    for _ in range(2):
        for vcid in (0, 1):
            assert len(board.receive(sender.send(vcid, 3, packet))) == 1
    assert (board.counters["packets_received"], security.count) == (4, 2)
    assert (security.number(0), security.number(1)) == (2, 2)
    bare = replace(profile, coding=OTHERS.coding)
    frame = TelecommandSender(bare, end(bare, crypto, is_sender=True)).send(1, 3, packet)
    size = 5 + 1 + 2 + 4 + 1 + len(packet) + 8 + 2
    head = bytes.fromhex("206D") + (1 << 10 | size - 1).to_bytes(2) + b"\0\xc3"
    assert frame[:-2] == sdls.cmac(
        header=head, spi=31, number=(1).to_bytes(4) + b"\0", data=packet, key=UPKEY, mac_octets=8
    )


@BOTH
def test_ends_of_a_crosslink_say_their_direction(crypto: Crypto) -> None:
    profile = replace(
        BARE,
        security=replace(GCM, spi=40, direction="forward"),
        more_security=(replace(GCM, spi=41, direction="return"),),
    )
    first = AosCodec(profile, security=end(profile, crypto, is_sender=True, direction="forward"))
    there = AosCodec(
        profile, is_sender=False, security=end(profile, crypto, is_sender=False, direction="forward")
    )
    back = AosCodec(profile, is_sender=False, security=end(profile, crypto, is_sender=False))
    cadu = first.encode([Frame(vcid=0, data=zone(32, 1)[2:])])
    assert there.decode(cadu)[0].verdict == 0
    assert back.decode(cadu)[0].verdict == Reject.SECURITY_SPI
    one_way = replace(profile, more_security=())
    with pytest.raises(LocalLinkError, match=r"must have an association of direction return, got none"):
        end(one_way, crypto, is_sender=True)


TABLES = """
[[security]]
mode = "gcm"
spi = 50
key = "TEST-downlink"
key_class = "test"
iv_octets = 12
number_octets = 0
pad_octets = 0
mac_octets = 16
mask_hex = ""
window_count = 8
ahead_max_count = 0
reserve_count = 64
channels = [0, 2]

[[security]]
mode = "gcm"
spi = 51
key = "TEST-uplink"
key_class = "test"
iv_octets = 12
number_octets = 0
pad_octets = 0
mac_octets = 16
mask_hex = ""
window_count = 0
ahead_max_count = 0
reserve_count = 64
salt_hex = "any"
implicit_hex = "0A"
anti_replay = false
channels = [1]
direction = "both"
"""


def document(tables: str) -> str:
    text = (resources.files("flight.link") / "profiles" / "plain_telemetry.toml").read_text(encoding="utf-8")
    assert '[security]\nmode = "none"' in text
    begin = text.index("[security]")
    rest = text[text.index("[", begin + 1) :]
    return text[:begin] + tables + rest


def test_list_of_associations_is_read() -> None:
    profile = Profile.from_toml(document(TABLES), where="x.toml")
    first, second = profile.associations
    assert (profile.security, first.spi, first.channels, first.anti_replay) == (first, 50, (0, 2), True)
    assert (second.spi, second.implicit, second.salt_hex, second.anti_replay) == (51, b"\x0a", "any", False)
    assert profile.with_spacecraft(9).associations == profile.associations
    assert load_builtin("radio_telemetry").associations == (load_builtin("radio_telemetry").security,)
    assert load_builtin("plain_telemetry").associations == ()


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("spi = 51", "spi = 50", r"security.spi must be distinct, and at most 64, got \[50, 50\]"),
        ("channels = [1]", "channels = [0]", r"an association for each channel \(forward\), got \(1,\)"),
        ("channels = [1]", "channels = [1, 7]", r"security.channels must be of the profile's \(0, 1, 2\)"),
        ("channels = [1]", 'channels = ["1"]', "channels must be a list of integers"),
        ('direction = "both"', 'direction = "up"', "direction must be one of both, forward, return, got up"),
        ('direction = "both"', 'direction = "forward"', r"for each channel \(return\), got \(1,\)"),
        ('salt_hex = "any"', 'salt_hex = "0102"', "salt_hex must be empty, any or 4 octets"),
        ('salt_hex = "any"', 'salt_hex = "no"', "salt_hex must be hexadecimal octets, got no"),
        ('implicit_hex = "0A"', 'implicit_hex = "0102030405"', "implicit_hex must be <= 4 octets, got 5"),
        ('implicit_hex = "0A"', "implicit = 1", "key must be one of mode, spi, .* got implicit"),
        ("anti_replay = false", "anti_replay = 0", "anti_replay must be of type bool, got 0"),
        ('mode = "gcm"\nspi = 51', 'mode = "none"\nspi = 51', "security.mode must be gcm or cmac"),
    ],
)
def test_refused_associations_are_named(old: str, new: str, text: str) -> None:
    assert old in TABLES
    with pytest.raises(LocalLinkError, match=text):
        Profile.from_toml(document(TABLES.replace(old, new)), where="x.toml")


def test_list_without_associations_is_refused() -> None:
    with pytest.raises(LocalLinkError, match="security must be a table, or a list of them that is not empty"):
        Profile.from_toml("security = []\n" + document(""), where="x.toml")
    with pytest.raises(LocalLinkError, match=r"security.salt_hex must be empty without gcm, got any"):
        replace(FORMS[1], salt_hex="any")
    with pytest.raises(LocalLinkError, match=r"security.mode must be gcm or cmac where other options"):
        SecurityOptions(mode="none", direction="forward")
    with pytest.raises(LocalLinkError, match=r"security.mode must be gcm or cmac in a list"):
        Profile.from_toml(document(TABLES + "\n" + NONE), where="x.toml")


NONE = """
[[security]]
mode = "none"
spi = 0
key = ""
key_class = ""
iv_octets = 0
number_octets = 0
pad_octets = 0
mac_octets = 0
mask_hex = ""
window_count = 0
ahead_max_count = 0
reserve_count = 0
"""


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        ({"spi": 5}, False),  # own salts differ by the SPI
        ({"spi": 5, "salt_hex": "00040000"}, True),
        ({"spi": 5, "iv_octets": 8}, False),  # vectors of another size
        ({"spi": 5, "iv_octets": 8, "implicit_hex": "00040000"}, True),
        ({"spi": 5, "iv_octets": 4, "implicit_hex": "0004000000000000"}, True),
        ({"spi": 5, "salt_hex": "00040000", "key": "TEST-uplink"}, False),
        ({"spi": 5, "salt_hex": "00040001"}, False),
    ],
)
def test_two_senders_of_one_key_never_make_one_vector(other: dict[str, object], meets: bool) -> None:
    second = replace(GCM, **other)
    if meets:
        with pytest.raises(
            LocalLinkError, match=r"security.salt_hex must be different where key TEST-downlink"
        ):
            replace(BARE, security=GCM, more_security=(second,))
    else:
        assert len(replace(BARE, security=GCM, more_security=(second,)).associations) == 2


def test_mask_leaves_out_header_check_and_insert_zone() -> None:
    aos = replace(BARE, frame=replace(BARE.frame, header_check=True, insert_octets=3))
    assert authentication_mask(aos, GCM) == b"\xff" * 6 + bytes(5) + b"\xff" * 117
    assert authentication_mask(BARE, GCM) == b"\xff" * 128
    assert authentication_mask(COMMANDS, replace(GCM, mask_hex="0F")) == b"\x0f" + bytes(127)


def test_recording_that_was_encoded_with_a_list_is_decoded_with_it() -> None:
    profile = replace(
        BARE,
        security=replace(GCM, spi=50, channels=(0, 2)),
        more_security=(replace(GCM, spi=51, channels=(1,), key="TEST-uplink"),),
    )
    packets = b"".join(
        build_packet(apid=6, is_command=False, sequence_count=i, data=bytes(100)) for i in range(9)
    )
    for vcid, spi in ((0, 50), (1, 51)):
        out, lines, back = io.BytesIO(), io.StringIO(), io.BytesIO()
        encode(profile, io.BytesIO(packets), out, vcid=vcid, keys=KEYS, disk=MemoryDisk())
        decode(profile, io.BytesIO(out.getvalue()), lines, packets=back, keys=KEYS)
        records = [json.loads(line) for line in lines.getvalue().splitlines()[:-1]]
        assert back.getvalue() == packets
        assert {record["spi"] for record in records} == {spi}
