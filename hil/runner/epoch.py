"""Turn a scenario's UTC epoch into TAI nanoseconds, and simulated seconds back into UTC for display."""

from datetime import UTC, datetime, timedelta

__all__ = ["tai_ns_from_utc", "unix_ns_from_tai", "utc_text"]

_EPOCH = datetime(1958, 1, 1, tzinfo=UTC)
_LAST_LEAP = datetime(2017, 1, 1, tzinfo=UTC)
_UNIX_S = 4383 * 86400  # 1958-01-01 to 1970-01-01
_LEAP_S = 37  # IERS Bulletin C 52: TAI - UTC since 2017-01-01, none announced since


def tai_ns_from_utc(text: str) -> int:
    """Return TAI nanoseconds since 1958-01-01 (the CCSDS epoch, 301.0-B-4) of an ISO 8601 instant.

    Raises
    ------
    ValueError
        The text is no instant with a zone, or lies before the last leap second of the table.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant < _LAST_LEAP:
        raise ValueError(f"epoch must be an instant with a zone from 2017-01-01 on, got {text}")
    whole = instant.astimezone(UTC) - _EPOCH
    return ((whole.days * 86400 + whole.seconds + _LEAP_S) * 1_000_000 + whole.microseconds) * 1000


def unix_ns_from_tai(time_ns: int) -> int:
    """Return the Unix time (UTC) in nanoseconds of a TAI clock reading, for log viewers."""
    return time_ns - (_UNIX_S + _LEAP_S) * 1_000_000_000


def utc_text(time_ns: int) -> str:
    """Return the UTC instant of a TAI clock reading, to the second."""
    instant = _EPOCH + timedelta(seconds=time_ns // 1_000_000_000 - _LEAP_S)
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
