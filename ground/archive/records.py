"""What is written to the archive: one frozen record per kind of row.

Every record carries no satellite id: an :class:`~ground.archive.sqlite.ArchiveWriter` belongs to one
satellite and puts its id into each row, so that files of several satellites can be joined.
"""

from dataclasses import dataclass
from typing import Protocol

__all__ = [
    "AlarmRow",
    "ArchiveSink",
    "CommandRow",
    "EventRow",
    "GapRow",
    "JournalRow",
    "LineRow",
    "OpenCommand",
    "PacketRow",
    "Row",
    "StageRow",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRow:
    """One space packet as it came down, whole; the truth from which the rest can be made again.

    Parameters
    ----------
    reception_ns : int
        Ground time (TAI) of the tick in which its last octet arrived.
    generation_ns : int or None
        Onboard time in the packet, None when it could not be read.
    kind : str
        What the packet was taken for (``housekeeping``, ``event``...), or the name of its refusal.
    quality : str
        ``clean`` or ``corrected`` (a coding layer repaired it).
    link : str
        ``radio`` or ``laser``; each has channels and sequence counts of its own.
    """

    reception_ns: int
    generation_ns: int | None
    channel: int
    apid: int
    sequence_count: int
    kind: str
    structure_id: int | None
    quality: str
    octets: bytes
    link: str = "radio"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event report, with its text made from the dictionary."""

    reception_ns: int
    generation_ns: int
    source: int
    event_id: int
    name: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """One command as it was submitted.

    Parameters
    ----------
    command_id : int
        Number of the command in this archive, from 1.
    origin : str
        Who asked for it: ``procedure``, ``client <name>``.
    arguments : str
        The arguments in words, as in ``tier=1``.
    body : bytes
        The arguments in packet layout: what is bound by an arm token and what is resumed after a restart.
    """

    command_id: int
    submitted_ns: int
    expires_ns: int
    origin: str
    application: int
    command_type: int
    name: str
    arguments: str
    hazardous: bool
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage of one command; ``sequence_count`` is that of its packet from the release on."""

    command_id: int
    stage: str
    time_ns: int
    onboard_ns: int | None = None
    detail: str = ""
    late: bool = False
    sequence_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """Something is missing, or came after all.

    Parameters
    ----------
    layer : str
        ``frame`` (by virtual channel), ``packet`` (by application process id) or ``late`` (packets that were
        counted missing and came later).
    channel : int
        Virtual channel or application process id.
    first_count : int
        Sequence count of the first one missing; -1 where the layer does not tell.
    link : str
        On which link.
    """

    time_ns: int
    layer: str
    channel: int
    first_count: int
    missing_count: int
    link: str = "radio"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """One change of state of one alarm."""

    time_ns: int
    generation_ns: int
    item: str
    state: str
    value: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line that a procedure or a client's script wrote."""

    time_ns: int
    origin: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One request of a live client, in the tick in which it was taken: enough to replay the run."""

    time_ns: int
    client: str
    request: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCommand:
    """A command of an earlier run of the node that had not come to an end."""

    row: CommandRow
    stages: tuple[StageRow, ...]


Row = PacketRow | EventRow | CommandRow | StageRow | GapRow | AlarmRow | LineRow | JournalRow


class ArchiveSink(Protocol):
    """Where records go; those of one kind are kept in the order in which they were put.

    Attributes
    ----------
    failure : str
        Why nothing more is taken; empty while the archive is whole.
    """

    failure: str

    def put(self, row: Row) -> None:
        """Take a record; it is safe from a crash of the process only after :meth:`commit`."""

    def commit(self) -> bool:
        """Make everything taken so far safe; False when that failed: nothing more is taken."""

    def open_commands(self) -> tuple[OpenCommand, ...]:
        """Return the commands that had not come to an end when the archive was opened."""

    def last_command_id(self) -> int:
        """Return the greatest command number in the archive, 0 when there is none."""

    def last_sequence_counts(self) -> dict[int, int]:
        """Return the last sequence count sent to each application."""

    def last_packet_counts(self, link: str) -> dict[int, int]:
        """Return the sequence count of the last packet of each application process id on a link."""

    def store(self, name: str, value: str) -> None:
        """Keep a named value of the run; a later value replaces it."""

    def load(self, name: str) -> str:
        """Return a named value, empty when there is none."""

    def store_counter(self, layer: str, name: str, value_count: int) -> None:
        """Keep a counter's last value."""

    def store_dictionary(self, hash_hex: str, text: str) -> None:
        """Keep the dictionary with which packets are decoded from here on."""

    def close(self) -> None:
        """Commit and end; nothing may be put afterwards."""
