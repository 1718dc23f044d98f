"""Names that operators type, found in the dictionary; a wrong one is met with the nearest."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from struct import Struct
from typing import TypeVar

from flight.dictionary.declare import Command, Event, Message
from flight.dictionary.layout import PacketField, fields
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

__all__ = [
    "Item",
    "UnknownNameError",
    "app_named",
    "command_named",
    "event_named",
    "item_named",
    "items_of",
    "message_named",
    "round_f32",
]


class UnknownNameError(LookupError):
    """A name that the dictionary does not have.

    Parameters
    ----------
    kind : str
        What was looked for.
    name : str
        What was typed.
    nearest : tuple of str
        The most similar names, best first.
    """

    def __init__(self, kind: str, name: str, nearest: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.nearest = tuple(nearest)
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        super().__init__(f"{kind} must be known, got {name}{hint}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One number, word or run of octets of one message of one application.

    Parameters
    ----------
    name : str
        Name as in the packet: elements of a tuple are ``name_00``, ``name_01``...
    index : int or None
        Which element of a tuple.
    code : str
        Width on the wire, empty for octets and text.
    """

    app: App
    message: type[Message]
    name: str
    field: str
    index: int | None
    code: str
    unit: str
    enum: type[IntEnum] | None

    @property
    def full_name(self) -> str:
        """``POWER PowerStatus charge_frac``."""
        return f"{self.app.name} {self.message.__name__} {self.name}"

    def read(self, message: Message) -> object:
        """Return the raw value that a message holds."""
        value = getattr(message, self.field)
        return value if self.index is None else value[self.index]

    def operand(self, value: object) -> object:
        """Return a value to compare with, as this item would hold it.

        Words become members of the enumeration; numbers are rounded to the item's width, so that 0.9 equals
        what a 32-bit float of 0.9 reads.

        Raises
        ------
        UnknownNameError
            For a word that the enumeration does not have.
        ValueError
            For a word where a number is held.
        """
        if self.enum is not None and isinstance(value, str):
            return _member(self.enum, value, self.full_name)
        if isinstance(value, str) and self.code:
            raise ValueError(f"operand must be a number, got {value!r} ({self.full_name})")
        if self.code == "f32" and isinstance(value, int | float):
            return round_f32(float(value))
        return value


M = TypeVar("M", bound=Message)

_F32 = Struct(">f")


def round_f32(value: float) -> float:
    """Return the 32-bit float nearest to a number, the number itself where none is near."""
    try:
        return float(_F32.unpack(_F32.pack(value))[0])
    except OverflowError:
        return value


def _member(enum: type[IntEnum], word: str, where: str) -> IntEnum:
    members = {member.name.lower(): member for member in enum}
    found = members.get(word.lower())
    if found is None:
        raise UnknownNameError(f"value of {where}", word, (member.name for member in enum))
    return found


def _nearest(name: str, names: Iterable[str]) -> list[str]:
    by_lower = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.4)
    return [by_lower[found] for found in close]


def app_named(name: str) -> App:
    """Return an application by its name in any case, or by its number.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    key = name.upper()
    if key in App.__members__:
        return App[key]
    if name.isdecimal() and int(name) in list(App):
        return App(int(name))
    raise UnknownNameError("application", name, _nearest(name, App.__members__))


def _class_named(kind: str, name: str, classes: Iterable[type[M]]) -> type[M]:
    by_lower = {cls.__name__.lower(): cls for cls in classes}
    found = by_lower.get(name.rpartition(".")[2].lower())
    if found is None:
        raise UnknownNameError(kind, name, _nearest(name, [cls.__name__ for cls in by_lower.values()]))
    return found


def message_named(app: App, name: str) -> type[Message]:
    """Return a message that an application publishes, by name.

    Raises
    ------
    UnknownNameError
        If the application publishes no such message; the nearest are its own, or the message of that name of
        another application.
    """
    mine = [cls for cls in DICTIONARY.messages() if cls.SPEC.source in (None, app)]
    try:
        return _class_named(f"message of {app.name}", name, mine)
    except UnknownNameError:
        other = next((cls for cls in DICTIONARY.messages() if cls.__name__.lower() == name.lower()), None)
        if other is None or other.SPEC.source is None:
            raise
        full = f"{other.SPEC.source.name} {other.__name__}"
        raise UnknownNameError(f"message of {app.name}", name, (full,)) from None


def command_named(app: App, name: str) -> type[Command]:
    """Return a command that an application answers, by name.

    Raises
    ------
    UnknownNameError
        If it answers no such command.
    """
    return _class_named(f"command of {app.name}", name, DICTIONARY.commands(app))


def event_named(name: str) -> type[Event]:
    """Return an event by name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    return _class_named("event", name, DICTIONARY.events())


def items_of(app: App, message: type[Message]) -> tuple[Item, ...]:
    """Return the items of a message, tuples unrolled, in packet order."""
    return tuple(_items_by_name(app, message.SPEC.id).values())


@cache
def _items_by_name(app: App, message_id: int) -> dict[str, Item]:
    message = DICTIONARY.by_id(message_id)
    return {field.name: _item(app, message, field) for field in fields(message)}


def _item(app: App, message: type[Message], field: PacketField) -> Item:
    return Item(
        app=app,
        message=message,
        name=field.name,
        field=field.field,
        index=field.index,
        code="" if field.code in ("octets", "data", "text") else field.code,
        unit=field.unit,
        enum=field.enum,
    )


def item_named(app: str, message: str, name: str) -> Item:
    """Return an item by its three names.

    Raises
    ------
    UnknownNameError
        For the first of the three that is not known.
    """
    owner = app_named(app)
    cls = message_named(owner, message)
    items = _items_by_name(owner, cls.SPEC.id)
    found = items.get(name.lower())
    if found is None:
        raise UnknownNameError(f"item of {owner.name} {cls.__name__}", name, _nearest(name, items))
    return found
