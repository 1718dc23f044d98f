"""The archive's writer: one SQLite file in write-ahead mode, one writer, any number of readers.

Rows are gathered in memory and written in batches; :meth:`ArchiveWriter.commit` is the line behind which a
crash of the process loses nothing. With ``durable`` it also waits for the medium, which matters when power
may fail.
"""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from ground.archive.records import CommandRow, OpenCommand, Row, StageRow
from ground.archive.schema import SCHEMA_VERSION, TABLE_SCRIPT, TABLES, Table

__all__ = ["ArchiveWriter"]

_BATCH_ROWS = 500
"""Rows gathered before they are written into the transaction: past a few hundred the time per row is flat."""


class ArchiveWriter:
    """Write one satellite's records to a file.

    Parameters
    ----------
    path : Path
        File; made when it does not exist, continued when it does.
    satellite : int
        Spacecraft id, in every row.
    durable : bool
        Wait for the medium at each commit (operations and rigs); a simulated run needs only to survive its
        process.

    Raises
    ------
    ValueError
        When the file is an archive of another schema.
    sqlite3.Error
        When the file cannot be opened as a database.
    """

    def __init__(self, path: Path, *, satellite: int, durable: bool) -> None:
        self._satellite = satellite
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=" + ("FULL" if durable else "OFF"))
        self._prepare(path)
        self._batches: dict[type[Row], list[tuple[object, ...]]] = {kind: [] for kind in TABLES}
        self._inserts = {kind: (table.insert, table.values) for kind, table in TABLES.items()}
        self._pending_count = 0
        self.lost_count = 0
        self.failure = ""

    def _prepare(self, path: Path) -> None:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise ValueError(f"archive schema must be {SCHEMA_VERSION}, got {version} ({path.name})")
        self._connection.executescript(TABLE_SCRIPT)
        self._connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        row = (self._satellite, "satellite", str(self._satellite))
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", row)

    def __del__(self) -> None:
        """Let go of the file of an archive that is dropped unclosed, as in a killed node.

        The statement cache of a connection refers back to it, so that it would stay open, with its lock,
        until the collector comes.
        """
        if hasattr(self, "_connection"):
            self._connection.close()

    def put(self, row: Row) -> None:
        """Take a record."""
        kind = type(row)
        self._batches[kind].append((self._satellite, *self._inserts[kind][1](row)))
        self._pending_count += 1
        if self._pending_count >= _BATCH_ROWS:
            self._flush()

    def commit(self) -> bool:
        """Make everything taken so far safe.

        Returns
        -------
        safe : bool
            False when the medium refused (full, failed): the rows since the last commit are lost and counted,
            and the archive takes nothing more, because a copy whose sync failed can no longer be trusted.
        """
        self._flush()
        if not self.failure and self._connection.in_transaction:
            self._try(lambda: self._connection.execute("COMMIT"))
        return not self.failure

    def _flush(self) -> None:
        """Write the gathered rows into the open transaction."""
        if self._pending_count and not self.failure:
            self._try(self._write_batches)
        if self.failure:
            self.lost_count += self._pending_count
        for batch in self._batches.values():
            batch.clear()
        self._pending_count = 0

    def _write_batches(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        for kind, batch in self._batches.items():
            if batch:
                self._connection.executemany(self._inserts[kind][0], batch)

    def _try(self, work: Callable[[], object]) -> None:
        """Do a piece of work; on an error condemn the archive."""
        try:
            work()
        except sqlite3.Error as error:
            self.failure = str(error)
            if self._connection.in_transaction:
                self._connection.rollback()

    def open_commands(self) -> tuple[OpenCommand, ...]:
        """Return the commands that have not ended, oldest first, with the stages they reached."""
        ended = "SELECT command_id FROM command_stage WHERE satellite = ? AND stage IN (?, ?, ?, ?)"
        closed = ("completed", "failed", "expired", "cancelled")
        rows = self._select(
            TABLES[CommandRow],
            f"AND command_id NOT IN ({ended}) ORDER BY command_id",
            (self._satellite, *closed),
        )
        return tuple(self._open_command(values) for values in rows)

    def _open_command(self, values: tuple[object, ...]) -> OpenCommand:
        row = CommandRow(**dict(zip(TABLES[CommandRow].names, values, strict=True)))  # type: ignore[arg-type]
        stages = self._select(TABLES[StageRow], "AND command_id = ? ORDER BY id", (row.command_id,))
        names = TABLES[StageRow].names
        marks = [dict(zip(names, stage, strict=True)) for stage in stages]
        return OpenCommand(row=row, stages=tuple(StageRow(**mark) for mark in marks))  # type: ignore[arg-type]

    def _select(self, table: Table, rest: str, values: Iterable[object]) -> list[tuple[object, ...]]:
        """Return columns of a table's rows of this satellite, narrowed by a condition of ours."""
        return self._connection.execute(f"{table.select} {rest}", (self._satellite, *values)).fetchall()

    def last_command_id(self) -> int:
        """Return the greatest command number, 0 in an empty archive."""
        found = self._connection.execute(
            "SELECT max(command_id) FROM command WHERE satellite = ?", (self._satellite,)
        ).fetchone()
        return int(found[0] or 0)

    def last_sequence_counts(self) -> dict[int, int]:
        """Return the last sequence count sent to each application."""
        found = self._connection.execute(
            "SELECT command.application, command_stage.sequence_count, max(command_stage.id)"
            " FROM command_stage JOIN command ON command.command_id = command_stage.command_id"
            " AND command.satellite = command_stage.satellite"
            " WHERE command.satellite = ? AND command_stage.sequence_count IS NOT NULL"
            " GROUP BY command.application",
            (self._satellite,),
        )
        return {int(application): int(count) for application, count, _ in found}

    def last_packet_counts(self, link: str) -> dict[int, int]:
        """Return the sequence count of the last packet of each application process id on a link."""
        found = self._connection.execute(
            "SELECT apid, sequence_count, max(id) FROM packet WHERE satellite = ? AND link = ? GROUP BY apid",
            (self._satellite, link),
        )
        return {int(apid): int(count) for apid, count, _ in found}

    def store(self, name: str, value: str) -> None:
        """Keep a named value of the run."""
        self._flush()
        self._write("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (self._satellite, name, value))

    def load(self, name: str) -> str:
        """Return a named value, empty when there is none."""
        statement = "SELECT value FROM meta WHERE satellite = ? AND name = ?"
        found = self._connection.execute(statement, (self._satellite, name)).fetchone()
        return "" if found is None else str(found[0])

    def store_counter(self, layer: str, name: str, value_count: int) -> None:
        """Keep a counter's last value."""
        self._flush()
        row = (self._satellite, layer, name, value_count)
        self._write("INSERT OR REPLACE INTO counter VALUES (?, ?, ?, ?)", row)

    def store_dictionary(self, hash_hex: str, text: str) -> None:
        """Keep the dictionary of the packets from here on; one of the same hash is kept once."""
        self._flush()
        self._write("INSERT OR IGNORE INTO dictionary VALUES (?, ?)", (hash_hex, text))
        self._write(
            "INSERT OR REPLACE INTO dictionary_use SELECT ?, ifnull(max(id), 0) + 1, ? FROM packet",
            (self._satellite, hash_hex),
        )

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        def work() -> None:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(statement, values)

        if not self.failure:
            self._try(work)

    def close(self) -> None:
        """Commit and leave one plain file behind, without side files."""
        self.commit()
        if not self.failure:
            self._try(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
            self._try(lambda: self._connection.execute("PRAGMA journal_mode=DELETE"))
        self._connection.close()
