"""The run directory on disk, as judges, report and comparison read it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from hil.devices.columns import ColumnFolder
from hil.runner.errors import RunDataError
from hil.runner.evidence import (
    BusAccount,
    CommandRecord,
    EventRecord,
    LaserAccount,
    LinkAccount,
    LinkHealth,
    LinkWindow,
)
from hil.runner.faults import Fault
from hil.runner.quantity import Series
from hil.runner.scenario import Scenario, load_scenario
from hil.runner.summary import Figures, Summary, from_json

__all__ = ["RunFolder"]

R = TypeVar("R")

_PIECE_OCTETS = 8 << 20
_COUNTERS = "SELECT name, value FROM counter WHERE layer = ?"
_FRAME_GAPS = (
    "SELECT channel, sum(missing_count) FROM gap WHERE layer = 'frame' AND link = 'radio' GROUP BY channel"
)
_ARCHIVED = "SELECT count(*) FROM packet WHERE link = ?"
_PACKET_GAPS = "SELECT layer, sum(missing_count) FROM gap WHERE link = ? GROUP BY layer"


class RunFolder:
    """One run, as its files tell it; this is the evidence that expectations are judged on.

    Parameters
    ----------
    path : Path
        The run directory.

    Raises
    ------
    RunDataError
        It is no run directory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / "scenario.toml").is_file():
            raise RunDataError(f"run must be a directory with scenario.toml, got {path}")

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was flown."""
        return load_scenario((self.path / "scenario.toml").read_text(encoding="utf-8"), "scenario.toml")

    @cached_property
    def figures(self) -> Figures:
        """What the runner counted while it ran."""
        return self._record(Figures, "figures.json")

    @cached_property
    def summary(self) -> Summary:
        """The summary for machines."""
        return self._record(Summary, "summary.json")

    def keep(self, name: str, text: str) -> None:
        """Write a file of the run directory."""
        (self.path / name).write_text(text, encoding="utf-8")

    def trace_octets(self) -> bytes:
        """Return the trace records; raises RunDataError when there are none."""
        try:
            return (self.path / "trace.bin").read_bytes()
        except FileNotFoundError as error:
            raise RunDataError(
                f"trace.bin must be in the run directory, got none in {self.path.name}"
            ) from error

    @property
    def duration_s(self) -> float:
        """Simulated time that was reached."""
        return self.figures.simulated_s

    @property
    def asked_s(self) -> float:
        """Simulated time that the run was asked for."""
        return self.scenario.duration_s

    @property
    def planned_s(self) -> float:
        """Simulated time that the scenario was written for."""
        return self.figures.planned_s or self.asked_s

    @property
    def tick_s(self) -> float:
        """Length of a tick."""
        return self.scenario.tick_s

    @property
    def faults(self) -> Sequence[Fault]:
        """Faults of the scenario."""
        return self.scenario.faults

    @property
    def windows(self) -> Sequence[LinkWindow]:
        """Planned optical links."""
        return self.scenario.links

    def channel(self, owner: str, field: str) -> Series:
        """Return one channel; raises RunDataError when it was not recorded."""
        pieces = list(self.pieces(owner, field))
        return Series(
            time_s=np.concatenate([piece.time_s for piece in pieces]),
            values=np.concatenate([piece.values for piece in pieces]),
        )

    def pieces(self, owner: str, field: str) -> Iterator[Series]:
        """Yield one channel piece after piece; raises RunDataError when it was not recorded."""
        truth, _, group = owner.rpartition("truth.")
        folder, name = (
            (self._truth, group) if truth == "" and owner.startswith("truth.") else (self._channels, owner)
        )
        if name not in folder.owners:
            raise RunDataError(f"channel must be recorded, got none for {owner}")
        columns = folder.fields(name)
        if field not in columns:
            raise RunDataError(f"field of {owner} must be one of {', '.join(columns)}, got {field}")
        item = columns[field]
        for rows in _row_pieces(folder, name):
            yield Series(
                time_s=rows[:, 0] * (folder.tick_ns / 1e9),
                values=rows[:, item.first : item.first + item.count].copy(),
            )

    def channel_names(self) -> Sequence[tuple[str, str]]:
        """Return message and field of every recorded channel."""
        folder = self._channels
        return [(owner, field) for owner in folder.owners for field in folder.fields(owner)]

    @cached_property
    def events(self) -> Sequence[EventRecord]:
        """All events in the order of the bus."""
        lines = (self.path / "events.jsonl").read_text(encoding="utf-8").splitlines()
        return [EventRecord(time_s=row["tick"] * self.tick_s, **row) for row in map(json.loads, lines)]

    @cached_property
    def commands(self) -> Sequence[CommandRecord]:
        """All commands that the ground archived."""
        epoch_ns = self.scenario.epoch_ns
        stages: dict[object, dict[str, float]] = {}
        marks = self._query("SELECT command_id, stage, time_ns FROM command_stage ORDER BY id")
        for command, stage, time_ns in marks:
            times_s = stages.setdefault(command, {})
            times_s.setdefault(str(stage), (int(time_ns) - epoch_ns) / 1e9)
        rows = self._query("SELECT command_id, name FROM command ORDER BY command_id")
        return [CommandRecord(name=str(name), stages=stages.get(command, {})) for command, name in rows]

    @property
    def bus(self) -> BusAccount:
        """The coordinator's account."""
        return self.figures.bus

    @property
    def link(self) -> LinkAccount:
        """The telemetry account: the gateway's counts against the ground's archive."""
        return self._account("GatewayStatus", "transmitter_on", link="radio", repeated_count=0)

    @cached_property
    def laser(self) -> LaserAccount:
        """The account of the laser: the counts on board against the ground's archive."""
        ground = {str(name): int(count) for name, count in self._query(_COUNTERS, "laser")}
        if not ground:
            raise RunDataError("counters of the laser must be archived, got none")
        board = self._last_counts("LaserStatus") | self._last_counts("LaserModemStatus")
        repeated = ground["packets_repeated"]
        return LaserAccount(
            packets=self._account("LaserStatus", "is_sending", link="laser", repeated_count=repeated),
            waiting_count=board["packet_waiting_count"],
            board=board,
            ground=ground,
        )

    def _account(self, owner: str, keyed_name: str, *, link: str, repeated_count: int) -> LinkAccount:
        """Compare the counts of a sender with what is archived of its link."""
        made, radiated, dropped, keyed = (
            self.channel(owner, name).values[:, 0]
            for name in ("packet_made_count", "packet_radiated_count", "packet_dropped_count", keyed_name)
        )
        if not len(made):
            raise RunDataError(f"{owner} must be recorded, got none")
        archived = int(self._query(_ARCHIVED, link)[0][0]) - repeated_count
        gaps = {str(layer): int(count) for layer, count in self._query(_PACKET_GAPS, link)}
        gap_count = gaps.get("packet", 0) - gaps.get("late", 0)
        last = int(radiated[-1])
        recent = last - int(radiated[-2]) if keyed[-1] and len(radiated) > 1 else 0
        missing = last - archived - gap_count
        return LinkAccount(
            made_count=int(made[-1]),
            radiated_count=last,
            dropped_count=int(dropped[-1]),
            archived_count=archived,
            gap_count=gap_count,
            in_flight_count=min(max(missing, 0), recent),
        )

    @cached_property
    def health(self) -> LinkHealth:
        """The counts of the radio link at both ends, and what the channel did to it."""
        down = {str(name): int(count) for name, count in self._query(_COUNTERS, "link")}
        if not down:
            raise RunDataError("counters of the link must be archived, got none")
        missing = {f"VC {channel}": int(count) for channel, count in self._query(_FRAME_GAPS)}
        flipped = {"down": 0, "up": 0}
        log = self.path / "truth" / "channel.log"
        for line in log.read_text(encoding="utf-8").splitlines() if log.is_file() else ():
            _, way, _, flipped_count, _ = line.split()
            flipped[way] += int(flipped_count)
        return LinkHealth(
            down=down,
            up={name.removesuffix("_count"): n for name, n in self._last_counts("LinkCounts").items()},
            missing_by_channel=missing,
            flipped_down_count=flipped["down"],
            flipped_up_count=flipped["up"],
        )

    def _last_counts(self, message: str) -> dict[str, int]:
        """Return the last numbers of a message by the names of its fields."""
        names = [field for owner, field in self.channel_names() if owner == message and field != "time_ns"]
        counts = {name: self.channel(message, name).values[:, 0] for name in names}
        if not counts or not all(map(len, counts.values())):
            raise RunDataError(f"{message} must be recorded, got none")
        return {name: int(values[-1]) for name, values in counts.items()}

    @property
    def procedure(self) -> str:
        """How the operator procedure ended."""
        return self._meta("procedure")

    @property
    def interactive(self) -> bool:
        """True when a live client changed something in the run."""
        return self._meta("interactive") == "yes"

    def _meta(self, name: str) -> str:
        """Return a word that the ground kept about the run; empty when there is none."""
        if not (self.path / "ground.sqlite").is_file():
            return ""
        rows = self._query("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _record(self, cls: type[R], name: str) -> R:
        try:
            text = (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise RunDataError(f"{name} must be in the run directory, got none") from error
        return from_json(cls, text, name)

    @cached_property
    def _channels(self) -> ColumnFolder:
        return self._columns("channels")

    @cached_property
    def _truth(self) -> ColumnFolder:
        return self._columns("truth")

    def _columns(self, name: str) -> ColumnFolder:
        try:
            return ColumnFolder(self.path / name)
        except FileNotFoundError as error:
            raise RunDataError(f"{name} must be in the run directory, got none") from error

    def _query(self, statement: str, *values: str) -> list[tuple[int | str, ...]]:
        path = self.path / "ground.sqlite"
        if not path.is_file():
            raise RunDataError("ground.sqlite must be in the run directory, got none")
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as archive:
            rows = archive.execute(statement, values).fetchall()
        archive.close()
        return rows


def _row_pieces(folder: ColumnFolder, name: str) -> Iterator[NDArray[np.float64]]:
    """Yield the rows of one owner, some megabytes at a time, at least one piece, without a torn last row."""
    width = folder.width(name)
    path = folder.path(name)
    row_count = path.stat().st_size // (8 * width)
    step_count = max(1, _PIECE_OCTETS // (8 * width))
    for first in range(0, max(row_count, 1), step_count):
        count = min(step_count, row_count - first)
        octets = np.fromfile(path, dtype=np.float64, count=count * width, offset=8 * width * first)
        yield octets.reshape(-1, width)
