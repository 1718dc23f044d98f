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


def test_short_run_writes_nothing_without_a_terminal() -> None:
    stream = io.StringIO()
    with RunProgress(Console(file=stream, force_terminal=False), "x", 10.0, 0.1, lambda: 1.0) as bar:
        bar.show(50)
        bar.show(60)
    assert stream.getvalue().strip() == ""


def test_long_run_writes_a_line_a_minute_without_a_terminal() -> None:
    stream = io.StringIO()
    clock_s = iter([7.0, 30.0, 67.0, 68.0, 127.0, 128.0])
    console = Console(file=stream, force_terminal=False, width=40)
    with RunProgress(console, "thirty days [53 deg]", 72_000.0, 0.1, clock_s.__next__) as bar:
        for tick in (0, 80_000, 120_000, 121_000, 240_000, 250_000):
            bar.show(tick)
        bar.finish(25_000.0)
    assert stream.getvalue().splitlines() == [
        "thirty days [53 deg]: 12000 of 72000 s, 200x real time, 5 min left",
        "thirty days [53 deg]: 24000 of 72000 s, 200x real time, 4 min left",
    ]
