"""One line of a benchmark: what was measured, beside what, and whether the bar was met."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure.

    Parameters
    ----------
    name
        What was measured, unique in its benchmark.
    value
        The figure in `unit`; None only in a skipped row.
    unit
        Unit of `value` and `reference_value`.
    reference
        What was measured in the same run for comparison, if anything.
    reference_value
        The figure of the reference, in `unit`.
    ratio
        `value / reference_value`.
    bar
        What is asked for, such as `ratio >= 40`.
    holds
        Whether the bar was met; None where that cannot be said, and then `note` says why.
    note
        Reason or condition, such as the instructions that the processor lacks.
    """

    name: str
    value: float | None
    unit: str
    reference: str | None = None
    reference_value: float | None = None
    ratio: float | None = None
    bar: str | None = None
    holds: bool | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a verdict without a reason and a figure that is no number."""
        if self.holds is None and not self.note:
            raise ValueError(f"note must say why holds is None, got '' ({self.name})")
        if self.value is None and self.holds is not None:
            raise ValueError(f"holds must be None without a value, got {self.holds} ({self.name})")
        for figure in (self.value, self.reference_value, self.ratio):
            if figure is not None and not math.isfinite(figure):
                raise ValueError(f"figure must be finite, got {figure} {self.unit} ({self.name})")


def against(
    name: str,
    value: float,
    unit: str,
    reference: str,
    reference_value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    note: str = "",
) -> Row:
    """Return a row whose bar is on the ratio to a reference of the same run.

    Raises
    ------
    ValueError
        If neither or both bars are given and no note says why there is none.
    """
    ratio = value / reference_value
    bar, holds = _judge("ratio", ratio, at_least, at_most)
    return Row(
        name=name,
        value=value,
        unit=unit,
        reference=reference,
        reference_value=reference_value,
        ratio=ratio,
        bar=bar,
        holds=holds,
        note=note,
    )


def alone(
    name: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    note: str = "",
) -> Row:
    """Return a row whose bar, if any, is on the value itself.

    Raises
    ------
    ValueError
        If both bars are given, or none and no note says why.
    """
    bar, holds = _judge("value", value, at_least, at_most)
    return Row(name=name, value=value, unit=unit, bar=bar, holds=holds, note=note)


def skipped(name: str, unit: str, *, reason: str, bar: str | None = None) -> Row:
    """Return a row for what this machine cannot measure."""
    return Row(name=name, value=None, unit=unit, bar=bar, holds=None, note=reason)


def _judge(
    quantity: str, figure: float, at_least: float | None, at_most: float | None
) -> tuple[str | None, bool | None]:
    """Return the bar as text and whether the figure meets it."""
    if at_least is not None and at_most is not None:
        raise ValueError(f"bar must be at_least or at_most, got both {at_least} and {at_most}")
    if at_least is not None:
        return f"{quantity} >= {at_least:g}", figure >= at_least
    if at_most is not None:
        return f"{quantity} <= {at_most:g}", figure <= at_most
    return None, None
