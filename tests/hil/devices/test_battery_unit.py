"""The emulated battery monitor, without its process."""

from __future__ import annotations

import struct

from hil.devices.battery_line import FrameKind, LineDecoder, build_frame, unpack_rows
from hil.devices.battery_unit import BatteryUnit


def inputs(*rows: tuple[float, ...]) -> bytes:
    octets = b"".join(struct.pack("<5d", *row) for row in rows)
    return len(octets).to_bytes(2, "little") + octets


ROW = (158.25, -12.5, 294.0, 3.95, 3.96)


def test_poll_is_answered_with_the_newest_inputs_and_its_own_sequence() -> None:
    unit = BatteryUnit()
    unit.measure(inputs((0.0,) * 5) + inputs(ROW, (float("nan"),) * 5))
    (frame,) = LineDecoder().feed(unit.answer(build_frame(FrameKind.POLL, 99)))
    assert (frame.kind, frame.sequence) == (FrameKind.READING, 99)
    assert unpack_rows(frame.payload) == [ROW, None]


def test_inputs_may_come_in_pieces() -> None:
    unit = BatteryUnit()
    for octet in inputs(ROW):
        unit.measure(bytes([octet]))
    (frame,) = LineDecoder().feed(unit.answer(build_frame(FrameKind.POLL, 1)))
    assert unpack_rows(frame.payload) == [ROW]


def test_unit_does_not_answer_noise_or_readings() -> None:
    unit = BatteryUnit()
    assert unit.answer(b"\xa5noise") == b""
    assert unit.answer(bytes(300) + build_frame(FrameKind.READING, 1)) == b""
