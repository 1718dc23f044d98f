"""All declarations in one index: by id, by name, by kind, with hashes that tell two dictionaries apart."""

import difflib
import hashlib
from collections.abc import Iterable
from functools import cached_property
from types import ModuleType

from flight.dictionary import (
    application,
    compute,
    executive,
    gateway,
    grants,
    laser,
    navigation,
    optical,
    power,
    radio,
    services,
    thermal,
)
from flight.dictionary.declare import Command, Event, Kind, Message, Parameters
from flight.dictionary.fields import FieldSpec, field_specs
from flight.dictionary.parameters import parameter_items
from flight.dictionary.types import App

__all__ = ["DICTIONARY", "Dictionary", "full_name", "group_of", "schema_text"]

_MODULES = (
    application, executive, grants, services, gateway, navigation, radio, laser, power, thermal, compute,
    optical,
)  # fmt: skip


class Dictionary:
    """Index over the declarations of some modules.

    Parameters
    ----------
    modules : iterable of module
        Modules with declared classes; ids must be unique over all of them.

    Raises
    ------
    ValueError
        If two declarations have one id or one name.
    """

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._by_id: dict[int, type[Message]] = {}
        self._by_name: dict[str, type[Message]] = {}
        self._parameters: dict[App, type[Parameters]] = {}
        for module in modules:
            for value in vars(module).values():
                if isinstance(value, type) and value.__module__ == module.__name__:
                    self._add(value)

    def _add(self, cls: type) -> None:
        if issubclass(cls, Parameters):
            self._parameters[cls.SPEC.owner] = cls
        if not issubclass(cls, Message):
            return
        other = self._by_id.setdefault(cls.SPEC.id, cls)
        if other is not cls or self._by_name.setdefault(cls.__name__.lower(), cls) is not cls:
            raise ValueError(f"id and name must be unique, got {cls.SPEC.id:#06x} {cls.__name__}")

    def by_id(self, message_id: int) -> type[Message]:
        """Return the class with an id; KeyError when there is none."""
        return self._by_id[message_id]

    def find(self, message_id: int) -> type[Message] | None:
        """Return the class with an id, or None."""
        return self._by_id.get(message_id)

    def by_name(self, name: str) -> type[Message]:
        """Return the class of a name such as ``PowerStatus`` or ``power.PowerStatus``, in any case.

        Raises
        ------
        KeyError
            If there is none; the text names the nearest.
        """
        folder, _, last = name.rpartition(".")
        cls = self._by_name.get(last.lower())
        if cls is None or (folder and folder.lower() != group_of(cls)):
            raise KeyError(
                f"name must be one of the dictionary, got {name}; nearest: {', '.join(self.nearest(name))}"
            )
        return cls

    def nearest(self, name: str) -> list[str]:
        """Return up to three full names that look most like a name."""
        last = name.rpartition(".")[2].lower()
        close = difflib.get_close_matches(last, self._by_name, n=3, cutoff=0.4)
        return [full_name(self._by_name[found]) for found in close]

    def all(self) -> tuple[type[Message], ...]:
        """Return every class, by id."""
        return tuple(self._by_id[key] for key in sorted(self._by_id))

    def messages(self) -> tuple[type[Message], ...]:
        """Return the classes that are neither commands nor events, by id."""
        return tuple(cls for cls in self.all() if cls.SPEC.kind is Kind.MESSAGE)

    def events(self) -> tuple[type[Event], ...]:
        """Return the events, by id."""
        return tuple(cls for cls in self.all() if issubclass(cls, Event))

    def commands(self, app: App | None = None) -> tuple[type[Command], ...]:
        """Return the commands that an application answers (those of all included); None: every command."""
        found = (cls for cls in self.all() if issubclass(cls, Command))
        return tuple(cls for cls in found if app is None or cls.SPEC.destination in (None, app))

    def parameters(self, app: App) -> type[Parameters] | None:
        """Return the parameters of an application, None when it has none."""
        return self._parameters.get(app)

    def parameter_sets(self) -> tuple[type[Parameters], ...]:
        """Return all sets of parameters, by owner."""
        return tuple(self._parameters[app] for app in sorted(self._parameters))

    def schema_hash(self, cls: type[Message]) -> int:
        """Return the u16 that both ends of the bus compare before they decode a body."""
        return self._schema_hashes[cls]

    @cached_property
    def _schema_hashes(self) -> dict[type[Message], int]:
        return {cls: int.from_bytes(_digest(schema_text(cls))[:2], "big") for cls in self.all()}

    @cached_property
    def hash(self) -> int:
        """The u64 that ground and flight compare: over every id, name, field, range and default."""
        lines = [schema_text(cls) for cls in self.all()] + [
            parameters_text(cls) for cls in self.parameter_sets()
        ]
        return int.from_bytes(_digest("\n".join(lines))[:8], "big")


def group_of(cls: type[Message]) -> str:
    """Return the group of a class: the last part of its module's name."""
    return cls.__module__.rpartition(".")[2]


def full_name(cls: type[Message]) -> str:
    """Return ``group.Name``."""
    return f"{group_of(cls)}.{cls.__name__}"


def schema_text(cls: type[Message]) -> str:
    """Return one line that changes whenever the wire form or the meaning of a class changes."""
    spec = cls.SPEC
    head = (
        f"{spec.id:#06x} {spec.kind.name} {cls.__name__} {spec.hazard:d} {spec.severity or 0:d} {spec.text!r}"
    )
    return " ".join([head, *(_field_text(field) for field in field_specs(cls))])


def parameters_text(cls: type[Parameters]) -> str:
    """Return one line over the ids, names, ranges and defaults of a set of parameters."""
    items = (f"{i.name}:{i.id}[{i.low!r},{i.high!r}]={i.default!r}" for i in parameter_items(cls))
    return " ".join([f"PARAMETERS {cls.SPEC.owner.name}", *items])


def _field_text(field: FieldSpec) -> str:
    limits = f"[{field.range.low!r},{field.range.high!r}]" if field.range else ""
    members = ",".join(f"{member.name}={member.value}" for member in field.enum) if field.enum else ""
    return f"{field.name}:{field.shape!r}:{field.python.__name__}{limits}{{{members}}}"


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


DICTIONARY = Dictionary(_MODULES)
"""The dictionary of this build."""
