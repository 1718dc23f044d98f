"""The memory account."""

from __future__ import annotations

import os
import subprocess
import sys

from hil.runner.memory import MemoryMeter, family_of, proportional_set_kb


def test_own_memory_is_between_private_and_resident() -> None:
    with open("/proc/self/status", encoding="ascii") as status:
        resident_kb = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    assert 1000 < proportional_set_kb(os.getpid()) <= resident_kb * 1.2


def test_children_count() -> None:
    before = MemoryMeter()
    before.sample()
    child = subprocess.Popen(
        [sys.executable, "-c", "x = bytearray(b'1') * 40_000_000; print(flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.readline()
    assert child.pid in set(family_of(os.getpid()))
    after = MemoryMeter()
    after.sample()
    child.communicate(b"\n")
    assert after.peak_mb - before.peak_mb > 35.0
    assert after.process_count == before.process_count + 1


def test_ended_process_counts_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    assert proportional_set_kb(child.pid) == 0
    assert list(family_of(child.pid)) == [child.pid]


def test_peak_is_kept() -> None:
    meter = MemoryMeter()
    meter.peak_kb = 10**9
    meter.sample()
    assert meter.peak_kb == 10**9


def test_sampling_is_rare() -> None:
    meter = MemoryMeter()
    meter.sample_when_due()
    first = meter.peak_kb
    meter.peak_kb = 0
    meter.sample_when_due()
    assert first > 0
    assert meter.peak_kb == 0
