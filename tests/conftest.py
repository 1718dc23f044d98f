"""Settings and fixtures of all tests: Hypothesis profiles, skips under CI, ZeroMQ contexts that must end."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

import pytest
import zmq
from hypothesis import HealthCheck, settings

CPU_FLAG = re.compile(
    r"\b(avx2|avx512\w*|bmi2|gfni|neon|pclmul\w*|vpclmul\w*|vaes|aes|sse\w+)\b", re.IGNORECASE
)
CONTEXT_END_MAX_S = 2.0
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
UNDER_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# A machine may be slow at times, so a deadline per example would flicker; every test has a time-out instead.
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", settings.get_profile("dev"), max_examples=100, derandomize=True, database=None
)
# Under sanitizers and line counters, where a case takes longer and its numbers are judged elsewhere.
settings.register_profile("instrumented", settings.get_profile("ci"), max_examples=30)
settings.register_profile("deep", settings.get_profile("dev"), max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if UNDER_CI else "dev"))


def skip_is_allowed(reason: str) -> bool:
    """Return whether a skip may stay a skip under CI: only where it names what the processor lacks."""
    return CPU_FLAG.search(reason) is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip under CI into a failure unless its reason names a processor flag."""
    report = yield
    return _judged(report, item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Hold whole files that skip themselves to the same rule."""
    report = yield
    return _judged(report, collector.nodeid)


def _judged(report: Report, where: str) -> Report:
    if not (UNDER_CI and report.skipped) or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not skip_is_allowed(reason):
        report.outcome = "failed"
        report.longrepr = f"skip reason must name a processor flag under CI, got {reason!r} ({where})"
    return report


@pytest.fixture
def zmq_context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    """Give a context whose sockets do not linger; the test fails if it does not end within two seconds."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    context.linger = 0
    yield context
    end = threading.Thread(target=context.term, daemon=True)
    end.start()
    end.join(CONTEXT_END_MAX_S)
    if end.is_alive():
        # Not `destroy`: two ends of one context at the same time may wait for each other for ever.
        for socket in list(context._sockets):
            socket.close(linger=0)
        end.join()
        pytest.fail(f"zmq context must end within {CONTEXT_END_MAX_S} s: the test left a socket open")
