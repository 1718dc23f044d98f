"""Values out of archived packets, read with the dictionary of the archive, whatever this build declares."""

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from flight.dictionary.stored import Raw, StoredDictionary, StoredError, StoredPacket
from ground.archive.query import ArchiveReader, DictionaryUse

__all__ = ["ArchivedSample", "archived_packets", "item_history"]

_ITEM_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedSample:
    """One value of an item.

    Parameters
    ----------
    generation_ns : int
        When it was taken: the packet's own item ``time_ns`` where it has one, else the packet's time.
    """

    generation_ns: int
    reception_ns: int
    value: Raw
    raw: Raw
    unit: str


def archived_packets(reader: ArchiveReader) -> Iterator[tuple[int, StoredPacket]]:
    """Return (reception time, packet) of every packet that its dictionary can read, as they arrived."""
    uses = list(reader.dictionaries())
    dictionary: StoredDictionary | None = None
    for number, row in reader.numbered_packets():
        while uses and uses[0].first_packet_id <= number:
            dictionary = StoredDictionary(uses.pop(0).text)
        if dictionary is None:
            continue
        try:
            yield row.reception_ns, dictionary.decode(row.octets)
        except StoredError:
            continue


def item_history(reader: ArchiveReader, item: str) -> Iterator[ArchivedSample]:
    """Return every archived value of an item, in the order of arrival.

    Parameters
    ----------
    item : str
        ``APPLICATION Message item``, in the dictionary's own spelling.

    Raises
    ------
    ValueError
        When the item is not three words, or no dictionary of the archive has such an item.
    """
    words = item.split()
    if len(words) != _ITEM_WORDS:
        raise ValueError(f"item must be three words 'APPLICATION Message item', got {item!r}")
    application, message, name = words
    _require_item(reader.dictionaries(), message, name)
    for reception_ns, packet in archived_packets(reader):
        if _last(packet.name) == message and packet.application == application:
            yield from _samples(packet, name, reception_ns)


def _samples(packet: StoredPacket, name: str, reception_ns: int) -> Iterator[ArchivedSample]:
    own_ns = next((value.raw for value in packet.values if value.name == "time_ns"), packet.time_ns)
    for value in packet.values:
        if value.name == name:
            yield ArchivedSample(
                generation_ns=int(own_ns),
                reception_ns=reception_ns,
                value=value.value,
                raw=value.raw,
                unit=value.unit,
            )


def _require_item(uses: tuple[DictionaryUse, ...], message: str, name: str) -> None:
    """Refuse an item that no dictionary of the archive has, with the nearest ones."""
    known = {full for use in uses for full in _item_names(use.text)}
    wanted = f"{message} {name}"
    if wanted not in known:
        nearest = ", ".join(difflib.get_close_matches(wanted, sorted(known), n=3, cutoff=0.4))
        raise ValueError(f"item must be in a dictionary of the archive, got {wanted}; nearest: {nearest}")


def _item_names(text: str) -> set[str]:
    """Return ``Message item`` of everything that a stored dictionary can read."""
    packets = json.loads(text)["telemetry"]
    return {f"{_last(packet['name'])} {field['name']}" for packet in packets for field in packet["fields"]}


def _last(name: str) -> str:
    """Return the message's own name out of ``group.Message``."""
    return name.rpartition(".")[2]
