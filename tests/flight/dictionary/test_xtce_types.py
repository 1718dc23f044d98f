"""Field kinds that no declaration of the satellite uses today: they must work on the day one does."""

import struct
from types import ModuleType
from typing import Annotated
from xml.etree import ElementTree

import pytest

from flight.dictionary.declare import Command, Event, Message, command, event, message
from flight.dictionary.exports import export_json
from flight.dictionary.layout import fields, pack, unpack
from flight.dictionary.pus import PacketOrigin, build_event, build_housekeeping
from flight.dictionary.registry import Dictionary
from flight.dictionary.stored import StoredDictionary, StoredError
from flight.dictionary.tables import io_table
from flight.dictionary.types import I8, I16, I64, U8, App, Bool, Octets, Range, Repeated, Severity, Variable
from flight.dictionary.xtce import NAMESPACE, export_xtce
from flight.dictionary.xtce_types import xtce_name


@message(0x1FF0, App.POWER)
class Strange(Message):
    """Signed numbers, flags and octets."""

    switched: Bool
    offset: I8
    level: Annotated[int, I16.__metadata__[0], Range(-5, 5)]
    total: I64
    key: Annotated[bytes, Octets(4)]
    flags: Annotated[tuple[bool, ...], Repeated("bool", 2)]
    note: Annotated[str, Variable(20)]


@event(0x8FF0, App.POWER, Severity.LOW, "key {key.missing} of {nothing}")
class Odd(Event):
    """An event whose text names what is not there."""

    key: U8


@command(0x4FF0, App.POWER)
class Load(Command):
    """Load some octets and say why."""

    key: Annotated[bytes, Octets(4)]
    caps: Annotated[tuple[int, ...], Repeated("u8", 3)]
    image: Annotated[bytes, Variable(40)]


@command(0x4FF1, App.POWER)
class Say(Command):
    """Say a text."""

    text: Annotated[str, Variable(40)]


MODULE = ModuleType(__name__)
for _cls in (Strange, Odd, Load, Say):
    setattr(MODULE, _cls.__name__, _cls)
MADE = Dictionary([MODULE])
ORIGIN = PacketOrigin(application=App.POWER, sequence=1, time_ns=0)
STRANGE = Strange(
    switched=True, offset=-3, level=-5, total=-(2**63), key=b"abcd", flags=(True, False), note="größer"
)


def tree():
    return ElementTree.fromstring(export_xtce(MADE).replace(f' xmlns="{NAMESPACE}"', ""))


def test_names_lose_their_dots():
    assert xtce_name("power.PowerStatus") == "power_PowerStatus"


def test_octets_and_flags_come_back_from_packets():
    assert unpack(Strange, pack(STRANGE)) == STRANGE
    expected = struct.pack(">Bbhq4sBBH", 1, -3, -5, -(2**63), b"abcd", 1, 0, 8) + "größer".encode()
    assert pack(STRANGE) == expected
    assert [(field.name, field.code) for field in fields(Strange)][4:6] == [
        ("key", "octets"),
        ("flags_00", "bool"),
    ]


@pytest.mark.interop
def test_a_stranger_reads_them_too(tmp_path):
    parser = pytest.importorskip("space_packet_parser")
    path = tmp_path / "strange.xml"
    path.write_text(export_xtce(MADE), encoding="utf-8")
    packet = build_housekeeping(ORIGIN, Strange.SPEC.id, pack(STRANGE))
    found = parser.load_xtce(path).parse_bytes(packet)
    name = xtce_name(f"{__name__.rpartition('.')[2]}.Strange")
    assert {key: found[f"{name}_{key}"] for key in ("switched", "offset", "level", "total")} == {
        "switched": True, "offset": -3, "level": -5, "total": -(2**63),
    }  # fmt: skip
    assert found[f"{name}_key"] == b"abcd"
    assert (found[f"{name}_flags_00"], found[f"{name}_flags_01"]) == (True, False)
    assert found[f"{name}_note"] == "größer"


def test_arguments_have_lengths_and_ranges():
    load = next(one for one in tree().iter("MetaCommand") if one.get("name", "").endswith("Load"))
    arguments = [one.get("name") for one in load.find("ArgumentList")]
    assert arguments[5:] == [
        "key",
        "caps_00",
        "caps_01",
        "caps_02",
        "image_length",
        "image",
        "packet_error_control",
    ]
    types = {one.get("name"): one for one in tree().find("CommandMetaData/ArgumentTypeSet")}
    assert types["octets4"].find("BinaryDataEncoding/SizeInBits/FixedValue").text == "32"
    (image,) = (one for name, one in types.items() if name.endswith("Load_image_type"))
    reference = image.find("BinaryDataEncoding/SizeInBits/DynamicValue/ArgumentInstanceRef")
    assert reference.get("argumentRef") == "image_length"
    (text,) = (one for name, one in types.items() if name.endswith("Say_text_type"))
    assert text.find("StringDataEncoding/Variable").get("maxSizeInBits") == "320"


def test_the_stored_dictionary_reads_octets_and_refuses_too_few():
    stored = StoredDictionary(export_json(MADE))
    found = stored.decode(build_housekeeping(ORIGIN, Strange.SPEC.id, pack(STRANGE)))
    assert [one.raw for one in found.values[1:]] == [True, -3, -5, -(2**63), b"abcd", True, False, "größer"]
    for end in (13, 20):
        with pytest.raises(StoredError):
            stored.decode(build_housekeeping(ORIGIN, Strange.SPEC.id, pack(STRANGE)[:end]))


def test_an_event_text_that_cannot_be_filled_is_given_as_it_is():
    packet = build_event(ORIGIN, Odd.SPEC.id, Severity.LOW, pack(Odd(key=1)))
    assert StoredDictionary(export_json(MADE)).decode(packet).text == "key {key.missing} of {nothing}"


def test_the_table_shows_every_kind_of_argument():
    table = io_table(App.POWER, dictionary=MADE)
    assert "`key` 4 octets, `caps` 3 x u8, `image` up to 40 octets" in table
