from types import ModuleType

import pytest

from flight.dictionary import power
from flight.dictionary.application import NoOperation
from flight.dictionary.codec import encode
from flight.dictionary.compute import ComputeParameters, SetPowerCeiling
from flight.dictionary.declare import Event, Kind, Message, message
from flight.dictionary.layout import packet_layout
from flight.dictionary.power import PowerStatus
from flight.dictionary.registry import DICTIONARY, Dictionary, full_name, schema_text
from flight.dictionary.services import EventReport
from flight.dictionary.types import U8, App, Severity

ID_RANGES = {
    Kind.MESSAGE: range(0x1000, 0x2000),
    Kind.COMMAND: range(0x4000, 0x5000),
    Kind.EVENT: range(0x8000, 0x9000),
}


def test_everything_is_found_by_id_and_by_name():
    for cls in DICTIONARY.all():
        assert DICTIONARY.by_id(cls.SPEC.id) is cls
        assert DICTIONARY.by_name(full_name(cls)) is cls
        assert DICTIONARY.by_name(cls.__name__.upper()) is cls
    assert DICTIONARY.find(0) is None


def test_ids_lie_in_the_range_of_their_kind():
    assert all(cls.SPEC.id in ID_RANGES[cls.SPEC.kind] for cls in DICTIONARY.all())


def test_an_unknown_name_is_answered_with_the_nearest():
    assert DICTIONARY.nearest("power.PowerStatsu")[0] == "power.PowerStatus"
    with pytest.raises(KeyError, match=r"got thermal.PowerStatus; nearest: power.PowerStatus"):
        DICTIONARY.by_name("thermal.PowerStatus")


def test_commands_of_an_application_include_those_of_all():
    commands = DICTIONARY.commands(App.COMPUTE)
    assert NoOperation in commands
    assert SetPowerCeiling in commands
    assert SetPowerCeiling not in DICTIONARY.commands(App.POWER)
    assert set(DICTIONARY.commands()) >= set(commands)


def test_parameters_are_found_by_their_owner():
    assert DICTIONARY.parameters(App.COMPUTE) is ComputeParameters
    assert DICTIONARY.parameters(App.RADIO) is None
    assert ComputeParameters in DICTIONARY.parameter_sets()


def test_the_kinds_divide_the_dictionary():
    parts = (*DICTIONARY.messages(), *DICTIONARY.commands(), *DICTIONARY.events())
    assert sorted(parts, key=lambda cls: cls.SPEC.id) == list(DICTIONARY.all())


def test_every_event_has_a_severity_a_text_of_its_fields_and_fits_a_report():
    for cls in DICTIONARY.events():
        assert isinstance(cls.SPEC.severity, Severity)
        assert issubclass(cls, Event)
        layout = packet_layout(cls)
        size = max(
            f.offset_octets + f.size_octets + (2 if f.code in ("text", "data") else 0) for f in layout.fields
        )
        assert size <= 256


def test_every_message_fits_its_schema_hash_in_sixteen_bits_and_hashes_differ_for_most():
    hashes = [DICTIONARY.schema_hash(cls) for cls in DICTIONARY.all()]
    assert all(0 <= value < 2**16 for value in hashes)
    assert len(set(hashes)) >= len(hashes) - 2
    assert 0 < DICTIONARY.hash < 2**64


def module(*classes):
    made = ModuleType("made")
    for cls in classes:
        cls.__module__ = "made"
        setattr(made, f"{cls.__name__}{id(cls)}", cls)
    return made


def declared(name, message_id, annotations):
    return message(message_id, None)(type(name, (Message,), {"__annotations__": annotations}))


def test_any_change_of_a_declaration_changes_both_hashes():
    first = declared("One", 0x1FFF, {"a": U8})
    second = declared("One", 0x1FFF, {"b": U8})
    dictionaries = [Dictionary([module(cls)]) for cls in (first, second)]
    assert schema_text(first) != schema_text(second)
    assert dictionaries[0].hash != dictionaries[1].hash
    assert dictionaries[0].schema_hash(first) != dictionaries[1].schema_hash(second)


@pytest.mark.parametrize(("name", "message_id"), [("Two", 0x1FFF), ("One", 0x1FFE)])
def test_an_id_or_name_given_twice_is_refused(name, message_id):
    one = declared("One", 0x1FFF, {"a": U8})
    with pytest.raises(ValueError, match="id and name must be unique"):
        Dictionary([module(one, declared(name, message_id, {"a": U8}))])


def test_a_module_gives_only_its_own_classes():
    only = Dictionary([power])
    assert PowerStatus in only.all()
    assert EventReport not in only.all()
    assert encode is not None
