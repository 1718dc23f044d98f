"""After the run: judge, and write summary, JUnit and report; on an old run directory just the same."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hil.runner.errors import RunDataError
from hil.runner.expectation import judge
from hil.runner.machine import StopWatch
from hil.runner.run_folder import RunFolder
from hil.runner.summary import Summary, summarise, to_json
from hil.runner.verdict import junit, overall

__all__ = ["conclude"]


def conclude(folder: Path) -> Summary:
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
    outcome = overall(verdicts, completed=run.figures.completed)
    summary = summarise(
        run.figures,
        verdicts,
        outcome,
        procedure=run.procedure,
        interactive=run.interactive,
        link=_link_table(run),
    )
    judged_s = watch.wall_s
    summary = replace(summary, wall_s={**summary.wall_s, "judging": judged_s})
    run.keep("report.html", render(run, summary))
    summary = replace(summary, wall_s={**summary.wall_s, "report": watch.wall_s - judged_s})
    run.keep("summary.json", to_json(summary))
    run.keep("junit.xml", junit(summary.scenario, verdicts, wall_s=run.figures.run_wall_s))
    return summary


def _link_table(run: RunFolder) -> Mapping[str, Mapping[str, int]]:
    """Return the counters of the links, nothing of a link that a run does not have."""
    found: dict[str, Mapping[str, int]] = {}
    with suppress(RunDataError):
        found.update(run.health.as_table())
    with suppress(RunDataError):
        found.update(run.laser.as_table())
    return found
