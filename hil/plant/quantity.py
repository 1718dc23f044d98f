"""Declare a parameter with its range and source, and check it."""

from dataclasses import Field, field, fields
from math import isfinite
from typing import ClassVar, Protocol

from hil.plant.errors import PlantError


def number(default: float, *, low: float, high: float, source: str) -> float:
    """Declare a numeric dataclass field with its closed range and its source.

    Parameters
    ----------
    default : float
        Value of ODC-100, in the unit that the field's name ends with.
    low, high : float
        Closed range of physical values, same unit.
    source : str
        Paper, data sheet or standard; ``assumed`` where there is none.
    """
    return field(default=default, metadata={"low": low, "high": high, "source": source})


def unit_of(name: str) -> str:
    """Return the unit that a field name spells, for tables and error texts."""
    for suffix, unit in _UNITS:
        if name.endswith(suffix):
            return unit
    return ""


_UNITS = (
    ("_m3_per_s2", "m3/s2"),
    ("_w_per_m2", "W/m2"),
    ("_kg_m2", "kg m2"),
    ("_kg_per_m3", "kg/m3"),
    ("_a_m2", "A m2"),
    ("_n_m_s", "N m s"),
    ("_n_m", "N m"),
    ("_hz", "Hz"),
    ("_t", "T"),
    ("_w_per_k", "W/K"),
    ("_k_per_w", "K/W"),
    ("_j_per_kg_k", "J/kg K"),
    ("_j_per_kg", "J/kg"),
    ("_j_per_k", "J/K"),
    ("_v_per_k", "V/K"),
    ("_per_k", "1/K"),
    ("_rad_per_s", "rad/s"),
    ("_kg_per_s", "kg/s"),
    ("_frac_per_s", "1/s"),
    ("_rad2_per_hz", "rad2/Hz"),
    ("_rad_per_s2", "rad/s2"),
    ("_hz", "Hz"),
    ("_db", "dB"),
    ("_per_s", "1/s"),
    ("_per_m2", "1/m2"),
    ("_pa", "Pa"),
    ("_m2", "m2"),
    ("_kg", "kg"),
    ("_rad", "rad"),
    ("_deg", "deg"),
    ("_ohm", "ohm"),
    ("_ah", "Ah"),
    ("_v", "V"),
    ("_a", "A"),
    ("_w", "W"),
    ("_k", "K"),
    ("_m", "m"),
    ("_s", "s"),
    ("_f", "F"),
)


class Parameters(Protocol):
    """Any dataclass of parameters."""

    __dataclass_fields__: ClassVar[dict[str, Field[object]]]


def check(instance: Parameters) -> None:
    """Raise PlantError if a declared number of a dataclass instance is not finite or out of range."""
    for item in fields(instance):
        if "low" not in item.metadata:
            continue
        value = getattr(instance, item.name)
        low, high = item.metadata["low"], item.metadata["high"]
        if not isinstance(value, int | float) or not isfinite(value) or not low <= value <= high:
            where = type(instance).__name__
            raise PlantError(
                f"{item.name} must be {low:g} to {high:g}, got {value} {unit_of(item.name)} ({where})"
            )
        if item.name.endswith("_count") and value != int(value):
            where = type(instance).__name__
            raise PlantError(f"{item.name} must be a whole number, got {value} ({where})")
