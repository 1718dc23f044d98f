"""The rule on skips and the rule on ZeroMQ contexts, tried in a pytest of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CONFTEST = Path(__file__).with_name("conftest.py")

SKIPS = """
import pytest

@pytest.mark.parametrize("reason", ["needs gfni", "needs AVX2", "needs a library"])
def test_skips(reason):
    pytest.skip(reason)

@pytest.mark.xfail(reason="known")
def test_expected_failure():
    assert False
"""

CONTEXTS = """
import zmq

kept = []

def test_closes_its_socket(zmq_context):
    zmq_context.socket(zmq.PAIR).close()

def test_leaves_its_socket_open(zmq_context):
    kept.append(zmq_context.socket(zmq.PAIR))
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copy(CONFTEST, pytester.path / "conftest.py")
    return pytester


def test_skip_under_ci_fails_unless_it_names_a_processor_flag(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    inner.makepyfile(SKIPS)
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(skipped=2, failed=1, xfailed=1)


def test_skip_is_a_skip_on_a_desk(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    inner.makepyfile(SKIPS)
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(skipped=3, xfailed=1)


def test_whole_file_that_skips_itself_fails_under_ci(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    inner.makepyfile('import pytest\npytest.importorskip("no_such_library")\ndef test_it(): pass\n')
    assert inner.runpytest_subprocess("-p", "no:randomly").ret != 0


def test_context_with_an_open_socket_fails_the_test(inner: pytest.Pytester) -> None:
    inner.makepyfile(CONTEXTS)
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=2, errors=1)
