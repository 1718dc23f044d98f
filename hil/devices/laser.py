"""The laser modem and its optical link: batches on board come to the ring of the ground, or are lost."""

from collections import Counter, deque
from dataclasses import dataclass

from flight.bus.application import Application, Config, Inbox, Now, Policy, Received, Subscription
from flight.dictionary.laser import GroundLaserBatch, LaserBatch, LaserBatchRejected, LaserModemStatus
from flight.dictionary.types import App
from flight.link.errors import is_decade
from flight.link.slots import SlotRing
from hil.devices.bench import Bench
from hil.devices.channel import ChannelLeg
from hil.devices.rings import RingOptions, slot_of
from hil.plant.channels import OPTICS, TERMINALS

__all__ = ["LaserModemDevice", "LaserModemOptions"]

_LOCK = TERMINALS.slice("frame_lock")
_RANGE = OPTICS.slice("partner_range_m")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaserModemOptions:
    """The modem's configuration from the manifest.

    Parameters
    ----------
    board, ground : RingOptions
        The ring it reads and the one it writes.
    terminal_index : int
        Terminal, 0 to 3, whose partner hands on to the ground what it hears.
    relay_range_m : float
        Way from the partner to the ground.
    bit_error_ratio : float
        Wrong bits on an optical link that is up.
    """

    board: RingOptions
    ground: RingOptions
    terminal_index: int = 0
    relay_range_m: float = 0.0
    bit_error_ratio: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.terminal_index < _LOCK.stop - _LOCK.start:
            raise ValueError(f"terminal_index must be 0 to 3, got {self.terminal_index}")


class LaserModemDevice(Application):
    """Carry batches while the terminal's frame lock holds.

    A batch that it gets in tick n leaves in that tick, if the link is up then, and has arrived one light time
    after its end. What comes while the link is down is lost, counted. The lock is reported once a second.

    Parameters
    ----------
    config : Config
        From the manifest.
    bench : Bench
        The shared plant, for lock and range.
    options : LaserModemOptions
        Rings, terminal, errors.
    """

    APP = App.LASER_MODEM
    PERIOD_MS = 1000
    SUBSCRIPTIONS = (Subscription(message=LaserBatch, depth=16, policy=Policy.REJECT_NEW, wake=True),)

    def __init__(self, config: Config, bench: Bench, options: LaserModemOptions) -> None:
        super().__init__(config)
        self._plant = bench.plant
        self._motion = bench.motion
        self._options = options
        self._board = SlotRing(options.board.memory().view, options.board.shape)
        self._memory = options.ground.memory()
        self._ground = SlotRing(self._memory.view, options.ground.shape)
        self._octets = memoryview(bytearray(options.board.slot_octets))
        self.leg = ChannelLeg(self.stream("laser"))
        self._counts: deque[int] = deque()
        self._is_up = False
        self._range_m = 0.0
        self._carried_count = 0
        self._lost_count = 0
        self.rejects: Counter[str] = Counter()

    def receive(self, now: Now, message: Received) -> None:
        """Read the slot that a descriptor names, and let its octets leave."""
        batch = message.message
        if not isinstance(batch, LaserBatch):
            return
        fault = self._board.read(slot_of(batch), self._octets)
        if fault is not None:
            self._reject(fault.name.lower())
            return
        octets = bytes(self._octets[: batch.size_octets])
        self._look(now)
        if self._is_up:
            self._carried_count += 1
            self._counts.append(batch.cadu_count)
            ratio = self._options.bit_error_ratio
            self.leg.send(octets, time_ns=now.time_ns, range_m=self._range_m, ratio=ratio)
        else:
            self._lost_count += 1
            self.leg.lose(octets)
        self._wake(now)

    def woken(self, now: Now) -> None:
        """Put what has arrived into the ring of the ground."""
        for arrival in self.leg.arrivals(now.time_ns):
            place = self._ground.begin()
            self._ground.octets(place)[: len(arrival.octets)] = arrival.octets
            slot = self._ground.commit(place, self._counts.popleft())
            self.publish(
                GroundLaserBatch(
                    time_ns=arrival.time_ns,
                    slot=slot.slot,
                    generation=slot.generation,
                    cadu_count=slot.cadu_count,
                    size_octets=slot.size_octets,
                    crc32=slot.crc32,
                )
            )
        self._wake(now)

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  mail came to receive
        """Once a second: look at the terminal and report."""
        self._look(now)
        account = self.leg.account
        self.publish(
            LaserModemStatus(
                time_ns=now.time_ns,
                terminal_index=self._options.terminal_index,
                link_up=int(self._is_up),
                batch_carried_count=self._carried_count,
                batch_lost_count=self._lost_count,
                batch_rejected_count=self.rejects.total(),
                sent_octets=account.sent_octets,
                lost_octets=account.lost_octets,
            )
        )

    def close(self) -> None:
        """Take the ring of the ground away."""
        self._memory.remove()

    def _look(self, now: Now) -> None:
        """Take lock and range of t(n)."""
        self._motion.advance(now.tick)
        index = self._options.terminal_index
        self._is_up = bool(self._plant.truth("terminals")[_LOCK][index])
        self._range_m = self._plant.truth("optics")[_RANGE][index] + self._options.relay_range_m

    def _wake(self, now: Now) -> None:
        """Ask for the tick in which the next octets have arrived."""
        next_ns = self.leg.next_ns
        if next_ns is not None:
            tick_ns = self.config.tick_ms * 1_000_000
            self.wake_at(max(-(-(next_ns - self.config.epoch_ns) // tick_ns), now.tick + 1))

    def _reject(self, reason: str) -> None:
        """Count and announce the 1st, 10th, 100th... of each reason."""
        self.rejects[reason] += 1
        if is_decade(self.rejects[reason]):
            self.emit(LaserBatchRejected(count=self.rejects[reason], reason=reason))
