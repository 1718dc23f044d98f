"""Mode transition tables: rows, the function that follows them, and the table people read in a README.

A mode machine is data: the first row of the present mode whose guard holds names the next mode.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Transition", "modes_table", "next_mode"]

M = TypeVar("M", bound=IntEnum)
C = TypeVar("C")


class Transition(NamedTuple, Generic[M, C]):
    """One row: from ``source`` to ``target`` when ``guard`` holds; its docstring says ``Hold when ...``.

    A named tuple, because a frozen, slotted dataclass that is generic cannot be made through an alias such as
    ``Transition[PowerMode, Conditions]`` before CPython 3.11.9.
    """

    source: M
    target: M
    guard: Callable[[C], bool]


def next_mode(rows: Sequence[Transition[M, C]], mode: M, conditions: C) -> M:
    """Return the target of the first row of ``mode`` whose guard holds, or ``mode`` itself."""
    for row in rows:
        if row.source == mode and row.guard(conditions):
            return row.target
    return mode


def modes_table(rows: Sequence[Transition[M, C]]) -> str:
    """Return the rows as a Markdown table, for the generated block of a README."""
    lines = ["| from | to | when |", "|---|---|---|"]
    for row in rows:
        words = (row.guard.__doc__ or row.guard.__name__).strip().removeprefix("Hold when ").rstrip(".")
        lines.append(f"| {row.source.name} | {row.target.name} | {words} |")
    return "\n".join(lines)
