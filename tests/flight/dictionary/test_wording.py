"""Events in words."""

import pytest

from flight.dictionary.application import ApplicationStarted
from flight.dictionary.declare import Event
from flight.dictionary.executive import BusReject, BusRejected
from flight.dictionary.fields import field_specs
from flight.dictionary.power import PowerMode, PowerModeChanged, SectionLost
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import Octets, Repeated, Variable
from flight.dictionary.wording import event_text


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


def text_of(event: Event) -> str:
    """Return the text of an event with the values of its fields."""
    return event_text(
        type(event), {spec.name: getattr(event, spec.name) for spec in field_specs(type(event))}
    )


@pytest.mark.parametrize("cls", DICTIONARY.events(), ids=lambda cls: cls.__name__)
def test_every_event_has_a_text_that_goes_with_its_fields(cls: type[Event]) -> None:
    text = text_of(sample(cls))
    assert text
    assert "{" not in text
    spec_text = cls.SPEC.text
    fixed = spec_text.split("{", 1)[0]
    assert text.startswith(fixed)


def test_numbers_enumerations_and_applications_are_put_in() -> None:
    lost = SectionLost(section_index=3, power_w=12.6, power_expected_w=4000.0)
    assert text_of(lost) == "section 3 lost: 13 W of 4000 W"
    changed = PowerModeChanged(mode_from=PowerMode.SUNLIT, mode_to=PowerMode.ECLIPSE)
    assert text_of(changed) == "power mode SUNLIT -> ECLIPSE"
    rejected = BusRejected(reason=BusReject.TRUNCATED, application=16, message_id=0x1100, count=3)
    assert text_of(rejected) == "bus refused TRUNCATED from POWER, message 0x1100: 3"
    unknown = ApplicationStarted(application=1999, restart_count=0, state_age_ticks=0)
    assert "1999" in text_of(unknown)


def test_plain_number_of_an_enumeration_becomes_its_word() -> None:
    values = {"mode_from": 1, "mode_to": 2}
    assert event_text(PowerModeChanged, values) == "power mode SUNLIT -> ECLIPSE"
    assert event_text(PowerModeChanged, {"mode_from": 1, "mode_to": 99}) == "power mode SUNLIT -> 99"


def test_text_that_does_not_go_with_its_fields_is_not_lost() -> None:
    assert event_text(PowerModeChanged, {"mode_from": 1}) == "mode_from=SUNLIT"
