"""The one place where raw values become values for people.

The dictionary declares every number in its physical unit, so a number stays as it is; an enumeration becomes
its word. Curves and derived items have their place here and nowhere else.
"""

from enum import IntEnum

from ground.telemetry.names import Item

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
    return raw(item, value)


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
