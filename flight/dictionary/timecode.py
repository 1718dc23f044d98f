"""Packet time: CCSDS unsegmented code of four coarse and four fine octets, TAI from 1958-01-01.

Source: CCSDS 301.0-B-4 clause 3.2. The preamble field is implicit (ECSS-E-ST-70-41C clause 7.3.10); written
out it would be two octets, 9Fh and 04h: CCSDS epoch, four coarse and three plus one fine octets.
"""

import struct

__all__ = ["TIME_OCTETS", "pack_time", "unpack_time"]

TIME_OCTETS = 8
"""Octets of a packed time."""

_TIME = struct.Struct(">II")
_NS_PER_S = 1_000_000_000


def pack_time(time_ns: int) -> bytes:
    """Return a time as eight octets.

    Parameters
    ----------
    time_ns : int
        TAI nanoseconds since 1958-01-01, 0 to 2**32 s.

    Raises
    ------
    ValueError
        If the time is outside.

    Examples
    --------
    >>> pack_time(1_500_000_000).hex()
    '0000000180000000'
    """
    coarse_s, rest_ns = divmod(time_ns, _NS_PER_S)
    if not 0 <= coarse_s < 2**32:
        raise ValueError(f"time_ns must be in [0, 2**32) s, got {time_ns} ns (packet time)")
    return _TIME.pack(coarse_s, ((rest_ns << 32) + _NS_PER_S // 2) // _NS_PER_S)


def unpack_time(octets: bytes | memoryview) -> int:
    """Return the TAI nanoseconds since 1958-01-01 of eight octets, to the nearest nanosecond."""
    coarse_s, fine = _TIME.unpack_from(octets)
    return int(coarse_s) * _NS_PER_S + ((int(fine) * _NS_PER_S + (1 << 31)) >> 32)
