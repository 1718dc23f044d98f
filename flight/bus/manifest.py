"""Who takes part in a bus: applications, their factories, processes, rights and options."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from importlib import import_module
from pathlib import Path

from flight.bus.config import EPOCH_DEFAULT_NS, Config
from flight.bus.disk import Disk, FileDisk, MemoryDisk
from flight.bus.group import Build, Unit
from flight.dictionary.declare import Kind
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

__all__ = ["COORDINATOR", "Level", "Manifest", "Participant", "resolve", "rights_of"]

COORDINATOR = "coordinator"
"""Name of the process that hosts the coordinator; participants placed there are called directly."""


class Level(IntEnum):
    """Order in which participants come up."""

    CORE = 0
    SERVICE = 1
    APPLICATION = 2
    DEVICE = 3
    GROUND = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One application on the bus.

    Parameters
    ----------
    app : App
        Identity.
    factory : str
        ``package.module:function`` with ``function(configs) -> list[Application]``.
    process : str
        Name of the process it lives in.
    unit : str
        Participants of one non-empty unit are built by one call and may share memory.
    level : Level
        When it comes up.
    sends_commands : bool
        It may publish commands.
    publishes : tuple of str or None
        Names of the messages it may publish; None: whatever the dictionary allows it.
    options : Mapping[str, object]
        Options for its ``Config``.
    """

    app: App
    factory: str
    process: str = COORDINATOR
    unit: str = ""
    level: Level = Level.APPLICATION
    sends_commands: bool = False
    publishes: tuple[str, ...] | None = None
    options: Mapping[str, object] = field(default_factory=dict)

    def may_publish(self) -> frozenset[int]:
        """Return the ids of the messages it may publish."""
        if self.publishes is not None:
            return frozenset(DICTIONARY.by_name(name).SPEC.id for name in self.publishes)
        return rights_of(self.app, sends_commands=self.sends_commands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All participants of a run and what they have in common.

    Parameters
    ----------
    participants : tuple of Participant
        In any order; ids are unique.
    seed : int
        Seed of the run.
    epoch_ns : int
        TAI nanoseconds since 1958-01-01 at tick 0.
    tick_ms : int
        Base tick.
    state_folder : str
        Existing folder of the applications' own files; empty: in memory, gone with the process.
    state_synced : bool
        Sync each write to it, as the realtime clock needs.
    """

    participants: tuple[Participant, ...]
    seed: int = 0
    epoch_ns: int = EPOCH_DEFAULT_NS
    tick_ms: int = 100
    state_folder: str = ""
    state_synced: bool = False

    def __post_init__(self) -> None:
        apps = [one.app for one in self.participants]
        if len(set(apps)) != len(apps):
            raise ValueError(f"participants must be unique, got {sorted(app.name for app in apps)}")
        placed: dict[str, tuple[str, str]] = {}
        for one in self.participants:
            place = (one.process, one.factory)
            if one.unit and placed.setdefault(one.unit, place) != place:
                raise ValueError(
                    f"unit must have one process and one factory, got {one.unit!r} ({one.app.name})"
                )

    @property
    def processes(self) -> tuple[str, ...]:
        """Names of the processes other than the coordinator's, in order of level and id."""
        ordered = sorted(self.participants, key=lambda one: (one.level, one.app))
        return tuple(dict.fromkeys(one.process for one in ordered if one.process != COORDINATOR))

    def of_process(self, process: str) -> tuple[Participant, ...]:
        """Return the participants of one process, by id."""
        return tuple(sorted((o for o in self.participants if o.process == process), key=lambda one: one.app))

    def config(self, participant: Participant) -> Config:
        """Return the configuration of one participant."""
        return Config(
            app=participant.app,
            seed=self.seed,
            epoch_ns=self.epoch_ns,
            tick_ms=self.tick_ms,
            options=participant.options,
            disk=self._disk(participant.app),
        )

    def _disk(self, app: App) -> Disk:
        if not self.state_folder:
            return MemoryDisk()
        return FileDisk(Path(self.state_folder), sync=self.state_synced, prefix=f"{app.name.lower()}.")

    def units(self, process: str) -> list[Unit]:
        """Return what has to be built in one process, by id."""
        found: dict[str, list[Participant]] = {}
        for one in self.of_process(process):
            found.setdefault(one.unit or f"#{int(one.app)}", []).append(one)
        return [
            Unit(resolve(members[0].factory), {one.app: self.config(one) for one in members})
            for members in found.values()
        ]

    def placed(self, processes: Mapping[App, str] | str) -> "Manifest":
        """Return the same manifest in another placement.

        Parameters
        ----------
        processes : mapping of App to str, or str
            New process of some participants, or of all.
        """
        if isinstance(processes, str):
            processes = {one.app: processes for one in self.participants}
        moved = (replace(one, process=processes.get(one.app, one.process)) for one in self.participants)
        return replace(self, participants=tuple(moved))

    def may_publish(self) -> dict[int, frozenset[int]]:
        """Return application id to message ids."""
        return {int(one.app): one.may_publish() for one in self.participants}

    def hash(self) -> int:
        """Return a u64 over everything but the placement: what a READY must agree on."""
        rows = [
            (one.app.name, one.factory, one.unit, one.level, one.sends_commands, one.publishes, one.options)
            for one in sorted(self.participants, key=lambda one: one.app)
        ]
        text = json.dumps([self.seed, self.epoch_ns, self.tick_ms, rows], sort_keys=True, default=repr)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def rights_of(app: App, *, sends_commands: bool = False) -> frozenset[int]:
    """Return the ids of the messages that the dictionary lets an application publish."""
    return frozenset(
        cls.SPEC.id
        for cls in DICTIONARY.all()
        if (sends_commands if cls.SPEC.kind is Kind.COMMAND else cls.SPEC.source in (None, app))
    )


def resolve(factory: str) -> Build:
    """Import a participant factory.

    Raises
    ------
    ValueError
        When the name has no colon or names nothing callable.
    """
    module, colon, name = factory.partition(":")
    found: Build | None = getattr(import_module(module), name, None) if colon else None
    if found is None or not callable(found):
        raise ValueError(f"factory must be package.module:function, got {factory!r}")
    return found
