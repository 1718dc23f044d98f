from pathlib import Path

from flight.bus.envelope import fixed_part, varying_part
from flight.bus.tap import Tap, TapReader

SETTLE_PUTS = 200


def _message(message_id: int, sequence: int) -> bytes:
    return fixed_part(message_id, 16, 0, 0) + varying_part(sequence, 5, 0) + b"body"


def _first(tap: Tap, reader: TapReader, message_id: int) -> None:
    """Send until the reader's subscription has arrived."""
    for _ in range(SETTLE_PUTS):
        tap.put(0, [_message(message_id, 0)])
        if reader.read(20) is not None:
            break
    while reader.read(50) is not None:
        pass


def test_reader_gets_copies_and_counts_gaps(run_dir: Path) -> None:
    tap, reader = Tap(run_dir), TapReader(run_dir)
    _first(tap, reader, 0x1001)
    before = reader.gap_count
    tap.put(5, [_message(0x1001, 1), _message(0x1002, 2)])
    tap.put(6, [_message(0x1001, 7)])
    found = [reader.read(1000) for _ in range(3)]
    assert [one[0].sequence for one in found if one] == [1, 2, 7]
    assert all(one is not None and one[1] == b"body" for one in found)
    assert reader.gap_count - before == 4
    reader.close()
    tap.close()
    assert not list(run_dir.iterdir())


def test_reader_may_choose_messages(run_dir: Path) -> None:
    tap, reader = Tap(run_dir), TapReader(run_dir, [0x1002])
    _first(tap, reader, 0x1002)
    tap.put(5, [_message(0x1001, 1), _message(0x1002, 2), _message(0x1001, 3), _message(0x1002, 4)])
    found = [reader.read(1000) for _ in range(2)]
    assert [one[0].sequence for one in found if one] == [2, 4]
    assert reader.gap_count == 0
    assert reader.read(50) is None
    reader.close()
    tap.close()
