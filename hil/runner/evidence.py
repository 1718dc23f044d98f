"""What a run leaves for its judges: series, events, commands, and the accounts of bus and link."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flight.link.errors import REJECT_NAMES
from flight.link.slots import SlotFault
from hil.runner.faults import Fault
from hil.runner.quantity import Series

__all__ = [
    "BusAccount",
    "CommandRecord",
    "EventRecord",
    "Evidence",
    "LaserAccount",
    "LinkAccount",
    "LinkHealth",
    "LinkWindow",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One event as the bus carried it.

    Parameters
    ----------
    tick : int
        Tick in which it was sent.
    time_s : float
        Simulated time of that tick since the start.
    values : Mapping
        Its fields by name.
    """

    tick: int
    time_s: float
    source: str
    name: str
    severity: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """One telecommand's life as the ground archived it.

    Parameters
    ----------
    stages : Mapping
        Simulated time in seconds since the start, by the words of DESIGN section 5, in order.
    failure : str
        The stage or the reason of its failure, empty when there was none.
    """

    name: str
    stages: Mapping[str, float]
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusAccount:
    """Copies of messages over the whole run: where every one that was offered to a pipe has gone.

    Parameters
    ----------
    offered_count : int
        Messages times their subscribers.
    handled_count : int
        Taken by an application that answered for them.
    lost_count : int
        Lost by a full pipe, counted there.
    superseded_count : int
        Replaced by a newer one of the same source, as the subscription asks.
    crash_count : int
        In the hands of an application when it crashed or was restarted.
    cut_count : int
        Between applications that a fault had cut off from each other.
    refused_count : int
        Bodies that a receiver refused.
    waiting_count : int
        In pipes or handed out when the run ended.
    """

    sent_count: int
    offered_count: int
    handled_count: int
    lost_count: int
    superseded_count: int
    crash_count: int
    cut_count: int
    refused_count: int
    waiting_count: int

    @property
    def unaccounted_count(self) -> int:
        """Copies that are nowhere."""
        ended = self.handled_count + self.lost_count + self.superseded_count + self.crash_count
        return self.offered_count - ended - self.cut_count - self.refused_count - self.waiting_count


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAccount:
    """Telemetry packets from the gateway to the archive.

    Parameters
    ----------
    made_count : int
        Packets that the gateway built.
    radiated_count : int
        Packets whose last octet left with the radio.
    dropped_count : int
        Packets given up on board: the transmitter was off or their queue was full.
    archived_count : int
        Raw packets in the ground archive.
    gap_count : int
        Radiated packets that the ground knows to be missing.
    in_flight_count : int
        Packets radiated in the last ticks, not yet at the ground when the run ended.
    """

    made_count: int
    radiated_count: int
    dropped_count: int
    archived_count: int
    gap_count: int
    in_flight_count: int = 0

    @property
    def unaccounted_count(self) -> int:
        """Radiated packets that neither the archive nor the gap count knows."""
        return self.radiated_count - self.archived_count - self.gap_count - self.in_flight_count


@dataclass(frozen=True, slots=True, kw_only=True)
class LaserAccount:
    """Bulk telemetry from the laser end on board to the archive.

    Parameters
    ----------
    packets : LinkAccount
        Packets; what was repeated after a restart of the laser end counts once.
    waiting_count : int
        Packets that wait on board at the end.
    board : Mapping
        Last counts of the laser end and of its modem, by name.
    ground : Mapping
        Counters of the receiver by name, from the archive.
    """

    packets: LinkAccount
    waiting_count: int
    board: Mapping[str, int]
    ground: Mapping[str, int]

    @property
    def rejected(self) -> Mapping[str, int]:
        """Everything that modem or ground threw away, by name; none that is 0."""
        found = {f"ground {name}": self.ground[name] for name in _LASER_REJECTS if self.ground.get(name)}
        modem = self.board["batch_rejected_count"]
        return {**({"modem batches": modem} if modem else {}), **found}

    def as_table(self) -> Mapping[str, Mapping[str, int]]:
        """Return all of it for machines."""
        return {"laser_board": dict(self.board), "laser_ground": dict(self.ground)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """What the radio link repaired, rejected and lost, by the counters of both ends.

    Parameters
    ----------
    down, up : Mapping
        Counts of the receivers by name: the ground's, archived there, and the gateway's, from telemetry.
    missing_by_channel : Mapping
        Frames that the ground missed, by virtual channel.
    flipped_down_count, flipped_up_count : int
        Bits that the channel flipped, from its own log.
    """

    down: Mapping[str, int]
    up: Mapping[str, int]
    missing_by_channel: Mapping[str, int]
    flipped_down_count: int
    flipped_up_count: int

    @property
    def rejected(self) -> Mapping[str, int]:
        """Everything that an end threw away, by name of end and reason; none that is 0."""
        both = {f"{way} {name}": count for way, counts in self._ways() for name, count in counts.items()}
        return {name: count for name, count in both.items() if count and name.split()[1] in REJECT_NAMES}

    @property
    def rejected_by_security(self) -> Mapping[str, int]:
        """What security refused, each reason at each end, 0 too."""
        found: dict[str, int] = {}
        for way, counts in self._ways():
            found |= {f"{way} {name}": n for name, n in counts.items() if name.startswith("security_")}
        return found

    def _ways(self) -> tuple[tuple[str, Mapping[str, int]], ...]:
        return (("down", self.down), ("up", self.up))

    def as_table(self) -> Mapping[str, Mapping[str, int]]:
        """Return all of it for machines."""
        flipped = {"down": self.flipped_down_count, "up": self.flipped_up_count}
        missing = dict(self.missing_by_channel)
        return {
            "down": dict(self.down),
            "up": dict(self.up),
            "frames_missing_by_channel": missing,
            "bits_flipped": flipped,
        }


_LASER_REJECTS = (*(fault.name.lower() for fault in SlotFault), *REJECT_NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWindow:
    """A planned optical link."""

    terminal_index: int
    partner_index: int
    from_s: float
    until_s: float


class Evidence(Protocol):
    """All that a verdict may look at."""

    @property
    def duration_s(self) -> float:
        """Simulated time that was reached."""

    @property
    def asked_s(self) -> float:
        """Simulated time that the run was asked for; an interrupt ends it earlier."""

    @property
    def planned_s(self) -> float:
        """Simulated time that the scenario was written for; a quick look asks for less."""

    @property
    def tick_s(self) -> float:
        """Length of a tick."""

    @property
    def faults(self) -> Sequence[Fault]:
        """Faults of the scenario."""

    @property
    def windows(self) -> Sequence[LinkWindow]:
        """Planned optical links."""

    def channel(self, owner: str, field: str) -> Series:
        """Return one recorded channel; raises RunDataError when it was not recorded."""

    def pieces(self, owner: str, field: str) -> Iterator[Series]:
        """Yield the same in order of time, at least one piece."""

    @property
    def events(self) -> Sequence[EventRecord]:
        """All events of the run in the order of the bus."""

    @property
    def commands(self) -> Sequence[CommandRecord]:
        """All commands that the ground submitted."""

    @property
    def bus(self) -> BusAccount:
        """The coordinator's account; raises RunDataError when the run did not leave one."""

    @property
    def link(self) -> LinkAccount:
        """The telemetry account; raises RunDataError when there was no ground station."""

    @property
    def health(self) -> LinkHealth:
        """The counts of the radio link; raises RunDataError when there was no ground station."""

    @property
    def laser(self) -> LaserAccount:
        """The account of the laser; raises RunDataError when there was no laser link."""

    @property
    def procedure(self) -> str:
        """How the operator procedure ended: ``passed``, or outcome and error; empty without one."""
