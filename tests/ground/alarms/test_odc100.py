"""The limits of ODC-100 are on items that exist and come down, and their valid bits are where they say."""

from ground.alarms.engine import AlarmEngine
from ground.alarms.odc100 import LIMITS
from ground.telemetry.names import item_named
from ground.telemetry.store import TelemetryStore


def test_every_limit_is_on_an_item_of_the_dictionary() -> None:
    engine = AlarmEngine(LIMITS, TelemetryStore())
    assert engine.active() == ()
    items = [limit.item for limit in LIMITS]
    assert len(set(items)) == len(items)


def test_limits_with_a_valid_bit_are_on_messages_with_a_mask() -> None:
    for limit in LIMITS:
        message = item_named(*limit.item.split()).message
        assert ("valid_mask" in message.__dataclass_fields__) or limit.valid_bit is None
