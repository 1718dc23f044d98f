"""Commands of the dictionary in XTCE: one meta command each, under a common header."""

from xml.etree.ElementTree import Element, SubElement

from flight.dictionary.containers import Container, telecommand_containers
from flight.dictionary.registry import Dictionary
from flight.dictionary.xtce_types import TypeSet, xtce_name

__all__ = ["add_commands"]

_HEADER = (
    ("apid", 11),
    ("sequence_count", 14),
    ("packet_length", 16),
    ("ack_flags", 4),
    ("source_id", 16),
)
"""What the sender of a telecommand fills into the headers: arguments of every command."""

_FIXED = {
    "apid": ("00011", "version 0, telecommand, secondary header"),
    "sequence_count": ("11", "unsegmented"),
    "ack_flags": ("0010", "PUS version 2"),
}
"""Bits that stand before some of them."""


def add_commands(parent: Element, dictionary: Dictionary) -> None:
    """Add all commands to a ``CommandMetaData``.

    The last entry of each container is the packet error control, an argument too: the CRC-16 of all before.
    """
    types = TypeSet(SubElement(parent, "ArgumentTypeSet"), "Argument")
    commands = SubElement(parent, "MetaCommandSet")
    for container in telecommand_containers(dictionary):
        _add_command(types, commands, container)


def _add_command(types: TypeSet, commands: Element, container: Container) -> None:
    name = xtce_name(container.name)
    made = SubElement(commands, "MetaCommand", {"name": name, "shortDescription": container.description})
    arguments = SubElement(made, "ArgumentList")
    packet = SubElement(made, "CommandContainer", {"name": f"{name}_packet"})
    entries = SubElement(packet, "EntryList")
    for field_name, bits in _HEADER:
        if field_name in _FIXED:
            _add_fixed(entries, *_FIXED[field_name])
        _add_argument(arguments, entries, field_name, types.bits(bits))
        if field_name == "ack_flags":
            octets = bytes([container.service, container.subtype])
            _add_fixed(entries, f"{int.from_bytes(octets):016b}", "service and subtype")
    for field in container.fields:
        if field.name == container.selector:
            _add_fixed(entries, f"{container.content_id:016b}", "function id")
        elif field.name == "parameter_count":
            _add_fixed(entries, f"{1:08b}", "number of parameters")
        elif field.code in ("data", "text"):
            length = f"{field.name}_length"
            type_name = types.variable(field, f"{name}_{field.name}", length)
            _add_argument(arguments, entries, length, types.bits(16))
            _add_argument(arguments, entries, field.name, type_name)
        else:
            _add_argument(arguments, entries, field.name, types.of(field))
    _add_argument(arguments, entries, "packet_error_control", types.bits(16))
    if container.hazardous:
        reason = "arm first: the token must be the one it was armed with"
        SubElement(made, "DefaultSignificance", {"reasonForWarning": reason, "consequenceLevel": "critical"})


def _add_argument(arguments: Element, entries: Element, name: str, type_name: str) -> None:
    SubElement(arguments, "Argument", {"name": name, "argumentTypeRef": type_name})
    SubElement(entries, "ArgumentRefEntry", {"argumentRef": name})


def _add_fixed(entries: Element, bits: str, what: str) -> None:
    """Add bits that are always the same, padded to whole octets on the left as hexBinary needs."""
    octets = int(bits, 2).to_bytes(-(-len(bits) // 8))
    name = what.replace(",", "").replace(" ", "_")
    value = {"name": name, "binaryValue": octets.hex().upper(), "sizeInBits": str(len(bits))}
    SubElement(entries, "FixedValueEntry", value)
