"""What all expectations share: a name, a window of time, and a judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from hil.runner.errors import RunDataError
from hil.runner.evidence import Evidence
from hil.runner.quantity import Series, read_series
from hil.runner.verdict import Verdict

__all__ = ["Expectation", "unit_of"]

_UNITS = {
    "v": "V", "a": "A", "w": "W", "k": "K", "s": "s", "m": "m", "rad": "rad", "j": "J", "wh": "Wh",
    "ah": "Ah", "pa": "Pa", "kg": "kg", "frac": "", "ratio": "", "count": "", "mask": "", "ns": "ns",
}  # fmt: skip


def unit_of(channel: str) -> str:
    """Return the unit that the last word of a channel's field name stands for."""
    field = channel.rpartition(".")[2].partition("[")[0].partition(":")[0]
    if field.endswith("_kg_per_s"):
        return "kg/s"
    return _UNITS.get(field.rpartition("_")[2], "")


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

    def check_reach(self, evidence: Evidence, series: Series, quantity: str) -> None:
        """Raise RunDataError when a run was cut short before the end of the window."""
        end_s = evidence.duration_s if self.until_s is None else self.until_s
        if end_s - series.time_s[-1] > 0.01 * evidence.duration_s:
            raise RunDataError(f"{quantity} must reach {end_s:g} s, got {series.time_s[-1]:g} s")

    def samples(self, evidence: Evidence, quantity: str) -> Series:
        """Return the quantity inside the window; raises RunDataError when it is empty."""
        series = read_series(evidence, quantity).window(self.from_s, self.until_s)
        if not len(series.time_s):
            raise RunDataError(f"samples of {quantity} must exist from {self.from_s:g} s on, got none")
        return series
