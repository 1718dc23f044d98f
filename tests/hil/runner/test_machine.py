"""What a run takes from the machine, and gives back."""

from __future__ import annotations

import gc
import os
import signal
import stat

from hil.runner.machine import StopWatch, interruptible, new_token, private_folder, quiet_memory


def test_folder_is_private_short_and_gone_afterwards() -> None:
    with private_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert len(str(folder)) < 90
        (folder / "x").write_text("y")
    assert not folder.exists()


def test_interrupt_stops_the_run_and_not_the_process() -> None:
    stopped = []
    before = signal.getsignal(signal.SIGINT)
    with interruptible(lambda: stopped.append(True)) as came:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
    assert came == ["SIGINT", "SIGTERM"]
    assert stopped == [True, True]
    assert signal.getsignal(signal.SIGINT) is before


def test_tokens_differ() -> None:
    assert len(new_token()) == 32
    assert new_token() != new_token()


def test_collector_is_left_as_it_was() -> None:
    gc.unfreeze()
    with quiet_memory():
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0


def test_stop_watch_counts_both_times() -> None:
    watch = StopWatch()
    sum(range(100_000))
    assert watch.wall_s > 0.0
    assert watch.cpu_s > 0.0
