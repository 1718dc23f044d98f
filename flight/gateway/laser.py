"""The laser end: bulk reports are kept, and go down in batches while an optical link is up."""

from collections.abc import Mapping
from typing import cast

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.bus.memory import SharedMemory
from flight.dictionary.laser import LaserBatch, LaserModemStatus, LaserStatus, LaserWithheld
from flight.dictionary.optical import OpticalStatus
from flight.dictionary.pus import housekeeping_content
from flight.dictionary.services import BulkReport
from flight.dictionary.types import App
from flight.gateway.bulk import BulkImage, BulkStore
from flight.gateway.laser_downlink import LaserDownlink, laser_profile, ring_shape
from flight.gateway.waiting import waiting
from flight.link.ends import LinkEnds, read_ends
from flight.link.errors import LocalLinkError, is_decade
from flight.link.slots import SlotRing

__all__ = ["LaserApplication", "build"]

MODEM_SILENT_NS = 3_000_000_000
"""A modem that has not reported for so long gets no batches."""

WAIT_MAX_NS = 30_000_000_000
"""A report waits so long for a frame to fill; then it goes with what there is."""


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the laser end.

    Raises
    ------
    LocalLinkError
        An option is refused.
    """
    return [_made(config) for config in configs.values()]


def _made(config: Config) -> "LaserApplication":
    ends = read_ends({"laser": "laser", **config.options}, config.disk, "options of LASER")
    path = config.options.get("ring", "")
    if not isinstance(path, str):
        msg = f"ring must be a path or empty, got {path!r} (options of LASER)"
        raise LocalLinkError(msg, field="ring")
    memory = SharedMemory(path, ring_shape(laser_profile(ends)).memory_octets)
    return LaserApplication(config, ends, memory)


class LaserApplication(Application):
    """Keep bulk reports, and hand batches of them to the laser modem.

    Parameters
    ----------
    config : Config
        From the manifest.
    ends : LinkEnds
        Profile, keys and disk.
    memory : SharedMemory
        The ring on board; this end owns it.
    """

    APP = App.LASER
    PERIOD_MS = 1000
    OFFSET_MS = 500
    SUBSCRIPTIONS = (
        Subscription(message=BulkReport, depth=128, policy=Policy.DROP_OLDEST),
        Subscription(message=OpticalStatus, depth=1),
        Subscription(message=LaserModemStatus, depth=1),
    )

    def __init__(self, config: Config, ends: LinkEnds, memory: SharedMemory) -> None:
        super().__init__(config)
        self._memory = memory
        self._downlink = LaserDownlink(ends, SlotRing(memory.view, ring_shape(laser_profile(ends))))
        self._store = BulkStore(config.disk)
        self._modem: LaserModemStatus | None = None
        self._planned_up_mask = 0

    def step(self, now: Now, inbox: Inbox) -> None:
        """Keep what came, send what is due, and report."""
        for report in inbox.messages(BulkReport):
            content = housekeeping_content(report.structure_id, report.data)
            self._store.put(report.time_ns, waiting(report.source, report.time_ns, content).image)
        self._hear(inbox)
        if self._is_up(now) and self._is_due(now):
            self._send(now)
        self.publish(self._status(now))

    def snapshot(self) -> tuple[object, ...]:
        """Return numbers and the state of the framing; reports are on the disk, batches in the ring."""
        return (self._store.snapshot(), self._downlink.snapshot())

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        store, downlink = cast("tuple[BulkImage, tuple[object, ...]]", state)
        self._store.restore(store)
        self._downlink.restore(downlink)

    def close(self) -> None:
        """Take the ring away."""
        self._memory.remove()

    def _hear(self, inbox: Inbox) -> None:
        self._modem = inbox.latest(LaserModemStatus) or self._modem
        optical = inbox.latest(OpticalStatus)
        if optical is not None:
            self._planned_up_mask = optical.link_up_mask & optical.planned_mask

    def _is_up(self, now: Now) -> bool:
        """Return whether the modem says that its link carries, and the plan that it still shall."""
        modem = self._modem
        return (
            modem is not None
            and modem.link_up == 1
            and now.time_ns - modem.time_ns <= MODEM_SILENT_NS
            and bool(self._planned_up_mask >> modem.terminal_index & 1)
        )

    def _is_due(self, now: Now) -> bool:
        oldest_ns = self._store.oldest_ns
        return oldest_ns is not None and (
            self._store.waiting_octets >= self._downlink.unit_octets or now.time_ns - oldest_ns >= WAIT_MAX_NS
        )

    def _send(self, now: Now) -> None:
        withheld_count = self._downlink.withheld_count
        slot = self._downlink.send(self._store)
        if self._downlink.withheld_count != withheld_count and is_decade(withheld_count + 1):
            self.emit(LaserWithheld(count=withheld_count + 1))
        if slot is not None:
            self.publish(
                LaserBatch(
                    time_ns=now.time_ns,
                    slot=slot.slot,
                    generation=slot.generation,
                    cadu_count=slot.cadu_count,
                    size_octets=slot.size_octets,
                    crc32=slot.crc32,
                )
            )

    def _status(self, now: Now) -> LaserStatus:
        store, downlink = self._store, self._downlink
        return LaserStatus(
            time_ns=now.time_ns,
            is_recording=1,
            is_sending=int(self._is_up(now)),
            packet_made_count=store.made_count,
            packet_radiated_count=store.taken_count,
            packet_dropped_count=store.dropped_count,
            packet_waiting_count=store.waiting_count,
            frame_radiated_count=downlink.frame_count,
            batch_count=downlink.batch_count,
            batch_withheld_count=downlink.withheld_count,
            disk_fault_count=store.fault_count + downlink.fault_count,
            waiting_octets=store.waiting_octets,
        )
