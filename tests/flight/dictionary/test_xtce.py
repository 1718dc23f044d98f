"""Our XTCE read by strangers: the schema of the OMG, `space_packet_parser`, `ccsdspy`."""

import io
import struct
from binascii import crc_hqx
from importlib import resources
from random import Random
from xml.etree import ElementTree

import pytest

from flight.dictionary.containers import (
    PRIMARY_HEADER,
    TELEMETRY_HEADER,
    telecommand_containers,
    telemetry_containers,
)
from flight.dictionary.exports import export_json
from flight.dictionary.fields import INTEGER_LIMITS
from flight.dictionary.pus import AckFlags, PacketOrigin, build_telecommand
from flight.dictionary.pus_packet import pack_telemetry
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.stored import StoredDictionary
from flight.dictionary.types import App
from flight.dictionary.xtce import NAMESPACE, export_xtce
from flight.dictionary.xtce_types import xtce_name

PACKET_COUNT = 10_080
TEXT = export_xtce(DICTIONARY)
CONTAINERS = telemetry_containers(DICTIONARY)
SPP = "space_packet_parser"


def random_value(random: Random, field) -> bytes:
    """Return octets of a field that its declaration allows, with limits and extremes among them."""
    if field.code in ("data", "text"):
        size = random.choice([0, 1, random.randrange(min(field.size_octets, 200) + 1)])
        octets = random.randbytes(size) if field.code == "data" else bytes(random.choices(b"abc xyz", k=size))
        return len(octets).to_bytes(2) + octets
    if field.code == "octets":
        return random.randbytes(field.size_octets)
    if field.enum is not None:
        return int(random.choice(list(field.enum))).to_bytes(field.size_octets)
    if field.code in ("f32", "f64"):
        value = random.choice([0.0, -0.0, 1e-30, random.uniform(-1e6, 1e6), random.gauss(0.0, 1e20)])
        return struct.pack(">f" if field.code == "f32" else ">d", value)
    low, high = INTEGER_LIMITS[field.code]
    value = random.choice([low, high, random.randint(low, high)])
    return value.to_bytes(field.size_octets, signed=low < 0)


def random_packet(random: Random, container) -> bytes:
    octets = b""
    for field in container.fields:
        is_selector = field.name == container.selector
        octets += container.content_id.to_bytes(2) if is_selector else random_value(random, field)
    origin = PacketOrigin(
        application=random.choice(list(App)),
        sequence=random.randrange(2**14),
        time_ns=random.randrange(2**32 * 10**9),
        message_count=random.randrange(2**16),
        destination=random.randrange(2**16),
    )
    return pack_telemetry(origin, container.service, container.subtype, octets)


@pytest.fixture(scope="module")
def definition(tmp_path_factory):
    parser = pytest.importorskip(SPP)
    path = tmp_path_factory.mktemp("xtce") / "dawndusk.xml"
    path.write_text(TEXT, encoding="utf-8")
    return parser.load_xtce(path)


def agree(container, packet: bytes, theirs, ours) -> None:
    """Compare every header field and value, raw and calibrated."""
    for name, _ in (*PRIMARY_HEADER, *TELEMETRY_HEADER):
        assert theirs[name].raw_value == ours.header[name]
    assert theirs["time_fine"] == ours.header["time_fine"] * 2.0**-32
    assert theirs["packet_error_control"] == int.from_bytes(packet[-2:])
    for value in ours.values:
        is_selector = value.name == container.selector
        name = value.name if is_selector else f"{xtce_name(container.name)}_{value.name}"
        found = theirs[name]
        raw = found.raw_value.decode() if isinstance(value.raw, str) else found.raw_value
        assert raw == value.raw, name
        assert found == value.value, name


@pytest.mark.interop
@pytest.mark.slow
def test_ten_thousand_packets_of_every_kind_read_the_same(definition):
    random = Random(20_300_101)
    stored = StoredDictionary(export_json(DICTIONARY))
    rounds = -(-PACKET_COUNT // len(CONTAINERS))
    for _ in range(rounds):
        for container in CONTAINERS:
            packet = random_packet(random, container)
            agree(container, packet, definition.parse_bytes(packet), stored.decode(packet))
    assert rounds * len(CONTAINERS) >= 10_000


@pytest.mark.interop
def test_the_comparison_sees_a_wrong_value(definition):
    random = Random(1)
    stored = StoredDictionary(export_json(DICTIONARY))
    container = next(one for one in CONTAINERS if one.name == "power.PowerStatus")
    packet = bytearray(random_packet(random, container))
    ours = stored.decode(bytes(packet))
    packet[40] ^= 1
    with pytest.raises(AssertionError):
        agree(container, bytes(packet), definition.parse_bytes(bytes(packet)), ours)


@pytest.mark.interop
def test_the_document_is_valid_by_the_schema_of_the_omg():
    lxml = pytest.importorskip("lxml.etree")
    pytest.importorskip(SPP)
    schema_file = resources.files(SPP) / "xtce" / "schemas" / "SpaceSystem.xsd"
    attribute = b"""<schema xmlns="http://www.w3.org/2001/XMLSchema"
        targetNamespace="http://www.w3.org/XML/1998/namespace">
        <attribute name="base" type="anyURI"/></schema>"""

    class Local(lxml.Resolver):
        def resolve(self, url, _public, context):
            return self.resolve_string(attribute, context) if url.endswith("xml.xsd") else None

    parser = lxml.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    schema = lxml.XMLSchema(lxml.fromstring(schema_file.read_bytes(), parser))
    document = lxml.fromstring(TEXT.encode())
    schema.assertValid(document)
    document.find(f".//{{{NAMESPACE}}}Comparison").attrib.pop("value")
    assert not schema.validate(document)


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_ccsdspy_reads_every_packet_of_fixed_length_the_same():
    ccsdspy = pytest.importorskip("ccsdspy")
    kinds = {"u": "uint", "i": "int", "f": "float", "b": "uint"}
    random = Random(2)
    stored = StoredDictionary(export_json(DICTIONARY))
    for container in CONTAINERS:
        if any(field.code in ("data", "text", "octets") for field in container.fields):
            continue
        rows = [
            ccsdspy.PacketField(name=name, data_type="uint", bit_length=bits)
            for name, bits in TELEMETRY_HEADER
        ]
        rows += [
            ccsdspy.PacketField(name=f.name, data_type=kinds[f.code[0]], bit_length=8 * f.size_octets)
            for f in container.fields
        ]
        rows.append(ccsdspy.PacketField(name="crc", data_type="uint", bit_length=16))
        packets = [random_packet(random, container) for _ in range(5)]
        read = ccsdspy.FixedLength(rows).load(io.BytesIO(b"".join(packets)))
        for number, packet in enumerate(packets):
            for value in stored.decode(packet).values:
                assert read[value.name][number] == value.raw, (container.name, value.name)


def encode(meta, types, values) -> bytes:
    """Build a packet from the XTCE of a command: a second, plain encoder."""
    bits = ""
    for entry in meta.find("CommandContainer/EntryList"):
        if entry.tag == "FixedValueEntry":
            size = int(entry.get("sizeInBits"))
            bits += f"{int(entry.get('binaryValue'), 16):0{size}b}"
            continue
        name = entry.get("argumentRef")
        kind = types[meta.find(f"ArgumentList/Argument[@name='{name}']").get("argumentTypeRef")]
        encoding = next(one for one in kind if one.tag.endswith("Encoding"))
        if name == "packet_error_control":
            bits += f"{crc_hqx(int(bits, 2).to_bytes(len(bits) // 8), 0xFFFF):016b}"
        elif encoding.tag == "FloatDataEncoding":
            form = {"32": ">f", "64": ">d"}[encoding.get("sizeInBits")]
            bits += "".join(f"{octet:08b}" for octet in struct.pack(form, values[name]))
        else:
            size = int(encoding.get("sizeInBits"))
            bits += f"{int(values[name]) % 2**size:0{size}b}"
    return int(bits, 2).to_bytes(len(bits) // 8)


def plain_tree():
    return ElementTree.fromstring(TEXT.replace(f' xmlns="{NAMESPACE}"', ""))


def test_every_command_is_described_octet_by_octet():
    tree, random = plain_tree(), Random(3)
    types = {one.get("name"): one for one in tree.find("CommandMetaData/ArgumentTypeSet")}
    for container in telecommand_containers(DICTIONARY):
        cls = DICTIONARY.by_name(container.name)
        data = {
            f.name: random_legal(random, f)
            for f in container.fields
            if f.name not in (container.selector, "parameter_count")
        }
        token = data.get("arm_token")
        command = cls(**{name: value for name, value in data.items() if name != "arm_token"})
        app = container.destination or App.POWER
        packet = build_telecommand(command, app, 77, token=token, source=9, ack=AckFlags.ALL)
        values = data | {"apid": int(app), "sequence_count": 77, "ack_flags": 15, "source_id": 9}
        values["packet_length"] = len(packet) - 7
        meta = tree.find(f"CommandMetaData/MetaCommandSet/MetaCommand[@name='{xtce_name(container.name)}']")
        assert encode(meta, types, values) == packet
        significance = meta.find("DefaultSignificance")
        assert (significance is not None) is container.hazardous


def random_legal(random: Random, field):
    if field.range is not None:
        value = random.uniform(field.range.low, field.range.high)
        return value if field.code[0] == "f" else int(value)
    if field.code[0] == "f":
        return random.uniform(-1e3, 1e3)
    return random.randint(*INTEGER_LIMITS[field.code])


def test_every_kind_of_packet_and_every_argument_range_is_exported():
    tree = plain_tree()
    names = {one.get("name") for one in tree.find("TelemetryMetaData/ContainerSet")}
    assert {xtce_name(container.name) for container in CONTAINERS} <= names
    kinds = tree.find("CommandMetaData/ArgumentTypeSet")
    ceiling = kinds.find("FloatArgumentType[@name='f32_W_0_160000']/ValidRangeSet/ValidRange")
    assert (ceiling.get("minInclusive"), ceiling.get("maxInclusive")) == ("0.0", "160000.0")
