"""The progress bar: simulated time and speed; it looks at the clock rarely, so that it costs nothing."""

from collections.abc import Callable
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

__all__ = ["RunProgress"]

_PERIOD_S = 0.2


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
        Where to; nothing moves when it is no terminal.
    title : str
        What runs.
    duration_s : float
        Simulated length.
    tick_s : float
        Length of a tick.
    clock_s : callable
        Wall clock in seconds, looked at to draw rarely.
    """

    def __init__(
        self, console: Console, title: str, duration_s: float, tick_s: float, clock_s: Callable[[], float]
    ) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f} s"),
            _Speed(),
            console=console,
            auto_refresh=False,
            disable=not console.is_terminal,
        )
        self._tick_s = tick_s
        self._clock_s = clock_s
        self._next_s = 0.0
        self._task = self._bar.add_task(title, total=duration_s)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.refresh()
        self._bar.stop()

    def show(self, tick: int) -> None:
        """Move to a tick; drawn at most five times a second."""
        now_s = self._clock_s()
        if now_s >= self._next_s:
            self._next_s = now_s + _PERIOD_S
            self._bar.update(self._task, completed=tick * self._tick_s, refresh=True)

    def finish(self, simulated_s: float) -> None:
        """Show the end."""
        self._bar.update(self._task, completed=simulated_s, refresh=True)
