"""UTC epochs as TAI nanoseconds."""

from __future__ import annotations

import pytest

from hil.runner.epoch import tai_ns_from_utc, unix_ns_from_tai, utc_text

EQUINOX_TAI_NS = 2_152_709_197_000_000_000  # 24,915 days and 14:46:37 after 1958-01-01, leap seconds included


def test_known_instant() -> None:
    assert tai_ns_from_utc("2026-03-20T14:46:00Z") == EQUINOX_TAI_NS
    assert tai_ns_from_utc("2026-03-20T15:46:00+01:00") == EQUINOX_TAI_NS
    assert tai_ns_from_utc("2026-03-20T14:46:00.25Z") == EQUINOX_TAI_NS + 250_000_000


def test_displayed_again_as_it_was_given() -> None:
    assert utc_text(EQUINOX_TAI_NS) == "2026-03-20T14:46:00Z"


def test_unix_time_for_log_viewers() -> None:
    assert unix_ns_from_tai(EQUINOX_TAI_NS) == 1_774_017_960_000_000_000  # date -d 2026-03-20T14:46:00Z +%s


@pytest.mark.parametrize("text", ["2026-03-20T14:46:00", "2016-12-31T23:59:59Z", "noon"])
def test_instants_that_the_table_cannot_tell_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  two texts, one of them Python's
        tai_ns_from_utc(text)
