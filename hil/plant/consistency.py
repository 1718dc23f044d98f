"""Parameters that make sense alone but not together: each rule names both, and what they must be."""

from hil.plant.errors import PlantError
from hil.plant.params import PlantParams
from hil.plant.quantity import unit_of

__all__ = ["check_together"]

_RISING: tuple[tuple[str, str, str], ...] = (
    ("battery", "louvre_closed_k", "louvre_open_k"),
    ("battery", "cell_voltage_min_v", "cell_voltage_max_v"),
    ("bus", "bus_shed_v", "bus_nominal_v"),
    ("bus", "bus_nominal_v", "bus_limit_v"),
    ("bus", "bus_shed_v", "lockout_clear_v"),
    ("bus", "lockout_clear_v", "bus_nominal_v"),
    ("optical", "elevation_min_rad", "elevation_max_rad"),
)
"""Part of the satellite, a parameter, and the one that must be above it."""


def check_together(params: PlantParams) -> None:
    """Raise PlantError where two parameters contradict each other.

    Parameters
    ----------
    params : PlantParams
        A satellite whose numbers are each in range.
    """
    for part, low_name, high_name in _RISING:
        section = getattr(params, part)
        low, high = getattr(section, low_name), getattr(section, high_name)
        if not low < high:
            unit = unit_of(low_name)
            raise PlantError(f"{low_name} must be below {high_name}, {high:g}, got {low:g} {unit} ({part})")
