"""Options of the compute application in a manifest: the modelled job stream."""

from collections.abc import Mapping

from flight.compute.jobs import Arrivals
from flight.dictionary.types import Range

__all__ = ["arrivals_of"]

INTERVAL_RANGE_S = Range(0.1, 1e6)
WORK_RANGE_S = Range(1.0, 1e6)
BACKLOG_RANGE = Range(0, 64)


def arrivals_of(options: Mapping[str, object]) -> Arrivals:
    """Return the job stream of a manifest.

    Parameters
    ----------
    options : mapping
        ``job_interval_s``: mean time between arrivals; ``job_work_s``: mean work of a job;
        ``job_backlog_count``: jobs waiting at the start. All may be absent.

    Raises
    ------
    ValueError
        When one is not a number in its range.
    """
    default = Arrivals()
    return Arrivals(
        interval_s=_number(options, "job_interval_s", default.interval_s, INTERVAL_RANGE_S),
        work_s=_number(options, "job_work_s", default.work_s, WORK_RANGE_S),
        backlog_count=int(_number(options, "job_backlog_count", default.backlog_count, BACKLOG_RANGE)),
    )


def _number(options: Mapping[str, object], name: str, default: float, span: Range) -> float:
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not span.low <= value <= span.high:
        raise ValueError(f"{name} must be {span.low:g} to {span.high:g}, got {value!r} (compute options)")
    return float(value)
