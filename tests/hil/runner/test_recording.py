"""The recording of routed messages, read back with the log format's own reader."""

from __future__ import annotations

import io
import json
from dataclasses import fields, replace
from typing import BinaryIO

import numpy as np
import pytest
from mcap.reader import make_reader

from flight.bus.envelope import fixed_part, varying_part
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.power import PowerMode, PowerStatus, SectionLost
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from hil.runner.recording import TRACE_RECORD, RecordingOptions, RunRecording

OPTIONS = RecordingOptions(messages=("PowerStatus",), unix_epoch_ns=1_000_000_000_000, tick_ns=100_000_000)


class Kept(io.BytesIO):
    """A file that can still be read after it was closed."""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


class Files:
    def __init__(self) -> None:
        self.streams: dict[str, Kept] = {}

    def open(self, name: str) -> BinaryIO:
        self.streams[name] = Kept()
        return self.streams[name]

    def content(self, name: str) -> bytes:
        return self.streams[name].content


def routed(message: Message, sequence: int, tick: int, cause: int = 0) -> bytes:
    cls = type(message)
    head = fixed_part(cls.SPEC.id, App.POWER, 0, DICTIONARY.schema_hash(cls))
    return head + varying_part(sequence, tick, cause) + body_codec(cls).encode(message)


def status(charge_frac: float) -> PowerStatus:
    values = {item.name: 1.0 for item in fields(PowerStatus)}
    whole = {"time_ns": 5, "mode": PowerMode.ECLIPSE, "section_failed_mask": 4, "load_tier": 2}
    return PowerStatus(**{**values, **whole, "charge_frac": charge_frac})  # type: ignore[arg-type]


LOST = SectionLost(section_index=7, power_w=10.0, power_expected_w=5000.0)


@pytest.fixture(params=[True, False], ids=["chunked", "unchunked"])
def files(request: pytest.FixtureRequest) -> Files:
    made = Files()
    options = RecordingOptions(
        messages=OPTIONS.messages,
        unix_epoch_ns=OPTIONS.unix_epoch_ns,
        tick_ns=OPTIONS.tick_ns,
        chunked=request.param,
    )
    recording = RunRecording(options, made.open)
    recording.put(10, [routed(status(0.5), 1, 10)])
    recording.put(20, [routed(status(0.25), 2, 20), routed(LOST, 3, 20, cause=77)])
    broken = routed(status(0.1), 4, 30)[:-3]
    recording.put(30, [broken])
    totals = recording.close()
    assert (totals.tick_count, totals.message_count, totals.logged_count) == (3, 4, 3)
    assert (totals.event_count, totals.unreadable_count) == (1, 1)
    return made


def test_log_opens_in_the_formats_own_reader(files: Files) -> None:
    reader = make_reader(io.BytesIO(files.content("bus.mcap")))
    rows = [
        (channel.topic, message.log_time, json.loads(message.data))
        for _, channel, message in reader.iter_messages()
    ]
    assert [(topic, time_ns) for topic, time_ns, _ in rows] == [
        ("bus/PowerStatus", 1_001_000_000_000),
        ("bus/PowerStatus", 1_002_000_000_000),
        ("event/SectionLost", 1_002_000_000_000),
    ]
    assert rows[0][2]["charge_frac"] == 0.5
    assert rows[2][2] == {"section_index": 7, "power_w": 10, "power_expected_w": 5000}


def test_schema_is_in_the_log(files: Files) -> None:
    reader = make_reader(io.BytesIO(files.content("bus.mcap")))
    schema, _, _ = next(iter(reader.iter_messages()))
    assert schema is not None
    assert schema.encoding == "jsonschema"
    assert json.loads(schema.data)["properties"]["array_power_w"]["description"] == "unit W"


def test_columns_hold_tick_and_fields(files: Files) -> None:
    index = json.loads(files.content("channels/index.json"))
    names = [name for name, _ in index["messages"]["PowerStatus"]]
    rows = np.frombuffer(files.content("channels/PowerStatus.f64")).reshape(2, -1)
    assert rows[:, 0].tolist() == [10.0, 20.0]
    assert rows[:, 1 + names.index("charge_frac")].tolist() == [0.5, 0.25]
    assert rows[:, 1 + names.index("mode")].tolist() == [2.0, 2.0]


def test_events_are_told_in_the_declarations_words(files: Files) -> None:
    (line,) = files.content("events.jsonl").splitlines()
    row = json.loads(line)
    assert row["text"] == "section 7 lost: 10 W of 5000 W"
    assert (row["tick"], row["source"], row["name"], row["severity"]) == (
        20,
        "POWER",
        "SectionLost",
        "MEDIUM",
    )


def test_trace_holds_every_message_even_unreadable_ones(files: Files) -> None:
    rows = list(TRACE_RECORD.iter_unpack(files.content("trace.bin")))
    assert [row[:5] for row in rows] == [
        (10, App.POWER, PowerStatus.SPEC.id, 1, 0),
        (20, App.POWER, PowerStatus.SPEC.id, 2, 0),
        (20, App.POWER, SectionLost.SPEC.id, 3, 77),
        (30, App.POWER, PowerStatus.SPEC.id, 4, 0),
    ]
    assert rows[0][5] != rows[1][5]


def test_a_thinned_record_keeps_one_message_in_so_many_ticks_the_last_one_and_every_event() -> None:
    files = Files()
    recording = RunRecording(replace(OPTIONS, every_ticks=10), files.open)
    for tick in range(3, 26):
        said: list[Message] = [status(tick / 100.0), LOST] if tick % 2 else [status(tick / 100.0)]
        recording.put(tick, [routed(item, tick, tick) for item in said])
    totals = recording.close()
    rows = np.frombuffer(files.content("channels/PowerStatus.f64"))
    assert rows.reshape(-1, len(rows) // 4)[:, 0].tolist() == [3.0, 10.0, 20.0, 25.0]
    assert totals.event_count == 12
    assert totals.message_count == 23 + 12
    assert "trace.bin" not in files.streams
