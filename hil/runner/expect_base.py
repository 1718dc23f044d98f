"""What all expectations share: a name, a window of time, and a judge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from hil.runner.errors import RunDataError
from hil.runner.evidence import Evidence
from hil.runner.quantity import Series, read_series
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Expectation", "check_reached", "unit_of"]

_UNITS = {
    "v": "V", "a": "A", "w": "W", "k": "K", "s": "s", "m": "m", "rad": "rad", "j": "J", "wh": "Wh",
    "ah": "Ah", "pa": "Pa", "kg": "kg", "frac": "", "ratio": "", "count": "", "mask": "", "ns": "ns",
}  # fmt: skip


def unit_of(channel: str) -> str:
    """Return the unit that the last word of a channel's field name stands for."""
    field = channel.rpartition(".")[2].partition("[")[0].partition(":")[0]
    above, _, below = field.rpartition("_per_")
    if above:
        return f"{_UNITS.get(above.rpartition('_')[2], '')}/{below}"
    return _UNITS.get(field.rpartition("_")[2], "")


def check_reached(evidence: Evidence, needs_s: float) -> None:
    """Raise RunDataError when the run ended before a time without which it cannot be judged."""
    if evidence.duration_s < needs_s:
        raise RunDataError(_early(evidence, needs_s))


def _early(evidence: Evidence, needs_s: float) -> str:
    return f"run ended at {evidence.duration_s:g} s, needs {needs_s:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing that must hold.

    Parameters
    ----------
    name : str
        What people call it.
    from_s, until_s : float
        Window of simulated time; by default the whole run.
    """

    KINDS: ClassVar[Mapping[str, type]] = {}

    name: str
    from_s: float = 0.0
    until_s: float | None = None

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare with what happened; raises RunDataError when the run cannot tell."""
        raise NotImplementedError

    def final_s(self, evidence: Evidence) -> float:  # noqa: ARG002  kinds that wait for something ask it
        """Return the time up to which a run must have come so that what is missing has failed; 0: at once."""
        return 0.0

    def verdict(self, evidence: Evidence) -> Verdict:
        """Judge; what failed only because the run ended before its time is INVALID.

        Raises
        ------
        RunDataError
            The run cannot tell.
        """
        found = self.judge(evidence)
        needs_s = self.final_s(evidence) if found.outcome is Outcome.FAIL else 0.0
        if evidence.duration_s >= needs_s:
            return found
        measured = f"{_early(evidence, needs_s)}; until then {found.measured}"
        return replace(found, outcome=Outcome.INVALID, measured=measured, at_s=None, margin_ratio=None)

    def check_reach(self, evidence: Evidence, series: Series, quantity: str) -> None:
        """Raise RunDataError when a run was cut short before the end of the window."""
        end_s = evidence.asked_s if self.until_s is None else self.until_s
        check_reached(evidence, end_s)
        if end_s - series.time_s[-1] > 0.01 * evidence.duration_s:
            raise RunDataError(f"{quantity} must reach {end_s:g} s, got {series.time_s[-1]:g} s")

    def samples(self, evidence: Evidence, quantity: str) -> Series:
        """Return the quantity inside the window; raises RunDataError when it is empty."""
        check_reached(evidence, self.from_s)
        series = read_series(evidence, quantity).window(self.from_s, self.until_s)
        if not len(series.time_s):
            raise RunDataError(f"samples of {quantity} must exist from {self.from_s:g} s on, got none")
        return series
