"""Recordings of other missions and our own, read back: a profile and a file of octets in, JSON lines out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import IO

import numpy as np

from flight.link.assembly import PacketAssembler
from flight.link.coding import CLTU_START_OCTETS, decode_cltu, find_cltu, random_sequence
from flight.link.crypto import python_crypto
from flight.link.errors import LocalLinkError, Reject
from flight.link.frame import Frame, TcCodec
from flight.link.keys import KeyStore
from flight.link.packet import APID_IDLE, SequenceGaps
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.ring import ReceiveRing
from flight.link.security import SecurityEnd

_READ_OCTETS = 1 << 16
_BATCH_COUNT = 256
_TC_UNIT_OCTETS = 1024 + 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a recording held.

    Attributes
    ----------
    frames, gaps
        Frames, and frames missing between them by their counts.
    corrected
        Symbols (aos, tm) or bits (tc) repaired.
    octets_skipped
        Octets that belong to no frame.
    packets, packets_idle, packets_missing
        Packets, idle ones apart, and those missing by their sequence counts.
    verdicts
        Frames by verdict.
    """

    frames: int
    gaps: int
    corrected: int
    octets_skipped: int
    packets: int
    packets_idle: int
    packets_missing: int
    verdicts: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class _Sums:
    """A summary in the making."""

    frames: int = 0
    gaps: int = 0
    corrected: int = 0
    octets_skipped: int = 0
    packets: int = 0
    packets_idle: int = 0
    packets_missing: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)


class _Memory:
    """Numbers of one reading: a recording is read from its beginning each time."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return what was written."""
        return self._files.get(name, b"")[offset : offset + octets]

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Keep octets until the end of the reading."""
        before = self._files.get(name, b"").ljust(offset, b"\0")
        self._files[name] = before[:offset] + octets + before[offset + len(octets) :]


class _Report:
    """Writes the lines and the packets, and sums up."""

    def __init__(self, profile: Profile, lines: IO[str], packets: IO[bytes] | None) -> None:
        self.summary = _Sums()
        self._profile = profile
        self._lines = lines
        self._packets = packets
        self._sequences = SequenceGaps()
        self._assemblers = {
            vcid: PacketAssembler(profile.limits.packet_octets_max) for vcid in profile.frame.channels
        }

    def line(
        self, offset: int | None, frame: Frame, *, gap_count: int, corrected_count: int, spacecraft_id: int
    ) -> None:
        """Write the line of one frame."""
        verdict = Reject(frame.verdict).name.lower() if frame.verdict else "ok"
        summary = self.summary
        summary.frames += 1
        summary.gaps += gap_count
        summary.corrected += max(0, corrected_count)
        summary.verdicts[verdict] = summary.verdicts.get(verdict, 0) + 1
        record = {
            "offset": offset,
            "spacecraft": spacecraft_id,
            "channel": frame.vcid,
            "count": frame.count,
            "gap": gap_count,
            "corrected": corrected_count,
            "verdict": verdict,
            "octets": len(frame.data),
        }
        self._lines.write(json.dumps(record) + "\n")

    def zone(self, frame: Frame, gap_count: int) -> None:
        """Take the data of a good frame."""
        if self._profile.frame.content != "packets":
            if self._packets is not None:
                self._packets.write(frame.data)
            return
        assembler = self._assemblers[frame.vcid]
        if gap_count:
            assembler.drop()
        packets, _ = assembler.add(frame.data, frame.pointer)
        for packet in packets:
            self.packet(packet)

    def packet(self, packet: bytes) -> None:
        """Count a packet and write it."""
        apid = (packet[0] << 8 | packet[1]) & APID_IDLE
        if apid == APID_IDLE:
            self.summary.packets_idle += 1
            return
        self.summary.packets += 1
        self.summary.packets_missing += self._sequences.missing(apid, (packet[2] << 8 | packet[3]) & 0x3FFF)
        if self._packets is not None:
            self._packets.write(packet)

    def close(self) -> Summary:
        """Write the summary."""
        sums = asdict(self.summary)
        self._lines.write(json.dumps({"summary": sums}) + "\n")
        return Summary(**sums)


def decode(
    profile: Profile,
    recording: IO[bytes],
    lines: IO[str],
    *,
    packets: IO[bytes] | None = None,
    keys: KeyStore | None = None,
    is_bitwise: bool = False,
) -> Summary:
    """Read CADUs, frames (a profile without a marker) or transmission units; write a JSON line to each frame.

    Parameters
    ----------
    profile
        What the octets are.
    recording
        Octets, binary.
    lines
        For the lines; the last is ``{"summary": ...}``.
    packets
        For the packets, or the data of frames that carry none.
    keys
        Needed with security.
    is_bitwise
        aos, tm: markers may lie at any bit, and the stream may be inverted.

    Raises
    ------
    LocalLinkError
        When the profile has security and there is no key, or it names one that is not in the store.
    """
    report = _Report(profile, lines, packets)
    security = None
    if profile.security.is_on:
        if keys is None:
            msg = f"keys must be given for a secured profile, got none (profile {profile.name})"
            raise LocalLinkError(msg, field="keys")
        crypto = python_crypto() if profile.frame.kind == "tc" else None
        security = SecurityEnd(profile, is_sender=False, keys=keys, disk=_Memory(), crypto=crypto)
    if profile.frame.kind == "tc":
        _decode_units(profile, recording.read(), report, security)
    else:
        _decode_frames(profile, recording, report, security, is_bitwise=is_bitwise)
    return report.close()


def _chunks(recording: IO[bytes]) -> Iterator[bytes]:
    """Return the octets piece by piece, and an empty piece at the end."""
    while piece := recording.read(_READ_OCTETS):
        yield piece
    yield b""


def _decode_frames(
    profile: Profile, recording: IO[bytes], report: _Report, security: SecurityEnd | None, *, is_bitwise: bool
) -> None:
    ring = ReceiveRing(profile, cadu_count=_BATCH_COUNT, security=security, is_bitwise=is_bitwise)
    size = profile.cadu_octets
    if not profile.marker:
        at = 0
        while piece := recording.read(size * _BATCH_COUNT):
            count = len(piece) // size
            ring.cadus[:count] = np.frombuffer(piece, np.uint8, count * size).reshape(count, size)
            ring.offsets[:count] = 8 * (at + size * np.arange(count, dtype=np.uint64))
            report.summary.octets_skipped += len(piece) - count * size
            at += len(piece)
            _take_rows(ring, count, report)
        return
    for piece in _chunks(recording):
        count = ring.take(piece)
        while count:
            _take_rows(ring, count, report)
            count = ring.take(b"")
    report.summary.octets_skipped += ring.sync.skipped_bits // 8 + ring.totals.skipped_count


def _take_rows(ring: ReceiveRing, count: int, report: _Report) -> None:
    """Take the CADUs that wait in the ring."""
    rows = ring.receive(count)
    is_one_to_one = len(rows) == count
    for index, row in enumerate(rows):
        begin, octets = int(row["data_offset"]), int(row["data_octets"])
        frame = Frame(
            vcid=int(row["channel"]),
            count=int(row["count"]),
            pointer=int(row["pointer"]),
            data=ring.data[begin : begin + octets].tobytes(),
            verdict=int(row["verdict"]),
        )
        gap_count = int(row["gap"])
        report.line(
            int(ring.offsets[index]) // 8 if is_one_to_one else None,
            frame,
            gap_count=gap_count,
            corrected_count=int(row["corrected"]),
            spacecraft_id=int(row["spacecraft"]),
        )
        if not frame.verdict and frame.vcid != CHANNEL_IDLE and frame.data:
            report.zone(frame, gap_count)


def _decode_units(profile: Profile, data: bytes, report: _Report, security: SecurityEnd | None) -> None:
    """Read transmission units and the frames in them."""
    sequence = random_sequence(profile.coding.randomiser, 2 * _TC_UNIT_OCTETS)
    at = 0
    while (found := find_cltu(data[at:], int(profile.coding.correct))) >= 0:
        report.summary.octets_skipped += found
        begin = at + found
        blocks = decode_cltu(
            data[begin + CLTU_START_OCTETS :], correct=profile.coding.correct, octets_max=_TC_UNIT_OCTETS
        )
        octets = bytes(a ^ b for a, b in zip(blocks.data, sequence or bytes(len(blocks.data)), strict=False))
        _decode_unit(profile, octets, (begin, blocks.corrected_count), report, security)
        at = begin + CLTU_START_OCTETS + blocks.consumed_octets


def _decode_unit(
    profile: Profile, octets: bytes, where: tuple[int, int], report: _Report, security: SecurityEnd | None
) -> None:
    """Read the frames of one unit; `where` is its offset and the bits repaired in it."""
    codec = TcCodec(profile)
    at = 0
    while at == 0 or len(octets) - at >= 7:
        frame, size = codec.decode(octets[at:])
        data, verdict = frame.data, frame.verdict
        if not verdict and security is not None and not frame.is_control:
            data, verdict = _open(profile, octets[at : at + size], frame, security)
        spacecraft_id = (octets[at] << 8 | octets[at + 1]) & 0x3FF if size else 0
        judged = Frame(vcid=frame.vcid, count=frame.count, data=data, verdict=verdict)
        report.line(where[0], judged, gap_count=0, corrected_count=where[1], spacecraft_id=spacecraft_id)
        if not verdict and not frame.is_control:
            report.packet(data)
        if not size:
            return
        at += size


def _open(profile: Profile, octets: bytes, frame: Frame, security: SecurityEnd) -> tuple[bytes, int]:
    """Open a secured telecommand frame; return its data and a verdict."""
    header_octets = 5 + profile.frame.segment_header
    secured_octets = len(octets) - 2 * profile.frame.fecf
    opened = security.open(profile.frame.spacecraft_id, frame.vcid, octets, header_octets, secured_octets)
    if not opened.verdict:
        security.commit(opened.index, opened.number)
    return opened.data, opened.verdict
