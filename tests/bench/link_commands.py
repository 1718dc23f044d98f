"""Speed of telecommand with security and sequence control on: unit -> security -> FARM-1 -> command."""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter_ns

from bench.row import Row, alone

from flight.bus.disk import MemoryDisk
from flight.link._clink import ffi, lib
from flight.link.coding import random_sequence
from flight.link.cop1 import Acknowledged, Submission
from flight.link.crypto import find_crypto, python_crypto
from flight.link.events import PacketReceived
from flight.link.frame_tc import c_profile
from flight.link.keys import builtin_test_keys
from flight.link.packet import build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions, SequenceOptions
from flight.link.sequenced import Radiate, SequencedSender
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

COMMANDS = 1000
PACKET_DATA_OCTETS = 24
REPEATS = 9


def rows() -> Iterator[Row]:
    """Measure the C core on a stream of units, and the whole way up in Python, both ends, acknowledged."""
    crypto = find_crypto()
    speed, octets = _core_per_s()
    note = f"{crypto.name}, one call, units of {octets} octets, AES-256-GCM, COP-1"
    yield alone("telecommand: unit, security, FARM-1, in C", speed / 1000, "k/s", at_least=200, note=note)
    for staged in (False, True):
        ours = python_crypto() if staged else crypto
        speed = max(_python_per_s(staged=staged) for _ in range(3))
        name = f"telecommand: both ends in Python, acknowledged{', staged cipher' if staged else ''}"
        yield alone(name, speed / 1000, "k/s", at_least=2, note=ours.name)


def _profile() -> Profile:
    plain = load_builtin("plain_telecommand")
    security = SecurityOptions(
        mode="gcm",
        spi=1,
        key="TEST-uplink",
        key_class="test",
        iv_octets=12,
        mac_octets=16,
        reserve_count=1 << 20,
    )
    sequence = SequenceOptions(
        mode="cop1", window_count=254, sent_max_count=100, timer_ms=1000, transmission_max_count=3
    )
    return replace(plain, security=security, sequence=sequence)


def _packet(count: int) -> bytes:
    return build_packet(
        apid=40, is_command=True, sequence_count=count & 0x3FFF, data=bytes(PACKET_DATA_OCTETS)
    )


def _end(profile: Profile, *, is_sender: bool, staged: bool = False) -> SecurityEnd:
    crypto = python_crypto() if staged else find_crypto()
    keys = builtin_test_keys()
    return SecurityEnd(profile, is_sender=is_sender, keys=keys, disk=MemoryDisk(), crypto=crypto)


def _core_per_s() -> tuple[float, int]:
    """Return commands a second through one call of the core, and the octets of a unit."""
    profile = _profile()
    sender = TelecommandSender(profile, _end(profile, is_sender=True))
    units = [sender.send_sequenced(0, 0, _packet(count), count & 0xFF) for count in range(COMMANDS)]
    stream = b"".join(units)
    security = _end(profile, is_sender=False)
    sequence = random_sequence(profile.coding.randomiser, 1040)
    c_sequence, settings = ffi.from_buffer("uint8_t[]", sequence), c_profile(profile)
    farms = ffi.new("dd_farm[]", 64)
    link = ffi.new("dd_uplink *")
    link.profile, link.sequence, link.sequence_size = settings, c_sequence, len(sequence)
    link.aead, link.sas, link.sa_count = security.crypto.aead, security.records, 1
    link.farms, link.correct, link.cop1, link.has_room = farms, 1, 1, 1
    out, records = ffi.new("uint8_t[]", len(stream) + 2048), ffi.new("dd_uplinked[]", COMMANDS + 200)
    total = ffi.new("dd_uplinked_total *")
    data = ffi.from_buffer("uint8_t[]", stream)
    best = 0.0
    for _ in range(REPEATS):
        farms[0].report_value, farms[0].window = 0, 254
        security.records[0].number, link.in_unit = 0, 0
        begin = perf_counter_ns()
        lib.dd_uplink_take(
            link, data, len(stream), 0, out, len(stream) + 2048, records, COMMANDS + 200, total
        )
        best = max(best, COMMANDS * 1e9 / (perf_counter_ns() - begin))
        accepted = sum(records[at].outcome == lib.DD_FARM_ACCEPT for at in range(total.record_count))
        if accepted != COMMANDS:
            raise RuntimeError(f"accepted must be {COMMANDS} commands, got {accepted} (bench)")
    return best, len(units[0])


def _python_per_s(*, staged: bool) -> float:
    """Return commands a second from submission to acknowledgement, ten under way at a time."""
    profile = _profile()
    ground = SequencedSender(
        profile, 0, TelecommandSender(profile, _end(profile, is_sender=True, staged=staged))
    )
    disk = MemoryDisk()
    board = TelecommandReceiver(profile, _end(profile, is_sender=False, staged=staged), disk)
    delivered = submitted = acknowledged = 0
    begin = perf_counter_ns()
    for now_ns in range(COMMANDS // 10 + 2):
        ground.take_word(now_ns, board.clcw(0).pack())
        for _ in range(10 if submitted < COMMANDS and ground.is_ready else 0):
            ground.submit(now_ns, Submission(handle=submitted, map_id=0, packet=_packet(submitted)))
            submitted += 1
        for effect in ground.effects():
            acknowledged += isinstance(effect, Acknowledged)
            if isinstance(effect, Radiate):
                events = board.receive(effect.unit)
                delivered += sum(isinstance(event, PacketReceived) for event in events)
    elapsed_ns = perf_counter_ns() - begin
    if (delivered, acknowledged) != (COMMANDS, COMMANDS):
        raise RuntimeError(
            f"delivered, acknowledged must be {COMMANDS} commands, got {delivered}, {acknowledged} (bench)"
        )
    return COMMANDS * 1e9 / elapsed_ns
