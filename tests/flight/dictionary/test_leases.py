"""The lease algebra: bounds over lost, late, repeated and reordered messages and crashes of either end."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.grants import Grant, GrantAcknowledge, GrantLoop, GrantReason
from flight.dictionary.lease_holder import LeaseHolder
from flight.dictionary.leases import LEASE_NS, OUTSTANDING_MAX, Booking, LeaseBook
from flight.dictionary.types import App

TICK_NS = 100_000_000
START_NS = 2_100_000_000_000_000_000
FALLBACK_W = {App.COMPUTE: 4500.0, App.OPTICAL: 300.0}


def new_book() -> LeaseBook:
    bookings = tuple(Booking(holder=h, fallback_power_w=w, ramp_w_per_s=1e4) for h, w in FALLBACK_W.items())
    return LeaseBook(GrantLoop.ELECTRICAL, bookings)


def new_holder(app: App) -> LeaseHolder:
    return LeaseHolder(app, (GrantLoop.ELECTRICAL,), FALLBACK_W[app])


class World:
    """A granter, two holders with units that keep the last cap, and a network that does anything it likes."""

    def __init__(
        self,
        random: Random,
        book: Callable[[], LeaseBook] = new_book,
        holder: Callable[[App], LeaseHolder] = new_holder,
    ) -> None:
        self.random = random
        self.new_book, self.new_holder = book, holder
        self.now_ns = START_NS
        self.book: LeaseBook | None = book()
        self.book_stored: tuple[object, ...] | None = None
        self.holders: dict[App, LeaseHolder | None] = {app: holder(app) for app in FALLBACK_W}
        self.stored: dict[App, tuple[object, ...] | None] = dict.fromkeys(FALLBACK_W)
        self.unit_guard = {app: (watts, 0, watts) for app, watts in FALLBACK_W.items()}
        self.grants: list[Grant] = []
        self.acknowledgements: list[GrantAcknowledge] = []
        self.supplies: list[tuple[int, float]] = []
        self.supply_w = 100_000.0
        self.share = 0.9
        self.peak_w = 0.0

    def unit_w(self, app: App) -> float:
        """What the unit draws at most: its last cap until it ends, then the fallback."""
        cap_w, until_ns, fallback_w = self.unit_guard[app]
        return cap_w if self.now_ns < until_ns else fallback_w

    def step(self) -> None:
        self.now_ns += TICK_NS
        random = self.random
        if random.random() < 0.05:
            self.supply_w = random.choice([6_000.0, 20_000.0, 60_000.0, 100_000.0])
            self.share = random.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        self._step_book()
        for app in self.holders:
            self._step_holder(app)
        self._deliver()
        self._check()

    def _step_book(self) -> None:
        random = self.random
        if self.book is None:
            if random.random() < 0.1:
                self.book = self.new_book()
                if self.book_stored is not None and random.random() < 0.8:
                    self.book.restore(self.book_stored)
            return
        if random.random() < 0.3:
            share_w = self.share * self.supply_w
            targets = {App.COMPUTE: share_w, App.OPTICAL: self.supply_w - share_w}
            offered = self.book.offer(self.now_ns, targets, self.supply_w)
            self.supplies.append((self.now_ns, self.supply_w))
            self.grants += offered
        if random.random() < 0.2:
            self.book_stored = self.book.snapshot()
        if random.random() < 0.01:
            self.book = None

    def _step_holder(self, app: App) -> None:
        random = self.random
        holder = self.holders[app]
        if holder is None:
            if random.random() < 0.1:
                holder = self.holders[app] = self.new_holder(app)
                stored = self.stored[app]
                if stored is not None and random.random() < 0.8:
                    holder.restore(stored)
            return
        cap_w = holder.cap_w(self.now_ns)
        if random.random() < 0.7:
            self.unit_guard[app] = (cap_w, holder.valid_until_ns(), holder.fallback_power_w)
        if random.random() < 0.5:
            self.acknowledgements += holder.acknowledgements(self.unit_guard[app][0])
        if random.random() < 0.2:
            self.stored[app] = holder.snapshot()
        if random.random() < 0.01:
            self.holders[app] = None

    def _deliver(self) -> None:
        """Deliver in any order, late, twice or never."""
        random = self.random
        for grant in random.sample(self.grants, k=min(len(self.grants), 3)):
            fate = random.random()
            holder = self.holders[App(grant.holder)]
            if fate < 0.8 and holder is not None:
                holder.accept(grant, self.now_ns)
            if fate < 0.6 or fate > 0.9:
                self.grants.remove(grant)
        for message in random.sample(self.acknowledgements, k=min(len(self.acknowledgements), 3)):
            fate = random.random()
            if fate < 0.8 and self.book is not None:
                self.book.acknowledge(message)
            if fate < 0.6 or fate > 0.9:
                self.acknowledgements.remove(message)

    def _check(self) -> None:
        holders_w = {
            app: max(self.unit_w(app), FALLBACK_W[app] if holder is None else holder.cap_w(self.now_ns))
            for app, holder in self.holders.items()
        }
        since_ns = self.now_ns - LEASE_NS
        recent_w = [watts for at_ns, watts in self.supplies if at_ns > since_ns]
        believed_w = sum(holders_w.values())
        self.peak_w = max(self.peak_w, believed_w)
        limit_w = max([sum(FALLBACK_W.values()), *recent_w])
        if believed_w > limit_w + 1e-6:
            raise AssertionError(f"believed {holders_w} W of {limit_w} W at {self.now_ns - START_NS} ns")
        if self.book is not None:
            for app, watts in holders_w.items():
                assert watts <= self.book.believed_max_w(self.now_ns, app) + 1e-6


@given(st.integers(0, 2**32))
def test_what_is_believed_never_exceeds_a_supply_of_the_last_lease_time(seed):
    world = World(Random(seed))
    for _ in range(400):
        world.step()


def test_the_simulated_network_reaches_high_grants():
    peaks = []
    for seed in range(20):
        world = World(Random(seed))
        for _ in range(600):
            world.step()
        peaks.append(world.peak_w)
    assert sum(peak > 90_000.0 for peak in peaks) >= 15


class HolderThatAcknowledgesTooEarly(LeaseHolder):
    """Acknowledges before it enforces."""

    def acknowledgements(self, enforced_max_w):
        return super().acknowledgements(enforced_max_w * 0.0)


class HolderThatForgets(LeaseHolder):
    """Acknowledges what no snapshot holds."""

    def acknowledgements(self, enforced_max_w):
        stored = tuple(self._held.items())
        super().snapshot()
        made = super().acknowledgements(enforced_max_w)
        self._held = dict(stored)
        return made


class HolderThatTakesAnything(LeaseHolder):
    """Takes older leases after newer ones."""

    def accept(self, grant, now_ns):
        self._held.pop(grant.loop, None)
        return super().accept(grant, now_ns)


class BookThatTrustsItsOffers(LeaseBook):
    """Counts only the newest offer of each holder."""

    def offer(self, now_ns, targets_w, supply_w, reason=GrantReason.NOMINAL):
        made = super().offer(now_ns, targets_w, supply_w, reason)
        for account in self._accounts.values():
            account.offered = account.offered[-1:]
        return made


class BookThatForgetsItsCrash(LeaseBook):
    """Believes that its snapshot tells everything."""

    def restore(self, state):
        super().restore(state)
        for account in self._accounts.values():
            account.unknown_w = None


class BookWithoutCeiling(LeaseBook):
    """Raises at once, whatever its snapshot holds."""

    def offer(self, now_ns, targets_w, supply_w, reason=GrantReason.NOMINAL):
        for account in self._accounts.values():
            account.ceiling_durable_w = 1e12
        return super().offer(now_ns, targets_w, supply_w, reason)


def build(cls):
    rows = (Booking(holder=h, fallback_power_w=w, ramp_w_per_s=1.0) for h, w in FALLBACK_W.items())
    return cls(GrantLoop.ELECTRICAL, tuple(rows))


@pytest.mark.parametrize(
    "faulty",
    [
        HolderThatAcknowledgesTooEarly,
        HolderThatForgets,
        HolderThatTakesAnything,
        BookThatTrustsItsOffers,
        BookThatForgetsItsCrash,
        BookWithoutCeiling,
    ],
)
def test_a_planted_fault_breaks_the_bound(faulty):
    def attempt(seed: int) -> None:
        if issubclass(faulty, LeaseHolder):
            world = World(
                Random(seed), holder=lambda app: faulty(app, (GrantLoop.ELECTRICAL,), FALLBACK_W[app])
            )
        else:
            world = World(Random(seed), book=lambda: build(faulty))
        for _ in range(600):
            world.step()

    def campaign() -> None:
        for seed in range(200):
            attempt(seed)

    with pytest.raises(AssertionError):
        campaign()


def second(book, holder, count, targets_w, supply_w, now_ns=START_NS):
    """Run both ends without losses: offer, take, enforce, store, acknowledge, each second."""
    for _ in range(count):
        for grant in book.offer(now_ns, targets_w, supply_w):
            holder.accept(grant, now_ns)
        book.snapshot()
        holder.snapshot()
        for message in holder.acknowledgements(holder.cap_w(now_ns)):
            book.acknowledge(message)
        now_ns += 1_000_000_000
    return now_ns


def test_a_new_book_offers_fallbacks_for_one_lease_time_and_then_the_targets():
    book, holder = new_book(), new_holder(App.COMPUTE)
    now_ns = second(book, holder, 3, {App.COMPUTE: 80_000.0}, 100_000.0)
    assert holder.cap_w(now_ns) == 4500.0
    now_ns = second(book, holder, 2, {App.COMPUTE: 80_000.0}, 100_000.0, now_ns)
    assert holder.cap_w(now_ns) == 80_000.0


def test_a_rise_takes_one_snapshot_and_a_fall_none():
    book, holder = new_book(), new_holder(App.COMPUTE)
    now_ns = second(book, holder, 6, {App.COMPUTE: 50_000.0}, 100_000.0)
    now_ns = second(book, holder, 1, {App.COMPUTE: 70_000.0}, 100_000.0, now_ns)
    assert holder.cap_w(now_ns) == 50_000.0
    now_ns = second(book, holder, 1, {App.COMPUTE: 70_000.0}, 100_000.0, now_ns)
    assert holder.cap_w(now_ns) == 70_000.0
    now_ns = second(book, holder, 1, {App.COMPUTE: 20_000.0}, 100_000.0, now_ns)
    assert holder.cap_w(now_ns) == 20_000.0
    assert book.believed_max_w(now_ns, App.COMPUTE) == 20_000.0


def test_a_granter_that_crashed_renews_the_same_power_at_once():
    book, holder = new_book(), new_holder(App.COMPUTE)
    now_ns = second(book, holder, 6, {App.COMPUTE: 80_000.0}, 90_000.0)
    again = new_book()
    again.restore(book.snapshot())
    now_ns = second(again, holder, 1, {App.COMPUTE: 80_000.0}, 90_000.0, now_ns)
    assert again.epoch > book.epoch
    assert holder.cap_w(now_ns) == 80_000.0
    assert holder.valid_until_ns() == now_ns + LEASE_NS - 1_000_000_000


def test_a_lease_that_is_not_renewed_falls_to_the_booked_fallback():
    book, holder = new_book(), new_holder(App.COMPUTE)
    now_ns = second(book, holder, 6, {App.COMPUTE: 80_000.0}, 90_000.0)
    last_ns = now_ns - 1_000_000_000
    assert holder.is_held(GrantLoop.ELECTRICAL, last_ns + LEASE_NS - 1)
    assert holder.cap_w(last_ns + LEASE_NS - 1) == 80_000.0
    assert not holder.is_held(GrantLoop.ELECTRICAL, last_ns + LEASE_NS)
    assert holder.cap_w(last_ns + LEASE_NS) == holder.fallback_power_w == 4500.0


def test_targets_above_the_supply_are_scaled_above_the_fallbacks():
    book, holder = new_book(), new_holder(App.COMPUTE)
    targets = {App.COMPUTE: 104_500.0, App.OPTICAL: 10_300.0}
    second(book, holder, 6, targets, 59_800.0)
    assert book.granted_w(START_NS + 6_000_000_000, App.COMPUTE) == pytest.approx(4500.0 + 50_000.0)
    assert book.granted_w(START_NS + 6_000_000_000, App.OPTICAL) == pytest.approx(300.0 + 5_000.0)


def test_the_effective_cap_is_the_least_over_the_loops():
    holder = LeaseHolder(App.COMPUTE, (GrantLoop.ELECTRICAL, GrantLoop.THERMAL), 4500.0)
    assert holder.cap_w(START_NS) == 4500.0
    for loop, watts in ((GrantLoop.ELECTRICAL, 90_000.0), (GrantLoop.THERMAL, 70_000.0)):
        assert holder.accept(grant(loop=loop, power_max_w=watts), START_NS)
    assert holder.cap_w(START_NS) == 70_000.0
    assert holder.loop_cap_w(GrantLoop.ELECTRICAL, START_NS) == 90_000.0
    assert holder.valid_until_ns() == START_NS + LEASE_NS


def grant(**changes):
    values = {
        "id": 7, "epoch": 3, "holder": App.COMPUTE, "loop": GrantLoop.ELECTRICAL, "power_max_w": 50_000.0,
        "power_floor_w": 4500.0, "ramp_w_per_s": 1e4, "valid_from_ns": START_NS,
        "valid_until_ns": START_NS + LEASE_NS, "fallback_power_w": 4500.0, "reason": GrantReason.NOMINAL,
    }  # fmt: skip
    return Grant(**(values | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"holder": App.OPTICAL},
        {"loop": GrantLoop.THERMAL},
        {"valid_from_ns": START_NS + 1},
        {"valid_until_ns": START_NS},
        {"valid_from_ns": START_NS - 1},
    ],
)
def test_a_holder_refuses_what_is_not_its_own_or_not_valid(changes):
    assert not new_holder(App.COMPUTE).accept(grant(**changes), START_NS)


def test_a_holder_refuses_older_and_repeated_leases():
    holder = new_holder(App.COMPUTE)
    assert holder.accept(grant(), START_NS)
    assert not holder.accept(grant(), START_NS)
    assert not holder.accept(grant(id=6), START_NS)
    assert not holder.accept(grant(epoch=2, id=9), START_NS)
    assert holder.accept(grant(epoch=4, id=1), START_NS)
    assert holder.held_id(GrantLoop.ELECTRICAL) == 1


def test_no_more_leases_are_offered_than_can_be_kept():
    book = new_book()
    counts = [len(book.offer(START_NS + i, {}, 1e5)) for i in range(OUTSTANDING_MAX + 2)]
    assert counts == [2] * OUTSTANDING_MAX + [0, 0]


def test_acknowledgements_of_others_change_nothing():
    book = new_book()
    (first, _) = book.offer(START_NS, {}, 1e5)
    right = {"id": first.id, "epoch": first.epoch, "holder": first.holder, "loop": first.loop}
    power_w = first.power_max_w
    for wrong in ({"id": 99}, {"epoch": 1}, {"holder": App.GROUND}, {"loop": GrantLoop.THERMAL}):
        assert not book.acknowledge(GrantAcknowledge(**(right | wrong), power_max_w=power_w))
    assert not book.acknowledge(GrantAcknowledge(**right, power_max_w=power_w + 1.0))
    assert book.acknowledge(GrantAcknowledge(**right, power_max_w=power_w))
    assert not book.acknowledge(GrantAcknowledge(**right, power_max_w=power_w))


@pytest.mark.parametrize("state", [(), (1,), (1, 2, 3), ("a", 1, ()), ((99, 1),), 5])
def test_a_foreign_snapshot_is_refused(state):
    with pytest.raises(ValueError, match="state must be a snapshot"):
        new_book().restore(state)
    if state != ():
        with pytest.raises(ValueError, match="state must be a snapshot"):
            new_holder(App.COMPUTE).restore(state)


@pytest.mark.parametrize("changes", [{"fallback_power_w": -1.0}, {"ramp_w_per_s": float("nan")}])
def test_a_booking_must_be_physical(changes):
    with pytest.raises(ValueError, match="must be in"):
        Booking(**({"holder": App.COMPUTE, "fallback_power_w": 1.0, "ramp_w_per_s": 1.0} | changes))
