"""Modes of the power application."""

from dataclasses import dataclass

from flight.dictionary.power import PowerMode
from flight.dictionary.transitions import Transition

__all__ = ["TRANSITIONS", "Conditions", "PowerMode"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the guards look at."""

    battery_known: bool
    in_eclipse: bool
    load_tier: int
    safe_ordered: bool


def safe_ordered(conditions: Conditions) -> bool:
    """Hold when safe mode is ordered for the whole satellite."""
    return conditions.safe_ordered


def released_sunlit(conditions: Conditions) -> bool:
    """Hold when the order is withdrawn."""
    return not conditions.safe_ordered


def energy_low(conditions: Conditions) -> bool:
    """Hold when the load tier is 2 or 3."""
    return conditions.load_tier >= 2


def energy_restored(conditions: Conditions) -> bool:
    """Hold when the load tier is 0 or 1 again."""
    return conditions.load_tier < 2


def known_in_shadow(conditions: Conditions) -> bool:
    """Hold when a battery reading is there, in shadow."""
    return conditions.battery_known and conditions.in_eclipse


def known_in_sunlight(conditions: Conditions) -> bool:
    """Hold when a battery reading is there, in sunlight."""
    return conditions.battery_known and not conditions.in_eclipse


def sunset(conditions: Conditions) -> bool:
    """Hold when the shadow begins."""
    return conditions.in_eclipse


def sunrise(conditions: Conditions) -> bool:
    """Hold when the shadow ends."""
    return not conditions.in_eclipse


_Row = Transition[PowerMode, Conditions]

TRANSITIONS: tuple[_Row, ...] = (
    _Row(PowerMode.STANDBY, PowerMode.SAFE, safe_ordered),
    _Row(PowerMode.STANDBY, PowerMode.ECLIPSE, known_in_shadow),
    _Row(PowerMode.STANDBY, PowerMode.SUNLIT, known_in_sunlight),
    _Row(PowerMode.SUNLIT, PowerMode.SAFE, safe_ordered),
    _Row(PowerMode.SUNLIT, PowerMode.LOW_ENERGY, energy_low),
    _Row(PowerMode.SUNLIT, PowerMode.ECLIPSE, sunset),
    _Row(PowerMode.ECLIPSE, PowerMode.SAFE, safe_ordered),
    _Row(PowerMode.ECLIPSE, PowerMode.LOW_ENERGY, energy_low),
    _Row(PowerMode.ECLIPSE, PowerMode.SUNLIT, sunrise),
    _Row(PowerMode.LOW_ENERGY, PowerMode.SAFE, safe_ordered),
    _Row(PowerMode.LOW_ENERGY, PowerMode.SUNLIT, energy_restored),
    _Row(PowerMode.SAFE, PowerMode.SUNLIT, released_sunlit),
)
