"""Modes of the optical application."""

from dataclasses import dataclass

from flight.dictionary.optical import OpticalMode
from flight.dictionary.transitions import Transition

__all__ = ["TRANSITIONS", "Conditions", "OpticalMode"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the guards look at."""

    navigation_known: bool
    safe_ordered: bool


def safe_ordered(conditions: Conditions) -> bool:
    """Hold when safe mode is ordered for the whole satellite."""
    return conditions.safe_ordered


def safe_released(conditions: Conditions) -> bool:
    """Hold when the order is withdrawn."""
    return not conditions.safe_ordered


def navigation_known(conditions: Conditions) -> bool:
    """Hold when position and attitude are known and fresh."""
    return conditions.navigation_known


def navigation_stale(conditions: Conditions) -> bool:
    """Hold when position or attitude is older than 10 s."""
    return not conditions.navigation_known


_Row = Transition[OpticalMode, Conditions]

TRANSITIONS: tuple[_Row, ...] = (
    _Row(OpticalMode.STANDBY, OpticalMode.SAFE, safe_ordered),
    _Row(OpticalMode.STANDBY, OpticalMode.OPERATE, navigation_known),
    _Row(OpticalMode.OPERATE, OpticalMode.SAFE, safe_ordered),
    _Row(OpticalMode.OPERATE, OpticalMode.STANDBY, navigation_stale),
    _Row(OpticalMode.SAFE, OpticalMode.STANDBY, safe_released),
)
