"""Expectations on series: stays in a range, has a mean, comes back to where it began, follows another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hil.runner.errors import RunDataError
from hil.runner.evidence import Evidence
from hil.runner.expect_base import Expectation, check_reached, unit_of
from hil.runner.quantity import Series, parse_quantity
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Follows", "InRange", "MeanInRange", "Returns"]


def _outcome(holds: object) -> Outcome:
    return Outcome.PASS if holds else Outcome.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class InRange(Expectation):
    """Every sample of every element lies in [low, high], in the quantity's unit."""

    quantity: str
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        _check(self.quantity, self.low, self.high)

    def judge(self, evidence: Evidence) -> Verdict:
        """Find the sample that is nearest to its limit, or furthest beyond it."""
        series = self.samples(evidence, self.quantity)
        above = series.values - self.low
        below = self.high - series.values
        slack = np.fmin(above, below)
        slack[np.isnan(slack)] = -np.inf
        row, column = np.unravel_index(int(np.argmin(slack)), slack.shape)
        unit = unit_of(self.quantity)
        low, high = float(np.min(series.values)), float(np.max(series.values))
        return Verdict(
            name=self.name,
            outcome=_outcome(slack[row, column] >= 0.0),
            required=_interval(self.low, self.high, unit),
            measured=f"{low:.6g} to {high:.6g} {unit}".rstrip(),
            at_s=float(series.time_s[row]),
            margin_ratio=_margin(float(slack[row, column]), self.low, self.high),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanInRange(Expectation):
    """The mean over the window (and over all elements) lies in [low, high]."""

    quantity: str
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        _check(self.quantity, self.low, self.high)

    def judge(self, evidence: Evidence) -> Verdict:
        """Average by time, so that an uneven rate does not weigh."""
        series = self.samples(evidence, self.quantity)
        if self.until_s is None:
            check_reached(evidence, evidence.asked_s)
        else:
            self.check_reach(evidence, series, self.quantity)
        mean = _time_mean(series)
        unit = unit_of(self.quantity)
        return Verdict(
            name=self.name,
            outcome=_outcome(self.low <= mean <= self.high),
            required=f"mean {_interval(self.low, self.high, unit)}",
            measured=f"mean {mean:.6g} {unit}".rstrip(),
            margin_ratio=_margin(min(mean - self.low, self.high - mean), self.low, self.high),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns(Expectation):
    """The last sample is within ``tolerance`` of the first one."""

    quantity: str
    tolerance: float

    def __post_init__(self) -> None:
        _check(self.quantity, 0.0, self.tolerance)

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the ends of the window; a run that was cut short before them cannot tell."""
        series = self.samples(evidence, self.quantity)
        self.check_reach(evidence, series, self.quantity)
        change = float(np.max(np.abs(series.values[-1] - series.values[0])))
        unit = unit_of(self.quantity)
        return Verdict(
            name=self.name,
            outcome=_outcome(change <= self.tolerance),
            required=f"end within {self.tolerance:g} {unit} of the start".replace("  ", " "),
            measured=f"{float(series.values[0].mean()):.5g} to {float(series.values[-1].mean()):.5g}, "
            f"change {change:.4g} {unit}".rstrip(),
            at_s=float(series.time_s[-1]),
            margin_ratio=1.0 - change / self.tolerance,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows(Expectation):
    """The quantity stays within ``tolerance`` of a reference series, compared at the quantity's own times."""

    quantity: str
    reference: str
    tolerance: float

    def __post_init__(self) -> None:
        _check(self.quantity, 0.0, self.tolerance)
        parse_quantity(self.reference)

    def judge(self, evidence: Evidence) -> Verdict:
        """Interpolate the reference and find the largest difference."""
        series = self.samples(evidence, self.quantity)
        reference = self.samples(evidence, self.reference)
        difference = np.abs(series.values - _resample(reference, series))
        difference[np.isnan(difference)] = np.inf
        row, column = np.unravel_index(int(np.argmax(difference)), difference.shape)
        worst = float(difference[row, column])
        unit = unit_of(self.quantity)
        return Verdict(
            name=self.name,
            outcome=_outcome(worst <= self.tolerance),
            required=f"within {self.tolerance:g} {unit} of {self.reference}".replace("  ", " "),
            measured=f"largest difference {worst:.4g} {unit}".rstrip(),
            at_s=float(series.time_s[row]),
            margin_ratio=1.0 - worst / self.tolerance,
        )


def _check(quantity: str, low: float, high: float) -> None:
    parse_quantity(quantity)
    if not low < high:
        raise ValueError(f"limits of {quantity} must rise, got {low:g} and {high:g}")


def _resample(reference: Series, onto: Series) -> NDArray[np.float64]:
    """Return the reference at the times of ``onto``; one element serves all."""
    columns = [np.interp(onto.time_s, reference.time_s, column) for column in reference.values.T]
    table = np.stack(columns, axis=1)
    if table.shape[1] not in (1, onto.values.shape[1]):
        raise RunDataError(f"reference must have 1 or {onto.values.shape[1]} elements, got {table.shape[1]}")
    return table


def _time_mean(series: Series) -> float:
    rows = series.values.mean(axis=1)
    span_s = series.time_s[-1] - series.time_s[0]
    return float(np.trapezoid(rows, series.time_s) / span_s) if span_s > 0.0 else float(rows[0])


def _interval(low: float, high: float, unit: str) -> str:
    if np.isinf(low):
        return f"at most {high:g} {unit}".rstrip()
    if np.isinf(high):
        return f"at least {low:g} {unit}".rstrip()
    return f"{low:g} to {high:g} {unit}".rstrip()


def _margin(slack: float, low: float, high: float) -> float | None:
    one_sided = np.isinf(low) or np.isinf(high)
    scale = abs(low if np.isinf(high) else high) if one_sided else (high - low) / 2.0
    return slack / scale if scale > 0.0 and np.isfinite(slack) else None
