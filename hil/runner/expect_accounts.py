"""Expectations on accounts: energy, messages, packets and commands; each must balance."""

from dataclasses import dataclass

import numpy as np

from ground.script.procedure import STOPPED
from hil.runner.errors import RunDataError
from hil.runner.evidence import CommandRecord, Evidence
from hil.runner.expect_base import Expectation, check_reached
from hil.runner.ledger import balance
from hil.runner.verdict import Outcome, Verdict

__all__ = ["Accounting", "CommandTimes", "Downlink", "EnergyLedger", "ProcedurePasses"]


def _outcome(holds: object) -> Outcome:
    return Outcome.PASS if holds else Outcome.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyLedger(Expectation):
    """Energy in, out and stored, integrated here from recorded terminal powers, closes to a fraction."""

    tolerance_frac: float

    def judge(self, evidence: Evidence) -> Verdict:
        """Integrate every terminal over the run and compare with the change of what is stored."""
        result = balance(evidence)
        return Verdict(
            name=self.name,
            outcome=_outcome(abs(result.closure_frac) <= self.tolerance_frac),
            required=f"closes to {self.tolerance_frac:.3%}",
            measured=f"{result.closure_frac:+.4%} of {result.throughput_wh / 1e3:.2f} kWh",
            margin_ratio=1.0 - abs(result.closure_frac) / self.tolerance_frac,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting(Expectation):
    """Every copy of every bus message was handled, or is in a loss count."""

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the coordinator's sums."""
        account = evidence.bus
        cut = f", {account.cut_count} in partitions" if account.cut_count else ""
        return Verdict(
            name=self.name,
            outcome=_outcome(account.unaccounted_count == 0),
            required="0 unaccounted messages",
            measured=f"{account.unaccounted_count} unaccounted of {account.offered_count} copies, "
            f"{account.lost_count} lost by full pipes, {account.crash_count} in crashes{cut}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Downlink(Expectation):
    """Packets radiated are archived on the ground or counted there as missing."""

    radiated_min_count: int = 1

    def final_s(self, evidence: Evidence) -> float:
        """Return the scenario's end: only then too few have been radiated."""
        return evidence.planned_s if evidence.link.unaccounted_count == 0 else 0.0

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the gateway's count with the ground's; no radiation at all cannot pass."""
        account = evidence.link
        enough = account.radiated_count >= self.radiated_min_count
        never_count = account.made_count - account.archived_count
        return Verdict(
            name=self.name,
            outcome=_outcome(account.unaccounted_count == 0 and enough),
            required=f"radiated = archived + counted gaps, at least {self.radiated_min_count} radiated",
            measured=f"{account.radiated_count} = {account.archived_count} + {account.gap_count}"
            f" ({account.in_flight_count} in flight at the end);"
            f" {never_count} of {account.made_count} made never came down",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTimes(Expectation):
    """Every radiated command is accepted and completed in time.

    Parameters
    ----------
    accepted_max_s, completed_max_s : float
        Longest times from radiation to the ground's knowledge of that stage.
    acked_max_s : float
        The same for the acknowledgement by sequence control (``cop_acked``).
    count_min : int
        Fewest commands that must have been radiated.
    """

    accepted_max_s: float
    completed_max_s: float
    acked_max_s: float = np.inf
    count_min: int = 1

    def final_s(self, evidence: Evidence) -> float:
        """Return the scenario's end, before which more may come, unless one is already late."""
        radiated = [item for item in evidence.commands if "radiated" in item.stages]
        limits_s = {
            "cop_acked": self.acked_max_s, "accepted": self.accepted_max_s, "completed": self.completed_max_s,
        }  # fmt: skip
        waited_s = [
            (min(_delay_s(item, stage), evidence.duration_s - item.stages["radiated"]), limit_s)
            for item in radiated
            for stage, limit_s in limits_s.items()
        ]
        return 0.0 if any(wait_s > limit_s for wait_s, limit_s in waited_s) else evidence.planned_s

    def judge(self, evidence: Evidence) -> Verdict:
        """Take the stages' times from the ground archive."""
        radiated = [item for item in evidence.commands if "radiated" in item.stages]
        if not radiated:
            check_reached(evidence, evidence.planned_s)
            raise RunDataError("commands must have been radiated, got none")
        accepted_s = max(_delay_s(item, "accepted") for item in radiated)
        completed_s = max(_delay_s(item, "completed") for item in radiated)
        acked_s = max(_delay_s(item, "cop_acked") for item in radiated)
        holds = (
            acked_s <= self.acked_max_s
            and accepted_s <= self.accepted_max_s
            and completed_s <= self.completed_max_s
        )
        return Verdict(
            name=self.name,
            outcome=_outcome(holds and len(radiated) >= self.count_min),
            required=f"at least {self.count_min} commands, acknowledged in {self.acked_max_s:g} s, "
            f"accepted in {self.accepted_max_s:g} s, completed in {self.completed_max_s:g} s",
            measured=f"{len(radiated)} commands, acknowledged in {acked_s:.2f} s, "
            f"accepted in {accepted_s:.2f} s, completed in {completed_s:.2f} s",
            margin_ratio=min(
                1.0 - accepted_s / self.accepted_max_s, 1.0 - completed_s / self.completed_max_s
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePasses(Expectation):
    """The operator's procedure ran to its end, and each of its checks held."""

    def final_s(self, evidence: Evidence) -> float:
        """Return the scenario's end for a procedure that the run's end stopped; a failed check is final."""
        return evidence.planned_s if evidence.procedure.endswith(STOPPED) else 0.0

    def judge(self, evidence: Evidence) -> Verdict:
        """Take the outcome that the ground archived."""
        outcome = evidence.procedure
        if not outcome or outcome == "none":
            raise RunDataError("a procedure must have run, got none")
        return Verdict(
            name=self.name, outcome=_outcome(outcome == "passed"), required="passed", measured=outcome
        )


def _delay_s(command: CommandRecord, stage: str) -> float:
    return command.stages.get(stage, np.inf) - command.stages["radiated"]
