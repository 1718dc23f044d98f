"""The one place where raw values become values for people.

The dictionary declares every number in its physical unit, so a number keeps its value; a 32-bit float is
given with the fewest digits that name it, and an enumeration becomes its word. Curves have their
place here and nowhere else.
"""

from enum import IntEnum

from ground.telemetry.names import Item, round_f32

__all__ = ["calibrate", "raw"]

Value = str | int | float | bool | bytes


def calibrate(item: Item, value: object) -> Value:
    """Return the value of an item for display and comparison.

    Parameters
    ----------
    value : object
        Raw value as :meth:`Item.read` gives it.
    """
    if isinstance(value, IntEnum):
        return value.name
    plain = raw(item, value)
    return _fewest_digits(plain) if item.code == "f32" and isinstance(plain, float) else plain


def _fewest_digits(value: float) -> float:
    """Return the shortest decimal that a 32-bit float cannot tell from a value; nine digits always do."""
    for digits in (6, 7, 8):
        short = float(f"{value:.{digits}g}")
        if round_f32(short) == value:
            return short
    return float(f"{value:.9g}")


def raw(item: Item, value: object) -> Value:
    """Return the raw value as a plain number, word or run of octets.

    Raises
    ------
    TypeError
        When an item holds anything else; the dictionary has no such field.
    """
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, str | bool | int | float | bytes):
        return value
    raise TypeError(
        f"value must be a number, a word or octets, got {type(value).__name__} ({item.full_name})"
    )
