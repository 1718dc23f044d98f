"""The rule on skips and the rule on ZeroMQ contexts, tried in a pytest of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    shutil.copy(CONFTEST, pytester.path / "conftest.py")
    return pytester


@pytest.mark.parametrize(
    ("reason", "outcome"), [("needs gfni", "skipped"), ("needs AVX2", "skipped"), ("needs a library", "failed")]
)
def test_skip_under_ci_fails_unless_it_names_a_processor_flag(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, reason: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", "true")
    inner.makepyfile(f"import pytest\ndef test_it():\n    pytest.skip({reason!r})\n")
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(**{outcome: 1})


def test_whole_file_that_skips_itself_fails_under_ci(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    inner.makepyfile('import pytest\npytest.importorskip("no_such_library")\ndef test_it(): pass\n')
    assert inner.runpytest_subprocess("-p", "no:randomly").ret != 0


def test_skip_is_a_skip_on_a_desk(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    inner.makepyfile('import pytest\ndef test_it():\n    pytest.skip("no such library")\n')
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(skipped=1)


def test_expected_failure_is_no_skip(inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    inner.makepyfile("import pytest\n@pytest.mark.xfail(reason='known')\ndef test_it():\n    assert False\n")
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(xfailed=1)


@pytest.mark.parametrize(("close", "errors"), [("socket.close()", 0), ("keep.append(socket)", 1)])
def test_context_with_an_open_socket_fails_the_test(inner: pytest.Pytester, close: str, errors: int) -> None:
    inner.makepyfile(
        f"import zmq\nkeep = []\ndef test_it(zmq_context):\n    socket = zmq_context.socket(zmq.PAIR)\n    {close}\n"
    )
    inner.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1, errors=errors)
