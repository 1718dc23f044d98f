"""An archive is decoded with its stored dictionary alone."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.dictionary.declare import Event
from flight.dictionary.exports import export_json
from flight.dictionary.fields import field_specs
from flight.dictionary.layout import fields, pack
from flight.dictionary.power import PowerMode, PowerModeChanged
from flight.dictionary.pus import (
    PacketOrigin,
    Verification,
    VerificationStage,
    build_alive,
    build_event,
    build_housekeeping,
    build_parameter_values,
    build_verification,
)
from flight.dictionary.pus_packet import pack_telemetry
from flight.dictionary.registry import DICTIONARY, full_name
from flight.dictionary.stored import StoredDictionary, StoredError
from flight.dictionary.types import App, Severity

ORIGIN = PacketOrigin(application=App.POWER, sequence=9, time_ns=2_272_147_237_123_456_789, message_count=4)
TEXT = export_json(DICTIONARY)
STORED = StoredDictionary(TEXT)
CLASSES = [*DICTIONARY.messages(), *DICTIONARY.events()]


def packet_of(message):
    spec = message.SPEC
    if isinstance(message, Event):
        return build_event(ORIGIN, spec.id, spec.severity, pack(message))
    return build_housekeeping(ORIGIN, spec.id, pack(message))


def plain(message):
    """Return the values of a message as a packet has them: flat, enumerations as (number, label)."""
    made = []
    for spec in field_specs(type(message)):
        value = getattr(message, spec.name)
        items = value if isinstance(value, tuple) else (value,)
        made += [(int(item), item.name) if spec.enum else (item, item) for item in items]
    return made


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_message_reads_the_same_from_json_alone(cls, messages_of):
    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    @given(messages_of(cls))
    def read(message):
        found = STORED.decode(packet_of(message))
        assert (found.name, found.application, found.time_ns) == (full_name(cls), "POWER", ORIGIN.time_ns)
        assert [(one.raw, one.value) for one in found.values[1:]] == plain(message)
        assert [one.name for one in found.values[1:]] == [field.name for field in fields(cls)]
        assert [one.unit for one in found.values[1:]] == [field.unit for field in fields(cls)]

    read()


def test_an_event_has_its_text_with_labels():
    event = PowerModeChanged(mode_from=PowerMode.SUNLIT, mode_to=PowerMode.ECLIPSE)
    assert STORED.decode(packet_of(event)).text == "power mode SUNLIT -> ECLIPSE"


def test_the_other_reports_are_read_too():
    report = Verification(request=0x1810C016, stage=VerificationStage.REJECTED, code=0x8003)
    found = STORED.decode(build_verification(ORIGIN, report))
    assert [(one.name, one.raw) for one in found.values] == [("request", 0x1810C016), ("code", 0x8003)]
    assert found.header["sequence_count"] == 9
    assert found.header["message_count"] == 4
    found = STORED.decode(build_parameter_values(ORIGIN, 7, 2.5))
    assert [one.raw for one in found.values] == [1, 7, 2.5]
    assert STORED.decode(build_alive(ORIGIN)).values == ()


def test_reading_needs_no_declaration_of_this_build(tmp_path):
    event = PowerModeChanged(mode_from=PowerMode.SUNLIT, mode_to=PowerMode.SAFE)
    (tmp_path / "dictionary.json").write_text(TEXT)
    (tmp_path / "packet").write_bytes(packet_of(event))
    program = (
        "import sys, pathlib\n"
        "from flight.dictionary.stored import StoredDictionary\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "stored = StoredDictionary((folder / 'dictionary.json').read_text())\n"
        "found = stored.decode((folder / 'packet').read_bytes())\n"
        "print(found.text)\n"
        "print(sorted(m for m in sys.modules if m.startswith('flight.')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    text, modules = done.stdout.splitlines()
    assert text == "power mode SUNLIT -> SAFE"
    assert modules == "['flight.dictionary', 'flight.dictionary.stored']"


def test_an_old_dictionary_reads_old_packets_after_the_declarations_changed():
    whole = json.loads(TEXT)
    kind = next(one for one in whole["telemetry"] if one["name"] == "power.PowerModeChanged")
    kind["fields"].append({"name": "cause", "code": "u16", "size_octets": 2})
    data = PowerModeChanged.SPEC.id.to_bytes(2) + b"\x01\x02\x12\x34"
    found = StoredDictionary(json.dumps(whole)).decode(pack_telemetry(ORIGIN, 5, Severity.INFO, data))
    assert [one.raw for one in found.values[1:]] == [1, 2, 0x1234]


def test_a_number_without_label_and_an_application_without_name_stay_numbers():
    data = PowerModeChanged.SPEC.id.to_bytes(2) + b"\x01\x63"
    found = STORED.decode(pack_telemetry(ORIGIN, 5, Severity.INFO, data))
    assert found.values[2].value == "99"
    whole = json.loads(TEXT)
    del whole["applications"]["POWER"]
    assert StoredDictionary(json.dumps(whole)).decode(build_alive(ORIGIN)).application == "16"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "7", '{"format":2}', TEXT[:-1], TEXT.replace('"u8"', '"u9"')[:90]]
)
def test_a_text_that_is_no_dictionary_is_refused(text):
    with pytest.raises(StoredError, match="must be a stored dictionary"):
        StoredDictionary(text)


@given(st.sampled_from([(1, 1), (3, 25), (5, 1), (9, 9), (17, 2), (20, 2)]), st.binary(max_size=40))
def test_wrong_data_is_refused_and_raises_nothing_else(service, data):
    try:
        STORED.decode(pack_telemetry(ORIGIN, *service, data))
    except StoredError:
        return
    assert service != (9, 9)


def test_a_wrong_checksum_is_refused():
    packet = build_alive(ORIGIN)
    with pytest.raises(StoredError, match="good checksum"):
        STORED.decode(packet[:-1] + b"\0")


def test_the_text_is_the_same_each_time_and_names_the_hash():
    assert export_json(DICTIONARY) == TEXT
    assert STORED.hash == f"{DICTIONARY.hash:016x}"
