import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.dictionary.thermal import ThermalMode
from flight.thermal.law import LoopTrim
from flight.thermal.memory import LoopMemory, Memory, packed, unpacked
from flight.thermal.observer import SupplyEstimate
from flight.thermal.radiator import RadiatorEstimate

NUMBER = st.floats(-1e6, 1e6)
LOOP = st.builds(
    LoopMemory,
    supply=st.none() | st.builds(SupplyEstimate, NUMBER, NUMBER, st.booleans()),
    radiator=st.builds(RadiatorEstimate, NUMBER, NUMBER),
    trim=st.builds(LoopTrim, NUMBER),
    return_k=NUMBER,
    panel_k=NUMBER,
    flow_kg_per_s=NUMBER,
    bypass_frac=NUMBER,
    pump_speed_frac=NUMBER,
    set_k=st.none() | NUMBER,
    outside_s=NUMBER,
    announced=st.booleans(),
)


@settings(max_examples=40)
@given(st.sampled_from(ThermalMode), LOOP, LOOP, NUMBER, st.integers(0, 2**62))
def test_a_memory_survives_the_store_octet_for_octet(
    mode: ThermalMode, first: LoopMemory, second: LoopMemory, overhead_w: float, time_ns: int
) -> None:
    memory = Memory(mode=mode, loops=(first, second), overhead_w=overhead_w, time_ns=time_ns)
    image = msgpack.unpackb(msgpack.packb(packed(memory)), use_list=False)
    assert unpacked(image) == memory
