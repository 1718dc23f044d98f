import msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.dictionary.power import PowerMode
from flight.power.battery import BatteryState
from flight.power.eclipse import Forecast
from flight.power.estimator import PackEstimate
from flight.power.memory import Memory, packed, unpacked
from flight.power.planner import Profile
from flight.power.sections import SectionWatch

NUMBER = st.floats(0.0, 1e6)
PACK = st.builds(PackEstimate, *([NUMBER] * 9), st.integers(0, 100))
MEMORY = st.builds(
    Memory,
    mode=st.sampled_from(PowerMode),
    battery=st.builds(
        BatteryState,
        packs=st.lists(st.none() | PACK, max_size=8).map(tuple),
        time_ns=st.integers(0, 2**62),
        mean_current_a=NUMBER,
    ),
    forecast=st.none()
    | st.builds(Forecast, period_s=NUMBER, entry_ns=st.integers(0, 2**62), exit_ns=st.integers(0, 2**62)),
    forecast_ns=st.integers(0, 2**62),
    profile=st.none() | st.builds(Profile, NUMBER, NUMBER, NUMBER),
    since_drift_s=NUMBER,
    array_w=NUMBER,
    tier=st.integers(0, 3),
    ordered_tier=st.integers(0, 3),
    enabled_mask=st.integers(0, 2**24 - 1),
    watch=st.builds(
        SectionWatch,
        st.lists(st.booleans(), min_size=24, max_size=24).map(tuple),
        st.lists(NUMBER, min_size=24, max_size=24).map(tuple),
    ),
)


@settings(max_examples=40)
@given(MEMORY)
def test_a_memory_survives_the_store_octet_for_octet(memory: Memory) -> None:
    image = msgpack.unpackb(msgpack.packb(packed(memory)), use_list=False)
    assert unpacked(image) == memory


def test_a_fresh_memory_knows_nothing() -> None:
    fresh = Memory()
    assert fresh.battery.known_count == 0
    assert fresh.profile is None
    assert fresh.watch.lost_mask == 0
    assert fresh.enabled_mask == 0xFFFFFF
