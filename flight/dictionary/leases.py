"""Algebra of leases on watts: what a granter may offer, and what a holder may believe. Pure.

The invariant: at any time, the sum of everything that any holder could still believe, and at least each
one's fallback, is at most a safe supply that was stated within the last lease time. It holds when messages
are lost, late, repeated or reordered, and when either end crashes and comes back from its last stored
snapshot or from none, because

* a holder takes only a newer lease (by epoch and id) that is still valid, and enforces before it acknowledges
  (:mod:`flight.dictionary.lease_holder`);
* the granter counts every lease that is neither expired nor older than an acknowledged one;
* what a snapshot does not know is covered: a holder acknowledges only what its snapshot holds, and the
  granter raises a holder only up to a ceiling that its snapshot holds and that it counts after a crash until
  the last lease from before has run out.

Source: C. Gray and D. Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache
consistency", SOSP 1989 (leases); write-ahead order as in any recovery log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from flight.dictionary.grants import Grant, GrantAcknowledge, GrantLoop, GrantReason
from flight.dictionary.types import App

__all__ = ["LEASE_NS", "OUTSTANDING_MAX", "Booking", "LeaseBook"]

LEASE_NS = 3_000_000_000
"""Life of a lease; it is renewed each second, so that two renewals may be lost."""

UNKNOWN_W = 1e12
"""What a holder is taken to believe while nothing is known: more than any supply."""

OUTSTANDING_MAX = 64
"""Bound of the leases of one holder that may be believed; at the bound no more are offered until some end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What is reserved for one holder for ever: its fallback, and how fast it may ramp.

    Raises
    ------
    ValueError
        If a power or a rate is negative or not finite.
    """

    holder: App
    fallback_power_w: float
    ramp_w_per_s: float

    def __post_init__(self) -> None:
        for name in ("fallback_power_w", "ramp_w_per_s"):
            value = getattr(self, name)
            if not 0.0 <= value < inf:
                raise ValueError(f"{name} must be in [0, inf), got {value} ({self.holder.name})")


@dataclass(frozen=True, slots=True)
class _Offered:
    """A lease that may be believed until it ends; ``epoch`` and ``id`` order the leases of a granter."""

    epoch: int
    id: int
    power_max_w: float
    valid_until_ns: int


class _Account:
    """Leases of one holder."""

    __slots__ = ("booking", "ceiling_durable_w", "ceiling_w", "offered", "unknown_w")

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        self.offered: tuple[_Offered, ...] = ()
        self.ceiling_w = booking.fallback_power_w
        self.ceiling_durable_w = booking.fallback_power_w
        self.unknown_w: float | None = UNKNOWN_W

    def believed_max_w(self, now_ns: int) -> float:
        """Return the most that the holder could believe: leases, fallback, and what a crash made unknown."""
        powers = [lease.power_max_w for lease in self.offered if lease.valid_until_ns > now_ns]
        return max([self.booking.fallback_power_w, self.unknown_w or 0.0, *powers])

    def settled_w(self, now_ns: int) -> float:
        """Return a power that every lease the holder could believe allows already."""
        powers = [lease.power_max_w for lease in self.offered if lease.valid_until_ns > now_ns]
        if self.unknown_w is not None or not powers:
            return self.booking.fallback_power_w
        return min(powers)


class LeaseBook:
    """The granter's side for one resource.

    Parameters
    ----------
    loop : GrantLoop
        The resource.
    bookings : tuple of Booking
        One per holder.

    Notes
    -----
    A new book does not know what an earlier one offered: for one lease time it offers fallbacks only, unless
    :meth:`restore` tells it. The snapshot must be stored before, or together with, anything that is published
    after it was taken; the bus does so.
    """

    def __init__(self, loop: GrantLoop, bookings: tuple[Booking, ...]) -> None:
        self._loop = loop
        self._accounts = {booking.holder: _Account(booking) for booking in bookings}
        self._epoch = 0
        self._last_id = 0
        self._unknown_until_ns: int | None = None

    @property
    def epoch(self) -> int:
        """The book's life: the second (TAI since 1958) of its first offer, above every life it knows."""
        return self._epoch

    def believed_max_w(self, now_ns: int, holder: App | None = None) -> float:
        """Return the most that a holder (None: all together) could believe to be granted now."""
        accounts = self._accounts.values() if holder is None else (self._accounts[holder],)
        return sum(account.believed_max_w(now_ns) for account in accounts)

    def granted_w(self, now_ns: int, holder: App) -> float:
        """Return the power of the newest valid lease of a holder, its fallback when there is none."""
        account = self._accounts[holder]
        newest = [lease for lease in account.offered if lease.valid_until_ns > now_ns][-1:]
        return newest[0].power_max_w if newest else account.booking.fallback_power_w

    def offer(
        self,
        now_ns: int,
        targets_w: Mapping[App, float],
        supply_w: float,
        reason: GrantReason = GrantReason.NOMINAL,
    ) -> tuple[Grant, ...]:
        """Make new leases for all holders, as near to the targets as the invariant allows.

        Parameters
        ----------
        targets_w : mapping of App to float
            What each holder should get; a missing one gets its fallback. Above the supply, what exceeds the
            fallbacks is scaled down.
        supply_w : float
            Safe supply for all holders: housekeeping is already taken off.

        Returns
        -------
        tuple of Grant
            One lease per holder, reductions first. A reduction counts at once in full only when its holder
            acknowledges or its older leases end; a rise takes effect one snapshot later.
        """
        self._forget(now_ns)
        wanted_w = self._wanted_w(targets_w, supply_w)
        falls = [holder for holder in self._accounts if wanted_w[holder] <= self._settled_w(holder, now_ns)]
        rises = [holder for holder in self._accounts if holder not in falls]
        made: list[Grant] = []
        for holder in falls + rises:
            account = self._accounts[holder]
            account.ceiling_w = wanted_w[holder]
            if len(account.offered) < OUTSTANDING_MAX:
                power_w = self._allowed_w(holder, wanted_w[holder], supply_w, now_ns)
                made.append(self._lease(account, power_w, now_ns, reason))
        return tuple(made)

    def acknowledge(self, message: GrantAcknowledge) -> bool:
        """Take a holder's word that it enforces a lease; return whether it said anything new.

        Repeated, late, foreign and contradictory acknowledgements change nothing.
        """
        account = next((a for h, a in self._accounts.items() if h == message.holder), None)
        if account is None or message.loop != self._loop:
            return False
        key = (message.epoch, message.id)
        said = (*key, message.power_max_w)
        if not any((lease.epoch, lease.id, lease.power_max_w) == said for lease in account.offered):
            return False
        kept = tuple(lease for lease in account.offered if (lease.epoch, lease.id) >= key)
        known = len(kept) == len(account.offered) and account.unknown_w is None
        account.offered = kept
        if message.epoch == self._epoch:
            account.unknown_w = None
        return not known

    def snapshot(self) -> tuple[object, ...]:
        """Return the state to store; from now on rises up to the ceilings in it are allowed."""
        rows = []
        for holder, account in self._accounts.items():
            account.ceiling_durable_w = account.ceiling_w
            leases = tuple((o.epoch, o.id, o.power_max_w, o.valid_until_ns) for o in account.offered)
            rows.append((int(holder), account.ceiling_w, account.unknown_w, leases))
        return (self._epoch, self._last_id, tuple(rows))

    def restore(self, state: tuple[object, ...]) -> None:
        """Come back from the last stored snapshot after a crash; the next offer begins a new epoch.

        Raises
        ------
        ValueError
            If the state is not one that :meth:`snapshot` made; the book is unchanged then.
        """
        epoch, last_id, rows = _parse(state)
        self._epoch, self._last_id, self._unknown_until_ns = epoch, last_id, None
        for holder, ceiling_w, unknown_w, leases in rows:
            account = self._accounts.get(holder)
            if account is not None:
                account.offered = leases
                account.ceiling_w = account.ceiling_durable_w = ceiling_w
                account.unknown_w = max(ceiling_w, unknown_w or 0.0)

    def _forget(self, now_ns: int) -> None:
        """Drop what nobody can believe any more."""
        if self._unknown_until_ns is None:
            self._unknown_until_ns = now_ns + LEASE_NS
            self._epoch = max(self._epoch + 1, now_ns // 1_000_000_000)
        for account in self._accounts.values():
            account.offered = tuple(lease for lease in account.offered if lease.valid_until_ns > now_ns)
            if now_ns >= self._unknown_until_ns:
                account.unknown_w = None

    def _wanted_w(self, targets_w: Mapping[App, float], supply_w: float) -> dict[App, float]:
        """Return the targets, not below the fallbacks, and scaled so that their sum fits the supply."""
        base_w = {holder: account.booking.fallback_power_w for holder, account in self._accounts.items()}
        extra_w = {holder: max(0.0, targets_w.get(holder, 0.0) - base_w[holder]) for holder in base_w}
        room_w = max(0.0, supply_w - sum(base_w.values()))
        total_w = sum(extra_w.values())
        scale = min(1.0, room_w / total_w) if total_w > 0.0 else 0.0
        return {holder: base_w[holder] + extra_w[holder] * scale for holder in base_w}

    def _settled_w(self, holder: App, now_ns: int) -> float:
        return self._accounts[holder].settled_w(now_ns)

    def _allowed_w(self, holder: App, wanted_w: float, supply_w: float, now_ns: int) -> float:
        """Return the wanted power, or as much of a rise as the others, the supply and the ceiling leave."""
        settled_w = self._settled_w(holder, now_ns)
        if wanted_w <= settled_w:
            return wanted_w
        others_w = sum(a.believed_max_w(now_ns) for h, a in self._accounts.items() if h != holder)
        return max(settled_w, min(wanted_w, supply_w - others_w, self._accounts[holder].ceiling_durable_w))

    def _lease(self, account: _Account, power_w: float, now_ns: int, reason: GrantReason) -> Grant:
        self._last_id += 1
        until_ns = now_ns + LEASE_NS
        account.offered += (_Offered(self._epoch, self._last_id, power_w, until_ns),)
        booking = account.booking
        return Grant(
            id=self._last_id,
            epoch=self._epoch,
            holder=booking.holder,
            loop=self._loop,
            power_max_w=power_w,
            power_floor_w=booking.fallback_power_w,
            ramp_w_per_s=booking.ramp_w_per_s,
            valid_from_ns=now_ns,
            valid_until_ns=until_ns,
            fallback_power_w=booking.fallback_power_w,
            reason=reason,
        )


_Row = tuple[App, float, float | None, tuple[_Offered, ...]]


def _parse(state: tuple[object, ...]) -> tuple[int, int, list[_Row]]:
    """Return the parts of a snapshot (lists from a decoder are as good as tuples)."""
    try:
        epoch, last_id, rows = state
        made: list[_Row] = []
        for holder, ceiling_w, unknown_w, leases in rows:  # type: ignore[attr-defined]
            offered = tuple(_Offered(int(e), int(i), float(w), int(ns)) for e, i, w, ns in leases)
            made.append(
                (App(holder), float(ceiling_w), None if unknown_w is None else float(unknown_w), offered)
            )
        return int(epoch), int(last_id), made  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise ValueError(f"state must be a snapshot of a lease book, got {error}") from error
