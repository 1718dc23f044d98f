"""Events in words."""

import pytest

from flight.dictionary.application import ApplicationStarted
from flight.dictionary.declare import Event
from flight.dictionary.executive import BusReject, BusRejected
from flight.dictionary.fields import field_specs
from flight.dictionary.power import PowerMode, PowerModeChanged, SectionLost
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Octets, Repeated, Variable
from ground.telemetry.events import EventLog, event_text


def sample(cls: type[Event]) -> Event:
    """Return an event with some legal value in each field."""
    values: dict[str, object] = {}
    for spec in field_specs(cls):
        match spec.shape:
            case Repeated(count=count):
                values[spec.name] = (0,) * count
            case Octets(count=count):
                values[spec.name] = bytes(count)
            case Variable():
                values[spec.name] = "text" if spec.python is str else b""
            case _:
                values[spec.name] = next(iter(spec.enum)) if spec.enum else spec.python(1)
    return cls(**values)


@pytest.mark.parametrize("cls", DICTIONARY.events(), ids=lambda cls: cls.__name__)
def test_every_event_has_a_text_that_goes_with_its_fields(cls: type[Event]) -> None:
    event = sample(cls)
    text = event_text(event)
    assert text
    assert "{" not in text
    spec_text = cls.SPEC.text
    fixed = spec_text.split("{", 1)[0]
    assert text.startswith(fixed)


def test_numbers_enumerations_and_applications_are_put_in() -> None:
    lost = SectionLost(section_index=3, power_w=12.6, power_expected_w=4000.0)
    assert event_text(lost) == "section 3 lost: 13 W of 4000 W"
    changed = PowerModeChanged(mode_from=PowerMode.SUNLIT, mode_to=PowerMode.ECLIPSE)
    assert event_text(changed) == "power mode SUNLIT -> ECLIPSE"
    rejected = BusRejected(reason=BusReject.TRUNCATED, application=16, message_id=0x1100, count=3)
    assert event_text(rejected) == "bus refused TRUNCATED from POWER, message 0x1100: 3"
    unknown = ApplicationStarted(application=1999, restart_count=0, state_age_ticks=0)
    assert "1999" in event_text(unknown)


def test_log_numbers_events_and_gives_those_after_one() -> None:
    log = EventLog()
    for i in range(5):
        record = log.put(
            App.POWER,
            SectionLost(section_index=i, power_w=0.0, power_expected_w=1.0),
            generation_ns=i,
            reception_ns=9,
        )
        assert (record.count, record.severity) == (i + 1, "medium")
    assert [record.count for record in log.after(3)] == [4, 5]
    assert log.after(5) == ()
    assert log.after(99) == ()


def test_log_is_bounded() -> None:
    log = EventLog()
    event = SectionLost(section_index=0, power_w=0.0, power_expected_w=1.0)
    for _ in range(10_050):
        log.put(App.POWER, event, generation_ns=0, reception_ns=0)
    assert log.count == 10_050
    assert len(log.after(0)) == 10_000
