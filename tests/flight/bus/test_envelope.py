import struct

import pytest

from flight.bus.envelope import (
    HEADER_FIXED_OCTETS,
    HEADER_OCTETS,
    fixed_part,
    identity_of,
    parse_header,
    source_of,
    varying_part,
)


def test_header_stands_octet_by_octet() -> None:
    octets = fixed_part(0x1480, 72, 5, 0xBEEF) + varying_part(7, 0x0102030405060708, identity_of(16, 9))
    assert octets.hex() == "0100148000480005beef" + "00000007" + "0102030405060708" + "00000010" + "00000009"
    assert (len(octets), HEADER_FIXED_OCTETS) == (HEADER_OCTETS, 10)


def test_header_comes_back_from_its_octets() -> None:
    header = parse_header(fixed_part(0x8001, 17, 0, 1) + varying_part(3, 4, 5) + b"body")
    assert (header.message_id, header.source, header.sequence, header.tick, header.cause) == (
        0x8001,
        17,
        3,
        4,
        5,
    )
    assert header.identity == 17 << 32 | 3
    assert source_of(header.identity) == 17


def test_short_octets_are_no_header() -> None:
    with pytest.raises(struct.error):
        parse_header(bytes(HEADER_OCTETS - 1))
