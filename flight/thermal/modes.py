"""Modes of the thermal application."""

from dataclasses import dataclass

from flight.dictionary.thermal import ThermalMode
from flight.dictionary.transitions import Transition

__all__ = ["TRANSITIONS", "Conditions", "ThermalMode"]

SUPPLY_EXCESS_HOT_K = 8.0
SUPPLY_EXCESS_OK_K = 3.0
PANEL_RECOVERY_K = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the guards look at.

    Parameters
    ----------
    supply_excess_k : float
        Hotter supply less its set point.
    panel_margin_k : float
        Coldest panel less the lowest permitted panel temperature.
    """

    loops_known: bool
    supply_excess_k: float
    panel_margin_k: float
    safe_ordered: bool


def safe_ordered(conditions: Conditions) -> bool:
    """Hold when safe mode is ordered for the whole satellite."""
    return conditions.safe_ordered


def safe_released(conditions: Conditions) -> bool:
    """Hold when the order is withdrawn."""
    return not conditions.safe_ordered


def loops_known(conditions: Conditions) -> bool:
    """Hold when a loop reading is there."""
    return conditions.loops_known


def supply_hot(conditions: Conditions) -> bool:
    """Hold when a supply temperature is more than 8 K above its set point."""
    return conditions.supply_excess_k > SUPPLY_EXCESS_HOT_K


def supply_cooled(conditions: Conditions) -> bool:
    """Hold when both supplies are within 3 K above their set points."""
    return conditions.supply_excess_k < SUPPLY_EXCESS_OK_K


def panel_cold(conditions: Conditions) -> bool:
    """Hold when a panel is below its lowest permitted temperature."""
    return conditions.panel_margin_k < 0.0


def panels_warm(conditions: Conditions) -> bool:
    """Hold when all panels are 15 K above their lowest permitted temperature."""
    return conditions.panel_margin_k > PANEL_RECOVERY_K


_Row = Transition[ThermalMode, Conditions]

TRANSITIONS: tuple[_Row, ...] = (
    _Row(ThermalMode.STANDBY, ThermalMode.SAFE, safe_ordered),
    _Row(ThermalMode.STANDBY, ThermalMode.REGULATE, loops_known),
    _Row(ThermalMode.REGULATE, ThermalMode.SAFE, safe_ordered),
    _Row(ThermalMode.REGULATE, ThermalMode.OVERTEMPERATURE, supply_hot),
    _Row(ThermalMode.REGULATE, ThermalMode.FREEZE_GUARD, panel_cold),
    _Row(ThermalMode.FREEZE_GUARD, ThermalMode.SAFE, safe_ordered),
    _Row(ThermalMode.FREEZE_GUARD, ThermalMode.OVERTEMPERATURE, supply_hot),
    _Row(ThermalMode.FREEZE_GUARD, ThermalMode.REGULATE, panels_warm),
    _Row(ThermalMode.OVERTEMPERATURE, ThermalMode.SAFE, safe_ordered),
    _Row(ThermalMode.OVERTEMPERATURE, ThermalMode.REGULATE, supply_cooled),
    _Row(ThermalMode.SAFE, ThermalMode.REGULATE, safe_released),
)
