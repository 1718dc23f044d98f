"""Batches at line rate: laser and radio there and back, errors repaired, every frame accounted for."""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from bench import link_memory

from flight.bus.disk import MemoryDisk
from flight.link.crypto import find_crypto, python_crypto
from flight.link.errors import LocalLinkError, Reject
from flight.link.keys import builtin_test_keys
from flight.link.profile import Profile, load_builtin
from flight.link.ring import ROW, ReceiveRing, SendRing
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions

NEEDS_LIBRARY = find_crypto().is_staged
LASER = load_builtin("laser")
TELEMETRY = load_builtin("plain_telemetry")
CODED = replace(
    TELEMETRY,
    frame=replace(TELEMETRY.frame, content="octets", length_octets=1115),
    coding=replace(TELEMETRY.coding, code="rs", rs_parity_octets=32, rs_interleave=5),
    security=SecurityOptions(mode="none"),
)
SHORT = replace(
    CODED,
    frame=replace(CODED.frame, length_octets=223, channels=(0,), ocf=False),
    coding=replace(CODED.coding, rs_interleave=1),
)
UNSECURED_LASER = replace(LASER, security=SecurityOptions(mode="none"))


def ends(profile: Profile, frame_count: int = 64) -> tuple[SendRing, ReceiveRing]:
    if not profile.security.is_on:
        return SendRing(profile, frame_count=frame_count), ReceiveRing(profile, first_count=0)
    keys = builtin_test_keys()
    sender = SecurityEnd(profile, is_sender=True, keys=keys, disk=MemoryDisk())
    receiver = SecurityEnd(profile, is_sender=False, keys=keys, disk=MemoryDisk())
    return (
        SendRing(profile, frame_count=frame_count, security=sender),
        ReceiveRing(profile, security=receiver, first_count=0),
    )


def transfer(receiver: ReceiveRing, cadus: np.ndarray) -> list[tuple[int, int, bytes]]:
    found = []
    for begin in range(0, len(cadus), len(receiver.cadus)):
        part = cadus[begin : begin + len(receiver.cadus)]
        receiver.cadus[: len(part)] = part
        for row in receiver.receive(len(part)):
            data = receiver.data[row["data_offset"] : row["data_offset"] + row["data_octets"]]
            found.append((int(row["verdict"]), int(row["channel"]), data.tobytes()))
    return found


def test_row_is_the_record_of_the_core() -> None:
    assert ROW.itemsize == 32
    assert ROW.fields is not None
    assert [ROW.fields[name][1] for name in ("data_offset", "corrected", "verdict")] == [12, 24, 28]


@pytest.mark.parametrize("profile", [CODED, UNSECURED_LASER, LASER], ids=["radio", "clear laser", "laser"])
def test_batches_arrive_as_they_were_sent(profile: Profile) -> None:
    if profile is LASER and NEEDS_LIBRARY:
        pytest.skip("this machine has no shared libcrypto")
    sender, receiver = ends(profile)
    random = np.random.default_rng(1)
    want = []
    got = []
    for _ in range(4):
        sender.zones[:] = random.integers(0, 256, sender.zones.shape, np.uint8)
        sender.rows["channel"] = np.arange(64) % 2
        count = sender.send(64)
        want += [(0, i % 2, sender.zones[i].tobytes()) for i in range(64)]
        cadus = sender.cadus[:count].copy()
        for cadu in cadus:  # as many wrong symbols as one codeword of each can have
            lanes = profile.coding.rs_interleave
            places = random.choice(250, 16, replace=False)
            cadu[4 + lanes * places] ^= random.integers(1, 256, 16, np.uint8)
        got += transfer(receiver, cadus)
    assert got == want[: len(got)]
    assert len(got) >= len(want) - 1  # with slices the end of the last frame waits for more
    assert receiver.totals.corrected_count == 16 * receiver.totals.cadu_count
    assert receiver.totals.unrepairable_count == 0


@pytest.mark.skipif(NEEDS_LIBRARY, reason="this machine has no shared libcrypto")
def test_replayed_and_forged_laser_frames_are_refused_by_name() -> None:
    sender, receiver = ends(LASER)
    sender.send(16)
    count = sender.send(48)
    first = sender.cadus[:count].copy()
    transfer(receiver, first)
    again = [verdict for verdict, _, _ in transfer(receiver, first)]
    assert again[0] == Reject.FRAME_CHECKSUM  # its beginning was that of the frame under way
    assert set(again[1:]) == {Reject.SECURITY_REPLAYED}
    assert len(again) >= 48
    other = SendRing(UNSECURED_LASER, frame_count=32)
    forged = [verdict for verdict, _, _ in transfer(receiver, other.cadus[: other.send(32)])]
    assert set(forged[1:]) == {Reject.SECURITY_SPI}
    assert len(forged) >= 31


def test_ring_refuses_what_it_cannot_serve() -> None:
    sender, receiver = ends(CODED)
    with pytest.raises(LocalLinkError, match=r"frame_count must be in \[0, 64\], got 65 frames"):
        sender.send(65)
    with pytest.raises(LocalLinkError, match=r"cadu_count must be in \[0, 256\], got 257 CADUs"):
        receiver.receive(257)
    sender.rows["channel"] = 9
    with pytest.raises(LocalLinkError, match=f"got verdict {int(Reject.FRAME_CHANNEL)}"):
        sender.send(1)
    with pytest.raises(
        LocalLinkError, match="security must be given exactly with a secured profile, got none"
    ):
        SendRing(LASER)
    staged = SecurityEnd(
        LASER, is_sender=True, keys=builtin_test_keys(), disk=MemoryDisk(), crypto=python_crypto()
    )
    with pytest.raises(LocalLinkError, match="slices must have a cipher in C"):
        SendRing(LASER, security=staged)
    flat = replace(LASER, coding=CODED.coding, frame=replace(LASER.frame, length_octets=1115))
    staged = SecurityEnd(
        flat, is_sender=True, keys=builtin_test_keys(), disk=MemoryDisk(), crypto=python_crypto()
    )
    with pytest.raises(LocalLinkError, match="cipher must run in the C core"):
        SendRing(flat, security=staged)


def _sliced() -> np.ndarray:
    """Return the codeblocks of five frames of 16,388 octets with their markers, 1784 octets in each."""
    sender = SendRing(UNSECURED_LASER, frame_count=6)
    sender.zones[:] = np.arange(6, dtype=np.uint8)[:, None]
    return sender.cadus[: sender.send(6)].copy()


@pytest.mark.parametrize(
    ("harm", "corrected", "skipped_octets"),
    [
        (lambda cadus: cadus, [0, 0, 0, 0, 0], 0),
        (lambda cadus: np.bitwise_xor(cadus, _at(cadus, 3, slice(100, 102))), [2, 0, 0, 0, 0], 0),
        (lambda cadus: np.bitwise_xor(cadus, _at(cadus, 20, slice(4, 1200))), [0, 0, -1, 0, 0], 0),
        (lambda cadus: cadus[1:], [0, 0, 0, 0], 16_388 - 1784),
        (lambda cadus: np.delete(cadus, 40, axis=0)[:47], [0, 0, 0, 0, 0], 0),
        (lambda cadus: np.insert(cadus, 20, cadus[20], axis=0), [0, 0, 0, 0, 0], 1784),
    ],
    ids=["whole", "repaired", "unrepairable", "begun in the middle", "one block lost", "one block twice"],
)
def test_sliced_frames_say_what_was_repaired_and_skipped(
    harm: Callable[[np.ndarray], np.ndarray], corrected: list[int], skipped_octets: int
) -> None:
    cadus = harm(_sliced())
    receiver = ReceiveRing(UNSECURED_LASER, first_count=0)
    receiver.cadus[: len(cadus)] = cadus
    assert [int(row["corrected"]) for row in receiver.receive(len(cadus))] == corrected
    assert receiver.totals.skipped_count == skipped_octets


def _at(cadus: np.ndarray, block: int, octets: slice) -> np.ndarray:
    """Return a pattern that changes every octet of a range of one codeblock."""
    pattern = np.zeros_like(cadus)
    pattern[block, octets] = 0x55
    return pattern


def test_batches_are_made_in_memory_of_the_caller() -> None:
    places = [bytearray(3 * 1279 + 5) for _ in range(2)]
    ring = SendRing(CODED, frame_count=3, outputs=[memoryview(place) for place in places])
    other = SendRing(CODED, frame_count=3)
    assert ring.send(3, output=1) == other.send(3)
    assert bytes(places[1][: 3 * 1279]) == other.cadus.tobytes()
    assert not any(places[0])
    assert not any(places[1][3 * 1279 :])
    with pytest.raises(LocalLinkError, match="outputs must hold 3837 octets, got 3836"):
        SendRing(CODED, frame_count=3, outputs=[memoryview(bytearray(3836))])


def test_sender_that_is_restored_goes_on_where_it_was() -> None:
    one, again = (SendRing(UNSECURED_LASER, frame_count=4) for _ in range(2))
    one.zones[:] = 7
    first = one.cadus[: one.send(3)].tobytes()
    again.restore(one.snapshot())
    receiver = ReceiveRing(UNSECURED_LASER, first_count=0)
    again.zones[:] = 9
    second = again.cadus[: again.send(4)].tobytes()
    octets = np.frombuffer(first + second, np.uint8).reshape(-1, UNSECURED_LASER.cadu_octets)
    found = transfer(receiver, octets)
    assert [(verdict, data[0]) for verdict, _, data in found] == [(0, 7)] * 3 + [(0, 9)] * 3
    one.zones[:] = 9
    assert one.cadus[: one.send(4)].tobytes() == second


@pytest.mark.slow
@pytest.mark.allocator
def test_rings_of_256_frames_take_below_a_mebibyte_and_batches_allocate_nothing() -> None:
    found = link_memory.measured()
    if isinstance(found, str):
        pytest.skip(found)
    assert found["allocations"] == 0
    assert 256 * 1115 < found["send"] < 1 << 20
    assert 256 * 1115 < found["receive"] < 1 << 20


@pytest.fixture
def beside() -> Iterator[Callable[[Callable[[], object]], int]]:
    """Return a function that tells how far another thread counts during a call that it makes.

    The interpreter takes its lock from no thread here, so that the other one runs only when it is let go.
    """
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    count = [0]
    is_over = threading.Event()

    def advance() -> None:
        while not is_over.is_set():
            count[0] += 1
            time.sleep(0)  # lets go of the lock

    def measure(call: Callable[[], object]) -> int:
        before = count[0]
        call()
        return count[0] - before

    thread = threading.Thread(target=advance)
    thread.start()
    yield measure
    is_over.set()
    thread.join()
    sys.setswitchinterval(interval_s)


def test_other_threads_run_while_the_core_works(beside: Callable[[Callable[[], object]], int]) -> None:
    sender = SendRing(SHORT, frame_count=10_000)
    receiver = ReceiveRing(SHORT, cadu_count=10_000, first_count=0)
    sent = received = 0
    for _ in range(200):  # a busy machine may not get to the other thread at once
        sent += beside(lambda: sender.send(10_000))
        receiver.cadus[:] = sender.cadus
        received += beside(lambda: receiver.receive(10_000))
        if min(sent, received) > 100:
            break
    assert min(sent, received) > 100
    assert beside(lambda: ctypes.PyDLL(None).usleep(20_000)) == 0  # as it were with the lock held


@pytest.mark.parametrize("is_bitwise", [False, True], ids=["octets", "bits"])
def test_stream_in_any_cut_is_found_again_after_slips(*, is_bitwise: bool) -> None:
    sender = SendRing(SHORT, frame_count=200)
    receiver = ReceiveRing(SHORT, first_count=0, is_bitwise=is_bitwise)
    stream = sender.cadus[: sender.send(200)].tobytes()
    number = int.from_bytes(stream)
    if is_bitwise:  # inverted, three bits in front, five bits lost within frame 100
        bits = format(number ^ ((1 << 8 * len(stream)) - 1), f"0{8 * len(stream)}b")
        bits = "101" + bits[: 8 * 259 * 100 + 700] + bits[8 * 259 * 100 + 705 :]
        stream = int(bits + "0" * (-len(bits) % 8), 2).to_bytes(-(-len(bits) // 8))
    else:
        stream = b"x" + stream[: 259 * 100 + 80] + stream[259 * 100 + 81 :]
    verdicts = []
    for begin in range(0, len(stream), 333):
        count = receiver.take(stream[begin : begin + 333])
        verdicts += receiver.receive(count)["verdict"].tolist()
    good = verdicts.count(0)
    assert good >= 198  # the frame that slipped; the last when its end is cut
    assert receiver.sync.relock_count == 1
    assert (receiver.sync.inverted_count > 190) == is_bitwise


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_soak_accounts_for_every_one_of_a_million_frames() -> None:
    """Errors, loss and repeats: sent = delivered + gap, and gap = unrepairable + rejected + lost."""
    random = np.random.default_rng(2)
    sender = SendRing(SHORT, frame_count=1000)
    receiver = ReceiveRing(SHORT, cadu_count=1100, first_count=0)
    delivered = gap = unrepairable = rejected = repeated = lost = repeats = 0
    for _ in range(1000):
        sender.zones[:, :8] = random.integers(0, 256, (1000, 8), np.uint8)
        cadus = sender.cadus[: sender.send(1000)].copy()
        kind = random.random(1000)
        few, many = np.flatnonzero(kind < 0.05), np.flatnonzero((kind > 0.05) & (kind < 0.07))
        for index in few:
            cadus[index, 4 + random.choice(255, 16, replace=False)] ^= 0x5A
        for index in many:
            cadus[index, 4 + random.choice(255, 40, replace=False)] ^= random.integers(1, 256, 40, np.uint8)
        keep = kind < 0.98
        keep[-1] = keep[0] = True  # so that no gap is left open at the end
        cadus[-1] = sender.cadus[999]
        lost += int((~keep).sum())
        copies = np.where(kind > 0.97, 2, 1) * keep
        copies[-1] = 1
        repeats += int((copies == 2).sum())
        sent = np.repeat(cadus, copies, axis=0)
        receiver.cadus[: len(sent)] = sent
        rows = receiver.receive(len(sent))
        verdicts = rows["verdict"]
        delivered += int((verdicts == 0).sum())
        gap += int(rows["gap"].sum())
        unrepairable += int((verdicts == Reject.FRAME_UNREPAIRABLE).sum())
        repeated += int((verdicts == Reject.FRAME_REPEATED).sum())
        rejected += int(
            np.isin(verdicts, (Reject.FRAME_UNREPAIRABLE, Reject.FRAME_REPEATED, 0), invert=True).sum()
        )
    assert delivered + gap == 1_000_000
    assert gap == unrepairable + rejected + lost
    assert repeated == repeats
    assert min(unrepairable, repeated, lost) > 5000
