"""What a ground node has to say at the end of a run."""

from dataclasses import dataclass

from ground.command.tracking import Tracked
from ground.server.answers import command_text

__all__ = ["CommandSummary", "GroundSummary", "ProcedureSummary", "command_summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSummary:
    """One command: where it ended, and the ground time (ns, TAI) of each stage, first marks only."""

    command_id: int
    command: str
    state: str
    failed_stage: str
    stage_times_ns: tuple[tuple[str, int], ...]

    def delay_s(self, stage: str) -> float | None:
        """Return the seconds from radiation to a stage, None when either is missing."""
        times = dict(self.stage_times_ns)
        if stage not in times or "radiated" not in times:
            return None
        return (times[stage] - times["radiated"]) / 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureSummary:
    """How the operator procedure went; ``outcome`` is ``none``, ``running``, ``passed`` or ``failed``."""

    name: str
    outcome: str
    error: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundSummary:
    """Counts of one run.

    Parameters
    ----------
    packets_by_channel, packets_by_apid : tuple of (number, count)
        Packets archived.
    packets_by_kind : tuple of (name, count)
        Of those, what each was.
    missing_count : int
        Packets that are missing by their sequence counts, less those that came late.
    rejects : tuple of (name, count)
        Packets that could not be read, by reason.
    link_counters, laser_counters : tuple of (name, count)
        Every counter of the receivers; none of a laser that is not there.
    alarm_count : int
        Changes of alarms: raised, cleared, stale.
    alarms_active : tuple of (item, state)
        Alarms that stand now.
    archive_failure : str
        Why the archive takes nothing more, empty when it is whole.
    """

    satellite: int
    packet_count: int
    packets_by_channel: tuple[tuple[int, int], ...]
    packets_by_apid: tuple[tuple[int, int], ...]
    packets_by_kind: tuple[tuple[str, int], ...]
    missing_count: int
    rejects: tuple[tuple[str, int], ...]
    link_counters: tuple[tuple[str, int], ...]
    laser_counters: tuple[tuple[str, int], ...]
    event_count: int
    alarm_count: int
    alarms_active: tuple[tuple[str, str], ...]
    commands: tuple[CommandSummary, ...]
    reports_unmatched_count: int
    dictionary_differs: bool
    interactive: bool
    archive_failure: str
    procedure: ProcedureSummary


def command_summary(tracked: Tracked) -> CommandSummary:
    """Return the summary of one command."""
    times: dict[str, int] = {}
    for mark in tracked.life.marks:
        times.setdefault(str(mark.stage), mark.time_ns)
    failed = tracked.life.failed_stage
    return CommandSummary(
        command_id=tracked.command_id,
        command=command_text(tracked),
        state=str(tracked.life.state),
        failed_stage="" if failed is None else str(failed),
        stage_times_ns=tuple(times.items()),
    )
