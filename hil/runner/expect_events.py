"""Expectations on what happened: an event after a fault, an application back, links in their windows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hil.runner.errors import RunDataError
from hil.runner.evidence import EventRecord, Evidence, LinkWindow
from hil.runner.expect_base import Expectation, check_reached
from hil.runner.faults import Fault, Hang, Kill
from hil.runner.quantity import read_series
from hil.runner.verdict import Outcome, Verdict

__all__ = ["EventCount", "EventHappens", "LinksUp", "Recovery"]


def _outcome(holds: object) -> Outcome:
    return Outcome.PASS if holds else Outcome.FAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHappens(Expectation):
    """An event with given values is sent within a time after a fault (or after ``from_s``).

    Parameters
    ----------
    event : str
        Name of its declaration, e.g. ``SectionLost``.
    fault : str
        Label of the fault that must cause it; empty: the window begins at ``from_s``.
    within_s : float
        Longest time from the fault to the event.
    values : Mapping
        Values that the event must carry.
    """

    event: str
    within_s: float
    fault: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def final_s(self, evidence: Evidence) -> float:
        """Return the end of the time in which the event may come."""
        return self._onset_s(evidence) + self.within_s

    def _onset_s(self, evidence: Evidence) -> float:
        return _fault(evidence, self.fault).at_s if self.fault else self.from_s

    def judge(self, evidence: Evidence) -> Verdict:
        """Find the first matching event after the onset."""
        onset_s = self._onset_s(evidence)
        if evidence.duration_s <= onset_s:
            check_reached(evidence, onset_s + self.within_s)
        named = [item for item in evidence.events if item.name == self.event and item.time_s >= onset_s]
        found = [item for item in named if all(item.values.get(k) == v for k, v in self.values.items())]
        delay_s = found[0].time_s - onset_s if found else np.inf
        wanted = ", ".join(f"{key} {value}" for key, value in self.values.items())
        measured = f"{delay_s:.1f} s" if found else f"none ({len(named)} with other values)"
        return Verdict(
            name=self.name,
            outcome=_outcome(delay_s <= self.within_s),
            required=f"{self.event} ({wanted}) within {self.within_s:g} s".replace(" ()", ""),
            measured=measured,
            at_s=found[0].time_s if found else onset_s,
            margin_ratio=1.0 - delay_s / self.within_s if found else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount(Expectation):
    """No more than ``high_count`` events are sent in the window."""

    high_count: int

    def judge(self, evidence: Evidence) -> Verdict:
        """Count the events and name the most frequent one."""
        until_s = np.inf if self.until_s is None else self.until_s
        names = [item.name for item in evidence.events if self.from_s <= item.time_s <= until_s]
        most = max(set(names), key=lambda name: (names.count(name), name)) if names else "none"
        return Verdict(
            name=self.name,
            outcome=_outcome(len(names) <= self.high_count),
            required=f"at most {self.high_count} events",
            measured=f"{len(names)} events, most often {most} ({names.count(most)})",
            margin_ratio=1.0 - len(names) / self.high_count,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery(Expectation):
    """An application that was killed or hung is back in time, and a quantity continues where it was.

    Parameters
    ----------
    fault : str
        Label of the kill or hang.
    within_ticks : int
        Most ticks from the fault to the application's restart.
    quantity : str
        Compared: its last sample before the fault and its first one after the restart.
    tolerance : float
        Largest change, in the quantity's unit.
    """

    fault: str
    within_ticks: int
    quantity: str
    tolerance: float

    def final_s(self, evidence: Evidence) -> float:
        """Return the end of the time in which the application may come back."""
        return _fault(evidence, self.fault).at_s + self.within_ticks * evidence.tick_s

    def judge(self, evidence: Evidence) -> Verdict:
        """Find the restart among the executive's events and compare the quantity across it."""
        fault = _fault(evidence, self.fault)
        if not isinstance(fault, Kill | Hang):
            raise RunDataError(f"fault {self.fault} must be a kill or a hang, got {type(fault).__name__}")
        if evidence.duration_s <= fault.at_s:
            check_reached(evidence, self.final_s(evidence))
        back = _restart(evidence, fault)
        required = f"back in {self.within_ticks} ticks, {self.quantity} within {self.tolerance:g}"
        if back is None:
            return Verdict(
                name=self.name, outcome=Outcome.FAIL, required=required, measured="not back", at_s=fault.at_s
            )
        down_ticks = round((back.time_s - fault.at_s) / evidence.tick_s)
        series = read_series(evidence, self.quantity)
        before = series.window(0.0, fault.at_s)
        after = series.window(back.time_s, None)
        if not len(before.time_s) or not len(after.time_s):
            raise RunDataError(
                f"samples of {self.quantity} must exist on both sides of {self.fault}, got none"
            )
        change = float(np.max(np.abs(after.values[0] - before.values[-1])))
        return Verdict(
            name=self.name,
            outcome=_outcome(down_ticks <= self.within_ticks and change <= self.tolerance),
            required=required,
            measured=f"back in {down_ticks} ticks, change {change:.4g}",
            at_s=back.time_s,
            margin_ratio=min(1.0 - down_ticks / self.within_ticks, 1.0 - change / self.tolerance),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksUp(Expectation):
    """Each planned optical link carries frames for a share of its window, by the terminals' frame lock."""

    up_min_frac: float

    def judge(self, evidence: Evidence) -> Verdict:
        """Judge every window that the run reached; the worst one decides."""
        lock = read_series(evidence, "TerminalReading.frame_lock_mask")
        shares = {}
        for window in evidence.windows:
            check_reached(evidence, window.until_s)
            inside = lock.window(window.from_s, window.until_s)
            if not len(inside.time_s) or inside.time_s[-1] < window.until_s - 2.0:
                raise RunDataError(f"samples must reach the end of {_title(window)}, got fewer")
            bits = inside.values[:, 0].astype(np.int64) >> window.terminal_index & 1
            shares[_title(window)] = float(bits.mean())
        if not shares:
            raise RunDataError("links must be planned in the scenario, got none")
        worst = min(shares, key=lambda title: shares[title])
        return Verdict(
            name=self.name,
            outcome=_outcome(shares[worst] >= self.up_min_frac),
            required=f"each of {len(shares)} links up for {self.up_min_frac:.0%} of its window",
            measured=f"worst {shares[worst]:.2%} ({worst})",
            margin_ratio=(shares[worst] - self.up_min_frac) / self.up_min_frac,
        )


def _title(window: LinkWindow) -> str:
    return f"terminal {window.terminal_index} to partner {window.partner_index} at {window.from_s:g} s"


def _fault(evidence: Evidence, label: str) -> Fault:
    for fault in evidence.faults:
        if fault.title == label:
            return fault
    known = ", ".join(fault.title for fault in evidence.faults) or "none"
    raise RunDataError(f"fault must be one of {known}, got {label}")


def _restart(evidence: Evidence, fault: Kill | Hang) -> EventRecord | None:
    for item in evidence.events:
        restarted = item.name == "ApplicationStarted" and item.source == fault.application.name
        if restarted and item.time_s > fault.at_s:
            return item
    return None
