"""An accelerator on arrays: power against clock, clock under a cap, leakage, throttle."""

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import lib
from hil.plant.arrays import Array, elementwise, physical

__all__ = [
    "accelerator_clock_frac",
    "accelerator_leakage_w",
    "accelerator_power_w",
    "accelerator_throttled_frac",
]


def accelerator_power_w(
    clock_frac: ArrayLike,
    *,
    static_w: ArrayLike,
    dynamic_w: ArrayLike,
    voltage_floor_frac: ArrayLike,
    duty_frac: ArrayLike = 1.0,
) -> Array:
    """Return the power of an accelerator, W: ``static + duty dynamic f V(f)**2`` V linear in the clock f.

    Parameters
    ----------
    clock_frac : array_like, broadcast
        Clock over full clock.
    static_w, dynamic_w : array_like
        What it draws without work, leakage included; what full clock adds, W.
    voltage_floor_frac : array_like
        Voltage at no clock over that at full clock, 0 to 1.
    duty_frac : array_like
        Share of time in which it computes, 0 to 1.

    Notes
    -----
    Source: A. Chandrakasan et al., Low-power CMOS digital design, IEEE JSSC 27, 1992 (P = a C V**2 f).

    Examples
    --------
    >>> float(accelerator_power_w(1.0, static_w=150.0, dynamic_w=1250.0, voltage_floor_frac=0.4))
    1400.0
    """
    return elementwise(
        lib.dd_accelerator_power_w,
        physical("static_w", static_w, "W", low=0.0),
        physical("dynamic_w", dynamic_w, "W", low=0.0),
        physical("duty_frac", duty_frac, "", low=0.0, high=1.0),
        physical("clock_frac", clock_frac, "", low=0.0),
        physical("voltage_floor_frac", voltage_floor_frac, "", low=0.0, high=1.0),
    )


def accelerator_clock_frac(
    allowed_ratio: ArrayLike,
    *,
    voltage_floor_frac: ArrayLike,
    least_frac: ArrayLike = 0.3,
    top_frac: ArrayLike = 1.0,
) -> Array:
    """Return the clock at which dynamic power over that of full clock is ``allowed_ratio``, within limits.

    Parameters
    ----------
    allowed_ratio : array_like, broadcast
        Dynamic power that a cap leaves over dynamic power at full clock.
    voltage_floor_frac : array_like
        Voltage at no clock over that at full clock, 0 to 1.
    least_frac, top_frac : array_like
        Lowest and highest clock, above 0.
    """
    return elementwise(
        lib.dd_clock_frac,
        physical("allowed_ratio", allowed_ratio, ""),
        physical("top_frac", top_frac, "", positive=True),
        physical("least_frac", least_frac, "", positive=True),
        physical("voltage_floor_frac", voltage_floor_frac, "", low=0.0, high=1.0),
        np.ones(()),
    )


def accelerator_leakage_w(
    die_k: ArrayLike, *, leak_w: ArrayLike, reference_k: ArrayLike, doubling_k: ArrayLike
) -> Array:
    """Return the leakage, W: ``leak_w`` at ``reference_k``, twice as much per ``doubling_k``.

    Held beyond 8 halvings and 4 doublings.
    """
    return elementwise(
        lib.dd_leak_power_w,
        physical("leak_w", leak_w, "W", low=0.0),
        physical("die_k", die_k, "K", low=0.0),
        physical("reference_k", reference_k, "K", positive=True),
        physical("doubling_k", doubling_k, "K", positive=True),
    )


def accelerator_throttled_frac(
    clock_frac: ArrayLike,
    die_k: ArrayLike,
    *,
    throttle_k: ArrayLike = 360.15,
    slope_per_k: ArrayLike = 0.05,
    limit_k: ArrayLike = 368.15,
    least_frac: ArrayLike = 0.3,
) -> Array:
    """Return the clock that the hardware throttle leaves: less per kelvin above 87 C, the least from 95 C on.

    Parameters
    ----------
    clock_frac : array_like, broadcast
        Clock over full clock that the cap allows.
    die_k : array_like
        Die temperature, K.
    throttle_k, slope_per_k : array_like
        Limit of the core, K, and what each kelvin above it takes off the clock.
    limit_k, least_frac : array_like
        Limit of the memory, K, and the lowest clock.
    """
    return elementwise(
        lib.dd_throttled_clock,
        physical("clock_frac", clock_frac, "", low=0.0),
        physical("die_k", die_k, "K", low=0.0),
        physical("throttle_k", throttle_k, "K", positive=True),
        physical("slope_per_k", slope_per_k, "1/K", positive=True),
        physical("limit_k", limit_k, "K", positive=True),
        physical("least_frac", least_frac, "", positive=True),
    )
