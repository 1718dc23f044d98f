import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.dictionary.optical import FaultCause, OpticalMode, TerminalMode
from flight.optical.dark import Dark
from flight.optical.memory import Memory, TerminalMemory, packed, unpacked
from flight.optical.pointing import Attitude, Pointing, StateVector
from flight.optical.sequence import TerminalState
from flight.optical.windows import Window

NUMBER = st.floats(-1e7, 1e7)
TIME = st.integers(0, 2**62)
VECTOR = st.tuples(NUMBER, NUMBER, NUMBER)
FIX = st.builds(StateVector, TIME, VECTOR, VECTOR)
WINDOW = st.builds(
    lambda from_ns, length_ns, terminal, partner: Window(
        from_ns=from_ns, until_ns=from_ns + length_ns, terminal_index=terminal, partner_index=partner
    ),
    TIME,
    st.integers(1, 10**12),
    st.integers(0, 3),
    st.integers(0, 15),
)
TERMINAL = st.builds(
    TerminalMemory,
    state=st.builds(
        TerminalState, st.sampled_from(TerminalMode), *([NUMBER] * 4), st.sampled_from(FaultCause)
    ),
    ordered=st.builds(Pointing, *([NUMBER] * 7)),
    ordered_ns=TIME,
    laser_on=st.booleans(),
    laser_enabled=st.booleans(),
    up=st.booleans(),
    up_s=NUMBER,
    planned_s=NUMBER,
    acquisition_count=st.integers(0, 1000),
    window=st.none() | WINDOW,
    dark=st.none() | st.builds(Dark, TIME, TIME, st.integers(1, 3)),
    scanned_ns=TIME,
)
MEMORY = st.builds(
    Memory,
    mode=st.sampled_from(OpticalMode),
    terminals=st.lists(TERMINAL, min_size=4, max_size=4).map(tuple),
    plan=st.lists(WINDOW, max_size=8).map(tuple),
    own=st.none() | FIX,
    attitude=st.none() | st.builds(Attitude, TIME, st.tuples(NUMBER, NUMBER, NUMBER, NUMBER), VECTOR),
    sun_dir_body=st.none() | VECTOR,
    partners=st.lists(st.tuples(st.integers(0, 15), FIX), max_size=4).map(tuple),
)


@settings(max_examples=30)
@given(MEMORY)
def test_a_memory_survives_the_store_octet_for_octet(memory: Memory) -> None:
    image = msgpack.unpackb(msgpack.packb(packed(memory)), use_list=False)
    assert unpacked(image) == memory


def test_a_dark_interval_is_on_between_its_times() -> None:
    one = TerminalMemory(dark=Dark(10, 20, 1))
    assert [one.is_dark(time_ns) for time_ns in (9, 10, 19, 20)] == [False, True, True, False]
    assert not TerminalMemory().is_dark(15)
