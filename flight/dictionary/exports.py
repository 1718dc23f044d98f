"""The dictionary as JSON: all that is needed to read packets without this code.

The text holds the envelope of packets in bits, every kind of packet as a flat list of fields, the
enumerations, the applications and the parameters. :mod:`flight.dictionary.stored` reads packets with it.
"""

import json
from collections.abc import Iterable
from enum import IntEnum

from flight.dictionary.containers import (
    PRIMARY_HEADER,
    TELECOMMAND_HEADER,
    TELEMETRY_HEADER,
    TRAILER_OCTETS,
    Container,
    telecommand_containers,
    telemetry_containers,
)
from flight.dictionary.layout import PacketField
from flight.dictionary.parameters import parameter_items
from flight.dictionary.registry import Dictionary
from flight.dictionary.types import App

__all__ = ["FORMAT", "enumerations", "export_json"]

FORMAT = 1
"""Version of the JSON's own form."""

Json = dict[str, object]


def export_json(dictionary: Dictionary) -> str:
    """Return the dictionary as one line of JSON, the same for the same dictionary."""
    telemetry, telecommands = telemetry_containers(dictionary), telecommand_containers(dictionary)
    enums = enumerations((*telemetry, *telecommands))
    whole: Json = {
        "format": FORMAT,
        "hash": f"{dictionary.hash:016x}",
        "primary_header": PRIMARY_HEADER,
        "telemetry_header": TELEMETRY_HEADER,
        "telecommand_header": TELECOMMAND_HEADER,
        "trailer_octets": TRAILER_OCTETS,
        "applications": {app.name: int(app) for app in App},
        "enumerations": {cls.__name__: {member.name: int(member) for member in cls} for cls in enums},
        "telemetry": [_container(container) for container in telemetry],
        "telecommands": [_container(container) for container in telecommands],
        "parameters": {cls.SPEC.owner.name: _parameters(cls) for cls in dictionary.parameter_sets()},
    }
    return json.dumps(whole, separators=(",", ":"), sort_keys=True)


def enumerations(containers: Iterable[Container]) -> tuple[type[IntEnum], ...]:
    """Return the enumerations of some packets, by name."""
    found = {field.enum for container in containers for field in container.fields if field.enum}
    return tuple(sorted(found, key=lambda cls: cls.__name__))


def _container(container: Container) -> Json:
    made: Json = {
        "name": container.name,
        "service": container.service,
        "subtype": container.subtype,
        "description": container.description,
        "fields": [_field(field) for field in container.fields],
    }
    if container.selector:
        made |= {"selector": container.selector, "content_id": container.content_id}
    if container.destination is not None:
        made["destination"] = container.destination.name
    if container.hazardous:
        made["hazardous"] = True
    if container.text:
        made["text"] = container.text
    return made


def _field(field: PacketField) -> Json:
    made: Json = {"name": field.name, "code": field.code, "size_octets": field.size_octets}
    if field.index is not None:
        made |= {"field": field.field, "index": field.index}
    if field.unit:
        made["unit"] = field.unit
    if field.enum is not None:
        made["enumeration"] = field.enum.__name__
    if field.range is not None:
        made["range"] = [field.range.low, field.range.high]
    return made


def _parameters(cls: type) -> list[Json]:
    return [
        {"id": i.id, "name": i.name, "low": i.low, "high": i.high, "default": i.default, "unit": i.unit}
        for i in parameter_items(cls)
    ]
