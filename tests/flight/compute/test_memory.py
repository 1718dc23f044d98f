import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.compute.jobs import Job, JobTable
from flight.compute.memory import Memory, packed, unpacked
from flight.compute.nodes import NodeHealth, NodePhase
from flight.dictionary.compute import ComputeMode, NodeFault

NUMBER = st.floats(0.0, 1e6)
COUNT = st.integers(0, 2**31)
JOB = st.builds(Job, COUNT, NUMBER, NUMBER, NUMBER, NUMBER)
EACH = st.lists(NUMBER, min_size=18, max_size=18).map(tuple)
MEMORY = st.builds(
    Memory,
    mode=st.sampled_from(ComputeMode),
    nodes=st.lists(
        st.builds(
            NodeHealth,
            st.sampled_from(NodePhase),
            NUMBER,
            NUMBER,
            COUNT,
            COUNT,
            NUMBER,
            st.integers(-1, 2**16),
            st.integers(-1, 2**16),
            st.sampled_from([int(cause) for cause in NodeFault]),
        ),
        min_size=18,
        max_size=18,
    ).map(tuple),
    jobs=st.builds(
        JobTable,
        running=st.lists(st.none() | JOB, min_size=18, max_size=18).map(tuple),
        queued=st.lists(JOB, max_size=64).map(tuple),
        next_id=COUNT,
        until_arrival_s=NUMBER,
        completed_count=COUNT,
        refused_count=COUNT,
        lost_work_s=NUMBER,
    ),
    guard_frac=EACH,
    cap_w=EACH,
    total_w=NUMBER,
    progress_s=EACH,
    ceiling_w=NUMBER,
    held=st.tuples(st.booleans(), st.booleans()),
)


@settings(max_examples=30)
@given(MEMORY)
def test_a_memory_survives_the_store_octet_for_octet(memory: Memory) -> None:
    image = msgpack.unpackb(msgpack.packb(packed(memory)), use_list=False)
    assert unpacked(image) == memory
