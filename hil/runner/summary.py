"""The summary of a run for machines, and the figures that the runner itself counted."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from flight.dictionary.registry import DICTIONARY
from hil.runner.evidence import BusAccount
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Figures", "cpu_kind", "summarise", "verdicts_of", "versions"]


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
    digests : Sequence
        Tick and digest of the trace, every 100 ticks.
    lateness_ms : Mapping
        Realtime: how late ticks began, by percentile; empty for simulated clocks.
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
    recorder_process_count: int
    rss_peak_mb: float
    trace_hash: str
    digests: Sequence[tuple[int, str]]
    slip_count: int
    bus: BusAccount
    recording: Mapping[str, int]
    lateness_ms: Mapping[str, float]

    def table(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        return asdict(self)


def summarise(
    figures: Mapping[str, Any],
    verdicts: Sequence[Verdict],
    outcome: Outcome,
    *,
    procedure: str,
    interactive: bool,
) -> dict[str, Any]:
    """Return what ``summary.json`` holds.

    Parameters
    ----------
    figures : Mapping
        Content of ``figures.json``.
    verdicts : sequence of Verdict
        What was judged.
    outcome : Outcome
        The verdict of the whole.
    procedure : str
        How the operator procedure ended, empty without one.
    interactive : bool
        A live client changed something: the run replays from the ground's journal only.
    """
    bus = BusAccount(**figures["bus"])
    wall_s = figures["run_wall_s"]
    return {
        "verdict": outcome.value,
        "speed_x": figures["simulated_s"] / wall_s if wall_s > 0.0 else 0.0,
        "wall_s": dict(figures["wall_s"]),
        "processes": figures["process_count"],
        "rss_peak_mb": figures["rss_peak_mb"],
        "trace_hash": figures["trace_hash"],
        "slips": figures["slip_count"],
        "losses": bus.lost_count,
        "unaccounted": bus.unaccounted_count,
        "simulated_s": figures["simulated_s"],
        "completed": figures["completed"],
        "ended_by": figures["ended_by"],
        "scenario": figures["scenario"],
        "rig": figures["rig"],
        "clock": figures["clock"],
        "placement": figures["placement"],
        "seed": figures["seed"],
        "interactive": interactive,
        "procedure": procedure,
        "lateness_ms": dict(figures["lateness_ms"]),
        "cpu": cpu_kind(),
        "versions": versions(),
        "expectations": [
            {
                "name": item.name,
                "outcome": item.outcome.value,
                "required": item.required,
                "measured": item.measured,
                "at_s": item.at_s,
                "margin_ratio": item.margin_ratio,
            }
            for item in verdicts
        ],
    }


def verdicts_of(summary: Mapping[str, Any]) -> list[Verdict]:
    """Return the verdicts that a summary holds."""
    return [Verdict(**{**row, "outcome": Outcome(row["outcome"])}) for row in summary["expectations"]]


def versions() -> dict[str, str]:
    """Return the versions that a run depends on."""
    return {
        "dawndusk": version("dawndusk"),
        "dictionary": f"{DICTIONARY.hash:016x}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
    }


def cpu_kind() -> str:
    """Return the kind of CPU: the trace hash is promised for one kind only."""
    return f"{platform.machine()} {platform.processor()}".strip()
