"""Declare what is said on the bus and over the link: messages, commands, events and parameters.

Each decorator makes the class a frozen, slotted, keyword-only dataclass and attaches its ``SPEC``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, TypeVar, dataclass_transform

from flight.dictionary.types import App, Hazard, Severity

__all__ = [
    "Command",
    "Event",
    "Kind",
    "Message",
    "ParameterSpec",
    "Parameters",
    "Spec",
    "command",
    "event",
    "message",
    "parameters",
]


class Kind(IntEnum):
    """What a declaration is."""

    MESSAGE = 0
    COMMAND = 1
    EVENT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Identity of one declaration.

    Parameters
    ----------
    id : int
        Unique over all kinds, 1 to 65535, never reused (``dictionary.lock``).
    source : App or None
        The only application that may publish it; None: any application (the manifest may narrow it).
    destination : App or None
        For a command the application that executes it; None: every application answers it.
    """

    id: int
    kind: Kind
    source: App | None = None
    destination: App | None = None
    hazard: Hazard = Hazard.NONE
    severity: Severity | None = None
    text: str = ""
    timeout_s: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSpec:
    """Owner of a set of parameters."""

    owner: App


class Message:
    """Root of everything that travels on the bus as one body."""

    __slots__ = ()
    SPEC: ClassVar[Spec]


class Command(Message):
    """A request to one application."""

    __slots__ = ()


class Event(Message):
    """Something that happened, worth an operator's eye."""

    __slots__ = ()


class Parameters:
    """Values of one application that commands may change."""

    __slots__ = ()
    SPEC: ClassVar[ParameterSpec]


M = TypeVar("M", bound=Message)
P = TypeVar("P", bound=Parameters)


def _declare(spec: Spec) -> Callable[[type[M]], type[M]]:
    def apply(cls: type[M]) -> type[M]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.SPEC = spec
        return made

    return apply


@dataclass_transform(kw_only_default=True, frozen_default=True)
def message(message_id: int, source: App | None) -> Callable[[type[M]], type[M]]:
    """Declare a message (reading, setpoint, status) with its stable id and its only publisher."""
    return _declare(Spec(id=message_id, kind=Kind.MESSAGE, source=source))


@dataclass_transform(kw_only_default=True, frozen_default=True)
def command(
    command_id: int, destination: App | None, *, hazard: Hazard = Hazard.NONE, timeout_s: float = 5.0
) -> Callable[[type[M]], type[M]]:
    """Declare a command; ``timeout_s`` is the time in which completion must be reported."""
    return _declare(
        Spec(id=command_id, kind=Kind.COMMAND, destination=destination, hazard=hazard, timeout_s=timeout_s)
    )


@dataclass_transform(kw_only_default=True, frozen_default=True)
def event(event_id: int, source: App | None, severity: Severity, text: str) -> Callable[[type[M]], type[M]]:
    """Declare an event; ``text`` is a format string over its fields."""
    return _declare(Spec(id=event_id, kind=Kind.EVENT, source=source, severity=severity, text=text))


@dataclass_transform(kw_only_default=True, frozen_default=True)
def parameters(owner: App) -> Callable[[type[P]], type[P]]:
    """Declare an application's parameters: each field annotated with a ``Parameter`` and a default."""

    def apply(cls: type[P]) -> type[P]:
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.SPEC = ParameterSpec(owner=owner)
        return made

    return apply
