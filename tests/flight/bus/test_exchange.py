import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.exchange import Declared, declared_subscriptions, next_due
from flight.bus.mail import ALL_EVENTS, Policy, Subscription
from flight.dictionary.application import CommandReport, Overrun
from flight.dictionary.registry import DICTIONARY


@given(st.sampled_from([10, 50, 100]), st.integers(1, 40), st.integers(0, 39), st.integers(-1, 500))
def test_next_due_is_the_first_tick_of_the_schedule_after_a_tick(
    tick_ms: int, period: int, offset: int, tick: int
) -> None:
    declared = Declared(16, period * tick_ms, offset % period * tick_ms, 0, ())
    schedule = range(offset % period, 2000, period)
    assert next_due(declared, tick_ms, tick) == next(due for due in schedule if due > tick)


def test_application_without_period_is_never_due() -> None:
    assert next_due(Declared(16, 0, 0, 0, ()), 100, 5) == -1


def test_all_events_is_unrolled_and_sorted() -> None:
    found = declared_subscriptions((Subscription(message=ALL_EVENTS, depth=4, policy=Policy.REJECT_NEW),))
    assert [one[0] for one in found] == sorted(cls.SPEC.id for cls in DICTIONARY.events())
    assert {one[1:] for one in found} == {(4, int(Policy.REJECT_NEW), False)}


@pytest.mark.parametrize("second", [CommandReport, Overrun])
def test_class_is_subscribed_to_once(second: type) -> None:
    first = CommandReport if second is CommandReport else ALL_EVENTS
    with pytest.raises(ValueError, match=f"{second.__name__} twice"):
        declared_subscriptions((Subscription(message=first), Subscription(message=second)))
