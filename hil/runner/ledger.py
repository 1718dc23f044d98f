"""The energy ledger, integrated here from recorded terminal powers, independently of the plant's own sums.

Over any time: array energy = losses (converters, regulators, heat in the packs less what they take up
reversibly) + loads (switched and housekeeping) + change of what the packs store. The residual of that
balance over the energy that flowed is the closure. Integration is by trapezium over the truth log's
samples.
"""

from dataclasses import dataclass

import numpy as np

from hil.runner.quantity import SeriesSource, read_series

__all__ = ["LedgerBalance", "LedgerLine", "balance"]

_LOSSES = ("converter_loss_w", "regulator_loss_w", "pack_heat_w")
_LOADS = ("switch_power_w", "housekeeping_power_w")
_JOULE_PER_WH = 3600.0
_EDGE_S = 1e-6  # times are whole ticks


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
    stored = read_series(source, "truth.storage.pack_stored_j:sum")
    window_s = (float(stored.time_s[0]), float(stored.time_s[-1]))
    stored_j = stored.values[:, 0]
    array_wh = _energy_wh(source, "array_power_w", window_s)
    lines = [LedgerLine(name="array", energy_wh=array_wh)]
    uses_wh = {field: _energy_wh(source, field, window_s) for field in (*_LOSSES, *_LOADS)}
    lines += [LedgerLine(name=_word(field), energy_wh=-energy_wh) for field, energy_wh in uses_wh.items()]
    reversible_wh = _energy_wh(source, "pack_reversible_w", window_s)
    lines.append(LedgerLine(name="pack reversible heat", energy_wh=reversible_wh))
    gain_wh = float(stored_j[-1] - stored_j[0]) / _JOULE_PER_WH
    lines.append(LedgerLine(name="pack stored gain", energy_wh=-gain_wh))
    discharged_wh = _energy_wh(source, "pack_terminal_power_w", window_s, only_positive=True)
    return LedgerBalance(
        lines=tuple(lines),
        residual_wh=sum(line.energy_wh for line in lines),
        throughput_wh=array_wh + discharged_wh,
    )


def _energy_wh(
    source: SeriesSource, field: str, window_s: tuple[float, float], *, only_positive: bool = False
) -> float:
    """Return the energy of a terminal between two times; a sample is the mean power since the one before."""
    series = read_series(source, f"truth.ledger.{field}:sum")
    power_w = series.values[:, 0]
    if only_positive:
        power_w = np.clip(power_w, 0.0, None)
    step_s = np.diff(series.time_s)
    inside = (series.time_s[1:] > window_s[0] + _EDGE_S) & (series.time_s[1:] < window_s[1] + _EDGE_S)
    return float(np.sum((power_w[1:] * step_s)[inside])) / _JOULE_PER_WH


def _word(field: str) -> str:
    return field.rpartition("_")[0].replace("_", " ")
