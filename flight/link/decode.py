"""Recordings of other missions and our own, read back: a profile and a file of octets in, JSON lines out."""

from collections.abc import Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from flight.link.crypto import python_crypto
from flight.link.decode_units import decode_units
from flight.link.errors import LocalLinkError
from flight.link.keys import KeyStore
from flight.link.places import SlicePlaces, frame_offsets, insert_zones
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.report import FrameLine, Report, Summary
from flight.link.ring import BITS_ALL, BITS_IDLE, ReceiveRing, Rows
from flight.link.security import SecurityEnd
from flight.link.spans import FIRST, LAST, PacketSpans

_READ_OCTETS = 1 << 16
_BATCH_COUNT = 256


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

    The recording is read in pieces: memory does not grow with it. When the reading is broken off
    (`KeyboardInterrupt`) the summary of what was read is written all the same.

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
        When the profile has security and there is no key, or it names one that is not in the store; when bits
        are asked for and there is no attached marker to look for.
    """
    if is_bitwise and not profile.marker:
        msg = f"--bits must be left out without coding.marker_hex, got it (profile {profile.name})"
        raise LocalLinkError(msg, field="is_bitwise")
    report = Report(profile, lines, packets)
    security = None
    if profile.security.is_on:
        if keys is None:
            msg = f"keys must be given for a secured profile, got none (profile {profile.name})"
            raise LocalLinkError(msg, field="keys")
        crypto = python_crypto() if profile.frame.kind == "tc" else None
        security = SecurityEnd(profile, is_sender=False, keys=keys, disk=_Memory(), crypto=crypto)
    try:
        if profile.frame.kind == "tc":
            decode_units(profile, _pieces(recording, report), report, security)
        else:
            _Frames(profile, report, security, is_bitwise=is_bitwise).read(_pieces(recording, report))
    except KeyboardInterrupt:
        report.close()
        raise
    return report.close()


def _pieces(recording: IO[bytes], report: Report) -> Iterator[bytes]:
    """Return the octets piece by piece."""
    while piece := recording.read(_READ_OCTETS):
        report.sums.octets += len(piece)
        yield piece


class _Bits:
    """Joins the bits of a channel's frames (732.0-B-4 clause 4.1.4.3, B_PDU) to octets."""

    def __init__(self) -> None:
        self._held = 0
        self._held_count = 0

    def add(self, octets: bytes, bit_count: int) -> bytes:
        """Append the first bits of `octets`; return the octets that are whole now."""
        value = self._held << bit_count | int.from_bytes(octets) >> 8 * len(octets) - bit_count
        whole, rest = divmod(self._held_count + bit_count, 8)
        self._held, self._held_count = value & (1 << rest) - 1, rest
        return (value >> rest).to_bytes(whole)

    def close(self) -> bytes:
        """Return the last bits, filled up with zeros to an octet."""
        return self.add(b"\0", -self._held_count % 8)


class _Frames:
    """Reads frames of fixed length through a ring."""

    def __init__(
        self, profile: Profile, report: Report, security: SecurityEnd | None, *, is_bitwise: bool
    ) -> None:
        self._ring = ReceiveRing(profile, cadu_count=_BATCH_COUNT, security=security, is_bitwise=is_bitwise)
        self._profile = profile
        self._report = report
        has_packets = profile.frame.content == "packets"
        self._spans = PacketSpans(profile) if has_packets else None
        self._begun = dict.fromkeys(profile.frame.channels, b"")
        has_bits = profile.frame.content == "bitstream"
        self._bits = {vcid: _Bits() for vcid in profile.frame.channels if has_bits}
        self._slices = SlicePlaces(profile) if profile.coding.code == "rs_slices" else None
        self._spis = [None if security is None else security.spi(index) for index in range(64)]
        self._covered_bits = 0
        self._end_bit = 0

    def read(self, pieces: Iterator[bytes]) -> None:
        """Read to the end of the recording."""
        if self._profile.marker:
            self._read_marked(pieces)
        else:
            self._read_bare(pieces)
        for bits in self._bits.values():
            self._report.data(bits.close())
        self._report.sums.slice_octets_skipped = self._ring.totals.skipped_count

    def _read_marked(self, pieces: Iterator[bytes]) -> None:
        """Read frames behind markers."""
        ring, sums = self._ring, self._report.sums
        for piece in pieces:
            count = ring.take(piece)
            while count:
                self._cover(ring.offsets[:count])
                self._take(count)
                count = ring.take(b"")
            sums.octets_skipped = sums.octets - self._covered_bits // 8

    def _cover(self, begin_bits: NDArray[np.uint64]) -> None:
        """Sum up what CADUs cover; one that was cut short and the next one overlap."""
        size = 8 * self._profile.cadu_octets
        for begin in begin_bits.tolist():
            self._covered_bits += size - max(0, self._end_bit - begin)
            self._end_bit = begin + size

    def _read_bare(self, pieces: Iterator[bytes]) -> None:
        """Read frames that lie side by side."""
        ring, size = self._ring, self._profile.cadu_octets
        held, at = b"", 0
        for piece in pieces:
            held += piece
            while count := min(len(held) // size, _BATCH_COUNT):
                ring.cadus[:count] = np.frombuffer(held, np.uint8, count * size).reshape(count, size)
                ring.offsets[:count] = 8 * (at + size * np.arange(count, dtype=np.uint64))
                at += count * size
                held = held[count * size :]
                self._take(count)
        self._report.sums.octets_skipped += len(held)

    def _take(self, count: int) -> None:
        """Take the CADUs that wait in the ring."""
        rows = self._ring.receive(count)
        names = ("spacecraft", "channel", "count", "gap", "corrected", "verdict", "data_octets", "sa_index")
        offsets, inserts = self._offsets(rows, count), self._inserts(rows)
        if self._bits:
            rows["data_octets"] = -(-_bit_counts(rows) // 8)
        columns = [rows[name].tolist() for name in names]
        for offset, insert, spacecraft_id, vcid, frame_count, gap, corrected, verdict, octets, index in zip(
            offsets, inserts, *columns, strict=True
        ):
            is_opened = not verdict and (vcid != CHANNEL_IDLE or self._profile.frame.kind == "tm")
            self._report.line(
                FrameLine(
                    offset=offset,
                    spacecraft_id=spacecraft_id,
                    vcid=vcid,
                    count=frame_count,
                    gap_count=gap,
                    corrected_count=corrected,
                    verdict=verdict,
                    data_octets=octets if not verdict else 0,
                    spi=self._spis[index] if is_opened else None,
                    insert=insert,
                )
            )
        if self._spans is None:
            self._take_octets(rows)
        else:
            self._take_packets(rows, self._spans)

    def _offsets(self, rows: Rows, count: int) -> list[int]:
        """Return where in the input the frames of the newest CADUs began, their markers included."""
        begins = self._ring.offsets[:count].astype(np.int64) // 8
        if self._slices is None:
            return list(begins.tolist())
        self._slices.add(begins, self._ring.stream_base)
        marker_octets = frame_offsets(rows) - len(self._profile.marker) + self._ring.stream_base
        return list(self._slices.offsets(marker_octets).tolist())

    def _inserts(self, rows: Rows) -> list[bytes]:
        """Return the insert zones, none of a bad frame."""
        if not self._profile.frame.insert_octets:
            return [b""] * len(rows)
        zones = insert_zones(self._profile, self._ring.data, rows)
        bad = rows["verdict"] != 0
        return [b"" if is_bad else zone.tobytes() for zone, is_bad in zip(zones, bad, strict=True)]

    def _take_octets(self, rows: Rows) -> None:
        good = rows[(rows["verdict"] == 0) & (rows["channel"] != CHANNEL_IDLE)]
        for row, bit_count in zip(good, _bit_counts(good).tolist(), strict=True):
            begin, octets = int(row["data_offset"]), int(row["data_octets"])
            data = self._ring.data[begin : begin + octets].tobytes()
            bits = self._bits.get(int(row["channel"]))
            self._report.data(data if bits is None else bits.add(data, bit_count))

    def _take_packets(self, rows: Rows, spans: PacketSpans) -> None:
        """Put packets together, each when its last frame has come."""
        ready: list[tuple[int, bytes]] = []
        for vcid in self._begun:
            done = 0
            while done < len(rows):
                parts, row_count = spans.unpack(vcid, self._ring.data, rows[done:])
                names = ("offset", "octets", "flags", "verdict", "row")
                columns = [parts[name].tolist() for name in names]
                for offset, octets, flags, verdict, row in zip(*columns, strict=True):
                    piece = self._ring.data[offset : offset + octets].tobytes()
                    whole = piece if flags & FIRST else self._begun[vcid] + piece
                    if flags & LAST:
                        ready.append((done + row, whole))
                    self._begun[vcid] = b"" if verdict or flags & LAST else whole
                    self._report.sums.packets_broken += verdict != 0
                done += row_count
        for _, packet in sorted(ready, key=lambda item: item[0]):
            self._report.packet(packet)


def _bit_counts(rows: Rows) -> NDArray[np.int64]:
    """Return the bits of data of each frame by its bitstream data pointer, the place of the last one."""
    pointers = rows["pointer"].astype(np.int64)
    all_bits = 8 * rows["data_octets"].astype(np.int64)
    counts = np.where(pointers == BITS_ALL, all_bits, np.minimum(pointers + 1, all_bits))
    return np.where(pointers == BITS_IDLE, 0, counts)
