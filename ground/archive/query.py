"""Read an archive: of a run that is over, or beside its writer."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ground.archive.records import AlarmRow, CommandRow, EventRow, JournalRow, PacketRow, Row, StageRow
from ground.archive.schema import SCHEMA_VERSION, TABLES

__all__ = ["ArchiveReader", "CommandHistory", "DictionaryUse", "GapTotal", "PacketTotal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketTotal:
    """How many packets of a kind an application has in the archive."""

    satellite: int
    link: str
    channel: int
    apid: int
    kind: str
    packet_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapTotal:
    """What is missing in a layer (``frame`` by virtual channel, ``packet`` by application)."""

    satellite: int
    link: str
    layer: str
    channel: int
    missing_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryUse:
    """A dictionary as JSON, and the id of the first packet that it is for."""

    first_packet_id: int
    hash: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandHistory:
    """A command and its stages, in their order."""

    row: CommandRow
    stages: tuple[StageRow, ...]


class ArchiveReader:
    """Read one archive file.

    Parameters
    ----------
    path : Path
        The file.
    satellite : int or None
        Spacecraft id whose rows are read; None: the only one, or the smallest, in the file.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When the file is no archive, or one of another schema.
    """

    def __init__(self, path: Path, satellite: int | None = None) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"archive must be a file, got {path}")
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise ValueError(f"archive must be an SQLite file, got {path.name}: {error}") from error
        if version != SCHEMA_VERSION:
            raise ValueError(f"archive schema must be {SCHEMA_VERSION}, got {version} ({path.name})")
        self.satellite = satellite if satellite is not None else self._first_satellite()

    def _first_satellite(self) -> int:
        found = self._connection.execute("SELECT min(satellite) FROM meta").fetchone()
        return int(found[0] or 0)

    def meta(self) -> tuple[tuple[str, str], ...]:
        """Return the named values of the run."""
        rows = self._connection.execute(
            "SELECT name, value FROM meta WHERE satellite = ? ORDER BY name", (self.satellite,)
        )
        return tuple((str(name), str(value)) for name, value in rows)

    def counters(self) -> tuple[tuple[str, str, int], ...]:
        """Return the last value of every counter: (layer, name, value)."""
        rows = self._connection.execute(
            "SELECT layer, name, value FROM counter WHERE satellite = ? ORDER BY layer, name",
            (self.satellite,),
        )
        return tuple((str(layer), str(name), int(value)) for layer, name, value in rows)

    def packets(self, *, apid: int | None = None, kind: str | None = None) -> Iterator[PacketRow]:
        """Return packets in the order of their arrival, of one application and one kind if asked."""
        condition, values = _narrow(("apid", apid), ("kind", kind))
        for row in self._rows(PacketRow, f"{condition} ORDER BY id", values):
            yield PacketRow(**row)  # type: ignore[arg-type]

    def events(self) -> Iterator[EventRow]:
        """Return events by the time of their generation."""
        for row in self._rows(EventRow, "ORDER BY generation_ns, id", ()):
            yield EventRow(**row)  # type: ignore[arg-type]

    def alarms(self) -> Iterator[AlarmRow]:
        """Return changes of alarms, in their order."""
        for row in self._rows(AlarmRow, "ORDER BY id", ()):
            yield AlarmRow(**row)  # type: ignore[arg-type]

    def journal(self) -> tuple[JournalRow, ...]:
        """Return the requests of live clients, in their order."""
        return tuple(JournalRow(**row) for row in self._rows(JournalRow, "ORDER BY id", ()))  # type: ignore[arg-type]

    def commands(self) -> tuple[CommandHistory, ...]:
        """Return every command with its stages."""
        stages: dict[int, list[StageRow]] = {}
        for row in self._rows(StageRow, "ORDER BY id", ()):
            stage = StageRow(**row)  # type: ignore[arg-type]
            stages.setdefault(stage.command_id, []).append(stage)
        rows = self._rows(CommandRow, "ORDER BY command_id", ())
        made = (CommandRow(**row) for row in rows)  # type: ignore[arg-type]
        return tuple(CommandHistory(row=row, stages=tuple(stages.get(row.command_id, ()))) for row in made)

    def dictionaries(self) -> tuple[DictionaryUse, ...]:
        """Return which dictionary goes with which packets, in the order of the packets."""
        rows = self._connection.execute(
            "SELECT first_packet_id, dictionary_use.hash, json FROM dictionary_use"
            " JOIN dictionary ON dictionary.hash = dictionary_use.hash"
            " WHERE satellite = ? ORDER BY first_packet_id",
            (self.satellite,),
        )
        return tuple(
            DictionaryUse(first_packet_id=first, hash=found, text=text) for first, found, text in rows
        )

    def numbered_packets(self, *, apid: int | None = None) -> Iterator[tuple[int, PacketRow]]:
        """Return packets with their ids in the archive, in the order of their arrival."""
        condition, values = _narrow(("apid", apid))
        table = TABLES[PacketRow]
        statement = table.select.replace("SELECT ", "SELECT id, ", 1) + f"{condition} ORDER BY id"
        for number, *row in self._connection.execute(statement, (self.satellite, *values)):
            yield number, PacketRow(**dict(zip(table.names, row, strict=True)))

    def packet_totals(self) -> tuple[PacketTotal, ...]:
        """Return how many packets there are, by channel, application and kind."""
        rows = self._connection.execute(
            "SELECT link, channel, apid, kind, count(*) FROM packet WHERE satellite = ?"
            " GROUP BY link, channel, apid, kind ORDER BY link DESC, channel, apid, kind",
            (self.satellite,),
        )
        return tuple(
            PacketTotal(
                satellite=self.satellite, link=link, channel=channel, apid=apid, kind=kind, packet_count=count
            )
            for link, channel, apid, kind, count in rows
        )

    def gap_totals(self) -> tuple[GapTotal, ...]:
        """Return what is missing: packets that came late after all are taken off."""
        rows = self._connection.execute(
            "SELECT link, replace(layer, 'late', 'packet') AS missing, channel,"
            " sum(CASE layer WHEN 'late' THEN -missing_count ELSE missing_count END)"
            " FROM gap WHERE satellite = ? GROUP BY link, missing, channel"
            " ORDER BY link DESC, missing, channel",
            (self.satellite,),
        )
        return tuple(
            GapTotal(satellite=self.satellite, link=link, layer=layer, channel=channel, missing_count=count)
            for link, layer, channel, count in rows
        )

    def _rows(self, kind: type[Row], rest: str, values: tuple[object, ...]) -> Iterator[dict[str, object]]:
        """Return rows as keyword arguments of their record."""
        table = TABLES[kind]
        for row in self._connection.execute(f"{table.select} {rest}", (self.satellite, *values)):
            yield dict(zip(table.names, row, strict=True))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _narrow(*wanted: tuple[str, object | None]) -> tuple[str, tuple[object, ...]]:
    """Return the condition that some columns of ours have given values."""
    given = [(name, value) for name, value in wanted if value is not None]
    return "".join(f" AND {name} = ?" for name, _ in given), tuple(value for _, value in given)
