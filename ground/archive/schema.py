"""Tables of the archive and how each record becomes a row."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from ground.archive.records import (
    AlarmRow,
    CommandRow,
    EventRow,
    GapRow,
    JournalRow,
    LineRow,
    PacketRow,
    Row,
    StageRow,
)

__all__ = ["SCHEMA_VERSION", "TABLES", "TABLE_SCRIPT", "Table"]

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Parameters
    ----------
    columns : tuple of str
        Declarations ``name TYPE``, in the order of the record's fields; the satellite's id stands before
        them.
    """

    name: str
    columns: tuple[str, ...]
    index: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, without the satellite."""
        return tuple(column.split(" ", 1)[0] for column in self.columns)

    @property
    def create(self) -> str:
        """Statements that make the table and its index."""
        body = ", ".join(("id INTEGER PRIMARY KEY", "satellite INTEGER NOT NULL", *self.columns))
        return (
            f"CREATE TABLE IF NOT EXISTS {self.name} ({body});\n"
            f"CREATE INDEX IF NOT EXISTS {self.name}_by ON {self.name} (satellite, {self.index});\n"
        )

    @property
    def select(self) -> str:
        """Statement that reads the rows of one satellite; a condition of ours may follow."""
        return f"SELECT {', '.join(self.names)} FROM {self.name} WHERE satellite = ?"  # noqa: S608 - our names

    @property
    def insert(self) -> str:
        """Statement that adds a row: the satellite, then the columns."""
        marks = ", ".join("?" * (1 + len(self.columns)))
        columns = ", ".join(self.names)
        return f"INSERT INTO {self.name} (satellite, {columns}) VALUES ({marks})"  # noqa: S608 - our names

    @property
    def values(self) -> Callable[[Row], tuple[object, ...]]:
        """Function that takes the columns out of a record."""
        return attrgetter(*self.names)


TABLES: dict[type[Row], Table] = {
    PacketRow: Table(
        "packet",
        (
            "reception_ns INTEGER NOT NULL",
            "generation_ns INTEGER",
            "channel INTEGER NOT NULL",
            "apid INTEGER NOT NULL",
            "sequence_count INTEGER NOT NULL",
            "kind TEXT NOT NULL",
            "structure_id INTEGER",
            "quality TEXT NOT NULL",
            "octets BLOB NOT NULL",
            "link TEXT NOT NULL",
        ),
        "apid, structure_id, reception_ns",
    ),
    EventRow: Table(
        "event",
        (
            "reception_ns INTEGER NOT NULL",
            "generation_ns INTEGER NOT NULL",
            "source INTEGER NOT NULL",
            "event_id INTEGER NOT NULL",
            "name TEXT NOT NULL",
            "severity TEXT NOT NULL",
            "text TEXT NOT NULL",
        ),
        "generation_ns",
    ),
    CommandRow: Table(
        "command",
        (
            "command_id INTEGER NOT NULL",
            "submitted_ns INTEGER NOT NULL",
            "expires_ns INTEGER NOT NULL",
            "origin TEXT NOT NULL",
            "application INTEGER NOT NULL",
            "command_type INTEGER NOT NULL",
            "name TEXT NOT NULL",
            "arguments TEXT NOT NULL",
            "hazardous INTEGER NOT NULL",
            "body BLOB NOT NULL",
        ),
        "command_id",
    ),
    StageRow: Table(
        "command_stage",
        (
            "command_id INTEGER NOT NULL",
            "stage TEXT NOT NULL",
            "time_ns INTEGER NOT NULL",
            "onboard_ns INTEGER",
            "detail TEXT NOT NULL",
            "late INTEGER NOT NULL",
            "sequence_count INTEGER",
        ),
        "command_id",
    ),
    GapRow: Table(
        "gap",
        (
            "time_ns INTEGER NOT NULL",
            "layer TEXT NOT NULL",
            "channel INTEGER NOT NULL",
            "first_count INTEGER NOT NULL",
            "missing_count INTEGER NOT NULL",
            "link TEXT NOT NULL",
        ),
        "layer, channel",
    ),
    AlarmRow: Table(
        "alarm",
        (
            "time_ns INTEGER NOT NULL",
            "generation_ns INTEGER NOT NULL",
            "item TEXT NOT NULL",
            "state TEXT NOT NULL",
            "value REAL NOT NULL",
            "text TEXT NOT NULL",
        ),
        "item",
    ),
    LineRow: Table(
        "line", ("time_ns INTEGER NOT NULL", "origin TEXT NOT NULL", "text TEXT NOT NULL"), "time_ns"
    ),
    JournalRow: Table(
        "journal", ("time_ns INTEGER NOT NULL", "client TEXT NOT NULL", "request BLOB NOT NULL"), "time_ns"
    ),
}
"""Which table each record goes to."""

TABLE_SCRIPT = "".join(table.create for table in TABLES.values()) + (
    "CREATE TABLE IF NOT EXISTS meta"
    " (satellite INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (satellite, name));\n"
    "CREATE TABLE IF NOT EXISTS dictionary (hash TEXT PRIMARY KEY, json TEXT NOT NULL);\n"
    "CREATE TABLE IF NOT EXISTS dictionary_use"
    " (satellite INTEGER NOT NULL, first_packet_id INTEGER NOT NULL, hash TEXT NOT NULL,"
    " PRIMARY KEY (satellite, first_packet_id));\n"
    "CREATE TABLE IF NOT EXISTS counter"
    " (satellite INTEGER NOT NULL, layer TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,"
    " PRIMARY KEY (satellite, layer, name));\n"
)
"""Everything that makes an empty archive."""
