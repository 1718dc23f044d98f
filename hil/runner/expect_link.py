"""Expectation on the radio link: what it repaired, and that it rejected nothing it should have taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from hil.runner.evidence import Evidence
from hil.runner.expect_base import Expectation
from hil.runner.verdict import Outcome, Verdict

__all__ = ["LinkRepairs"]


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


def _text(rejected: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in rejected.items()) or "none"
