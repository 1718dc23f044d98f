"""The progress bar."""

from __future__ import annotations

import io

from rich.console import Console

from hil.runner.progress import RunProgress


def test_bar_shows_simulated_time_and_speed() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with RunProgress(console, "one_orbit", 5801.0, 0.1, iter(range(9)).__next__) as bar:
        bar.show(29_005)
        bar.finish(5801.0)
    shown = stream.getvalue()
    assert "one_orbit" in shown
    assert "2900 of 5801 s" in shown
    assert "5801 of 5801 s" in shown
    assert "x real time" in shown


def test_nothing_moves_without_a_terminal() -> None:
    stream = io.StringIO()
    with RunProgress(Console(file=stream, force_terminal=False), "x", 10.0, 0.1, lambda: 1.0) as bar:
        bar.show(50)
    assert stream.getvalue().strip() == ""
