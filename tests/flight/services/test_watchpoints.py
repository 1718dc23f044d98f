from flight.dictionary.fields import field_specs
from flight.dictionary.types import Repeated
from flight.services.watchpoints import WATCHES


def test_every_watchpoint_names_a_field_that_exists():
    for watch in WATCHES:
        specs = {spec.name: spec for spec in field_specs(watch.message)}
        shape = specs[watch.field].shape
        assert isinstance(shape, Repeated) is (watch.index is not None)
        assert watch.index is None or watch.index < shape.count
        assert watch.valid_bit is None or "valid_mask" in specs


def test_ids_are_unique():
    assert len({watch.id for watch in WATCHES}) == len(WATCHES)
