"""What a scenario expects, by kind: the table that scenario files are read with."""

from collections.abc import Sequence

from hil.runner.errors import RunDataError
from hil.runner.evidence import Evidence
from hil.runner.expect_accounts import Accounting, CommandTimes, Downlink, EnergyLedger, ProcedurePasses
from hil.runner.expect_base import Expectation
from hil.runner.expect_events import EventCount, EventHappens, LinksUp, Recovery
from hil.runner.expect_link import LaserDump, LinkRepairs
from hil.runner.expect_series import Follows, InRange, MeanInRange, Returns
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Expectation", "judge"]

Expectation.KINDS = {
    "range": InRange,
    "mean": MeanInRange,
    "returns": Returns,
    "follows": Follows,
    "event": EventHappens,
    "event_count": EventCount,
    "recovery": Recovery,
    "links": LinksUp,
    "ledger": EnergyLedger,
    "accounting": Accounting,
    "downlink": Downlink,
    "link": LinkRepairs,
    "laser": LaserDump,
    "commands": CommandTimes,
    "procedure": ProcedurePasses,
}


def judge(expectations: Sequence[Expectation], evidence: Evidence) -> list[Verdict]:
    """Judge every expectation; one that lacks its data is INVALID and says what is missing."""
    verdicts = []
    for expectation in expectations:
        try:
            verdicts.append(expectation.verdict(evidence))
        except RunDataError as error:
            verdicts.append(
                Verdict(
                    name=expectation.name, outcome=Outcome.INVALID, required="its data", measured=str(error)
                )
            )
    return verdicts
