"""Alarms against a plain definition over the whole history, and their dealings with time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.power import BusReading, PowerStatus
from flight.dictionary.types import App
from ground.alarms.engine import AlarmEngine, AlarmState, LimitWatch
from ground.alarms.limits import AlarmLimit
from ground.telemetry.names import UnknownNameError
from ground.telemetry.store import TelemetryStore

S_NS = 1_000_000_000
ITEM = "POWER PowerStatus charge_frac"
History = list[tuple[int, float]]


def reference(limit: AlarmLimit, history: History) -> AlarmState:
    """Return the state after a history by looking back from each sample, without memory between them.

    A raise needs the last ``persistence_count`` samples, and all over the last ``on_delay_s``, outside on one
    side in one run; a clearing needs a run of samples well inside that spans ``off_delay_s``.
    """
    state = AlarmState.NORMAL
    for end in range(1, len(history) + 1):
        part = history[:end]
        side = limit.side(part[-1][1])
        if side:
            run = run_of(part, lambda value, side=side: limit.side(value) == side)
            spans = part[-1][0] - run[0][0] >= limit.on_delay_s * S_NS
            if len(run) >= limit.persistence_count and spans:
                state = AlarmState.LOW if side < 0 else AlarmState.HIGH
        elif state is not AlarmState.NORMAL and limit.is_well_inside(part[-1][1]):
            run = run_of(part, limit.is_well_inside)
            if part[-1][0] - run[0][0] >= limit.off_delay_s * S_NS:
                state = AlarmState.NORMAL
    return state


def run_of(history: History, holds) -> History:
    """Return the last samples in a row for which something holds."""
    start = len(history)
    while start and holds(history[start - 1][1]):
        start -= 1
    return history[start:]


@given(
    persistence_count=st.integers(1, 4),
    on_delay_s=st.sampled_from([0.0, 1.0, 2.5]),
    off_delay_s=st.sampled_from([0.0, 1.0, 3.0]),
    band=st.sampled_from([0.0, 0.5, 1.0]),
    values=st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from([-2.0, -1.0, -0.1, 0.0, 0.4, 1.0, 3.0, 4.0, 4.1, 6.0])),
        max_size=40,
    ),
)
def test_watch_equals_the_plain_definition(
    persistence_count: int,
    on_delay_s: float,
    off_delay_s: float,
    band: float,
    values: list[tuple[int, float]],
) -> None:
    limit = AlarmLimit(
        item=ITEM,
        low=0.0,
        high=4.0,
        value_dead_band=band,
        persistence_count=persistence_count,
        on_delay_s=on_delay_s,
        off_delay_s=off_delay_s,
    )
    watch = LimitWatch(limit)
    history: History = []
    now_ns = 0
    for seconds, value in values:
        now_ns += seconds * S_NS
        history.append((now_ns, value))
        before = watch.state
        changed = watch.judge(value, now_ns)
        assert watch.state is reference(limit, history)
        assert changed is (watch.state is not before)


@given(st.lists(st.floats(-0.25, 0.25), min_size=2, max_size=200), st.floats(-0.2, 0.2))
def test_noise_of_half_the_dead_band_does_not_chatter(noise: list[float], centre: float) -> None:
    watch = LimitWatch(AlarmLimit(item=ITEM, high=1.0, value_dead_band=1.0))
    changes = sum(watch.judge(1.0 + centre + step, i * S_NS) for i, step in enumerate(noise))
    assert changes <= 1


@pytest.fixture
def store() -> TelemetryStore:
    return TelemetryStore()


@pytest.fixture
def put(store: TelemetryStore, power_status):
    def send(generation_ns: int, charge_frac: float, reception_ns: int | None = None) -> None:
        status = power_status(generation_ns, charge_frac=charge_frac)
        store.put(
            App.POWER,
            status,
            packet_ns=0,
            reception_ns=generation_ns if reception_ns is None else reception_ns,
        )

    return send


def test_change_tells_item_state_value_and_limits(store: TelemetryStore, put) -> None:
    engine = AlarmEngine([AlarmLimit(item=ITEM, low=0.25, value_dead_band=0.05)], store)
    put(1, 0.5)
    assert engine.take_changes(1) == []
    put(2, 0.125)
    (change,) = engine.take_changes(3)
    assert (change.item, change.state, change.value, change.generation_ns) == (ITEM, "low", 0.125, 2)
    assert change.text == "POWER PowerStatus charge_frac low: 0.125 1, limits 0.25 to None"
    assert engine.active() == ((ITEM, AlarmState.LOW),)
    put(3, 0.28)
    assert engine.take_changes(3) == []
    put(4, 0.31)
    assert [change.state for change in engine.take_changes(4)] == ["normal"]
    assert engine.active() == ()


def test_recorded_telemetry_raises_nothing(store: TelemetryStore, put) -> None:
    engine = AlarmEngine([AlarmLimit(item=ITEM, low=0.25)], store)
    put(1000, 0.5)
    for old_ns in range(900, 1001):
        put(old_ns, 0.0, reception_ns=2000)
    assert engine.take_changes(2000) == []


def test_item_is_stale_only_while_telemetry_is_expected(store: TelemetryStore, put) -> None:
    engine = AlarmEngine([AlarmLimit(item=ITEM, low=0.25, stale_s=10.0)], store)
    put(0, 0.5)
    assert engine.take_changes(100 * S_NS) == []
    engine.expect_telemetry(100 * S_NS, expected=True)
    assert engine.take_changes(110 * S_NS) == []
    engine.expect_telemetry(110 * S_NS, expected=True)
    (change,) = engine.take_changes(110 * S_NS + 1)
    assert change.state == "stale"
    assert engine.active() == ((ITEM, AlarmState.STALE),)
    assert engine.take_changes(200 * S_NS) == []
    put(200 * S_NS, 0.5)
    assert [change.state for change in engine.take_changes(200 * S_NS)] == ["normal"]
    engine.expect_telemetry(205 * S_NS, expected=False)
    assert engine.take_changes(900 * S_NS) == []
    engine.expect_telemetry(900 * S_NS, expected=True)
    assert engine.take_changes(905 * S_NS) == []


def test_sample_that_is_not_valid_does_not_count(store: TelemetryStore) -> None:
    limit = AlarmLimit(item="DISTRIBUTION BusReading bus_voltage_v", low=137.0, valid_bit=0)
    engine = AlarmEngine([limit], store)
    for generation_ns, mask in [(1, 0b10), (2, 0b01)]:
        values = dict.fromkeys(BusReading.__dataclass_fields__, 0)
        reading = BusReading(**{**values, "time_ns": generation_ns, "valid_mask": mask, "bus_voltage_v": 0.0})
        store.put(App.DISTRIBUTION, reading, packet_ns=0, reception_ns=generation_ns)
        assert len(engine.take_changes(generation_ns)) == mask & 1


def test_unknown_item_is_refused_with_the_nearest(store: TelemetryStore) -> None:
    with pytest.raises(UnknownNameError, match="charge_frac"):
        AlarmEngine([AlarmLimit(item="POWER PowerStatus charge", low=0.0)], store)
    assert PowerStatus.SPEC.id == 0x1100
