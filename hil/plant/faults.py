"""Names of the faults that can be injected, and what each of them takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from hil.plant.actuators import PUMP_UNIT_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFault:
    """A fault of one sensor channel, injected with ``channel="group.field[index]"`` and ``value``."""

    code: int
    default: float
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """One more value of a fault of equipment, with a code of its own."""

    code: int
    value: str
    value_faulty: float
    value_healthy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFault:
    """A fault of equipment, injected with the named index (none if empty) and, where it has them, values."""

    code: int
    index: str
    value_faulty: float
    value_healthy: float
    value: str | None
    meaning: str
    also: tuple[ValueRow, ...] = ()


def _upset(kind: int, meaning: str) -> UnitFault:
    """Return an upset of one accelerator; clearing it takes away what it has left of a fault."""
    return UnitFault(
        code=14,
        index="accelerator",
        value_faulty=float(kind),
        value_healthy=-1.0,
        value=None,
        meaning=meaning,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentFault:
    """The same sensor fault in all channels of one instrument; ``value`` as there."""

    sensor_fault: str
    channels: tuple[str, ...]
    value: float
    meaning: str


_FIX = tuple(
    f"navigation.{name}[{i}]" for name in ("position_eci_m", "velocity_eci_m_per_s") for i in range(3)
)

INSTRUMENT_FAULTS: Mapping[str, InstrumentFault] = {
    "star_tracker_out": InstrumentFault(
        sensor_fault="sensor_dropout",
        channels=tuple(f"navigation.q_body_from_eci[{i}]" for i in range(4)),
        value=1.0,
        meaning="no attitude; value: chance of NaN per sample",
    ),
    "gyro_bias": InstrumentFault(
        sensor_fault="sensor_bias",
        channels=tuple(f"navigation.rate_body_rad_per_s[{i}]" for i in range(3)),
        value=1e-4,
        meaning="value: added to all three axes, rad/s",
    ),
    "sun_sensor_out": InstrumentFault(
        sensor_fault="sensor_dropout",
        channels=tuple(f"navigation.sun_dir_body[{i}]" for i in range(3)),
        value=1.0,
        meaning="no Sun direction; value: chance of NaN per sample",
    ),
    "ephemeris_stale": InstrumentFault(
        sensor_fault="sensor_stuck",
        channels=_FIX,
        value=nan,
        meaning="position and velocity stay those of the onset",
    ),
    "clock_step": InstrumentFault(
        sensor_fault="sensor_delay",
        channels=_FIX,
        value=31.0,
        meaning="the fix is older than its time says; value: by plant steps, at most 31",
    ),
}

SENSOR_FAULTS: Mapping[str, SensorFault] = {
    "sensor_stuck": SensorFault(
        code=1, default=nan, meaning="value: held reading; without it the reading at onset"
    ),
    "sensor_bias": SensorFault(code=2, default=0.0, meaning="value: added, in the channel's unit"),
    "sensor_drift": SensorFault(code=3, default=0.0, meaning="value: added per second since onset"),
    "sensor_dropout": SensorFault(code=4, default=1.0, meaning="value: chance of NaN per sample"),
    "sensor_spike": SensorFault(code=5, default=0.0, meaning="value: spike in one sample of twenty"),
    "sensor_delay": SensorFault(code=6, default=10.0, meaning="value: extra age in plant steps, at most 31"),
    "sensor_noise": SensorFault(code=7, default=0.0, meaning="value: added standard deviation"),
    "sensor_scale": SensorFault(code=8, default=0.0, meaning="value: added scale error, fraction"),
}

_EQUIPMENT_FAULTS: Mapping[str, UnitFault] = {
    "wheel_off": UnitFault(
        code=32, index="wheel", value_faulty=1.0, value_healthy=0.0, value=None, meaning="no motor torque"
    ),
    "wheel_seized": UnitFault(
        code=32,
        index="wheel",
        value_faulty=2.0,
        value_healthy=0.0,
        value=None,
        meaning="wheel stops within seconds and gives its momentum to the body",
    ),
    "section_open": UnitFault(
        code=0,
        index="section",
        value_faulty=0.0,
        value_healthy=1.0,
        value=None,
        meaning="string open, no current",
    ),
    "section_shadow": UnitFault(
        code=0,
        index="section",
        value_faulty=0.5,
        value_healthy=1.0,
        value="light_frac",
        meaning="share of light left",
    ),
    "section_short": UnitFault(
        code=1, index="section", value_faulty=1.0, value_healthy=0.0, value=None, meaning="output shorted"
    ),
    "section_part_shadow": UnitFault(
        code=48,
        index="section",
        value_faulty=0.5,
        value_healthy=0.0,
        value="shaded_frac",
        meaning="share of the substrings in a shadow that leaves light_frac: two power peaks",
        also=(ValueRow(code=49, value="light_frac", value_faulty=0.2, value_healthy=1.0),),
    ),
    "converter_off": UnitFault(
        code=50, index="section", value_faulty=1.0, value_healthy=0.0, value=None, meaning="converter dead"
    ),
    "converter_stuck": UnitFault(
        code=51,
        index="section",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="converter holds its last voltage, tracking has stopped",
    ),
    "wing_stuck": UnitFault(
        code=2, index="wing", value_faulty=1.0, value_healthy=0.0, value=None, meaning="gimbal does not move"
    ),
    "pack_open": UnitFault(
        code=3, index="pack", value_faulty=1.0, value_healthy=0.0, value=None, meaning="contactor open"
    ),
    "cell_short": UnitFault(
        code=52,
        index="pack",
        value_faulty=0.01,
        value_healthy=0.0,
        value="short_ohm",
        meaning="resistance across one series group; what it drained stays drained",
    ),
    "cell_open": UnitFault(
        code=53,
        index="pack",
        value_faulty=1.0,
        value_healthy=0.0,
        value="cell_count",
        meaning="cells of one series group that are open, of 21",
    ),
    "cell_resistance": UnitFault(
        code=54,
        index="pack",
        value_faulty=10.0,
        value_healthy=1.0,
        value="ratio",
        meaning="resistance of one series group against the others",
    ),
    "bus_overload": UnitFault(
        code=55,
        index="bus",
        value_faulty=50_000.0,
        value_healthy=0.0,
        value="power_w",
        meaning="load on the bus (0) behind no switch; beyond the sources it makes an undervoltage",
    ),
    "pump_stop": UnitFault(
        code=4,
        index="pump",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="pump = loop * 3 + unit",
    ),
    "valve_stuck": UnitFault(
        code=5,
        index="loop",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="bypass valve does not move",
    ),
    "coolant_leak": UnitFault(
        code=6,
        index="loop",
        value_faulty=0.001,
        value_healthy=0.0,
        value="leak_kg_per_s",
        meaning="mass loss",
    ),
    "panel_blocked": UnitFault(
        code=7,
        index="panel",
        value_faulty=0.0,
        value_healthy=1.0,
        value="health_frac",
        meaning="heat path left",
    ),
    "pump_cavitation": UnitFault(
        code=12,
        index="loop",
        value_faulty=0.3,
        value_healthy=1.0,
        value="head_frac",
        meaning="share of the pumps' head that is left",
    ),
    "panel_freeze": UnitFault(
        code=13,
        index="panel",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="coolant frozen through, 5 K below its freezing point; thaws by itself or when cleared",
    ),
    "node_hang": UnitFault(
        code=8, index="node", value_faulty=1.0, value_healthy=0.0, value=None, meaning="node stops answering"
    ),
    "memory_correctable": _upset(0, "one corrected bit, counted"),
    "memory_uncorrectable": _upset(1, "the node's job goes back to its checkpoint"),
    "accelerator_hang": _upset(2, "its node stops answering until it is cycled"),
    "accelerator_lost": _upset(3, "functional interrupt: gone until it has been without power"),
    "silent_corruption": _upset(4, "a wrong result that no channel shows"),
    "accelerator_latchup": _upset(5, "current step; the node's guard cuts the power"),
    "solar_event": UnitFault(
        code=15,
        index="",
        value_faulty=50.0,
        value_healthy=0.0,
        value="upset_ratio",
        meaning="solar particle event: rate above the magnetic cutoff over the orbit's average",
    ),
    "gimbal_stuck": UnitFault(
        code=9,
        index="terminal",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="gimbal does not move",
    ),
    "partner_lost": UnitFault(
        code=10,
        index="terminal",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="partner dark and deaf",
    ),
    "link_fade": UnitFault(
        code=11, index="terminal", value_faulty=20.0, value_healthy=0.0, value="fade_db", meaning="extra loss"
    ),
    "mirror_stuck": UnitFault(
        code=16,
        index="terminal",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="fine mirror does not move",
    ),
}

_WORLD_FAULTS: Mapping[str, UnitFault] = {
    "shadow_wider": UnitFault(
        code=64,
        index="",
        value_faulty=300e3,
        value_healthy=0.0,
        value="radius_m",
        meaning="the Earth's shadow is wider: eclipses begin sooner and last longer than planned",
    ),
    "tumble": UnitFault(
        code=65,
        index="axis",
        value_faulty=0.02,
        value_healthy=0.0,
        value="rate_rad_per_s",
        meaning="the body gets this rate about a body axis (0 to 2) at once; clearing takes nothing back",
    ),
    "mirror_saturated": UnitFault(
        code=66,
        index="terminal",
        value_faulty=0.0005,
        value_healthy=1.0,
        value="stroke_frac",
        meaning="share of the fine mirror's stroke that its driver still gives",
    ),
    "panel_leak": UnitFault(
        code=67,
        index="panel",
        value_faulty=0.01,
        value_healthy=0.0,
        value="leak_kg_per_s",
        meaning="puncture: mass loss while the panel's valve is open",
    ),
    "panel_valve_stuck": UnitFault(
        code=68,
        index="panel",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="the panel's isolation valve does not move",
    ),
    "undervoltage_trip": UnitFault(
        code=69,
        index="bus",
        value_faulty=1.0,
        value_healthy=0.0,
        value=None,
        meaning="the bus comparator (0) has tripped: loads open and stay locked out until it is well",
    ),
}

UNIT_FAULTS: Mapping[str, UnitFault] = {**_EQUIPMENT_FAULTS, **_WORLD_FAULTS}

PUMPS_PER_LOOP = PUMP_UNIT_COUNT
