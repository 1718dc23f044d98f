"""After the run: judge, and write summary, JUnit and report; on an old run directory just the same."""

import json
from pathlib import Path
from typing import Any

from hil.runner.expectation import judge
from hil.runner.machine import StopWatch
from hil.runner.run_folder import RunFolder
from hil.runner.summary import Figures, summarise
from hil.runner.verdict import Outcome, Verdict, junit, overall

__all__ = ["Conclusion", "conclude", "keep_figures"]


class Conclusion:
    """Verdicts and summary of one run directory.

    Parameters
    ----------
    outcome : Outcome
        The verdict of the whole.
    verdicts : list of Verdict
        Of each expectation.
    summary : dict
        Content of ``summary.json``.
    """

    def __init__(self, outcome: Outcome, verdicts: list[Verdict], summary: dict[str, Any]) -> None:
        self.outcome = outcome
        self.verdicts = verdicts
        self.summary = summary


def keep_figures(folder: Path, figures: Figures) -> None:
    """Write what the runner counted."""
    (folder / "figures.json").write_text(json.dumps(figures.table(), indent=1), encoding="utf-8")


def conclude(folder: Path) -> Conclusion:
    """Judge a run directory and write everything that is made from it.

    Raises
    ------
    RunDataError
        It is no run directory.
    """
    from hil.runner.report import render  # noqa: PLC0415  plots come into memory after the run, not beside it

    watch = StopWatch()
    run = RunFolder(folder)
    verdicts = judge(run.scenario.expect, run)
    outcome = overall(verdicts, completed=bool(run.figures["completed"]))
    summary = summarise(run.figures, verdicts, outcome, procedure=run.procedure, interactive=run.interactive)
    judged_s = watch.wall_s
    summary["wall_s"] |= {"judging": judged_s}
    (folder / "report.html").write_text(render(run, verdicts, summary), encoding="utf-8")
    summary["wall_s"] |= {"report": watch.wall_s - judged_s}
    (folder / "summary.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
    text = junit(str(summary["scenario"]), verdicts, wall_s=float(run.figures["run_wall_s"]))
    (folder / "junit.xml").write_text(text, encoding="utf-8")
    return Conclusion(outcome, verdicts, summary)
