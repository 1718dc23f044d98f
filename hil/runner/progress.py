"""How far a run has come: a bar on a terminal, a line a minute elsewhere; both look at the clock rarely."""

from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

__all__ = ["RunProgress"]

_PERIOD_S = 0.2
_LINE_PERIOD_S = 60.0


class _Speed(ProgressColumn):
    """Simulated seconds per second since GO."""

    def render(self, task: Task) -> Text:
        elapsed_s = task.elapsed or 0.0
        speed = task.completed / elapsed_s if elapsed_s > 0.0 else 0.0
        return Text(f"{speed:.0f}x real time")


class RunProgress:
    """Show where a run stands.

    Parameters
    ----------
    console : Console
        Where to. When it is no terminal, a run of more than a minute writes a line a minute.
    title : str
        What runs.
    duration_s : float
        Simulated length.
    tick_s : float
        Length of a tick.
    clock_s : callable
        Wall clock in seconds; what is shown is spaced by it.
    """

    def __init__(
        self, console: Console, title: str, duration_s: float, tick_s: float, clock_s: Callable[[], float]
    ) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f} s"),
            _Speed(),
            TimeRemainingColumn(),
            console=console,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        self._console = console
        self._title = title
        self._duration_s = duration_s
        self._tick_s = tick_s
        self._clock_s = clock_s
        self._begin_s: float | None = None
        self._next_s = 0.0
        self._task = self._bar.add_task(title, total=duration_s)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.refresh()
        self._bar.stop()

    def show(self, tick: int) -> None:
        """Move to a tick; drawn at most five times a second, or written once a minute."""
        now_s = self._clock_s()
        if self._begin_s is None:
            self._begin_s = now_s
            self._next_s = now_s if self._console.is_terminal else now_s + _LINE_PERIOD_S
        if now_s < self._next_s:
            return
        completed_s = tick * self._tick_s
        if self._console.is_terminal:
            self._next_s = now_s + _PERIOD_S
            self._bar.update(self._task, completed=completed_s, refresh=True)
        else:
            self._next_s = now_s + _LINE_PERIOD_S
            self._write(completed_s, now_s - self._begin_s)

    def _write(self, completed_s: float, elapsed_s: float) -> None:
        speed = completed_s / elapsed_s
        left_min = (self._duration_s - completed_s) / speed / 60.0 if speed > 0.0 else float("inf")
        line = (
            f"{self._title}: {completed_s:.0f} of {self._duration_s:.0f} s, "
            f"{speed:.0f}x real time, {left_min:.0f} min left"
        )
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)

    def finish(self, simulated_s: float) -> None:
        """Show the end."""
        self._bar.update(self._task, completed=simulated_s, refresh=True)
