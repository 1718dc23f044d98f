"""The recorder's process: nothing is lost between it and the run, whichever of the two ends first."""

from __future__ import annotations

import json
import struct
from io import BytesIO
from pathlib import Path

import pytest

from hil.runner.errors import RunDataError
from hil.runner.recorder import Recorder
from hil.runner.recorder_main import record
from hil.runner.recording import TRACE_RECORD, RecordingOptions

OPTIONS = RecordingOptions(messages=(), unix_epoch_ns=0, tick_ns=100_000_000)
HEADER = struct.Struct(">BBHHHHIQQ")


def message(sequence: int, tick: int, body: bytes = b"\x90") -> bytes:
    return HEADER.pack(1, 0, 0x1FFF, 16, 0, 0, sequence, tick, 0) + body


@pytest.mark.parametrize("chunked", [True, False])
def test_every_message_arrives_in_order(tmp_path: Path, chunked: bool) -> None:
    options = RecordingOptions(messages=(), unix_epoch_ns=0, tick_ns=100_000_000, chunked=chunked)
    recorder = Recorder(tmp_path, options)
    for tick in range(2000):
        recorder.put(
            tick, [message(10 * tick + i, tick, bytes([0xC4, 100]) + bytes(100)) for i in range(tick % 4)]
        )
    totals = recorder.close()
    rows = list(TRACE_RECORD.iter_unpack((tmp_path / "trace.bin").read_bytes()))
    expected = [(tick, 10 * tick + i) for tick in range(2000) for i in range(tick % 4)]
    assert [(row[0], row[3]) for row in rows] == expected
    assert totals.message_count == len(expected) == 3000
    assert totals.cpu_s > 0.0


def test_recorder_that_died_is_reported(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "missing", OPTIONS)
    with pytest.raises(RunDataError, match="recorder must end with code 0"):
        recorder.close()


def frame(body: bytes) -> bytes:
    return struct.pack("<I", len(body)) + body


def frames(*ticks: int) -> bytes:
    head = frame(json.dumps({"messages": [], "unix_epoch_ns": 0, "tick_ns": 1, "chunked": True}).encode())
    made = []
    for tick in ticks:
        octets = message(tick, tick)
        made.append(frame(struct.pack("<QII", tick, 1, len(octets)) + octets))
    return head + b"".join(made)


@pytest.mark.parametrize("missing", [0, 1, 20, 50])
def test_run_that_died_inside_a_frame_leaves_all_before_it(tmp_path: Path, missing: int) -> None:
    octets = frames(1, 2, 3)
    totals = record(BytesIO(octets[: len(octets) - missing]), tmp_path)
    assert totals.message_count == (3 if missing == 0 else 2)
    assert len((tmp_path / "trace.bin").read_bytes()) == totals.message_count * TRACE_RECORD.size


def test_absurd_length_ends_the_recording(tmp_path: Path) -> None:
    totals = record(BytesIO(frames(1) + struct.pack("<I", 0xFFFFFFFF)), tmp_path)
    assert totals.message_count == 1
