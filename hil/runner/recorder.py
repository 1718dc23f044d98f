"""The runner's end of the recorder: hand over each tick's routed messages without losing any.

The recorder is a process of its own behind a pipe. When it falls behind, the pipe is full and the run waits:
back-pressure instead of loss. Ticks are sent in batches in simulated clocks and one by one in real time.
"""

import dataclasses
import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hil.runner.errors import RunDataError
from hil.runner.recording import RecordingOptions, RecordingTotals

__all__ = ["Recorder"]

_LENGTH = struct.Struct("<I")
_TICK = struct.Struct("<QI")
_BATCH_OCTETS = 64 * 1024
_CLOSE_TIMEOUT_S = 60.0


class Recorder:
    """A recording in its own process.

    Parameters
    ----------
    folder : Path
        The run directory; it must exist.
    options : RecordingOptions
        What to record.
    """

    def __init__(self, folder: Path, options: RecordingOptions) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hil.runner.recorder_main", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # an interrupt from the terminal must not end it before the run
        )
        self._batch_octets = _BATCH_OCTETS if options.chunked else 0
        self._parts: list[bytes] = []
        self._size = 0
        self._send([json.dumps(dataclasses.asdict(options)).encode()])

    @property
    def pid(self) -> int:
        """Process id, for the memory account."""
        return self._process.pid

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        """Hand over one tick; waits when the recorder is behind."""
        if not routed:
            return
        parts = self._parts
        parts.append(_TICK.pack(tick, len(routed)))
        size = self._size + _TICK.size
        for octets in routed:
            length = len(octets)
            parts.append(_LENGTH.pack(length))
            parts.append(octets)
            size += length + _LENGTH.size
        self._size = size
        if size > self._batch_octets:
            self._send(parts)
            parts.clear()
            self._size = 0

    def close(self) -> RecordingTotals:
        """Send what is left, wait for the files to be complete, and return what is in them.

        Raises
        ------
        RunDataError
            The recorder died.
        """
        if self._parts:
            self._send(self._parts)
        try:
            answer, _ = self._process.communicate(timeout=_CLOSE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            answer, _ = self._process.communicate()
        if self._process.returncode != 0:
            raise RunDataError(f"recorder must end with code 0, got {self._process.returncode}")
        return RecordingTotals(**json.loads(answer))

    def _send(self, parts: list[bytes]) -> None:
        stream = self._process.stdin
        assert stream is not None  # noqa: S101  it was asked for above
        body = b"".join(parts)
        try:
            stream.write(_LENGTH.pack(len(body)))
            stream.write(body)
            if not self._batch_octets:
                stream.flush()
        except BrokenPipeError as error:
            raise RunDataError("recorder must live as long as the run, got its end") from error
