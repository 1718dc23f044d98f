"""Name a recorded quantity in one word, and read it as a series over time.

Two sources exist: fields of recorded bus messages (``PowerStatus.charge_frac``) and the plant's truth, which
never crosses the bus (``truth.storage.pack_charge_frac``). A vector field may be cut (``[3]``, ``[0:8]``) and
reduced (``:mean``, ``:min``, ``:max``, ``:sum``).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hil.runner.errors import RunDataError

__all__ = ["Quantity", "Series", "SeriesSource", "parse_quantity", "read_series"]

_GRAMMAR = re.compile(
    r"(?P<channel>(?:truth\.)?[A-Za-z]\w*\.[a-z]\w*)(?:\[(?P<first>\d+)(?::(?P<stop>\d+))?\])?(?::(?P<reduction>[a-z]+))?"
)
_REDUCTIONS: Mapping[str, Callable[..., NDArray[np.float64]]] = {
    "mean": np.mean,
    "min": np.min,
    "max": np.max,
    "sum": np.sum,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A channel, the part of it that is meant, and how several elements become one.

    Parameters
    ----------
    channel : str
        ``Message.field`` or ``truth.group.field``.
    first, stop : int or None
        Range of elements; None: all.
    reduction : str
        ``mean``, ``min``, ``max``, ``sum``, or empty to keep the elements apart.
    """

    channel: str
    first: int | None = None
    stop: int | None = None
    reduction: str = ""

    @property
    def is_truth(self) -> bool:
        """True for a channel of the plant that never crosses the bus."""
        return self.channel.startswith("truth.")

    @property
    def owner(self) -> str:
        """Message name, or ``truth.group``."""
        return self.channel.rpartition(".")[0]

    @property
    def field(self) -> str:
        """Field name with its unit as the last word."""
        return self.channel.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Samples over time.

    Parameters
    ----------
    time_s : ndarray
        Simulated time since the start of the run, shape (n,), rising.
    values : ndarray
        Samples in the unit of the field's name, shape (n, k).
    """

    time_s: NDArray[np.float64]
    values: NDArray[np.float64]

    def window(self, from_s: float, until_s: float | None) -> "Series":
        """Return the samples with ``from_s <= time <= until_s``."""
        last_s = np.inf if until_s is None else until_s
        keep = (self.time_s >= from_s) & (self.time_s <= last_s)
        return Series(time_s=self.time_s[keep], values=self.values[keep])


class SeriesSource(Protocol):
    """Whatever can produce a channel, whole or piece after piece."""

    def channel(self, owner: str, field: str) -> Series:
        """Return all elements of one channel; raises RunDataError when it was not recorded."""

    def pieces(self, owner: str, field: str) -> Iterator[Series]:
        """Yield the same in order of time, at least one piece, so that a long run need not be in memory."""


def parse_quantity(text: str) -> Quantity:
    """Read a quantity from its word.

    Raises
    ------
    ValueError
        The word does not follow the grammar.
    """
    match = _GRAMMAR.fullmatch(text)
    if match is None or (match["reduction"] or "mean") not in _REDUCTIONS:
        raise ValueError(
            "quantity must be Message.field or truth.group.field, then [index] or [first:stop], then "
            f":{' or :'.join(_REDUCTIONS)}, got {text}"
        )
    first = None if match["first"] is None else int(match["first"])
    stop = int(match["stop"]) if match["stop"] is not None else None if first is None else first + 1
    return Quantity(channel=match["channel"], first=first, stop=stop, reduction=match["reduction"] or "")


def read_series(source: SeriesSource, text: str) -> Series:
    """Return the series that a quantity word names.

    Raises
    ------
    RunDataError
        The channel was not recorded, or has fewer elements than the word asks for.
    """
    quantity = parse_quantity(text)
    pieces = [_asked(piece, quantity) for piece in source.pieces(quantity.owner, quantity.field)]
    return Series(
        time_s=np.concatenate([piece.time_s for piece in pieces]),
        values=np.concatenate([piece.values for piece in pieces]),
    )


def _asked(whole: Series, quantity: Quantity) -> Series:
    """Return what the word asks for of a piece of its channel."""
    width_count = whole.values.shape[1]
    if quantity.stop is not None and quantity.stop > width_count:
        raise RunDataError(
            f"element of {quantity.channel} must be below {width_count}, got {quantity.stop - 1}"
        )
    values = whole.values[:, quantity.first : quantity.stop]
    if quantity.reduction:
        reduced = _REDUCTIONS[quantity.reduction](values, axis=1) if len(values) else values[:, 0]
        values = np.asarray(reduced).reshape(-1, 1)
    return Series(time_s=whole.time_s, values=values)
