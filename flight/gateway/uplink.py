"""Octets from the radio become telecommands, or refusals with a name. Pure."""

from dataclasses import dataclass

from flight.dictionary.gateway import ArmCommand
from flight.dictionary.pus import PusReason, PusReject, Telecommand, parse_telecommand
from flight.gateway.arming import ArmingDesk
from flight.link.errors import Reject
from flight.link.events import PacketReceived, TelecommandEvent
from flight.link.profile import Profile
from flight.link.telecommand import TelecommandReceiver

__all__ = ["Layer", "Refusal", "Uplink"]

CHANNEL = 0
"""Virtual channel of telecommands, whose bypass counter goes down in the control word."""

Layer = str
"""Where something was refused: ``cltu``, ``frame``, ``packet`` (link) or ``command`` (PUS)."""


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
    profile : Profile
        Of kind ``tc``.
    """

    def __init__(self, profile: Profile) -> None:
        self._receiver = TelecommandReceiver(profile)
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

    def snapshot(self) -> tuple[tuple[int, ...], ...]:
        """Return the receiver's counters."""
        return self._receiver.snapshot()

    def restore(self, state: tuple[tuple[int, ...], ...]) -> None:
        """Take the receiver's counters; armings are gone."""
        self._receiver.restore(state)

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
    return head if head in ("cltu", "packet") else "frame"


def _refused(reject: PusReject) -> Refusal:
    return Refusal(name=reject.reason.name.lower(), layer="command", reject=reject)
