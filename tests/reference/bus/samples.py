"""Made-up messages of any declared class from a seeded stream: within widths and ranges, else arbitrary."""

from typing import TypeVar

from flight.bus.stream import Stream, stream_key
from flight.dictionary.declare import Message
from flight.dictionary.fields import INTEGER_LIMITS, FieldSpec, field_specs
from flight.dictionary.types import App, Octets, Repeated, Scalar, Variable

M = TypeVar("M", bound=Message)

_APPLICATIONS = {"application", "destination", "holder", "source"}
"""Fields that hold an application id; the bus itself lets no other values in."""


def sample(cls: type[M], seed: int) -> M:
    """Return an arbitrary legal message."""
    stream = Stream(stream_key(seed, cls.SPEC.id, "sample"))
    return cls(**{spec.name: _value(spec, stream) for spec in field_specs(cls)})


def _value(spec: FieldSpec, stream: Stream) -> object:
    match spec.shape:
        case Scalar(code):
            choices = _choices(spec)
            return choices[stream.integer(0, len(choices) - 1)] if choices else _number(spec, code, stream)
        case Repeated(code, count):
            return tuple(_number(spec, code, stream) for _ in range(count))
        case Octets(count):
            return bytes(stream.integer(0, 255) for _ in range(count))
        case Variable(count_max):
            octets = bytes(stream.integer(97, 122) for _ in range(stream.integer(0, min(count_max, 40))))
            return octets.decode() if spec.python is str else octets


def _choices(spec: FieldSpec) -> list[int]:
    """Return the only values a field can have, where they are few."""
    if spec.name in _APPLICATIONS:
        return [int(app) for app in App]
    if spec.name == "channel":
        return [0, 1, 2]
    return [] if spec.enum is None else list(spec.enum)


def _number(spec: FieldSpec, code: str, stream: Stream) -> float | int | bool:
    if code == "bool":
        return bool(stream.integer(0, 1))
    if code[0] == "f":
        low, high = (
            (spec.range.low, spec.range.high) if spec.range else _PLAUSIBLE.get(spec.unit, (-10.0, 10.0))
        )
        return stream.uniform(low, high)
    low, high = INTEGER_LIMITS[code]
    if spec.range is not None:
        low, high = int(spec.range.low), int(spec.range.high)
    return stream.integer(low, high)


_PLAUSIBLE: dict[str, tuple[float, float]] = {
    "V": (0.0, 200.0),
    "A": (-500.0, 500.0),
    "W": (-1e5, 1e5),
    "K": (0.0, 400.0),
    "m": (-7e6, 7e6),
    "m/s": (-8e3, 8e3),
    "rad": (-7.0, 7.0),
}
"""Wider than anything real, often impossible: an application must live with what a broken sensor says."""
