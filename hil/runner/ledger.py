"""The energy ledger, integrated here from recorded terminal powers, independently of the plant's own sums.

Over any time: array energy = losses (converters, regulators, heat in the packs less what they take up
reversibly) + loads (switched and housekeeping) + change of what the packs store. The residual of that
balance over the energy that flowed is the closure. Integration is by trapezium over the truth log's
samples.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hil.runner.quantity import SeriesSource

__all__ = ["LedgerBalance", "LedgerLine", "balance"]

_LOSSES = ("converter_loss_w", "regulator_loss_w", "pack_heat_w")
_LOADS = ("switch_power_w", "housekeeping_power_w")
_JOULE_PER_WH = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One side of one terminal, in watt-hours over the run."""

    name: str
    energy_wh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBalance:
    """The whole ledger.

    Parameters
    ----------
    lines : tuple of LedgerLine
        Array energy positive, every use of it and every gain of storage negative.
    residual_wh : float
        Their sum: energy that came from nowhere (negative) or vanished (positive).
    throughput_wh : float
        Array energy plus discharged battery energy: the scale of the closure.
    """

    lines: tuple[LedgerLine, ...]
    residual_wh: float
    throughput_wh: float

    @property
    def closure_frac(self) -> float:
        """Residual over throughput."""
        return self.residual_wh / self.throughput_wh if self.throughput_wh > 0.0 else np.inf


def balance(source: SeriesSource) -> LedgerBalance:
    """Integrate every recorded terminal of the power system.

    Raises
    ------
    RunDataError
        The truth log lacks a terminal.
    """
    array_wh = _integral_wh(source, "array_power_w")
    lines = [LedgerLine(name="array", energy_wh=array_wh)]
    lines += [
        LedgerLine(name=_word(field), energy_wh=-_integral_wh(source, field)) for field in (*_LOSSES, *_LOADS)
    ]
    lines.append(LedgerLine(name="pack reversible heat", energy_wh=_integral_wh(source, "pack_reversible_w")))
    stored_j = source.channel("truth.storage", "pack_stored_j").values.sum(axis=1)
    lines.append(
        LedgerLine(name="pack stored gain", energy_wh=float(stored_j[0] - stored_j[-1]) / _JOULE_PER_WH)
    )
    discharge = source.channel("truth.ledger", "pack_terminal_power_w")
    discharged_wh = _trapezium_wh(np.clip(discharge.values.sum(axis=1), 0.0, None), discharge.time_s)
    return LedgerBalance(
        lines=tuple(lines),
        residual_wh=sum(line.energy_wh for line in lines),
        throughput_wh=array_wh + discharged_wh,
    )


def _integral_wh(source: SeriesSource, field: str) -> float:
    series = source.channel("truth.ledger", field)
    return _trapezium_wh(series.values.sum(axis=1), series.time_s)


def _trapezium_wh(power_w: NDArray[np.float64], time_s: NDArray[np.float64]) -> float:
    return float(np.trapezoid(power_w, time_s)) / _JOULE_PER_WH


def _word(field: str) -> str:
    return field.rpartition("_")[0].replace("_", " ")
