"""The recorder's own process: frames from standard input, files in the run directory.

A frame is a u32 length and a body. The first body holds the options as JSON; each further one holds ticks:
tick u64, count u32, then each message with a u32 length before it. The end of the input ends the recording,
so a run that dies leaves complete files up to its last frame. Interrupts are the runner's business.
"""

import dataclasses
import json
import signal
import struct
import sys
from pathlib import Path
from typing import BinaryIO

from hil.runner.machine import StopWatch
from hil.runner.recording import RecordingOptions, RecordingTotals, RunRecording

_LENGTH = struct.Struct("<I")
_TICK = struct.Struct("<QI")
_FRAME_OCTETS_MAX = 64 * 1024 * 1024


def record(source: BinaryIO, folder: Path) -> RecordingTotals:
    """Record everything that a stream brings.

    Parameters
    ----------
    source : binary stream
        Frames as described above.
    folder : Path
        The run directory.
    """
    (folder / "channels").mkdir(exist_ok=True)
    options = json.loads(_read_frame(source) or b"{}")
    options["messages"] = tuple(options["messages"])
    recording = RunRecording(RecordingOptions(**options), lambda name: (folder / name).open("wb"))
    while frame := _read_frame(source):
        _put_all(recording, frame)
        if not options["chunked"]:
            recording.flush()
    return recording.close()


def _read_frame(source: BinaryIO) -> bytes | None:
    """Return the next whole frame, None at the end or when the sender died inside one."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    if length > _FRAME_OCTETS_MAX:
        return None
    body = source.read(length)
    return body if len(body) == length else None


def _put_all(recording: RunRecording, frame: bytes) -> None:
    offset = 0
    while offset < len(frame):
        tick, count = _TICK.unpack_from(frame, offset)
        offset += _TICK.size
        routed = []
        for _ in range(count):
            length = _LENGTH.unpack_from(frame, offset)[0]
            offset += _LENGTH.size
            routed.append(frame[offset : offset + length])
            offset += length
        recording.put(tick, routed)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch = StopWatch()
    totals = record(sys.stdin.buffer, Path(sys.argv[1]))
    totals = dataclasses.replace(totals, cpu_s=watch.cpu_s)
    sys.stdout.write(json.dumps(dataclasses.asdict(totals)))
