"""Security: against pyca frame by frame, every fault by name, the window against a set, states, crashes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.link import cltu, crc, random_sequence, sdls

from flight.bus.disk import MemoryDisk
from flight.link._clink import ffi, lib
from flight.link.association import TRANSITIONS, AssociationAction, AssociationState
from flight.link.crypto import Crypto, find_crypto, python_crypto
from flight.link.errors import LocalLinkError, Reject
from flight.link.events import PacketReceived, Rejected, TelecommandEvent
from flight.link.keys import KeyState, KeyStore, builtin_test_keys
from flight.link.packet import build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.profile_rules import ASSOCIATIONS_MAX
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

PLAIN = load_builtin("plain_telecommand")
KEYS = builtin_test_keys()
KEY = bytes(KEYS.newest("TEST-uplink", key_class="test").octets)
GCM = SecurityOptions(
    mode="gcm", spi=9, key="TEST-uplink", key_class="test", iv_octets=12, mac_octets=16, reserve_count=1
)
CMAC = replace(GCM, mode="cmac", iv_octets=0, number_octets=4)
SEQUENCE = random_sequence.tc255(1024)
PACKET = build_packet(apid=40, is_command=True, sequence_count=7, data=b"switch the lights on")
HEADER = bytes.fromhex("206D") + (5 + 1 + 2 + 12 + len(PACKET) + 16 + 2 - 1).to_bytes(2) + b"\0\xc5"
BOTH = pytest.mark.parametrize("crypto", [find_crypto(), python_crypto()], ids=["library", "package"])


def with_security(options: SecurityOptions) -> Profile:
    return replace(PLAIN, security=options)


def end(
    options: SecurityOptions, crypto: Crypto, *, is_sender: bool, disk: MemoryDisk | None = None
) -> SecurityEnd:
    profile = with_security(options)
    return SecurityEnd(profile, is_sender=is_sender, keys=KEYS, disk=disk or MemoryDisk(), crypto=crypto)


def sender(options: SecurityOptions, crypto: Crypto, disk: MemoryDisk | None = None) -> TelecommandSender:
    return TelecommandSender(with_security(options), end(options, crypto, is_sender=True, disk=disk))


def receiver(options: SecurityOptions, crypto: Crypto, disk: MemoryDisk | None = None) -> TelecommandReceiver:
    return TelecommandReceiver(with_security(options), end(options, crypto, is_sender=False, disk=disk))


def frame_of(unit: bytes) -> bytes:
    """The frame in a unit, by the plain reference."""
    data = cltu.decode(unit)
    data = bytes(a ^ b for a, b in zip(data, SEQUENCE, strict=False))
    return data[: (int.from_bytes(data[2:4]) & 0x3FF) + 1]


def unit_of(frame: bytes) -> bytes:
    """A unit with a right checksum, by the plain reference."""
    return cltu.encode(frame[:-2] + crc.crc16(frame[:-2]).to_bytes(2), SEQUENCE)


def reasons(events: list[TelecommandEvent]) -> list[Reject]:
    return [event.reason for event in events if isinstance(event, Rejected)]


def test_reserved_parameter_indexes_are_refused() -> None:
    """355.0-B-2 4.1.1.2.2: 0 and 65,535 are reserved."""
    assert replace(GCM, spi=65_534).spi == 65_534
    for spi in (0, 65_535):
        with pytest.raises(LocalLinkError, match=f"spi must be .*, got {spi}"):
            replace(GCM, spi=spi)


@BOTH
def test_frame_is_that_of_the_reference(crypto: Crypto) -> None:
    frame = frame_of(sender(GCM, crypto).send(0, 5, PACKET))
    iv = (9).to_bytes(2) + (1).to_bytes(2) + (1).to_bytes(8)
    expected = sdls.gcm(header=HEADER, spi=9, iv=iv, data=PACKET, key=KEY)
    assert frame[:-2] == expected
    assert receiver(GCM, crypto).receive(unit_of(expected + b"--")) == [
        PacketReceived(vcid=0, packet=PACKET, map_id=5)
    ]


@BOTH
@pytest.mark.parametrize("mac_octets", [4, 8, 15, 16])
def test_authenticated_frame_is_that_of_the_reference(crypto: Crypto, mac_octets: int) -> None:
    options = replace(CMAC, mac_octets=mac_octets)
    length = 5 + 1 + 2 + 4 + len(PACKET) + mac_octets + 2
    header = bytes.fromhex("206D") + (length - 1).to_bytes(2) + b"\0\xc5"
    expected = sdls.cmac(
        header=header, spi=9, number=(1).to_bytes(4), data=PACKET, key=KEY, mac_octets=mac_octets
    )
    assert frame_of(sender(options, crypto).send(0, 5, PACKET))[:-2] == expected
    assert reasons(receiver(options, crypto).receive(unit_of(expected + b"--"))) == []


def test_long_vector_iv_serves() -> None:
    options = replace(GCM, iv_octets=16)
    for crypto in (find_crypto(), python_crypto()):
        frame = frame_of(sender(options, crypto).send(0, 5, PACKET))
        iv = bytes(4) + bytes.fromhex("00090001") + (1).to_bytes(8)
        assert frame[:-2] == sdls.gcm(header=frame[:6], spi=9, iv=iv, data=PACKET, key=KEY)


@given(st.integers(1, 900))
@settings(max_examples=40)
def test_every_length_matches_and_comes_back(size: int) -> None:
    crypto = find_crypto()
    packet = build_packet(apid=1, is_command=True, sequence_count=0, data=bytes(size))
    for options in (GCM, CMAC):
        unit = sender(options, crypto).send(0, 5, packet)
        assert unit == sender(options, python_crypto()).send(0, 5, packet)
        assert receiver(options, crypto).receive(unit) == [PacketReceived(vcid=0, packet=packet, map_id=5)]


@BOTH
@pytest.mark.parametrize("options", [GCM, CMAC], ids=["gcm", "cmac"])
def test_no_changed_octet_is_accepted(crypto: Crypto, options: SecurityOptions) -> None:
    frame = frame_of(sender(options, crypto).send(0, 5, PACKET))
    ours = receiver(options, crypto)
    for at in range(4, len(frame) - 2):
        bad = bytearray(frame)
        bad[at] ^= 0x10
        events = ours.receive(unit_of(bytes(bad)))
        assert not any(isinstance(event, PacketReceived) for event in events), at
    assert reasons(ours.receive(unit_of(frame))) == []


@BOTH
def test_each_fault_has_its_name(crypto: Crypto) -> None:
    frame = frame_of(sender(GCM, crypto).send(0, 5, PACKET))
    ours = receiver(GCM, crypto)

    def got(changed: bytes) -> list[Reject]:
        return reasons(ours.receive(unit_of(changed)))

    assert got(frame[:6] + b"\0\x08" + frame[8:]) == [Reject.SECURITY_SPI]
    assert got(frame[:8] + b"\0\x08" + frame[10:]) == [Reject.SECURITY_IV]
    assert got(frame[:-3] + b"\0--") == [Reject.SECURITY_TAG]
    short = bytearray(frame[: 6 + 2 + 12 + 15] + b"--")
    short[2:4] = (len(short) - 1).to_bytes(2)
    assert got(bytes(short)) == [Reject.SECURITY_LENGTH]
    empty = bytearray(HEADER)
    empty[2:4] = (6 + 14 + 16 + 2 - 1).to_bytes(2)
    iv = bytes.fromhex("00090001") + (5).to_bytes(8)
    assert got(sdls.gcm(header=bytes(empty), spi=9, iv=iv, data=b"", key=KEY) + b"--") == [
        Reject.SECURITY_LENGTH
    ]
    assert got(frame) == []
    assert got(frame) == [Reject.SECURITY_REPLAYED]
    far = replace(GCM, ahead_max_count=3)
    iv = bytes.fromhex("00090001") + (5).to_bytes(8)
    jump = sdls.gcm(header=HEADER, spi=9, iv=iv, data=PACKET, key=KEY) + b"--"
    assert reasons(receiver(far, crypto).receive(unit_of(jump))) == [Reject.SECURITY_NUMBER]
    other = replace(with_security(GCM), frame=replace(PLAIN.frame, channels=(0, 1)))
    foreign = TelecommandReceiver(other, end(GCM, crypto, is_sender=False))
    moved = bytearray(frame)
    moved[2] |= 1 << 2
    assert reasons(foreign.receive(unit_of(bytes(moved)))) == [Reject.SECURITY_ASSOCIATION]


def test_octets_outside_the_mask_may_change_and_are_zero_in_the_message() -> None:
    mask = bytes.fromhex("0000FC0000") + bytes(1) + b"\xff" * 14
    options = replace(GCM, mask_hex=mask.hex())
    crypto = find_crypto()
    frame = frame_of(sender(options, crypto).send(0, 5, PACKET))
    iv = bytes.fromhex("00090001") + (1).to_bytes(8)
    assert frame[:-2] == sdls.gcm(header=HEADER, spi=9, iv=iv, data=PACKET, key=KEY, mask=mask)
    assert reasons(receiver(options, crypto).receive(unit_of(frame[:5] + b"\xc6" + frame[6:]))) == []


@given(st.integers(0, 1024), st.lists(st.integers(0, 3000), max_size=60), st.integers(0, 80))
def test_window_accepts_what_a_set_accepts(window: int, numbers: list[int], spread: int) -> None:
    record = ffi.new("dd_sa *")
    record.window, record.state, record.iv_octets, record.kind = window, lib.DD_SA_STARTED, 12, 1
    record.mac_octets, record.channel_mask, record.spi = 16, 1, 1
    twin = sdls.Window(window)
    parts = ffi.new("dd_secured *")
    for number in (*numbers, *(3000 + step * spread for step in range(20))):
        octets = bytes.fromhex("0001") + bytes(4) + number.to_bytes(8) + bytes(20)
        frame = ffi.from_buffer("uint8_t[]", octets)
        done = lib.dd_sdls_check(record, 1, 0, 0, frame, 0, len(octets), parts)
        assert (done == 0) == twin.accepts(number)
        if done == 0:
            lib.dd_sdls_commit(record, number)


@BOTH
def test_number_is_never_used_twice_over_crashes(crypto: Crypto) -> None:
    disk = MemoryDisk()
    options = replace(GCM, reserve_count=4)
    seen: set[bytes] = set()
    for uses in (1, 3, 4, 5, 9, 1):
        ours = sender(options, crypto, disk)
        for _ in range(uses):
            seen.add(frame_of(ours.send(0, 5, PACKET))[8:20])
    assert len(seen) == 23


def test_accepted_frame_is_refused_after_a_crash() -> None:
    disk, crypto = MemoryDisk(), find_crypto()
    ground = sender(GCM, crypto)
    units = [ground.send(0, 5, PACKET) for _ in range(3)]
    assert reasons(receiver(GCM, crypto, disk).receive(units[1])) == []
    restarted = receiver(GCM, crypto, disk)
    assert reasons(restarted.receive(units[1] + units[0])) == [Reject.SECURITY_REPLAYED] * 2
    assert reasons(restarted.receive(units[2])) == []


def test_refusing_disk_stops_the_sender_and_not_the_receiver() -> None:
    class Full(MemoryDisk):
        def write(self, name: str, offset: int, octets: bytes) -> None:
            raise OSError(28, f"{name}: {len(octets)} octets at {offset} do not fit")

    crypto = find_crypto()
    with pytest.raises(LocalLinkError, match="association must serve, got verdict 26"):
        sender(GCM, crypto, Full()).send(0, 5, PACKET)
    security = end(GCM, crypto, is_sender=False, disk=Full())
    ours = TelecommandReceiver(with_security(GCM), security)
    assert reasons(ours.receive(sender(GCM, crypto).send(0, 5, PACKET))) == []
    assert security.fault_count == 1


def test_numbers_of_a_narrow_field_are_used_up() -> None:
    crypto = find_crypto()
    ground = sender(replace(CMAC, number_octets=1, reserve_count=1000), crypto)
    for _ in range(255):
        ground.send(0, 5, PACKET)
    with pytest.raises(LocalLinkError, match="got verdict 26"):
        ground.send(0, 5, PACKET)


@BOTH
def test_states_are_as_the_table_says(crypto: Crypto) -> None:
    for state in AssociationState:
        for action in AssociationAction:
            if action is AssociationAction.REKEY:
                continue
            security = end(GCM, crypto, is_sender=True)
            for step in PATHS[state]:
                security.move(0, step)
            if state is AssociationState.KEYED:
                security.rekey(0)
            assert security.state(0) is state
            after = TRANSITIONS.get((state, action))
            if after is None:
                with pytest.raises(LocalLinkError, match="action must fit state"):
                    security.move(0, action)
            else:
                security.move(0, action)
                assert security.state(0) is after


A = AssociationAction
PATHS: dict[AssociationState, tuple[AssociationAction, ...]] = {
    AssociationState.UNKEYED: (A.ZEROISE,),
    AssociationState.KEYED: (A.STOP,),
    AssociationState.STARTED: (),
    AssociationState.STOPPED: (A.STOP,),
    AssociationState.EXPIRED: (A.EXPIRE,),
}


@BOTH
def test_only_a_started_association_serves(crypto: Crypto) -> None:
    ground = sender(GCM, crypto)
    security = end(GCM, crypto, is_sender=False)
    ours = TelecommandReceiver(with_security(GCM), security)
    for action in (A.STOP, A.EXPIRE, A.ZEROISE):
        security.move(0, action)
        assert reasons(ours.receive(ground.send(0, 5, PACKET))) == [Reject.SECURITY_ASSOCIATION]
    assert security.epoch(0) == -1
    security.rekey(0)
    assert reasons(ours.receive(ground.send(0, 5, PACKET))) == [Reject.SECURITY_ASSOCIATION]
    security.move(0, A.START)
    assert reasons(ours.receive(ground.send(0, 5, PACKET))) == []
    with pytest.raises(LocalLinkError, match="association must be stopped"):
        security.rekey(0)


@BOTH
def test_key_roll_has_two_associations_for_a_while(crypto: Crypto) -> None:
    keys = KeyStore()
    keys.add("TEST-uplink", 1, KEY, is_test=True)
    keys.move("TEST-uplink", 1, KeyState.ACTIVE)
    profile = with_security(GCM)
    board = SecurityEnd(profile, is_sender=False, keys=keys, disk=MemoryDisk(), crypto=crypto)
    ground = SecurityEnd(profile, is_sender=True, keys=keys, disk=MemoryDisk(), crypto=crypto)
    ours, theirs = TelecommandReceiver(profile, board), TelecommandSender(profile, ground)
    assert reasons(ours.receive(theirs.send(0, 5, PACKET))) == []
    keys.add("TEST-uplink", 2, bytes(32), is_test=True)
    keys.move("TEST-uplink", 2, KeyState.ACTIVE)
    rolled = replace(GCM, spi=10)
    assert (board.add(rolled), ground.add(rolled)) == (1, 1)
    assert reasons(ours.receive(theirs.send(0, 5, PACKET))) == []
    ground.move(0, A.STOP)
    unit = theirs.send(0, 5, PACKET)
    assert frame_of(unit)[6:12] == bytes.fromhex("000A000A0002")
    assert reasons(ours.receive(unit)) == []
    assert (board.count, board.epoch(1), board.number(1), ground.number(0)) == (2, 2, 1, 2)


def test_associations_are_bounded_and_need_their_key() -> None:
    security = end(GCM, find_crypto(), is_sender=True)
    with pytest.raises(LocalLinkError, match="association must be on, new"):
        security.add(GCM)
    with pytest.raises(LocalLinkError, match="key must be active in some epoch"):
        security.add(replace(GCM, spi=11, key="TEST-none"))
    assert security.count == 1
    for spi in range(200, 200 + ASSOCIATIONS_MAX - 1):
        security.add(replace(GCM, spi=spi))
    with pytest.raises(LocalLinkError, match="association must be on, new"):
        security.add(replace(GCM, spi=99))


def test_flight_profile_refuses_test_keys() -> None:
    with pytest.raises(LocalLinkError, match="key must be of class flight, got test"):
        end(replace(GCM, key_class="flight"), find_crypto(), is_sender=True)


def test_security_is_never_silently_off() -> None:
    for make in (TelecommandSender, TelecommandReceiver):
        with pytest.raises(LocalLinkError, match="security must be given exactly where the profile has it"):
            make(with_security(GCM))
        with pytest.raises(LocalLinkError, match="security must be given exactly where the profile has it"):
            make(PLAIN, end(GCM, find_crypto(), is_sender=True))


@given(st.binary(max_size=120))
def test_any_octets_behind_a_header_are_survived(noise: bytes) -> None:
    frame = HEADER[:2] + (6 + len(noise) + 2 - 1).to_bytes(2) + HEADER[4:] + noise + b"--"
    for crypto in (find_crypto(), python_crypto()):
        assert len(reasons(receiver(GCM, crypto).receive(unit_of(frame)))) == 1


def test_damaged_numbers_are_jumped_over_and_lost_ones_expire() -> None:
    crypto, disk = find_crypto(), MemoryDisk()
    options = replace(GCM, reserve_count=10)
    for _ in range(2):
        sender(options, crypto, disk).send(0, 5, PACKET)
    disk.files["link_s_9"][3] ^= 1
    assert end(options, crypto, is_sender=True, disk=disk).number(0) >= 20
    disk.files["link_s_9"][64 + 3] ^= 1
    lost = end(options, crypto, is_sender=True, disk=disk)
    assert lost.state(0) is AssociationState.EXPIRED


def batch(count: int, *, size: int = 40) -> tuple[bytearray, int]:
    """Frames with a header of six octets and room for the fields; each frame's data are its number."""
    stride = 6 + 14 + size + 16 + 6
    frames = bytearray()
    for number in range(count):
        frames += bytes.fromhex("006D00000000") + bytes(14) + bytes([number]) * size + bytes(16 + 6)
    return frames, stride


def test_batch_is_secured_and_opened_in_place() -> None:
    crypto = find_crypto()
    ground, board = end(GCM, crypto, is_sender=True), end(GCM, crypto, is_sender=False)
    frames, stride = batch(70)
    octets = ffi.from_buffer("uint8_t[]", frames)
    assert ground.serving(70) == 0
    assert lib.dd_sdls_apply(ground.records, crypto.aead, 0, octets, stride, 70, 6, stride - 6) == 70
    frames[stride * 3 + 30] ^= 1
    records = ffi.new("dd_frame[]", 70)
    for record in records:
        record.spacecraft = 0x6D
    records[5].verdict = lib.DD_BAD_FECF
    args = (board.records, 1, crypto.aead, octets, stride, records, 70, 6, stride - 6)
    assert lib.dd_sdls_process(*args) == 68
    assert [records[at].verdict for at in (2, 3, 4, 5, 6)] == [0, lib.DD_BAD_TAG, 0, lib.DD_BAD_FECF, 0]
    assert (records[2].data_offset, records[2].data_octets) == (20, 40)
    assert frames[stride * 69 + 20 : stride * 69 + 60] == bytes([69]) * 40
    assert frames[stride * 3 + 20 : stride * 3 + 60] == bytes(40)
    assert lib.dd_sdls_process(*args) == 0


def test_batch_stops_where_numbers_end() -> None:
    crypto = find_crypto()
    ground = end(replace(GCM, reserve_count=3), crypto, is_sender=True)
    frames, stride = batch(5)
    octets = ffi.from_buffer("uint8_t[]", frames)
    assert ground.serving(1) == 0
    args = (ground.records, crypto.aead, 0, octets, stride, 5, 6, stride - 6)
    assert lib.dd_sdls_apply(*args) == 3
    assert lib.dd_sdls_apply(*args) == -lib.DD_NUMBERS_USED_UP
    assert lib.dd_sdls_apply(ground.records, crypto.aead, 7, *args[3:]) == -lib.DD_BAD_ASSOCIATION
    assert lib.dd_sdls_apply(*args[:6], 6, 30) == -lib.DD_BAD_SECURITY_LENGTH
    assert lib.dd_sdls_apply(*args[:6], 120, 200) == -lib.DD_BAD_SIZE


def test_association_of_impossible_form_is_refused() -> None:
    record = ffi.new("dd_sa *")
    key = ffi.from_buffer("uint8_t[]", bytes(32))
    assert lib.dd_sa_head(record) == -lib.DD_BAD_SIZE
    assert lib.dd_sa_key(record, find_crypto().aead, key, 32) == -lib.DD_BAD_SIZE


def test_pad_length_must_be_zero() -> None:
    crypto = find_crypto()
    options = replace(GCM, pad_octets=1)
    frame = frame_of(sender(options, crypto).send(0, 5, PACKET))
    ours = receiver(options, crypto)
    bad = ours.receive(unit_of(frame[:20] + b"\1" + frame[21:]))
    assert reasons(bad) == [Reject.SECURITY_LENGTH]
    assert reasons(ours.receive(unit_of(frame))) == []


def test_key_of_another_length_serves() -> None:
    keys = KeyStore()
    keys.add("TEST-uplink", 1, KEY[:16], is_test=True)
    keys.move("TEST-uplink", 1, KeyState.ACTIVE)
    profile = with_security(GCM)
    for crypto in (find_crypto(), python_crypto()):
        security = SecurityEnd(profile, is_sender=True, keys=keys, disk=MemoryDisk(), crypto=crypto)
        frame = frame_of(TelecommandSender(profile, security).send(0, 5, PACKET))
        iv = bytes.fromhex("00090001") + (1).to_bytes(8)
        assert frame[:-2] == sdls.gcm(header=HEADER, spi=9, iv=iv, data=PACKET, key=KEY[:16])
