"""Names are found in any case, and a wrong one is met with the nearest."""

import pytest

from flight.dictionary.declare import Message
from flight.dictionary.power import ArrayReading, PowerMode, PowerStatus
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from ground.telemetry.names import (
    UnknownNameError,
    app_named,
    command_named,
    event_named,
    item_named,
    items_of,
    message_named,
)


def test_names_are_found_in_any_case() -> None:
    assert app_named("power") is App.POWER
    assert app_named("16") is App.POWER
    assert message_named(App.POWER, "powerstatus") is PowerStatus
    assert command_named(App.POWER, "setloadtier").__name__ == "SetLoadTier"
    assert event_named("sectionlost").__name__ == "SectionLost"
    assert item_named("Power", "POWERSTATUS", "Charge_Frac").full_name == "POWER PowerStatus charge_frac"


@pytest.mark.parametrize(
    ("words", "kind", "nearest"),
    [
        (("POWR", "PowerStatus", "mode"), "application", "POWER"),
        (("POWER", "PowerState", "mode"), "message of POWER", "PowerStatus"),
        (("POWER", "PowerStatus", "charge"), "item of POWER PowerStatus", "charge_frac"),
        (("THERMAL", "PowerStatus", "mode"), "message of THERMAL", "POWER PowerStatus"),
        (("ARRAY", "ArrayReading", "section_voltage_24"), "item of ARRAY ArrayReading", "section_voltage_v_"),
    ],
)
def test_first_unknown_name_is_met_with_the_nearest(
    words: tuple[str, str, str], kind: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError) as caught:
        item_named(*words)
    assert caught.value.kind == kind
    assert caught.value.nearest[0].startswith(nearest)
    assert str(caught.value).startswith(f"{kind} must be known, got ")


def test_name_like_nothing_has_no_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"^event must be known, got 0000$"):
        event_named("0000")


def test_tuples_are_unrolled() -> None:
    items = {item.name: item for item in items_of(App.ARRAY, ArrayReading)}
    assert [name for name in items if name.startswith("section_voltage_v")][-1] == "section_voltage_v_23"
    item = items["section_voltage_v_07"]
    assert (item.index, item.code, item.unit) == (7, "f32", "V")


@pytest.mark.parametrize("message", DICTIONARY.messages(), ids=lambda cls: cls.__name__)
def test_every_message_has_items_that_can_be_read_and_found(message: type[Message]) -> None:
    app = message.SPEC.source or App.POWER
    for item in items_of(app, message):
        assert item_named(app.name, message.__name__, item.name) == item


def test_operand_is_what_the_item_would_hold() -> None:
    frac = item_named("POWER", "PowerStatus", "charge_frac")
    assert frac.operand(0.9) == pytest.approx(0.9, rel=1e-7)
    assert frac.operand(0.9) != 0.9
    assert frac.operand(1e300) == 1e300
    mode = item_named("POWER", "PowerStatus", "mode")
    assert mode.operand("eclipse") is PowerMode.ECLIPSE
    assert mode.operand(2) == PowerMode.ECLIPSE
    with pytest.raises(UnknownNameError, match="SUNLIT"):
        mode.operand("noon")
    with pytest.raises(ValueError, match="operand must be a number"):
        frac.operand("much")
