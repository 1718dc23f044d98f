"""Octets from the radio become telecommands, or refusals with a name. Pure."""

from dataclasses import dataclass
from typing import cast

from flight.dictionary.gateway import ArmCommand
from flight.dictionary.pus import PusReason, PusReject, Telecommand, parse_telecommand
from flight.gateway.arming import ArmingDesk
from flight.link.ends import LinkEnds
from flight.link.errors import Reject
from flight.link.events import PacketReceived, TelecommandEvent
from flight.link.telecommand import TelecommandReceiver

__all__ = ["TAKEN", "Layer", "Refusal", "Uplink"]

CHANNEL = 0
"""Virtual channel of telecommands, whose bypass counter goes down in the control word."""

TAKEN = ("units_received", "bits_corrected", "frames_received", "packets_received", "control_commands")
"""Names of what is counted beside refusals."""

Layer = str
"""Where something was refused: ``cltu``, ``frame``, ``security``, ``packet`` (link) or ``command`` (PUS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that came up and was refused.

    Parameters
    ----------
    name : str
        Reason in lower case.
    layer : str
        Where it was refused.
    reject : PusReject or None
        For a packet that passed its error control: what to report.
    """

    name: str
    layer: Layer
    reject: PusReject | None = None


class Uplink:
    """Receiving end of telecommands.

    Parameters
    ----------
    ends : LinkEnds
        Profile, keys and disk; V(R) of FARM-1 and the numbers accepted are on it before a command goes on.
    """

    def __init__(self, ends: LinkEnds) -> None:
        profile = ends.telecommand
        self._security = ends.security(profile, is_sender=False)
        self._receiver = TelecommandReceiver(profile, self._security, ends.disk)
        self._before = dict.fromkeys(TAKEN, 0)
        self.arming = ArmingDesk()

    @property
    def control_word(self) -> int:
        """The communications link control word for the frames that go down, 32 bits."""
        return self._receiver.clcw(CHANNEL).pack()

    def receive(self, octets: bytes, now_ns: int) -> list[Telecommand | Refusal]:
        """Take octets in any cut; return what came of them, in order."""
        return [self._take(event, now_ns) for event in self._receiver.receive(octets)]

    def carrier_lost(self, now_ns: int) -> list[Telecommand | Refusal]:
        """Take what the receiver has begun: nothing more will come."""
        return [self._take(event, now_ns) for event in self._receiver.end_of_signal()]

    @property
    def counts(self) -> dict[str, int]:
        """What was received and repaired, by name; `TAKEN` are the names."""
        return {name: before + self._receiver.counters[name] for name, before in self._before.items()}

    @property
    def fault_count(self) -> int:
        """Reads and writes of numbers that the disk refused."""
        return 0 if self._security is None else self._security.fault_count

    def snapshot(self) -> tuple[object, ...]:
        """Return the receiver's state and counts."""
        return (self._receiver.snapshot(), tuple(self.counts.values()))

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot; numbers and V(R) are newer on the disk, and armings are gone."""
        receiver, counts = cast("tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]", state)
        self._receiver.restore(receiver)
        self._before = dict(zip(TAKEN, counts, strict=True))

    def _take(self, event: TelecommandEvent, now_ns: int) -> Telecommand | Refusal:
        if not isinstance(event, PacketReceived):
            return Refusal(name=event.reason.name.lower(), layer=_layer(event.reason))
        parsed = parse_telecommand(event.packet)
        if isinstance(parsed, PusReject):
            return _refused(parsed)
        command = parsed.command
        if isinstance(command, ArmCommand):
            self.arming.arm(command.application, command.command_id, command.token, now_ns)
        if parsed.token is not None and not self._fire(parsed, parsed.token, now_ns):
            return _refused(
                PusReject(
                    reason=PusReason.NOT_ARMED,
                    request=parsed.request,
                    application=parsed.application,
                    detail=type(command).__name__,
                )
            )
        return parsed

    def _fire(self, telecommand: Telecommand, token: int, now_ns: int) -> bool:
        return self.arming.fire(telecommand.application, telecommand.command.SPEC.id, token, now_ns)


def _layer(reason: Reject) -> Layer:
    head = reason.name.partition("_")[0].lower()
    return head if head in ("cltu", "packet", "security") else "frame"


def _refused(reject: PusReject) -> Refusal:
    return Refusal(name=reject.reason.name.lower(), layer="command", reject=reject)
