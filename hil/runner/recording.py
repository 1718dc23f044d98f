"""What the recorder writes, on streams that it is given: the log for viewers, columns, events, and the trace.

* ``bus.mcap``: the listed messages as JSON with JSON schemas, and every event.
* one column file per listed message: rows of float64, the tick first.
* ``events.jsonl``: every event with tick, source, severity and text.
* ``trace.bin``: one fixed record per routed message, whatever its kind, so that two runs can be compared to
  the first message that differs.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgpack
from mcap.writer import CompressionType, IndexType, Writer

from flight.dictionary.declare import Event, Message
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from flight.dictionary.wording import event_text
from hil.runner.rows import RowFormat, json_schema

__all__ = ["TRACE_RECORD", "RecordingOptions", "RecordingTotals", "RunRecording"]

TRACE_RECORD = struct.Struct("<IHHIQI")
"""Tick, source, message id, sequence, cause, CRC-32 of the body: 24 octets a message."""

_HEADER = struct.Struct(">xxHHHHIQQ")
_CHUNK_OCTETS = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    """What to record.

    Parameters
    ----------
    messages : tuple of str
        Names of the messages that go into the log and the columns.
    unix_epoch_ns : int
        Unix time of tick 0, for viewers.
    tick_ns : int
        Length of one tick.
    chunked : bool
        True: compressed chunks (simulated clocks); False: each message is written at once (realtime).
    every_ticks : int
        A listed message of one source is kept once in so many ticks, and its last one at the end; above 1
        there is no ``trace.bin``, which would name every message of a month. Events are always kept.
    """

    messages: tuple[str, ...]
    unix_epoch_ns: int
    tick_ns: int
    chunked: bool = True
    every_ticks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingTotals:
    """What was recorded in the end."""

    tick_count: int
    message_count: int
    logged_count: int
    event_count: int
    unreadable_count: int
    cpu_s: float = 0.0
    """Processor time that it took, filled in by the recorder's process."""


class RunRecording:
    """Turn routed messages into files.

    Parameters
    ----------
    options : RecordingOptions
        What to record.
    open_file : callable
        Returns a binary stream for writing, by name.
    """

    def __init__(self, options: RecordingOptions, open_file: Callable[[str], BinaryIO]) -> None:
        self._options = options
        self._log_stream = open_file("bus.mcap")
        self._log = Writer(
            self._log_stream,
            chunk_size=_CHUNK_OCTETS,
            compression=CompressionType.ZSTD if options.chunked else CompressionType.NONE,
            index_types=IndexType.ALL,
            use_chunking=options.chunked,
        )
        self._log.start(profile="", library="dawndusk")
        self._events = open_file("events.jsonl")
        self._trace = open_file("trace.bin") if options.every_ticks == 1 else None
        self._due: dict[tuple[int, int], int] = {}
        self._late: dict[tuple[int, int], tuple[RowFormat, int, int, bytes]] = {}
        listed = [DICTIONARY.by_name(name) for name in options.messages]
        self._columns = {cls.SPEC.id: open_file(f"channels/{cls.__name__}.f64") for cls in listed}
        self._formats = {cls.SPEC.id: RowFormat(cls) for cls in (*listed, *DICTIONARY.events())}
        self._channels: dict[int, int] = {}
        self._counts = dict.fromkeys(("tick", "message", "logged", "event", "unreadable"), 0)
        index = {cls.__name__: self._formats[cls.SPEC.id].columns for cls in listed}
        with open_file("channels/index.json") as stream:
            stream.write(json.dumps({"tick_ns": options.tick_ns, "messages": index}, indent=1).encode())

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        """Record one tick."""
        self._counts["tick"] += 1
        self._counts["message"] += len(routed)
        trace = bytearray()
        for octets in routed:
            message_id, source, _, _, sequence, sent_tick, cause = _HEADER.unpack_from(octets)
            body = octets[_HEADER.size :]
            if self._trace is not None:
                trace += TRACE_RECORD.pack(tick, source, message_id, sequence, cause, zlib.crc32(body))
            form = self._formats.get(message_id)
            if form is None:
                continue
            if self._is_due(form, message_id, source, tick):
                self._write(form, message_id, source, sequence, sent_tick, body)
            else:
                self._late[message_id, source] = (form, sequence, sent_tick, body)
        if self._trace is not None:
            self._trace.write(trace)

    def flush(self) -> None:
        """Hand everything to the operating system (realtime runs do it every tick)."""
        for stream in self._streams():
            stream.flush()

    def close(self) -> RecordingTotals:
        """Finish all files and say what is in them."""
        for (message_id, source), (form, sequence, tick, body) in self._late.items():
            self._write(form, message_id, source, sequence, tick, body)
        self._log.finish()  # type: ignore[no-untyped-call]
        for stream in self._streams():
            stream.close()
        return RecordingTotals(**{f"{name}_count": count for name, count in self._counts.items()})

    def _streams(self) -> list[BinaryIO]:
        trace = [] if self._trace is None else [self._trace]
        return [self._log_stream, self._events, *trace, *self._columns.values()]

    def _is_due(self, form: RowFormat, message_id: int, source: int, tick: int) -> bool:
        """Return whether a message is one of those that are kept."""
        if self._options.every_ticks == 1 or issubclass(form.cls, Event):
            return True
        key = (message_id, source)
        if tick < self._due.get(key, 0):
            return False
        self._late.pop(key, None)
        self._due[key] = tick - tick % self._options.every_ticks + self._options.every_ticks
        return True

    def _write(
        self, form: RowFormat, message_id: int, source: int, sequence: int, tick: int, body: bytes
    ) -> None:
        try:
            values = msgpack.unpackb(body, use_list=False)
            text = form.json(values)
            row = form.row(values)
        except (ValueError, TypeError, IndexError, msgpack.exceptions.UnpackException):
            self._counts["unreadable"] += 1
            return
        time_ns = self._options.unix_epoch_ns + tick * self._options.tick_ns
        channel = self._channels.get(message_id) or self._register(form.cls)
        self._log.add_message(channel, time_ns, text, time_ns, sequence)
        self._counts["logged"] += 1
        column = self._columns.get(message_id)
        if column is not None:
            column.write(array("d", (tick,)) + row)
        if issubclass(form.cls, Event):
            self._counts["event"] += 1
            self._events.write(_event_line(form.cls, tick, source, json.loads(text)))

    def _register(self, cls: type[Message]) -> int:
        schema = json.dumps(json_schema(cls)).encode()
        schema_id = self._log.register_schema(cls.__name__, "jsonschema", schema)
        topic = f"{'event' if issubclass(cls, Event) else 'bus'}/{cls.__name__}"
        channel: int = self._log.register_channel(topic, "json", schema_id)
        self._channels[cls.SPEC.id] = channel
        return channel


def _event_line(cls: type[Event], tick: int, source: int, values: Mapping[str, object]) -> bytes:
    """Return one event as a JSON line, with the declaration's text."""
    record = {
        "tick": tick,
        "source": App(source).name if source in set(App) else str(source),
        "name": cls.__name__,
        "severity": cls.SPEC.severity.name if cls.SPEC.severity else "",
        "text": event_text(cls, values),
        "values": values,
    }
    return json.dumps(record).encode() + b"\n"
