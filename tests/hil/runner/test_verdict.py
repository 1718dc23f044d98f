"""Verdicts of a run and their JUnit form."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest

from hil.runner.verdict import Outcome, Verdict, junit, overall


def verdict(outcome: Outcome) -> Verdict:
    return Verdict(name=f"is {outcome.value} <&>", outcome=outcome, required="a", measured="b")


@pytest.mark.parametrize(
    ("outcomes", "completed", "expected"),
    [
        ("PASS PASS", True, "PASS"),
        ("PASS FAIL INVALID", True, "FAIL"),
        ("PASS INVALID", True, "INVALID"),
        ("", True, "INVALID"),
        ("PASS", False, "ABORTED"),
        ("PASS FAIL", False, "FAIL"),
    ],
)
def test_failure_beats_what_is_missing(outcomes: str, completed: bool, expected: str) -> None:
    verdicts = [verdict(Outcome(word)) for word in outcomes.split()]
    assert overall(verdicts, completed=completed) is Outcome(expected)


def test_junit_counts_failures_and_errors() -> None:
    root = Xml.fromstring(junit("one_orbit", [verdict(outcome) for outcome in Outcome], wall_s=1.5))
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "time")} == {
        "tests": "4",
        "failures": "1",
        "errors": "2",
        "time": "1.500",
    }
    kinds = {case.get("name"): [child.tag for child in case] for case in root}
    assert kinds["is PASS <&>"] == ["system-out"]
    assert kinds["is FAIL <&>"] == ["failure"]
    assert kinds["is INVALID <&>"] == kinds["is ABORTED <&>"] == ["error"]
