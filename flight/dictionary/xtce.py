"""The dictionary as XTCE 1.2 for ground systems that are not ours.

Packets are flat, so each is one container under the PUS header; enumerations are labels, the fine part of the
time has a calibrator, everything else is its own raw value. Source: OMG XTCE 1.2, formal/18-10-04.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flight.dictionary.containers import (
    PRIMARY_HEADER,
    TELEMETRY_HEADER,
    TRAILER_OCTETS,
    Container,
    telemetry_containers,
)
from flight.dictionary.layout import PacketField
from flight.dictionary.registry import Dictionary
from flight.dictionary.xtce_commands import add_commands
from flight.dictionary.xtce_types import TypeSet, xtce_name

__all__ = ["NAMESPACE", "export_xtce"]

NAMESPACE = "http://www.omg.org/spec/XTCE/20180204"

_TRAILER = ("packet_error_control", 8 * TRAILER_OCTETS)
_TICK_S = 2.0**-32

_GROUPS = {"report_structure_id": "Housekeeping", "event_definition_id": "Events"}
"""Abstract container of the packets that one field tells apart."""


def export_xtce(dictionary: Dictionary) -> str:
    """Return the dictionary as an XTCE document."""
    telemetry = telemetry_containers(dictionary)
    root = Element(
        "SpaceSystem",
        {"xmlns": NAMESPACE, "name": "dawndusk", "shortDescription": "Packets of the orbital data centre"},
    )
    SubElement(root, "Header", {"version": f"{dictionary.hash:016x}", "validationStatus": "Working"})
    metadata = SubElement(root, "TelemetryMetaData")
    types = TypeSet(SubElement(metadata, "ParameterTypeSet"), "Parameter")
    parameters = SubElement(metadata, "ParameterSet")
    containers = SubElement(metadata, "ContainerSet")
    _add_headers(types, parameters, containers)
    _add_groups(types, parameters, containers, telemetry)
    for container in telemetry:
        _add_container(types, parameters, containers, container)
    add_commands(SubElement(root, "CommandMetaData"), dictionary)
    indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_headers(types: TypeSet, parameters: Element, containers: Element) -> None:
    """Add the packet's and the telemetry's header, each an abstract container."""
    packet = _abstract(containers, "CCSDSPacket", "Primary header (CCSDS 133.0-B-2)")
    for name, bits in PRIMARY_HEADER:
        _add_parameter(parameters, packet, name, types.bits(bits))
    telemetry = _abstract(containers, "PUSTelemetry", "Telemetry header (ECSS-E-ST-70-41C)")
    for name, bits in TELEMETRY_HEADER:
        is_fine = name == "time_fine"
        type_name = types.calibrated(name, bits, _TICK_S, "s") if is_fine else types.bits(bits)
        _add_parameter(parameters, telemetry, name, type_name)
    _add_base(containers, "PUSTelemetry", "CCSDSPacket", {"packet_type": 0, "secondary_header": 1})
    _add_parameter(parameters, None, _TRAILER[0], types.bits(_TRAILER[1]))


def _add_groups(
    types: TypeSet, parameters: Element, containers: Element, telemetry: Iterable[Container]
) -> None:
    """Add an abstract container for each field that tells packets of one service apart."""
    done: set[str] = set()
    for container in telemetry:
        selector = container.selector
        if selector and selector not in done:
            done.add(selector)
            group = _abstract(containers, _GROUPS[selector], f"Packets told apart by {selector}")
            _add_parameter(parameters, group, selector, types.bits(16))
            _add_base(containers, _GROUPS[selector], "PUSTelemetry", {"service": container.service})


def _add_container(types: TypeSet, parameters: Element, containers: Element, container: Container) -> None:
    name = xtce_name(container.name)
    made = SubElement(containers, "SequenceContainer", _described(name, container.description))
    entries = SubElement(made, "EntryList")
    fields = container.fields[1:] if container.selector else container.fields
    for field in fields:
        _add_field(types, parameters, entries, name, field)
    SubElement(entries, "ParameterRefEntry", {"parameterRef": _TRAILER[0]})
    wanted = {"subtype": container.subtype}
    if container.selector:
        wanted[container.selector] = container.content_id
        base = _GROUPS[container.selector]
    else:
        wanted["service"] = container.service
        base = "PUSTelemetry"
    _add_base(containers, name, base, wanted)


def _add_field(types: TypeSet, parameters: Element, entries: Element, owner: str, field: PacketField) -> None:
    name = f"{owner}_{field.name}"
    if field.code in ("data", "text"):
        length = f"{name}_length"
        _add_parameter(parameters, entries, length, types.bits(16))
        type_name = types.variable(field, name, length)
    else:
        type_name = types.of(field)
    _add_parameter(parameters, entries, name, type_name)


def _add_parameter(parameters: Element, entries: Element | None, name: str, type_name: str) -> None:
    SubElement(parameters, "Parameter", {"name": name, "parameterTypeRef": type_name})
    if entries is not None:
        SubElement(entries, "ParameterRefEntry", {"parameterRef": name})


def _abstract(containers: Element, name: str, description: str) -> Element:
    made = SubElement(containers, "SequenceContainer", _described(name, description) | {"abstract": "true"})
    return SubElement(made, "EntryList")


def _add_base(containers: Element, name: str, base: str, wanted: Mapping[str, int]) -> None:
    """Say what must hold for a packet to be of this container."""
    made = next(one for one in containers if one.get("name") == name)
    criteria = SubElement(SubElement(made, "BaseContainer", {"containerRef": base}), "RestrictionCriteria")
    comparisons = SubElement(criteria, "ComparisonList")
    for parameter, value in wanted.items():
        number = int(value) if isinstance(value, IntEnum) else value
        SubElement(comparisons, "Comparison", {"parameterRef": parameter, "value": str(number)})


def _described(name: str, description: str) -> dict[str, str]:
    return {"name": name, "shortDescription": description} if description else {"name": name}
