"""Recordings of telecommand: transmission units in octets and the frames in them, or frames side by side."""

from collections.abc import Iterator

from flight.link.coding import CLTU_START_OCTETS, decode_cltu, find_cltu, random_sequence
from flight.link.command_packets import CommandPackets
from flight.link.errors import Reject
from flight.link.frame import Frame
from flight.link.frame_tc import TcCodec
from flight.link.profile import Profile
from flight.link.report import FrameLine, Report
from flight.link.security import SecurityEnd

_FRAME_OCTETS_MIN = 7
_CONTROL_OCTETS_MAX = 3
_UNIT_OCTETS = 1024 + 14
_UNIT_CODED_OCTETS = _UNIT_OCTETS // 7 * 8 + 16


def decode_units(
    profile: Profile, pieces: Iterator[bytes], report: Report, security: SecurityEnd | None
) -> None:
    """Read the units, or frames side by side, of a recording that comes in pieces; every frame is reported.

    Frames are not held to sequence control: what was sent twice is there twice.

    Parameters
    ----------
    profile
        Of kind "tc".
    pieces
        Octets, in any cut.
    report
        Takes the lines and packets.
    security
        Receiving end with a cipher that runs from Python, exactly when the profile has security.
    """
    is_bare = profile.coding.code == "none"
    reader = _Bare(profile, report, security) if is_bare else _Units(profile, report, security)
    for piece in pieces:
        reader.take(piece, is_last=False)
    reader.take(b"", is_last=True)


class _Reader:
    """Reads frames, and keeps what is not read yet."""

    def __init__(self, profile: Profile, report: Report, security: SecurityEnd | None) -> None:
        self._profile = profile
        self._report = report
        self._security = security
        self._codec = TcCodec(profile)
        self._packets = CommandPackets(profile)
        # Without sequence control in the profile nothing says how its control commands are protected.
        self._has_clear_control = not profile.sequence.is_on or profile.sequence.control == "clear"
        self._held = b""
        self._at = 0

    def _skip(self, octets: int) -> None:
        self._report.sums.octets_skipped += octets

    def _keep(self, held: bytes, at: int) -> None:
        self._held = held[at:]
        self._at += at

    def _read_frame(self, frame: Frame, octets: bytes, offset: int, corrected_count: int) -> None:
        """Open a frame, take its packets and report it; without octets its length was impossible."""
        data, verdict, spi = frame.data, frame.verdict, None
        if not verdict and self._security is not None and not (frame.is_control and self._has_clear_control):
            data, verdict, spi = self._open(octets, frame, self._security)
        if not verdict and not frame.is_control:
            segment = frame.segment_flags << 6 | frame.map_id
            for found in self._packets.take(frame.vcid, segment, data):
                if isinstance(found, Reject):
                    self._report.sums.packets_broken += 1
                else:
                    self._report.packet(found)
        self._report.line(
            FrameLine(
                offset=offset,
                spacecraft_id=int.from_bytes(octets[:2]) & 0x3FF,
                vcid=frame.vcid,
                count=frame.count,
                gap_count=0,
                corrected_count=corrected_count,
                verdict=verdict,
                data_octets=len(data),
                spi=spi,
            )
        )

    def _open(self, octets: bytes, frame: Frame, security: SecurityEnd) -> tuple[bytes, int, int | None]:
        """Open a secured frame; return its data, a verdict, and the SPI of what opened it."""
        if frame.is_control and len(frame.data) <= _CONTROL_OCTETS_MAX:
            return frame.data, int(Reject.SECURITY_CONTROL), None
        header_octets = 5 + (self._profile.frame.segment_header and not frame.is_control)
        secured_octets = len(octets) - 2 * self._profile.frame.fecf
        spacecraft_id = self._profile.frame.spacecraft_id
        opened = security.open(spacecraft_id, frame.vcid, octets, header_octets, secured_octets)
        if opened.verdict:
            return b"", opened.verdict, None
        security.commit(opened.index, opened.number)
        return opened.data, 0, security.spi(opened.index)


class _Bare(_Reader):
    """Reads frames side by side; after a bad one it tries every octet until one is good."""

    _is_lost = False

    def take(self, piece: bytes, *, is_last: bool) -> None:
        """Take octets; a frame is read when all of it must have come."""
        held = self._held + piece
        longest = self._profile.frame.length_octets
        at = 0
        while len(held) - at >= (1 if is_last else longest):
            frame, size = self._codec.decode(held[at : at + longest])
            is_lost = frame.verdict in _LOST
            if not self._is_lost or not frame.verdict:
                self._read_frame(frame, held[at : at + size], self._at + at, 0)
                self._is_lost = is_lost
            if self._is_lost:
                self._skip(1)
                at += 1
            else:
                at += size
        self._keep(held, at)


class _Units(_Reader):
    """Cuts units out of octets."""

    def __init__(self, profile: Profile, report: Report, security: SecurityEnd | None) -> None:
        super().__init__(profile, report, security)
        self._sequence = random_sequence(profile.coding.randomiser, _UNIT_OCTETS)

    def take(self, piece: bytes, *, is_last: bool) -> None:
        """Take octets; a unit is read when all of it must have come."""
        held = self._held + piece
        correct = self._profile.coding.correct
        at = 0
        while (found := find_cltu(held[at:], int(correct))) >= 0:
            begin = at + found
            coded = held[begin + CLTU_START_OCTETS :][:_UNIT_CODED_OCTETS]
            if len(coded) < _UNIT_CODED_OCTETS and not is_last:
                self._skip(found)
                self._keep(held, begin)
                return
            self._skip(found)
            blocks = decode_cltu(coded, correct=correct, octets_max=_UNIT_OCTETS)
            self._read(blocks.data, self._at + begin, blocks.corrected_count)
            at = begin + CLTU_START_OCTETS + blocks.consumed_octets
            if blocks.is_ended and held[at : at + len(_TAIL)] == _TAIL:
                at += len(_TAIL)
        rest = len(held) if is_last else max(at, len(held) - CLTU_START_OCTETS + 1)
        self._skip(rest - at)
        self._keep(held, rest)

    def _read(self, coded: bytes, offset: int, corrected_count: int) -> None:
        """Read the frames of one unit."""
        octets = bytes(a ^ b for a, b in zip(coded, self._sequence or bytes(len(coded)), strict=False))
        at = 0
        while at == 0 or len(octets) - at >= _FRAME_OCTETS_MIN:
            frame, size = self._codec.decode(octets[at:])
            self._read_frame(frame, octets[at : at + size], offset, corrected_count)
            if not size:
                return
            at += size


_TAIL = bytes.fromhex("C5C5C5C5C5C5C579")
_LOST = (Reject.FRAME_LENGTH, Reject.FRAME_CHECKSUM, Reject.FRAME_VERSION, Reject.FRAME_RESERVED_BITS)
