"""Speed of the whole chain, both ways, one core: laser and radio profile, secure and clear."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter_ns

import numpy as np
from bench.peers import Peers, best_ns
from bench.row import Row, against, alone, skipped

from flight.bus.disk import MemoryDisk
from flight.link import coding
from flight.link._clink import ffi, lib
from flight.link.crypto import find_crypto
from flight.link.errors import LocalLinkError
from flight.link.keys import builtin_test_keys
from flight.link.profile import Profile, load_builtin
from flight.link.ring import ReceiveRing, SendRing
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions

REPEATS = 40
HURT_REPEATS = 9
"""With errors, which take longer to draw than to repair."""
RADIO_FRAMES = 256
LASER_FRAMES = 24
ERRORS = 8
CLEAR = SecurityOptions(mode="none")
LASER = load_builtin("laser")
RADIO = replace(
    load_builtin("plain_telemetry"),
    frame=replace(load_builtin("plain_telemetry").frame, length_octets=1115, content="octets", fecf=False),
    coding=replace(LASER.coding, code="rs", rs_interleave=5),
    security=replace(LASER.security, spi=2),
)


def rows() -> Iterator[Row]:
    """Measure; bars of a GFNI core are skipped by name on another, and the figures then stand without."""
    has_gfni = _has("gfni")
    if find_crypto().is_staged:
        yield skipped("secure chains", "Gbit/s", reason="no shared libcrypto")
    else:
        yield from _references()
        yield from _secure(has_gfni=has_gfni)
    yield from _portable()


def _secure(*, has_gfni: bool) -> Iterator[Row]:
    """Measure the secure chains at the best level."""
    where = f"{coding.level()}, {find_crypto().name}"
    for name, profile, count, bar in (
        ("laser", LASER, LASER_FRAMES, 10),
        ("radio", RADIO, RADIO_FRAMES, 6),
    ):
        send, receive = _both_ways(profile, count, error_count=0)
        for way, speed in (("send", send), ("receive, clean", receive)):
            text = f"secure {way}, {name} profile"
            if has_gfni:
                yield alone(text, speed, "Gbit/s", at_least=bar, note=where)
            else:
                yield skipped(f"{text} on gfni", "Gbit/s", reason="CPU lacks gfni", bar=f"value >= {bar}")
                yield alone(text, speed, "Gbit/s", note=f"{where}: the bar is for gfni")
        if name == "radio":
            yield from _beside_peer(where, has_gfni=has_gfni)
    _, hurt = _both_ways(LASER, LASER_FRAMES, error_count=ERRORS)
    text = "secure receive, 8 errors in every codeword, laser"
    if has_gfni:
        yield alone(text, hurt, "Gbit/s", at_least=4, note=where)
    else:
        yield skipped(f"{text} on gfni", "Gbit/s", reason="CPU lacks gfni", bar="value >= 4")
        yield alone(text, hurt, "Gbit/s", note=f"{where}: the bar is for gfni")


def _portable() -> Iterator[Row]:
    """Measure the portable C chain without a cipher."""
    coding.set_level("scalar")
    try:
        send, receive = _both_ways(replace(RADIO, security=CLEAR), RADIO_FRAMES, error_count=0)
    finally:
        coding.set_level("")
    note = "scalar, radio profile without security"
    yield alone("portable chain without cipher, send", send, "Gbit/s", at_least=2.5, note=note)
    yield alone("portable chain without cipher, receive", receive, "Gbit/s", at_least=2.5, note=note)


def _references() -> Iterator[Row]:
    """Measure what bounds every chain of this machine: copies, and the cipher alone."""
    octets = RADIO_FRAMES * RADIO.frame.length_octets
    source, target = np.ones(octets, np.uint8), np.zeros(octets, np.uint8)
    (copy_ns,) = best_ns(lambda: np.copyto(target, source))
    yield alone("memcpy of 256 frames of 1115 octets", 8 * octets / copy_ns, "Gbit/s", note="for comparison")
    for profile, count in ((RADIO, RADIO_FRAMES), (LASER, LASER_FRAMES)):
        seal, octets = _sealing(profile, count)
        (seal_ns,) = best_ns(seal)
        name = f"AES-256-GCM alone, frames of {profile.frame.length_octets} octets"
        yield alone(name, 8 * octets / seal_ns, "Gbit/s", note=f"{find_crypto().name}, for comparison")


def _sealing(profile: Profile, count: int) -> tuple[Callable[[], object], int]:
    """Return what seals so many frames one after the other, and their octets."""
    end = security_end(profile, is_sender=True)
    size = profile.frame.length_octets
    frames = ffi.new("uint8_t[]", size * count)

    def seal() -> None:
        end.serving(count)
        lib.dd_sdls_apply(end.records, end.crypto.aead, 0, frames, size, count, 6, size - 4)

    return seal, size * count


def _beside_peer(where: str, *, has_gfni: bool) -> Iterator[Row]:
    """Compare with libfec and EVP, frame by frame, the times of both added, in turn with ours."""
    text = "secure send, radio profile, beside libfec and EVP"
    try:
        peers = Peers()
    except OSError as missing:
        yield skipped(text, "Gbit/s", reason=str(missing), bar="ratio >= 24")
        return
    noise = np.random.default_rng(6).bytes(5 * 255 * RADIO_FRAMES)  # libfec skips over zeros
    words = (ctypes.c_uint8 * len(noise)).from_buffer_copy(noise)
    sender = SendRing(RADIO, frame_count=RADIO_FRAMES, security=security_end(RADIO, is_sender=True))
    seal, octets = _sealing(RADIO, RADIO_FRAMES)
    ours_ns, fec_ns, evp_ns = best_ns(
        lambda: sender.send(RADIO_FRAMES), lambda: peers.encode(words, 5 * RADIO_FRAMES), seal
    )
    bar = 24 if has_gfni else None
    note = where if has_gfni else f"{where}: the bar of 24 is for gfni"
    ours, peer = 8 * octets / ours_ns, 8 * octets / (fec_ns + evp_ns)
    yield against(text, ours, "Gbit/s", "libfec + EVP", peer, at_least=bar, note=note)


def _both_ways(profile: Profile, count: int, *, error_count: int) -> tuple[float, float]:
    """Return the best speeds of sending and receiving, Gbit/s of transfer frames."""
    random = np.random.default_rng(5)
    is_secure = profile.security.is_on
    sender = SendRing(
        profile, frame_count=count, security=security_end(profile, is_sender=True) if is_secure else None
    )
    receiver = ReceiveRing(
        profile,
        cadu_count=len(sender.cadus),
        security=security_end(profile, is_sender=False) if is_secure else None,
        first_count=0,
    )
    sender.zones[:] = random.integers(0, 256, sender.zones.shape, np.uint8)
    bits = 8 * count * profile.frame.length_octets
    send_ns = receive_ns = float("inf")
    lanes = profile.coding.rs_interleave
    for repeat in range((HURT_REPEATS if error_count else REPEATS) + 2):
        start = perf_counter_ns()
        made = sender.send(count)
        sent_ns = perf_counter_ns() - start
        receiver.cadus[:made] = sender.cadus[:made]
        for cadu in receiver.cadus[:made] if error_count else ():
            for lane in range(lanes):
                cadu[4 + lane + lanes * random.choice(255, error_count, replace=False)] ^= 0x5A
        start = perf_counter_ns()
        found = receiver.receive(made)
        received_ns = perf_counter_ns() - start
        if not np.all(found["verdict"] == 0) or len(found) < count - 1:
            raise ValueError(f"frames must all be good, got verdicts {set(found['verdict'].tolist())}")
        if repeat >= 2:
            send_ns, receive_ns = min(send_ns, sent_ns), min(receive_ns, received_ns)
    return bits / send_ns, bits / receive_ns


def security_end(profile: Profile, *, is_sender: bool) -> SecurityEnd:
    """Return an end with the test keys."""
    return SecurityEnd(profile, is_sender=is_sender, keys=builtin_test_keys(), disk=MemoryDisk())


def _has(level: str) -> bool:
    try:
        coding.set_level(level)
    except LocalLinkError:
        return False
    coding.set_level("")
    return True
