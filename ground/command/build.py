"""Build a command from what an operator typed, and check it before anything leaves the ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Command
from flight.dictionary.errors import BodyError
from flight.dictionary.fields import FieldSpec, field_specs
from flight.dictionary.types import App, Hazard
from ground.telemetry.names import UnknownNameError, app_named, command_named

__all__ = ["ArgumentError", "Arguments", "BuiltCommand", "build_command", "rebuild_command"]

Value = str | int | float | bool | bytes
Arguments = Sequence[tuple[str, Value]]


class ArgumentError(ValueError):
    """Arguments that a command does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltCommand:
    """A command that passed its checks.

    Parameters
    ----------
    body : bytes
        Its fields as the dictionary's body codec writes them: what an arm token is bound to.
    arguments : str
        The fields in words.
    """

    app: App
    command: Command
    body: bytes
    arguments: str

    @property
    def name(self) -> str:
        """``COMPUTE SetPowerCeiling``."""
        return f"{self.app.name} {type(self.command).__name__}"

    @property
    def hazardous(self) -> bool:
        """Whether it needs arm and fire."""
        return self.command.SPEC.hazard is Hazard.HAZARDOUS


def build_command(app: str, name: str, arguments: Arguments) -> BuiltCommand:
    """Return a checked command.

    Parameters
    ----------
    app, name : str
        Names in any case.
    arguments : sequence of (name, value)
        Each field of the command exactly once; words are read as the field's type.

    Raises
    ------
    UnknownNameError
        For an application, command, argument or word of an enumeration that does not exist.
    ArgumentError
        For an argument that is missing, repeated, of the wrong type or out of its range.
    """
    owner = app_named(app)
    cls = command_named(owner, name)
    specs = {spec.name: spec for spec in field_specs(cls)}
    given: dict[str, object] = {}
    for key, value in arguments:
        spec = specs.get(key)
        if spec is None:
            raise UnknownNameError(f"argument of {owner.name} {cls.__name__}", key, tuple(specs))
        if key in given:
            raise ArgumentError(f"argument must be given once, got {key} twice ({owner.name} {cls.__name__})")
        given[key] = _coerce(spec, value)
    missing = [key for key in specs if key not in given]
    if missing:
        absent = ", ".join(missing)
        raise ArgumentError(f"arguments must be complete, got no {absent} ({owner.name} {cls.__name__})")
    return _checked(owner, cls(**given))


def rebuild_command(app: App, cls: type[Command], body: bytes) -> BuiltCommand:
    """Return a command from the body that :class:`BuiltCommand` keeps.

    Raises
    ------
    ArgumentError
        When the body does not fit the present dictionary.
    """
    try:
        return _checked(app, body_codec(cls).decode(body))
    except BodyError as error:
        raise ArgumentError(str(error)) from error


def _checked(app: App, command: Command) -> BuiltCommand:
    """Pass a command through the codec, which knows every range."""
    codec = body_codec(type(command))
    try:
        body = codec.encode(command)
        checked = codec.decode(body)
    except BodyError as error:
        raise ArgumentError(f"{error} ({app.name} {type(command).__name__})") from error
    return BuiltCommand(app=app, command=checked, body=body, arguments=_in_words(checked))


def _in_words(command: Command) -> str:
    words = []
    for spec in field_specs(type(command)):
        value = getattr(command, spec.name)
        words.append(f"{spec.name}={value.name if isinstance(value, IntEnum) else value}")
    return " ".join(words)


def _coerce(spec: FieldSpec, value: Value) -> object:
    """Read a value as the field's type; what the codec can judge is left to it."""
    if spec.enum is not None:
        return _enum_value(spec, spec.enum, value)
    if not isinstance(value, str) or spec.python is str:
        return value
    try:
        if spec.python is int:
            return int(value, 0)
        if spec.python is float:
            return float(value)
        if spec.python is bytes:
            return bytes.fromhex(value)
    except ValueError as error:
        raise ArgumentError(f"{spec.name} must be {spec.python.__name__}, got {value!r}") from error
    if spec.python is bool and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    raise ArgumentError(f"{spec.name} must be {spec.python.__name__}, got {value!r}")


def _enum_value(spec: FieldSpec, enum: type[IntEnum], value: Value) -> object:
    if isinstance(value, str) and not value.isdecimal():
        members = {member.name.lower(): member for member in enum}
        if value.lower() not in members:
            raise UnknownNameError(f"value of {spec.name}", value, [member.name for member in enum])
        return members[value.lower()]
    return int(value) if isinstance(value, str | bool) else value
