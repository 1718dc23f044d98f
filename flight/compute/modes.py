"""Modes of the compute application."""

from dataclasses import dataclass

from flight.dictionary.compute import ComputeMode
from flight.dictionary.transitions import Transition

__all__ = ["TRANSITIONS", "ComputeMode", "Conditions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What the guards look at.

    Parameters
    ----------
    granted : bool
        Both an electrical and a thermal lease are in force.
    active_count : int
        Nodes that the effective cap lets run.
    service_count : int
        Nodes in service.
    """

    granted: bool
    active_count: int
    service_count: int
    safe_ordered: bool


def safe_ordered(conditions: Conditions) -> bool:
    """Hold when safe mode is ordered for the whole satellite."""
    return conditions.safe_ordered


def safe_released(conditions: Conditions) -> bool:
    """Hold when the order is withdrawn."""
    return not conditions.safe_ordered


def granted_for_all(conditions: Conditions) -> bool:
    """Hold when both leases are in force and every node in service may run."""
    return conditions.granted and 0 < conditions.service_count <= conditions.active_count


def granted_for_some(conditions: Conditions) -> bool:
    """Hold when both leases are in force and some nodes must sleep."""
    return conditions.granted and 0 < conditions.active_count < conditions.service_count


def granted_for_none(conditions: Conditions) -> bool:
    """Hold when both leases are in force and no node may run."""
    return conditions.granted and conditions.active_count == 0


def lease_lost(conditions: Conditions) -> bool:
    """Hold when a lease is missing: every node is at its fallback."""
    return not conditions.granted


_STANDBY, _RESTRICTED, _NOMINAL, _HIBERNATE, _SAFE = (
    ComputeMode.STANDBY,
    ComputeMode.RESTRICTED,
    ComputeMode.NOMINAL,
    ComputeMode.HIBERNATE,
    ComputeMode.SAFE,
)
_Row = Transition[ComputeMode, Conditions]

TRANSITIONS: tuple[_Row, ...] = (
    _Row(_STANDBY, _SAFE, safe_ordered),
    _Row(_STANDBY, _NOMINAL, granted_for_all),
    _Row(_STANDBY, _RESTRICTED, granted_for_some),
    _Row(_STANDBY, _HIBERNATE, granted_for_none),
    _Row(_NOMINAL, _SAFE, safe_ordered),
    _Row(_NOMINAL, _STANDBY, lease_lost),
    _Row(_NOMINAL, _RESTRICTED, granted_for_some),
    _Row(_NOMINAL, _HIBERNATE, granted_for_none),
    _Row(_RESTRICTED, _SAFE, safe_ordered),
    _Row(_RESTRICTED, _STANDBY, lease_lost),
    _Row(_RESTRICTED, _NOMINAL, granted_for_all),
    _Row(_RESTRICTED, _HIBERNATE, granted_for_none),
    _Row(_HIBERNATE, _SAFE, safe_ordered),
    _Row(_HIBERNATE, _STANDBY, lease_lost),
    _Row(_HIBERNATE, _NOMINAL, granted_for_all),
    _Row(_HIBERNATE, _RESTRICTED, granted_for_some),
    _Row(_SAFE, _STANDBY, safe_released),
)
