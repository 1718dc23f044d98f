"""Frames over pairs of sockets: whole, whatever their size and however they are cut."""

import os
import socket
import struct
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.pair_wire import PairEnd, PairWire
from flight.bus.wire import Arrival
from flight.dictionary.executive import BusReject

LIMIT = 8 * 1024 * 1024


def _open(wire: PairWire, identity: bytes) -> int:
    """Return the descriptor that the process of this address would have inherited."""
    way = wire.open(identity)
    assert way.endpoint == f"fd:{way.descriptors[0]}"
    descriptor = os.dup(way.descriptors[0])
    wire.opened(identity)
    return descriptor


@pytest.fixture
def wire() -> Iterator[PairWire]:
    made = PairWire(LIMIT)
    yield made
    made.close()


def test_frames_go_both_ways_between_their_own_ends(wire: PairWire) -> None:
    ends = {name: PairEnd(_open(wire, name)) for name in (b"a.1", b"b.1")}
    for name, end in ends.items():
        assert wire.send(name, b"for " + name)
        assert end.receive() == b"for " + name
        end.send(b"from " + name)
    found = {wire.receive(1000), wire.receive(1000)}
    assert found == {Arrival(name, b"from " + name) for name in ends}
    assert wire.receive(0) is None
    for end in ends.values():
        end.close()


@pytest.mark.parametrize("octets_count", [0, 1, 65_531, 65_532, 65_533, 3_000_000])
def test_frames_of_any_length_arrive_whole(wire: PairWire, octets_count: int) -> None:
    end = PairEnd(_open(wire, b"a.1"))
    frame = os.urandom(octets_count)
    received: list[bytes | None] = []
    echo = threading.Thread(target=lambda: received.append(end.receive()) or end.send(frame))
    echo.start()
    assert wire.send(b"a.1", frame)
    arrival = wire.receive(5000)
    while arrival is None:
        arrival = wire.receive(5000)
    echo.join()
    assert received == [frame]
    assert arrival == Arrival(b"a.1", frame)
    end.close()


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=6), st.lists(st.integers(1, 60), max_size=10))
def test_frames_survive_any_cut(frames: list[bytes], cuts: list[int]) -> None:
    wire = PairWire(LIMIT)
    descriptor = _open(wire, b"a.1")
    stream = b"".join(struct.pack(">I", len(frame)) + frame for frame in frames)
    found = []
    with socket.socket(fileno=descriptor) as other:
        for cut in [*cuts, len(stream)]:
            part, stream = stream[:cut], stream[cut:]
            if part:
                other.sendall(part)
            while (arrival := wire.receive(0)) is not None:
                found.append(arrival.frame)
        assert not stream
    assert found == frames
    wire.close()


def test_announced_length_beyond_the_limit_cuts_the_process_off(wire: PairWire) -> None:
    with socket.socket(fileno=_open(wire, b"a.1")) as other:
        other.sendall(struct.pack(">I", LIMIT) + b"x")
        assert wire.receive(1000) == Arrival(b"a.1", BusReject.OVERSIZED)
        assert not wire.send(b"a.1", b"more")


def test_end_of_a_process_is_seen_at_once(wire: PairWire) -> None:
    os.close(_open(wire, b"a.1"))
    assert wire.receive(60_000) is None
    assert not wire.send(b"a.1", b"more")


def test_end_of_the_coordinator_is_seen_by_the_process() -> None:
    wire = PairWire(LIMIT)
    end = PairEnd(_open(wire, b"a.1"))
    wire.close()
    end.send(b"nobody hears")
    assert end.receive() is None
    end.close()


def test_unknown_address_is_gone(wire: PairWire) -> None:
    assert not wire.send(b"stranger", b"x")
    wire.drop(b"stranger")
