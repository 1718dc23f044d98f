"""The battery monitor at the end of a serial line, and the pseudo-terminal on which an emulated unit sits.

The host side is the same for a real port and for an emulated unit: pyserial, non-blocking, one poll a
second just before the reading is due. The emulated unit is a process of its own that knows only its
analogue inputs and the line.
"""

import os
import select
import struct
import subprocess
import sys
from collections.abc import Sequence

import serial

from flight.bus.application import Config, Inbox, Now
from hil.devices.battery import BatteryDevice, PackRow, SimulatedBattery
from hil.devices.battery_line import FrameKind, LineDecoder, build_frame, unpack_rows

__all__ = ["EmulatedUnit", "SerialBattery", "SerialBatteryDevice"]

_ROW = struct.Struct("<5d")
_STALE_READINGS = 3
_STOP_TIMEOUT_S = 2.0


class EmulatedUnit:
    """A battery monitor in its own process, on a pseudo-terminal, fed with the plant's sensed values.

    Parameters
    ----------
    source : SimulatedBattery
        The analogue inputs.
    """

    def __init__(self, source: SimulatedBattery) -> None:
        self._source = source
        master, slave = os.openpty()
        self.port = os.ttyname(slave)
        command = [sys.executable, "-m", "hil.devices.battery_unit", str(master)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, pass_fds=[master], start_new_session=True
        )
        self._slave = slave  # kept open, or the line would hang up between two opens
        os.close(master)

    def drive(self, tick: int) -> None:
        """Put the plant's present values on the unit's analogue inputs."""
        rows = self._source.read(tick)
        octets = b"".join(_ROW.pack(*(row or (float("nan"),) * 5)) for row in rows)
        stream = self._process.stdin
        if stream is not None and self._process.poll() is None:
            stream.write(len(octets).to_bytes(2, "little") + octets)
            stream.flush()

    def close(self) -> None:
        """End the unit and its line."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._slave)


class SerialBattery:
    """The host's driver.

    Parameters
    ----------
    port : str
        Serial device, e.g. ``/dev/ttyUSB0``.
    baud_rate_per_s : int
        Line rate.
    unit : EmulatedUnit or None
        The unit at the other end when it is emulated.
    """

    def __init__(self, port: str, *, baud_rate_per_s: int, unit: EmulatedUnit | None = None) -> None:
        self._line = serial.Serial(port, baud_rate_per_s, timeout=0, write_timeout=0, exclusive=True)
        self._decoder = LineDecoder()
        self._unit = unit
        self._sequence = 0
        self._rows: list[PackRow | None] = []
        self._missed_count = _STALE_READINGS
        self.answer_count = 0
        self.line_error_count = 0

    def poll(self, tick: int) -> None:
        """Listen, drive the emulated inputs, and ask."""
        self._listen()
        if self._unit is not None:
            self._unit.drive(tick)
        self._sequence = self._sequence + 1 & 0xFF
        self._missed_count += 1
        try:
            self._line.write(build_frame(FrameKind.POLL, self._sequence))
        except (OSError, serial.SerialException):
            self.line_error_count += 1

    def read(self, tick: int) -> Sequence[PackRow | None]:  # noqa: ARG002  the answer knows its poll
        """Return the newest answer; nothing is valid after three polls without one."""
        self._listen()
        return self._rows if self._missed_count < _STALE_READINGS else [None] * len(self._rows)

    def wait_for_octets(self, timeout_s: float) -> bool:
        """Wait until something is there to be read; return whether it is. Not for use within a tick."""
        return bool(select.select([self._line], [], [], timeout_s)[0])

    def end_unit(self) -> None:
        """End an emulated unit and leave the line open, as when its plug is pulled."""
        if self._unit is not None:
            self._unit.close()
            self._unit = None

    def close(self) -> None:
        """Close the line and end an emulated unit."""
        self._line.close()
        self.end_unit()

    def _listen(self) -> None:
        try:
            octets = self._line.read(self._line.in_waiting or 1)
        except (OSError, serial.SerialException):
            self.line_error_count += 1  # the line hung up: the reading goes stale, the run goes on
            return
        for frame in self._decoder.feed(octets):
            if frame.kind is FrameKind.READING and frame.sequence == self._sequence:
                self._rows = unpack_rows(frame.payload)
                self._missed_count = 0
                self.answer_count += 1


class SerialBatteryDevice(BatteryDevice):
    """The battery monitor behind a serial line: asks one tick before each reading is due.

    Parameters
    ----------
    config : Config
        From the manifest.
    line : SerialBattery
        The driver.
    """

    PERIOD_MS = 100

    def __init__(self, config: Config, line: SerialBattery) -> None:
        super().__init__(config, line)
        self._line = line
        self._reading_ticks = 1000 // config.tick_ms
        self._poll_tick = self._reading_ticks - self.PERIOD_MS // config.tick_ms

    def step(self, now: Now, inbox: Inbox) -> None:
        """Ask or publish, when it is time for either."""
        phase = now.tick % self._reading_ticks
        if phase == self._poll_tick:
            self._line.poll(now.tick)
        elif phase == 0:
            super().step(now, inbox)
