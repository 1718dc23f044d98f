from flight.dictionary.containers import telecommand_containers, telemetry_containers
from flight.dictionary.registry import DICTIONARY


def test_names_of_fields_are_unique_and_offsets_add_up():
    for container in (*telemetry_containers(DICTIONARY), *telecommand_containers(DICTIONARY)):
        names = [field.name for field in container.fields]
        assert len(set(names)) == len(names), container.name
        offset = 0
        for field in container.fields:
            assert field.offset_octets == offset
            offset += field.size_octets
        assert not container.selector or names[0] == container.selector


def test_every_kind_is_told_apart_by_service_subtype_and_selector():
    for kinds in (telemetry_containers(DICTIONARY), telecommand_containers(DICTIONARY)):
        keys = [(one.service, one.subtype, one.selector, one.content_id) for one in kinds]
        assert len(set(keys)) == len(keys)


def test_every_message_event_and_command_has_its_packet():
    telemetry = {one.name for one in telemetry_containers(DICTIONARY)}
    assert len(telemetry) == len(DICTIONARY.messages()) + len(DICTIONARY.events()) + 7 + 2
    assert len(telecommand_containers(DICTIONARY)) == len(DICTIONARY.commands())
