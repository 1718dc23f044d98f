"""The executive on the bus: boot record, status, events of processes and pipes, modes of the whole."""

from collections.abc import Mapping
from typing import ClassVar, Final

from flight.bus.application import COMPLETED, Application, Config, Failed, Inbox, Now, Outcome
from flight.bus.coordinator import Coordinator
from flight.bus.port import PortState
from flight.dictionary.declare import Command, Event
from flight.dictionary.executive import (
    BootRecord,
    ExecutiveStatus,
    PipeLoss,
    RestartApplication,
    RestartBudgetSpent,
    SetSystemMode,
    SystemMode,
    SystemModeChanged,
    SystemModeOrder,
)
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from flight.executive.boot_record import Boot
from flight.executive.ladder import Ladder, Rung

__all__ = ["UNKNOWN_APPLICATION", "ExecutiveApplication", "Office"]

UNKNOWN_APPLICATION = 256
"""Code of a ``RestartApplication`` that names no application that can be restarted."""

BOOT_RECORD_PERIOD_S = 60
_MODE_OF_RUNG = {
    Rung.FALLBACK: SystemMode.DEGRADED,
    Rung.WARM: SystemMode.DEGRADED,
    Rung.COLD: SystemMode.DEGRADED,
    Rung.SAFE: SystemMode.SAFE,
}


class Office:
    """What the executive's application and its host share: boot, ladder, coordinator, what happened.

    Parameters
    ----------
    boot : Boot
        How this boot came about.
    ladder : Ladder
        Decides about restarts.
    restartable : frozenset of int
        Applications that may be restarted: they have memory of their own.
    """

    def __init__(self, boot: Boot, ladder: Ladder, restartable: frozenset[int]) -> None:
        self.boot: Final = boot
        self.ladder: Final = ladder
        self.restartable: Final = restartable
        self.coordinator: Coordinator | None = None
        self.spent: Final[list[tuple[Rung, RestartBudgetSpent]]] = []

    def on_down(self, app: int, tick: int) -> int | None:
        """Judge one loss of memory (the coordinator's ``OnDown``)."""
        verdict = self.ladder.judge(app, tick)
        if verdict.return_tick is None:
            event = RestartBudgetSpent(application=app, restart_count=verdict.restart_count)
            self.spent.append((verdict.rung, event))
        return verdict.return_tick


class ExecutiveApplication(Application):
    """Speaks for the executive on the bus.

    Parameters
    ----------
    config : Config
        Its configuration.
    office : Office
        Shared with the host.
    """

    APP = App.EXECUTIVE
    PERIOD_MS = 1000
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {
        RestartApplication: "restart_application",
        SetSystemMode: "set_system_mode",
    }

    def __init__(self, config: Config, office: Office) -> None:
        super().__init__(config)
        self._office: Final = office
        self._mode = SystemMode.BOOT
        self._last_loss = (0, 0)
        self._restart_count = 0

    @property
    def mode(self) -> int:
        """The mode of the whole."""
        return self._mode

    def take_wake(self, tick: int) -> bool:  # noqa: ARG002 - the bus wakes it when there is news
        """Return whether there is something to announce."""
        return bool(self._bus().notices or self._office.spent)

    def receive_notices(self, now: Now) -> None:
        """Announce what happened on the bus, and climb the ladder."""
        coordinator = self._bus()
        while coordinator.notices:
            event = coordinator.notices.popleft()
            self._note(event)
            self.emit(event)
        while self._office.spent:
            rung, spent = self._office.spent.pop(0)
            self.emit(spent)
            self._climb(now, rung)

    def woken(self, now: Now) -> None:
        """Announce what happened on the bus."""
        self.receive_notices(now)

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002 - it hears commands only
        """Publish boot record, status and the mode order."""
        if self._mode is SystemMode.BOOT:
            self._change_mode(now, SystemMode.OPERATE)
        else:
            self.publish(SystemModeOrder(time_ns=now.time_ns, mode=self._mode))
        if round(now.run_s) % BOOT_RECORD_PERIOD_S == 0:
            self._publish_boot_record(now)
        self._publish_status(now)

    def restart_application(self, now: Now, command: RestartApplication) -> Outcome:  # noqa: ARG002
        """Stop an application; it comes back from its last snapshot."""
        if command.application not in self._office.restartable:
            return Failed(code=UNKNOWN_APPLICATION)
        self._bus().order_restart(App(command.application))
        return COMPLETED

    def set_system_mode(self, now: Now, command: SetSystemMode) -> Outcome:
        """Order a mode of the whole."""
        self._change_mode(now, SystemMode(command.mode))
        return COMPLETED

    def _bus(self) -> Coordinator:
        if self._office.coordinator is None:
            raise RuntimeError("executive must have a coordinator before its first tick, got none")
        return self._office.coordinator

    def _note(self, event: Event) -> None:
        if isinstance(event, PipeLoss):
            self._last_loss = (event.application, event.message_id)

    def _climb(self, now: Now, rung: Rung) -> None:
        """Act on a rung of the ladder."""
        mode = _MODE_OF_RUNG[rung]
        if mode > self._mode:
            self._change_mode(now, mode)
        if rung in (Rung.WARM, Rung.COLD):
            coordinator = self._bus()
            for app in sorted(self._office.restartable):
                if rung is Rung.COLD:
                    coordinator.ports[app].snapshot = None
                coordinator.order_restart(App(app))

    def _change_mode(self, now: Now, mode: SystemMode) -> None:
        if mode is not self._mode:
            self.emit(SystemModeChanged(mode_from=self._mode, mode_to=mode))
        self._mode = mode
        self.publish(SystemModeOrder(time_ns=now.time_ns, mode=mode))

    def _publish_boot_record(self, now: Now) -> None:
        boot = self._office.boot
        major, minor, patch = boot.version
        self.publish(
            BootRecord(
                time_ns=now.time_ns,
                boot_count=boot.boot_count,
                reset_count=boot.reset_count,
                reset_type=boot.reset_type,
                dictionary_hash=DICTIONARY.hash,
                version_major=major,
                version_minor=minor,
                version_patch=patch,
            )
        )

    def _publish_status(self, now: Now) -> None:
        coordinator = self._bus()
        ledger, ports = coordinator.ledger, coordinator.ports.values()
        application, message_id = self._last_loss
        self.publish(
            ExecutiveStatus(
                time_ns=now.time_ns,
                mode=self._mode,
                application_count=len(ports),
                application_up_count=sum(port.state in (PortState.IDLE, PortState.OUT) for port in ports),
                restart_count=sum(port.restart_count for port in ports),
                slip_count=ledger.slip_count,
                sent_count=ledger.sent_count,
                delivered_count=ledger.handled_count + ledger.refused_count + ledger.crash_count,
                handled_count=ledger.handled_count,
                lost_count=coordinator.lost_count + ledger.crash_count + coordinator.router.cut_count,
                superseded_count=coordinator.superseded_count,
                reject_count=ledger.reject_count,
                last_loss_application=application,
                last_loss_message=message_id,
                pipe_depth_peak_count=coordinator.peak_count,
            )
        )
