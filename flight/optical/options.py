"""Options of the optical application in a manifest: the links planned from the start."""

from collections.abc import Mapping

from flight.dictionary.optical import TERMINAL_COUNT
from flight.optical.windows import Window, WindowRefusal, added

__all__ = ["links_of"]

KEYS = ("from_s", "partner", "terminal", "until_s")
PARTNER_MAX = 15
SECOND_NS = 1_000_000_000
TIME_MAX_S = 1e9


def links_of(options: Mapping[str, object], epoch_ns: int) -> tuple[Window, ...]:
    """Return the plan of a manifest.

    Parameters
    ----------
    options : mapping
        ``links``: a list of mappings with ``terminal``, ``partner``, ``from_s`` and ``until_s``, times in
        seconds after ``epoch_ns``. May be absent.

    Raises
    ------
    ValueError
        When a key is unknown or missing, a number is out of its range, or two windows of a terminal overlap.
    """
    rows = options.get("links", ())
    if not isinstance(rows, list | tuple):
        raise ValueError(f"links must be a list, got {rows!r} (optical options)")
    plan: tuple[Window, ...] = ()
    for row in rows:
        result = added(plan, _window(row, epoch_ns), epoch_ns)
        if isinstance(result, WindowRefusal):
            raise ValueError(
                f"links must fit into the plan, got {result.reason} for {row!r} (optical options)"
            )
        plan = result
    return plan


def _window(row: object, epoch_ns: int) -> Window:
    if not isinstance(row, Mapping) or tuple(sorted(row)) != KEYS:
        raise ValueError(f"link must have {', '.join(KEYS)}, got {row!r} (optical options)")
    from_s = _number(row, "from_s", TIME_MAX_S)
    until_s = _number(row, "until_s", TIME_MAX_S)
    return Window(
        from_ns=epoch_ns + round(from_s * SECOND_NS),
        until_ns=epoch_ns + round(until_s * SECOND_NS),
        terminal_index=int(_number(row, "terminal", TERMINAL_COUNT - 1)),
        partner_index=int(_number(row, "partner", PARTNER_MAX)),
    )


def _number(row: Mapping[str, object], name: str, high: float) -> float:
    value = row[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= high:
        raise ValueError(f"{name} must be 0 to {high:g}, got {value!r} (optical options)")
    return float(value)
