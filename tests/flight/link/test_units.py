"""Whole packets in data units, read by another library."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.link.errors import LocalLinkError
from flight.link.packet import build_packet
from flight.link.units import UnitFiller, unit_packets

UNIT_OCTETS = 400


def packet(count: int, octets: int) -> bytes:
    return build_packet(apid=70, is_command=False, sequence_count=count, data=bytes(octets - 6))


@given(st.lists(st.integers(7, 120), max_size=12))
def test_unit_is_a_run_of_whole_packets_that_ends_with_it(sizes: list[int]) -> None:
    filler, unit, used = UnitFiller(), bytearray(b"\xff" * UNIT_OCTETS), 0
    packets = []
    for size in sizes:
        if filler.fits(size, used, UNIT_OCTETS):
            packets.append(packet(len(packets), size))
            used += size
    filler.fill(memoryview(unit), packets)
    assert unit_packets(bytes(unit)) == packets
    headers, at = [], 0
    while at < UNIT_OCTETS:
        headers.append((int.from_bytes(unit[at : at + 2]) & 0x7FF, int.from_bytes(unit[at + 4 : at + 6]) + 7))
        at += headers[-1][1]
    assert at == UNIT_OCTETS
    assert [apid for apid, _ in headers] == [70] * len(packets) + [2047] * (used < UNIT_OCTETS)


@pytest.mark.interop
def test_another_reader_finds_the_packets() -> None:
    strange = pytest.importorskip("ccsdspy.utils")
    filler, unit = UnitFiller(idle_count=9), bytearray(UNIT_OCTETS)
    packets = [packet(count, 60) for count in range(3)]
    filler.fill(memoryview(unit), packets)
    found = strange.split_packet_bytes(BytesIO(bytes(unit)))
    assert [bytes(one) for one in found[:-1]] == packets
    assert int.from_bytes(found[-1][2:4]) & 0x3FFF == 9
    assert filler.idle_count == 10


@pytest.mark.parametrize(
    ("size", "fits"), [(400, True), (394, False), (399, False), (393, True), (401, False)]
)
def test_rest_of_a_unit_holds_an_idle_packet_or_nothing(size: int, *, fits: bool) -> None:
    assert UnitFiller.fits(size, 0, UNIT_OCTETS) is fits
    if fits:
        UnitFiller().fill(memoryview(bytearray(UNIT_OCTETS)), [packet(0, size)])
    else:
        with pytest.raises(LocalLinkError, match=f"of 400, got {size} octets"):
            UnitFiller().fill(memoryview(bytearray(UNIT_OCTETS)), [packet(0, size)])


@pytest.mark.parametrize("octets", [b"\x20" * 40, packet(0, 30) + b"\x00\x46\xc0", packet(0, 60)[:50]])
def test_unit_that_is_no_run_of_packets_gives_none(octets: bytes) -> None:
    assert unit_packets(octets) is None
