"""Expectations on the links: what they repaired and lost, and that nothing was rejected for nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hil.runner.evidence import Evidence
from hil.runner.expect_base import Expectation
from hil.runner.verdict import Outcome, Verdict

__all__ = ["LaserDump", "LinkRepairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRepairs(Expectation):
    """The codes repaired what the channel broke; each reject of either end is counted by its name.

    Parameters
    ----------
    symbols_corrected_min_count : int
        Fewest symbols that the Reed-Solomon code repaired on the way down.
    bits_corrected_min_count : int
        Fewest bits that the code of transmission units repaired on the way up.
    frames_lost_max_count : int
        Most frames that the ground missed, those beyond repair among them.
    rejected_max_count : int
        Most frames, units and packets that either end rejected, for whatever reason.
    """

    symbols_corrected_min_count: int = 0
    bits_corrected_min_count: int = 0
    frames_lost_max_count: int = 0
    rejected_max_count: int = 0

    def final_s(self, evidence: Evidence) -> float:
        """Return the scenario's end for what may still be repaired; what was lost or rejected is final."""
        lost, rejected = evidence.health.down["frames_missing"], sum(evidence.health.rejected.values())
        few = lost <= self.frames_lost_max_count and rejected <= self.rejected_max_count
        return evidence.planned_s if few else 0.0

    def judge(self, evidence: Evidence) -> Verdict:
        """Take the counters of both ends."""
        health = evidence.health
        symbols, frames = health.down["symbols_corrected"], health.down["frames_corrected"]
        bits = health.up["bits_corrected"]
        lost, rejected = health.down["frames_missing"], health.rejected
        holds = (
            symbols >= self.symbols_corrected_min_count
            and bits >= self.bits_corrected_min_count
            and lost <= self.frames_lost_max_count
            and sum(rejected.values()) <= self.rejected_max_count
        )
        return Verdict(
            name=self.name,
            outcome=Outcome.PASS if holds else Outcome.FAIL,
            required=f"at least {self.symbols_corrected_min_count} symbols down and"
            f" {self.bits_corrected_min_count} bits up repaired, at most {self.frames_lost_max_count} frames"
            f" lost and {self.rejected_max_count} rejected",
            measured=f"{symbols} symbols in {frames} frames down and {bits} bits up repaired,"
            f" {lost} frames lost, rejected: {_text(rejected)}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaserDump(Expectation):
    """Bulk packets radiated by laser are archived on the ground or counted there as missing.

    Parameters
    ----------
    radiated_min_count : int
        Fewest packets that must have been radiated.
    missing_max_count : int
        Most of them that the ground missed.
    rejected_max_count : int
        Most batches and frames that modem or ground rejected, for whatever reason.
    """

    radiated_min_count: int = 1
    missing_max_count: int = 0
    rejected_max_count: int = 0

    def final_s(self, evidence: Evidence) -> float:
        """Return the scenario's end when nothing but too few packets is wrong; the rest is final."""
        alone = replace(self, radiated_min_count=0).judge(evidence)
        return evidence.planned_s if alone.outcome is Outcome.PASS else 0.0

    def judge(self, evidence: Evidence) -> Verdict:
        """Compare the counts of the laser end with the ground's; no radiation at all cannot pass."""
        account = evidence.laser
        packets, rejected = account.packets, account.rejected
        kept_count = packets.radiated_count + packets.dropped_count + account.waiting_count
        holds = (
            packets.unaccounted_count == 0
            and packets.made_count == kept_count
            and packets.radiated_count >= self.radiated_min_count
            and packets.gap_count <= self.missing_max_count
            and sum(rejected.values()) <= self.rejected_max_count
        )
        return Verdict(
            name=self.name,
            outcome=Outcome.PASS if holds else Outcome.FAIL,
            required="radiated = archived + counted gaps,"
            f" at least {self.radiated_min_count} radiated,"
            f" at most {self.missing_max_count} missing and {self.rejected_max_count} rejected;"
            " made = radiated + given up + waiting",
            measured=f"{packets.radiated_count} = {packets.archived_count} + {packets.gap_count}"
            f" ({packets.in_flight_count} in flight at the end), rejected: {_text(rejected)};"
            f" {packets.made_count} made, {packets.dropped_count} given up, {account.waiting_count} waiting",
        )


def _text(rejected: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in rejected.items()) or "none"
