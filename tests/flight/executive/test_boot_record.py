from flight.bus.disk import MemoryDisk
from flight.executive.boot_record import Boot, BootLog, ResetType

VERSION = (0, 1, 0)


def _boots(disk: MemoryDisk, ends: str) -> list[Boot]:
    """Return boots that end in order (o) or unasked (u)."""
    boots = []
    for end in ends:
        log = BootLog(disk)
        boots.append(log.begin(VERSION))
        if end == "o":
            log.end(boots[-1])
    return boots


def test_first_boot_is_a_power_on() -> None:
    [boot] = _boots(MemoryDisk(), "o")
    assert boot == Boot(1, 0, ResetType.POWER_ON, VERSION)
    assert not boot.keeps_state


def test_orderly_end_is_told_from_an_unasked_one() -> None:
    boots = _boots(MemoryDisk(), "ouoo")
    assert [boot.reset_type for boot in boots] == [
        ResetType.POWER_ON,
        ResetType.ORDERLY,
        ResetType.UNASKED,
        ResetType.ORDERLY,
    ]
    assert [boot.boot_count for boot in boots] == [1, 2, 3, 4]
    assert [boot.reset_count for boot in boots] == [0, 0, 1, 0]


def test_third_unasked_reset_in_a_row_starts_cold() -> None:
    boots = _boots(MemoryDisk(), "uuuuuu")
    assert [boot.keeps_state for boot in boots] == [False, True, True, False, True, True]


def test_broken_record_is_a_first_boot() -> None:
    disk = MemoryDisk()
    _boots(disk, "oo")
    disk.files["boot"][:] = bytes(len(disk.files["boot"]))
    assert _boots(disk, "o")[0].boot_count == 1
