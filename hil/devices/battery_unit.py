"""The emulated battery monitor: a process that answers polls on a serial line with what its inputs measure.

Standard input carries the analogue inputs (u16 length, then five float64 per pack); the file descriptor in
the first argument is the unit's end of the line. The end of standard input switches the unit off.
"""

import os
import selectors
import signal
import struct
import sys
from math import isfinite

from hil.devices.battery import PackRow
from hil.devices.battery_line import FrameKind, LineDecoder, build_frame, pack_rows

_ROW = struct.Struct("<5d")
_READ_OCTETS = 4096


class BatteryUnit:
    """State of the unit, in bytes only.

    Its inputs arrive as records and its answers go out as frames, so a test can run it without a process.
    """

    def __init__(self) -> None:
        self._decoder = LineDecoder()
        self._inputs = bytearray()
        self._rows: list[PackRow | None] = []

    def measure(self, octets: bytes) -> None:
        """Take octets of the analogue inputs."""
        self._inputs += octets
        while len(self._inputs) >= 2 and len(self._inputs) >= 2 + int.from_bytes(self._inputs[:2], "little"):
            length = int.from_bytes(self._inputs[:2], "little")
            record = bytes(self._inputs[2 : 2 + length])
            del self._inputs[: 2 + length]
            self._rows = [row if all(map(isfinite, row)) else None for row in _ROW.iter_unpack(record)]

    def answer(self, octets: bytes) -> bytes:
        """Take octets of the line, return what the unit sends."""
        polls = [frame for frame in self._decoder.feed(octets) if frame.kind is FrameKind.POLL]
        return b"".join(
            build_frame(FrameKind.READING, poll.sequence, pack_rows(self._rows)) for poll in polls
        )


def serve(inputs: int, line: int) -> None:
    """Run the unit on two file descriptors until its inputs end."""
    unit = BatteryUnit()
    with selectors.DefaultSelector() as selector:
        selector.register(inputs, selectors.EVENT_READ)
        selector.register(line, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if inputs in ready:
                octets = os.read(inputs, _READ_OCTETS)
                if not octets:
                    return
                unit.measure(octets)
            if line in ready:
                os.write(line, unit.answer(os.read(line, _READ_OCTETS)))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.fileno(), int(sys.argv[1]))
