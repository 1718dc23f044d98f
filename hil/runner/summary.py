"""The figures that the runner counted, and the summary of a run for machines."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import Enum
from importlib.metadata import version
from typing import TypeVar

from flight.dictionary.registry import DICTIONARY
from hil.devices.tables import read_table
from hil.runner.evidence import BusAccount
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Figures", "Summary", "TraceDigest", "from_json", "summarise", "to_json"]

_JSON_NAMES = {"speed_ratio": "speed_x"}
"""Names of the run directory's contract that are no unit of ours."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDigest:
    """The trace hash over everything before a tick."""

    tick: int
    hexdigest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the runner counted while it ran.

    Parameters
    ----------
    simulated_s : float
        Simulated time from tick 0 to the last tick.
    run_wall_s : float
        Wall time from GO to the last tick.
    completed : bool
        The run reached its end.
    ended_by : str
        Why it ended early, empty when it did not.
    wall_s : Mapping
        Wall time by part; participants by the time they were busy.
    process_count : int
        Processes of the loop, the runner's own one included, the recorder's not.
    digests : tuple of TraceDigest
        Every 100 ticks.
    lateness_ms : Mapping
        Realtime: how late ticks began, by percentile; empty for simulated clocks.
    planned_s : float
        Simulated length of the scenario's file, whatever the run was asked for; 0: not noted.
    """

    scenario: str
    rig: str
    clock: str
    seed: int
    placement: str
    simulated_s: float
    run_wall_s: float
    completed: bool
    ended_by: str
    wall_s: Mapping[str, float]
    process_count: int
    rss_peak_mb: float
    trace_hash: str
    digests: tuple[TraceDigest, ...]
    slip_count: int
    bus: BusAccount
    recording: Mapping[str, int]
    lateness_ms: Mapping[str, float]
    planned_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Content of ``summary.json``; names are those of the run directory's contract.

    Parameters
    ----------
    speed_ratio : float
        Simulated seconds per second from GO to the last tick (``speed_x``).
    losses : int
        Messages lost by full pipes.
    interactive : bool
        A live client changed something: the run replays from the ground's journal only.
    procedure : str
        How the operator procedure ended, empty without one.
    link : Mapping
        Counters of radio and laser at both ends by name, empty without a ground station.
    """

    verdict: Outcome
    speed_ratio: float
    wall_s: Mapping[str, float]
    processes: int
    rss_peak_mb: float
    trace_hash: str
    slips: int
    losses: int
    unaccounted: int
    simulated_s: float
    completed: bool
    ended_by: str
    scenario: str
    rig: str
    clock: str
    placement: str
    seed: int
    interactive: bool
    procedure: str
    link: Mapping[str, Mapping[str, int]]
    lateness_ms: Mapping[str, float]
    cpu: str
    versions: Mapping[str, str]
    expectations: tuple[Verdict, ...]


def summarise(
    figures: Figures,
    verdicts: Sequence[Verdict],
    verdict: Outcome,
    *,
    procedure: str,
    interactive: bool,
    link: Mapping[str, Mapping[str, int]],
) -> Summary:
    """Return the summary of a judged run."""
    wall_s = figures.run_wall_s
    return Summary(
        verdict=verdict,
        speed_ratio=figures.simulated_s / wall_s if wall_s > 0.0 else 0.0,
        wall_s=figures.wall_s,
        processes=figures.process_count,
        rss_peak_mb=figures.rss_peak_mb,
        trace_hash=figures.trace_hash,
        slips=figures.slip_count,
        losses=figures.bus.lost_count,
        unaccounted=figures.bus.unaccounted_count,
        simulated_s=figures.simulated_s,
        completed=figures.completed,
        ended_by=figures.ended_by,
        scenario=figures.scenario,
        rig=figures.rig,
        clock=figures.clock,
        placement=figures.placement,
        seed=figures.seed,
        interactive=interactive,
        procedure=procedure,
        link=link,
        lateness_ms=figures.lateness_ms,
        cpu=_cpu_kind(),
        versions=_versions(),
        expectations=tuple(verdicts),
    )


def to_json(record: Figures | Summary) -> str:
    """Return a record as JSON text; an enumeration is written as its value."""
    table = {_JSON_NAMES.get(name, name): value for name, value in asdict(record).items()}
    return json.dumps(table, indent=1, default=_enum_value) + "\n"


def from_json(cls: type[R], text: str, where: str) -> R:
    """Return the record that JSON text holds.

    Raises
    ------
    ConfigurationError
        The text holds another record.
    """
    table = json.loads(text)
    names = {_JSON_NAMES.get(item.name, item.name): item.name for item in fields(cls)}  # type: ignore[arg-type]
    return read_table(cls, {names.get(key, key): value for key, value in table.items()}, where)


def _enum_value(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"value must be plain, got {type(value).__name__}")


def _versions() -> dict[str, str]:
    """Return the versions that a run depends on."""
    return {
        "dawndusk": version("dawndusk"),
        "dictionary": f"{DICTIONARY.hash:016x}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
    }


def _cpu_kind() -> str:
    """Return the kind of CPU: the trace hash is promised for one kind only."""
    return f"{platform.machine()} {platform.processor()}".strip()
