"""What is said of a recording: a line for each frame, a summary, and what to try when it does not fit."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import IO

from flight.link.errors import Reject
from flight.link.packet import SequenceGaps, is_idle, parse_header
from flight.link.profile import Profile
from flight.link.segmentation import SegmentAssembler

_UNIT_OCTETS_MAX = 1 << 24
_OK = "ok"
_UNREAD = (
    Reject.FRAME_UNREPAIRABLE,
    Reject.FRAME_CHECKSUM,
    Reject.FRAME_HEADER_CHECK,
    Reject.FRAME_LENGTH,
)
_GARBAGE_RATIO = 64
_NAMED_COUNT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a recording held.

    Attributes
    ----------
    octets, octets_skipped
        Octets read, and those that lie in no CADU, frame or transmission unit.
    slice_octets_skipped
        With slices: octets of decoded codeblocks that lie in no frame.
    frames, gaps
        Frames, and frames missing between them by their counts.
    corrected
        Symbols (aos, tm) or bits (tc) repaired.
    packets, packets_idle, packets_missing
        Packets, idle ones apart, and those missing by their sequence counts.
    packets_broken
        Packets that were begun or announced and came to nothing.
    segments_broken
        Data units over several packets (133.0-B-2 sequence flags) of which a segment is missing.
    verdicts
        Frames by verdict.
    channels
        Of good frames, by virtual channel: frames, gaps, corrected.
    hints
        What to look at when nothing or little was good.
    """

    octets: int
    octets_skipped: int
    slice_octets_skipped: int
    frames: int
    gaps: int
    corrected: int
    packets: int
    packets_idle: int
    packets_missing: int
    packets_broken: int
    segments_broken: int
    verdicts: Mapping[str, int]
    channels: Mapping[int, Mapping[str, int]]
    hints: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """At least one frame is good."""
        return _OK in self.verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLine:
    """One frame of a recording.

    `offset` is where its marker or unit began; with slices, where its own marker began inside a codeblock.
    Spacecraft, channel and count mean nothing when the header was not read; `corrected_count` is -1 when the
    codeblock is beyond repair. `spi` is that of the association that opened it, and `insert` its insert zone.
    """

    offset: int
    spacecraft_id: int
    vcid: int
    count: int
    gap_count: int
    corrected_count: int
    verdict: int
    data_octets: int
    spi: int | None = None
    insert: bytes = b""


@dataclass(slots=True, kw_only=True)
class _Sums:
    """A summary in the making."""

    octets: int = 0
    octets_skipped: int = 0
    slice_octets_skipped: int = 0
    frames: int = 0
    gaps: int = 0
    corrected: int = 0
    packets: int = 0
    packets_idle: int = 0
    packets_missing: int = 0
    packets_broken: int = 0
    segments_broken: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    channels: dict[int, dict[str, int]] = field(default_factory=dict)


class Report:
    """Writes the lines and the packets of a recording, and sums up.

    Parameters
    ----------
    profile
        What the recording should be.
    lines
        For the lines of JSON.
    packets
        For the packets, or the data of frames that carry none; None drops them.
    """

    def __init__(self, profile: Profile, lines: IO[str], packets: IO[bytes] | None) -> None:
        self.sums = _Sums()
        self._profile = profile
        self._lines = lines
        self._packets = packets
        self._sequences = SequenceGaps()
        self._segments = SegmentAssembler(_UNIT_OCTETS_MAX)
        self._foreign: Counter[tuple[str, int]] = Counter()

    def line(self, frame: FrameLine) -> None:
        """Write the line of one frame."""
        verdict = Reject(frame.verdict).name.lower() if frame.verdict else _OK
        sums = self.sums
        sums.frames += 1
        sums.gaps += frame.gap_count
        sums.corrected += max(0, frame.corrected_count)
        sums.verdicts[verdict] = sums.verdicts.get(verdict, 0) + 1
        if not frame.verdict:
            channel = sums.channels.setdefault(frame.vcid, {"frames": 0, "gaps": 0, "corrected": 0})
            channel["frames"] += 1
            channel["gaps"] += frame.gap_count
            channel["corrected"] += frame.corrected_count
        is_read = frame.verdict not in _UNREAD
        if frame.verdict == Reject.FRAME_SPACECRAFT:
            self._foreign["spacecraft", frame.spacecraft_id] += 1
        elif frame.verdict == Reject.FRAME_CHANNEL:
            self._foreign["channel", frame.vcid] += 1
        record = {
            "offset": frame.offset,
            "spacecraft": frame.spacecraft_id if is_read else None,
            "channel": frame.vcid if is_read else None,
            "count": frame.count if is_read else None,
            "gap": frame.gap_count,
            "corrected": frame.corrected_count if frame.corrected_count >= 0 else None,
            "verdict": verdict,
            "octets": frame.data_octets,
            "spi": frame.spi,
            "insert": frame.insert.hex() or None,
        }
        self._lines.write(json.dumps(record) + "\n")

    def data(self, octets: bytes) -> None:
        """Write the data of a frame that carries no packets."""
        if self._packets is not None:
            self._packets.write(octets)

    def packet(self, packet: bytes) -> None:
        """Count a packet and write it."""
        if is_idle(packet):
            self.sums.packets_idle += 1
            return
        self.sums.packets += 1
        if packet[0] >> 5 == 0:
            header = parse_header(packet)
            self.sums.packets_missing += self._sequences.missing(header.apid, header.sequence_count)
            _, broken = self._segments.add(header, packet[len(header.pack()) :])
            self.sums.segments_broken += broken is not None
        self.data(packet)

    def close(self) -> Summary:
        """Write the summary."""
        sums = asdict(self.sums)
        summary = Summary(**sums, hints=hints(self._profile, self.sums.verdicts, sums, self._foreign))
        self._lines.write(json.dumps({"summary": asdict(summary)}) + "\n")
        return summary


def hints(
    profile: Profile,
    verdicts: Mapping[str, int],
    sums: Mapping[str, int],
    foreign: Mapping[tuple[str, int], int],
) -> tuple[str, ...]:
    """Return what to look at in the profile, the likeliest first.

    Parameters
    ----------
    profile
        What the recording should be.
    verdicts
        Frames by verdict.
    sums
        Figures of the summary.
    foreign
        Frames by ("spacecraft" or "channel", number) that the profile does not name.
    """
    found: list[str] = []
    if not sums["octets"]:
        found.append("the recording is empty")
    elif not sums["frames"]:
        found.append(_no_frames(profile))
    bad_count = sums["frames"] - verdicts.get(_OK, 0)
    for verdict, text in _CAUSES.items():
        if 2 * verdicts.get(verdict, 0) > bad_count > verdicts.get(_OK, 0):
            found.append(text)
    for what in ("spacecraft", "channel"):
        numbers = sorted(
            (number for kind, number in foreign if kind == what), key=lambda n: -foreign[what, n]
        )
        if len(numbers) > _NAMED_COUNT:
            found.append(
                f"frames of {len(numbers)} numbers of {what} came, which looks like noise: see frame.kind, "
                "frame.header_check and coding.randomiser"
            )
        elif numbers:
            named = ", ".join(str(number) for number in numbers)
            option = "frame.spacecraft_id" if what == "spacecraft" else "frame.channels"
            found.append(f"frames of {what} {named} came, which {option} does not name")
    if _is_garbage(sums, verdicts.get(_OK, 0)):
        found.append(
            "frames are good, but most of their packets are not: see frame.content, encapsulation, "
            "insert_octets, segment_header, ocf and fecf, limits.packet_octets_max, and security (the data "
            "may be encrypted)"
        )
    return tuple(found)


def _is_garbage(sums: Mapping[str, int], good_count: int) -> bool:
    """Say whether what lies in good frames cannot be packets.

    Sequence counts drawn by chance lie 8192 apart in the mean; each frame that is missing excuses some.
    """
    whole_count = sums["packets"] + sums["packets_idle"]
    missing_limit_count = _GARBAGE_RATIO * (whole_count + sums["gaps"])
    is_broken = sums["packets_broken"] > whole_count + sums["gaps"] + 1
    return good_count > 0 and (is_broken or sums["packets_missing"] > missing_limit_count)


def _no_frames(profile: Profile) -> str:
    if profile.frame.kind == "tc":
        return (
            "no start sequence EB90 was found: the octets may be bare frames (coding.code none), or bits "
            "that are shifted"
        )
    if not profile.marker:
        return f"fewer octets than one frame of {profile.cadu_octets}: see frame.length_octets"
    return (
        f"no whole frame behind a marker {profile.coding.marker_hex} was found: see coding.marker_hex, "
        f"search bit by bit (--bits), or leave the marker empty for frames of {profile.block_octets} octets "
        "side by side"
    )


_CAUSES = {
    "frame_unrepairable": "most codeblocks are beyond repair: see coding.randomiser, rs_interleave and "
    "rs_parity_octets; or the recording is decoded already (coding.code none)",
    "frame_checksum": "most checksums fail: see coding.randomiser, frame.length_octets, and "
    "frame.fecf, which not every mission uses",
    "frame_version": "most frames are of another version: see frame.kind",
    "frame_signalling": "most frames differ in flags: see frame.ocf, frame.count_cycle, frame.content",
    "frame_header_check": "most headers fail their check: see frame.header_check",
    "frame_pointer": "most header pointers lie: see frame.content, insert_octets, ocf and security",
    "frame_reserved_bits": "most reserved bits are set: see frame.content, insert_octets and security",
    "frame_length": "most frame lengths are impossible: see frame.length_octets, segment_header, fecf and "
    "coding.randomiser",
    "security_iv": "most initialisation vectors are not of this key and association: see security.salt_hex "
    "(any takes them as they are), iv_octets and the key's epoch",
    "security_spi": "most frames name an association that is not in the profile: see security.spi",
    "security_association": "most frames name an association of another channel: see security.channels",
    "security_replayed": "most numbers do not rise: see security.number_octets, window_count and, where "
    "vectors are drawn by chance, anti_replay",
    "security_control": "most control commands are outside security: see sequence.control",
    "security_tag": "most tags do not match: see security.key, mask_hex and implicit_hex",
}
