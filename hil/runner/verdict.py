"""Verdicts: what was required, what was measured, and whether it held."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from xml.etree import ElementTree as Xml

__all__ = ["Outcome", "Verdict", "junit", "overall"]


class Outcome(Enum):
    """INVALID means that the run cannot tell; it never counts as PASS."""

    PASS = "PASS"  # noqa: S105  a verdict, not a password
    FAIL = "FAIL"
    INVALID = "INVALID"
    ABORTED = "ABORTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One expectation judged.

    Parameters
    ----------
    name : str
        The expectation's name in the scenario.
    required, measured : str
        Limit and worst finding, with units.
    at_s : float or None
        Simulated time of the worst finding.
    margin_ratio : float or None
        Distance to the limit over the width of what is allowed; negative when it failed.
    """

    name: str
    outcome: Outcome
    required: str
    measured: str
    at_s: float | None = None
    margin_ratio: float | None = None


def overall(verdicts: Sequence[Verdict], *, completed: bool) -> Outcome:
    """Return the verdict of the whole run: a failure beats what is missing; no expectation is no proof."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.FAIL in outcomes:
        return Outcome.FAIL
    if not completed:
        return Outcome.ABORTED
    if Outcome.INVALID in outcomes or not outcomes:
        return Outcome.INVALID
    return Outcome.PASS


def junit(name: str, verdicts: Sequence[Verdict], *, wall_s: float) -> str:
    """Return the verdicts as JUnit XML: a failure for FAIL, an error for INVALID and ABORTED."""
    failed_count = sum(verdict.outcome is Outcome.FAIL for verdict in verdicts)
    passed_count = sum(verdict.outcome is Outcome.PASS for verdict in verdicts)
    suite = Xml.Element(
        "testsuite",
        name=name,
        tests=str(len(verdicts)),
        failures=str(failed_count),
        errors=str(len(verdicts) - failed_count - passed_count),
        time=f"{wall_s:.3f}",
    )
    for verdict in verdicts:
        case = Xml.SubElement(suite, "testcase", classname=name, name=verdict.name)
        text = f"required {verdict.required}, measured {verdict.measured}"
        if verdict.outcome is Outcome.PASS:
            Xml.SubElement(case, "system-out").text = text
        else:
            tag = "failure" if verdict.outcome is Outcome.FAIL else "error"
            Xml.SubElement(case, tag, message=f"{verdict.outcome.value}: {text}").text = text
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(suite, encoding="unicode") + "\n"
