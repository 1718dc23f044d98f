"""What a channel is: fields of equal channels, and groups of fields that are read together."""

from dataclasses import dataclass, replace
from enum import IntEnum


class Light(IntEnum):
    """Light on which the noise of a detector's reading depends; the numbers are those of the C core."""

    NONE = 0
    SUN = 1
    """Noise over the lit share of the Sun's disc: silicon cells with an amplifier's noise."""
    LASER = 2
    """Noise over the partner's light, once it is below what carries frames: a quad cell likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of equal channels.

    Parameters
    ----------
    name : str
        Field name; its last word is the unit.
    unit : str
        SI unit, ``1`` for dimensionless values, ``enum`` for whole-number states.
    count : int
        Number of channels.
    noise : float
        Standard deviation of the white noise per sample, in ``unit``.
    bias : float
        Standard deviation of the fixed bias that each channel draws once, in ``unit``.
    scale_frac : float
        Standard deviation of the fixed scale error that each channel draws once.
    quantum : float
        Quantisation step in ``unit``; 0 for none.
    delay_count : int
        Age of the sample in plant steps, 0 to 3.
    light : Light
        What the noise grows with as it fades: a detector's own noise stays.
    source : str
        Where the quality comes from.
    offset : int
        Position in the group's tuple; filled in by the group.
    """

    name: str
    unit: str
    count: int
    noise: float = 0.0
    bias: float = 0.0
    scale_frac: float = 0.0
    quantum: float = 0.0
    delay_count: int = 0
    light: Light = Light.NONE
    source: str = "exact"
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that are read together, in order; ``width`` values in all."""

    name: str
    sensed: bool
    fields: tuple[Field, ...]

    @property
    def width(self) -> int:
        """Number of values in a reading of the group."""
        return sum(field.count for field in self.fields)

    def field(self, name: str) -> Field:
        """Return the field called ``name``; KeyError if the group has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def slice(self, name: str) -> slice:
        """Return where field ``name`` lies in a reading of the group."""
        field = self.field(name)
        return slice(field.offset, field.offset + field.count)


def group(name: str, *fields: Field, sensed: bool = True) -> Group:
    """Return a group whose fields lie one after the other."""
    placed = []
    offset = 0
    for field in fields:
        placed.append(replace(field, offset=offset))
        offset += field.count
    return Group(name=name, sensed=sensed, fields=tuple(placed))


def acquired(name: str, unit: str, count: int, maximum: float, scale_frac: float = 2e-3) -> Field:
    """Return a 14-bit acquisition channel of range ``maximum``, 1 LSB noise, 2 LSB bias."""
    lsb = maximum / 16384.0
    return Field(
        name=name,
        unit=unit,
        count=count,
        noise=lsb,
        bias=2.0 * lsb,
        scale_frac=scale_frac,
        quantum=lsb,
        delay_count=1,
        source="assumed: 14-bit acquisition, 0.2 % gain, 2 LSB offset, one-step pipeline",
    )


def thermistor(name: str, count: int, noise: float = 0.05, delay_count: int = 1) -> Field:
    """Return temperature channels, K."""
    return Field(
        name=name,
        unit="K",
        count=count,
        noise=noise,
        bias=0.2,
        scale_frac=0.0,
        quantum=0.02,
        delay_count=delay_count,
        source="assumed: class A platinum sensor (IEC 60751), 0.2 K offset, 16-bit acquisition",
    )


def status(name: str, count: int) -> Field:
    """Return channels of exact whole-number states."""
    return Field(name=name, unit="enum", count=count, source="status word of the unit")


def exact(name: str, unit: str, count: int = 1) -> Field:
    """Return channels of the truth, without errors."""
    return Field(name=name, unit=unit, count=count)
