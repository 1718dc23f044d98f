"""Models of the C core on numpy arrays: scalars and arrays broadcast, vectors lie along the last axis."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hil.plant.errors import PlantError

__all__ = ["Array", "elementwise", "physical", "vectorwise"]

Array = NDArray[np.float64]


def physical(
    name: str,
    values: ArrayLike,
    unit: str,
    *,
    positive: bool = False,
    low: float = -np.inf,
    high: float = np.inf,
) -> Array:
    """Return ``values`` as float64, all finite, above 0 if ``positive``, within ``low`` to ``high``.

    Raises
    ------
    PlantError
        If one is not; the text names the quantity, the condition and the first value that breaks it.
    """
    array = np.asarray(values, dtype=np.float64)
    bad = ~(np.isfinite(array) & ((array > 0.0) | (not positive)) & (array >= low) & (array <= high))
    if bad.any():
        words = {
            "above 0": positive,
            f"at least {low:g}": low > -np.inf,
            f"at most {high:g}": high < np.inf,
        }
        condition = " and ".join(word for word, given in words.items() if given) or "finite"
        raise PlantError(f"{name} must be {condition}, got {array[bad].flat[0]:g} {unit}".rstrip())
    return array


def elementwise(function: Callable[..., float], *arguments: ArrayLike) -> Array:
    """Return a function of numbers, applied to broadcast arrays; a float64 for scalars."""
    return np.asarray(np.vectorize(function, otypes=[np.float64])(*arguments))[()]


def vectorwise(function: Callable[..., object], signature: str, *arguments: ArrayLike) -> Array:
    """Return a function of vectors and numbers, applied over leading axes (numpy's gufunc signature)."""
    return np.asarray(np.vectorize(function, signature=signature)(*arguments), dtype=np.float64)[()]
