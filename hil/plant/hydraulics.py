"""Pumped loop on arrays: where pump and system meet, what an exchanger passes on, how frost shuts a panel."""

from numpy.typing import ArrayLike

from hil.plant._cplant import lib
from hil.plant.arrays import Array, elementwise, physical

__all__ = ["exchanger_w_per_k", "loop_flow_ratio", "panel_open_frac"]


def loop_flow_ratio(
    speed_frac: ArrayLike,
    *,
    shutoff_ratio: ArrayLike,
    pipe_resistance_frac: ArrayLike,
    head_frac: ArrayLike = 1.0,
    ways_frac: ArrayLike = 1.0,
) -> Array:
    """Return the flow over nominal flow at which a pump's rise equals the loop's loss.

    In units of the nominal rise the pump gives ``head shutoff n**2 - (shutoff - 1) q**2`` and the loop takes
    ``pipe q**2 + (1 - pipe) (q / ways)**2``, so that q is proportional to n (affinity laws).

    Parameters
    ----------
    speed_frac : array_like, broadcast
        Pump speed n over full speed, 0 to 1.
    shutoff_ratio : array_like
        Head without flow over nominal head, from 1.
    pipe_resistance_frac : array_like
        Share of the nominal loss outside the valve and its two ways, 0 to 1.
    head_frac : array_like
        What cavitation leaves of the head, 0 to 1.
    ways_frac : array_like
        How much of the valve's two ways is open, 0 to 1; frozen panels shut one.

    Notes
    -----
    Source: J. F. Guelich, Centrifugal Pumps, sections 3 and 6 (characteristic, affinity, cavitation).

    Examples
    --------
    >>> float(loop_flow_ratio(0.5, shutoff_ratio=1.3, pipe_resistance_frac=0.4).round(12))
    0.5
    """
    return elementwise(
        lib.dd_loop_flow,
        physical("speed_frac", speed_frac, "", low=0.0, high=1.0),
        physical("head_frac", head_frac, "", low=0.0, high=1.0),
        physical("ways_frac", ways_frac, "", low=0.0, high=1.0),
        physical("shutoff_ratio", shutoff_ratio, "", low=1.0),
        physical("pipe_resistance_frac", pipe_resistance_frac, "", low=0.0, high=1.0),
    )


def exchanger_w_per_k(capacity_w_per_k: ArrayLike, ua_w_per_k: ArrayLike) -> Array:
    """Return the heat per kelvin between a stream and a wall of one temperature, W/K.

    ``C (1 - exp(-UA / C))`` for a stream of heat capacity rate C: effectiveness and transfer units.

    Parameters
    ----------
    capacity_w_per_k : array_like, broadcast
        Mass flow times specific heat, W/K; nothing passes without flow.
    ua_w_per_k : array_like
        Heat transfer coefficient times area, W/K.

    Notes
    -----
    Source: F. P. Incropera and D. P. DeWitt, Fundamentals of Heat and Mass Transfer, section 11.4.
    """
    return elementwise(
        lib.dd_exchanger,
        physical("capacity_w_per_k", capacity_w_per_k, "W/K", low=0.0),
        physical("ua_w_per_k", ua_w_per_k, "W/K", low=0.0),
    )


def panel_open_frac(panel_k: ArrayLike, *, freeze_k: ArrayLike, span_k: ArrayLike) -> Array:
    """Return how much of its flow a cold panel lets through: 0 at the freezing point, 1 from ``span_k`` on.

    Parameters
    ----------
    panel_k, freeze_k : array_like, broadcast
        Panel temperature and freezing point of the coolant, K.
    span_k : array_like
        Range over which viscosity closes the panel, K (assumed linear).
    """
    return elementwise(
        lib.dd_open_frac,
        physical("panel_k", panel_k, "K", low=0.0),
        physical("freeze_k", freeze_k, "K", low=0.0),
        physical("span_k", span_k, "K", positive=True),
    )
