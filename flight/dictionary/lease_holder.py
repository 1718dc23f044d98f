"""The holder's side of leases on watts: what it takes, what it may draw, what it may acknowledge. Pure."""

from dataclasses import dataclass
from typing import cast

from flight.dictionary.grants import Grant, GrantAcknowledge, GrantLoop
from flight.dictionary.types import App

__all__ = ["LeaseHolder"]


@dataclass(frozen=True, slots=True)
class _Held:
    """The newest lease of one loop, and whether a stored snapshot knows it."""

    epoch: int
    id: int
    power_max_w: float
    valid_until_ns: int
    fallback_power_w: float
    durable: bool


class LeaseHolder:
    """Leases of one holder, on one or more resources.

    Parameters
    ----------
    holder : App
        Who draws the power.
    loops : tuple of GrantLoop
        Resources that limit it; the effective cap is the least over them.
    fallback_power_w : float
        Power without a lease: not more than the granters have booked.

    Notes
    -----
    A holder without memory refuses leases made before its first look at the clock: among them may be ones
    that its granter has dropped because it acknowledged newer ones in an earlier life.
    """

    def __init__(self, holder: App, loops: tuple[GrantLoop, ...], fallback_power_w: float) -> None:
        self._holder = holder
        self._loops = loops
        self._fallback_w = fallback_power_w
        self._held: dict[GrantLoop, _Held] = {}
        self._since_ns: int | None = None

    def accept(self, grant: Grant, now_ns: int) -> bool:
        """Take a lease; return whether it was taken. It is to be enforced before it is acknowledged.

        Leases for others, leases not yet or no longer valid, and leases that are not newer change nothing.
        """
        since_ns = self._look(now_ns)
        if grant.holder != self._holder or grant.loop not in self._loops:
            return False
        if not grant.valid_from_ns <= now_ns < grant.valid_until_ns or grant.valid_from_ns < since_ns:
            return False
        held = self._held.get(grant.loop)
        if held is not None and (grant.epoch, grant.id) <= (held.epoch, held.id):
            return False
        self._held[grant.loop] = _Held(
            epoch=grant.epoch,
            id=grant.id,
            power_max_w=grant.power_max_w,
            valid_until_ns=grant.valid_until_ns,
            fallback_power_w=grant.fallback_power_w,
            durable=False,
        )
        return True

    def cap_w(self, now_ns: int) -> float:
        """Return the most that may be drawn now: the least over the loops of lease or fallback."""
        self._look(now_ns)
        return min(self.loop_cap_w(loop, now_ns) for loop in self._loops)

    def loop_cap_w(self, loop: GrantLoop, now_ns: int) -> float:
        """Return the most that one resource allows now."""
        held = self._held.get(loop)
        if held is None:
            return self._fallback_w
        return held.power_max_w if now_ns < held.valid_until_ns else held.fallback_power_w

    def is_held(self, loop: GrantLoop, now_ns: int) -> bool:
        """Return whether a lease on a resource is valid now."""
        held = self._held.get(loop)
        return held is not None and now_ns < held.valid_until_ns

    def held_id(self, loop: GrantLoop) -> int:
        """Return the id of the newest lease taken on a resource, 0 for none."""
        held = self._held.get(loop)
        return 0 if held is None else held.id

    @property
    def fallback_power_w(self) -> float:
        """What is left when any lease runs out: the least fallback over the loops."""
        booked = [self._held[loop].fallback_power_w for loop in self._loops if loop in self._held]
        return min([self._fallback_w, *booked])

    def valid_until_ns(self) -> int:
        """Return when the first of the leases ends, 0 when one is missing: for a unit's own guard."""
        ends = [self._held[loop].valid_until_ns if loop in self._held else 0 for loop in self._loops]
        return min(ends)

    def acknowledgements(self, enforced_max_w: float) -> tuple[GrantAcknowledge, ...]:
        """Return the acknowledgements that are due: of leases stored in a snapshot and enforced.

        Parameters
        ----------
        enforced_max_w : float
            The most that can be drawn with the caps that the units have confirmed.
        """
        return tuple(
            GrantAcknowledge(
                id=held.id, epoch=held.epoch, holder=self._holder, loop=loop, power_max_w=held.power_max_w
            )
            for loop, held in self._held.items()
            if held.durable and enforced_max_w <= held.power_max_w
        )

    def snapshot(self) -> tuple[object, ...]:
        """Return the state to store; from now on the leases in it may be acknowledged."""
        rows = []
        for loop, held in tuple(self._held.items()):
            row = (held.epoch, held.id, held.power_max_w, held.valid_until_ns, held.fallback_power_w)
            rows.append((int(loop), *row))
            self._held[loop] = _Held(*row, durable=True)
        return tuple(rows)

    def restore(self, state: tuple[object, ...]) -> None:
        """Come back from the last stored snapshot after a crash.

        Raises
        ------
        ValueError
            If the state is not one that :meth:`snapshot` made; the holder is unchanged then.
        """
        held: dict[GrantLoop, _Held] = {}
        try:
            for row in cast("tuple[tuple[int, int, int, float, int, float], ...]", state):
                loop, epoch, lease_id, power_w, until_ns, fallback_w = row
                held[GrantLoop(loop)] = _Held(
                    epoch, lease_id, float(power_w), until_ns, float(fallback_w), durable=True
                )
        except (TypeError, ValueError) as error:
            raise ValueError(f"state must be a snapshot of a lease holder, got {error}") from error
        self._held = {loop: lease for loop, lease in held.items() if loop in self._loops}
        self._since_ns = 0 if len(self._held) == len(self._loops) else None

    def _look(self, now_ns: int) -> int:
        """Return the time before which leases are refused."""
        if self._since_ns is None:
            self._since_ns = now_ns
        return self._since_ns
