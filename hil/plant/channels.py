"""The frozen list of what the plant can tell: groups of fields, units, order and sensor quality.

A group is read with one call and comes as a flat tuple, field after field: field ``f`` of a group
occupies ``reading[f.offset : f.offset + f.count]``. Sensed groups pass through their channels (scale,
bias, noise, quantisation, delay); truth groups have no channels and serve the runner and the report only.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of equal channels.

    Parameters
    ----------
    name : str
        Field name; its last word is the unit.
    unit : str
        SI unit, ``1`` for dimensionless values, ``enum`` for whole-number states.
    count : int
        Number of channels.
    noise : float
        Standard deviation of the white noise per sample, in ``unit``.
    bias : float
        Standard deviation of the fixed bias that each channel draws once, in ``unit``.
    scale_frac : float
        Standard deviation of the fixed scale error that each channel draws once.
    quantum : float
        Quantisation step in ``unit``; 0 for none.
    delay_count : int
        Age of the sample in plant steps, 0 to 3.
    source : str
        Where the quality comes from.
    offset : int
        Position in the group's tuple; filled in by the group.
    """

    name: str
    unit: str
    count: int
    noise: float = 0.0
    bias: float = 0.0
    scale_frac: float = 0.0
    quantum: float = 0.0
    delay_count: int = 0
    source: str = "exact"
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that are read together, in order; ``width`` values in all."""

    name: str
    sensed: bool
    fields: tuple[Field, ...]

    @property
    def width(self) -> int:
        """Number of values in a reading of the group."""
        return sum(field.count for field in self.fields)

    def field(self, name: str) -> Field:
        """Return the field called ``name``; KeyError if the group has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def slice(self, name: str) -> slice:
        """Return where field ``name`` lies in a reading of the group."""
        field = self.field(name)
        return slice(field.offset, field.offset + field.count)


def _group(name: str, *fields: Field, sensed: bool = True) -> Group:
    placed = []
    offset = 0
    for field in fields:
        placed.append(
            Field(
                name=field.name,
                unit=field.unit,
                count=field.count,
                noise=field.noise,
                bias=field.bias,
                scale_frac=field.scale_frac,
                quantum=field.quantum,
                delay_count=field.delay_count,
                source=field.source,
                offset=offset,
            )
        )
        offset += field.count
    return Group(name=name, sensed=sensed, fields=tuple(placed))


def _adc(name: str, unit: str, count: int, full: float, scale_frac: float = 2e-3) -> Field:
    """Return a 14-bit acquisition channel of range ``full``, 1 LSB noise, 2 LSB bias."""
    lsb = full / 16384.0
    return Field(
        name=name,
        unit=unit,
        count=count,
        noise=lsb,
        bias=2.0 * lsb,
        scale_frac=scale_frac,
        quantum=lsb,
        delay_count=1,
        source="assumed: 14-bit acquisition, 0.2 % gain, 2 LSB offset, one-step pipeline",
    )


def _thermistor(name: str, count: int, noise: float = 0.05, delay_count: int = 1) -> Field:
    return Field(
        name=name,
        unit="K",
        count=count,
        noise=noise,
        bias=0.2,
        scale_frac=0.0,
        quantum=0.02,
        delay_count=delay_count,
        source="assumed: class A platinum sensor (IEC 60751), 0.2 K offset, 16-bit acquisition",
    )


def _state(name: str, count: int) -> Field:
    return Field(name=name, unit="enum", count=count, source="status word of the unit")


ARRAY = _group(
    "array",
    _adc("section_voltage_v", "V", 24, 200.0),
    _adc("section_current_a", "A", 24, 60.0, 4e-3),
    _thermistor("section_temperature_k", 24, 0.3),
    _state("section_mode", 24),
    Field(
        name="wing_angle_rad",
        unit="rad",
        count=2,
        noise=1e-4,
        bias=3e-4,
        quantum=9.6e-5,
        delay_count=1,
        source="assumed: 16-bit encoder",
    ),
)
BATTERY = _group(
    "battery",
    _adc("pack_voltage_v", "V", 8, 200.0, 1e-3),
    Field(
        name="pack_current_a",
        unit="A",
        count=8,
        noise=0.05,
        bias=0.2,
        scale_frac=2e-3,
        quantum=0.02,
        delay_count=1,
        source="assumed: Hall sensor of 300 A range; discharge is positive",
    ),
    _thermistor("pack_temperature_k", 8),
    Field(
        name="cell_voltage_min_v",
        unit="V",
        count=8,
        noise=5e-4,
        bias=1e-3,
        quantum=1e-4,
        delay_count=1,
        source="assumed: cell monitor, 1 mV total error class",
    ),
    Field(
        name="cell_voltage_max_v",
        unit="V",
        count=8,
        noise=5e-4,
        bias=1e-3,
        quantum=1e-4,
        delay_count=1,
        source="assumed: cell monitor, 1 mV total error class",
    ),
    _state("pack_enabled", 8),
    _adc("heater_power_w", "W", 8, 400.0),
)
BUS = _group(
    "bus",
    _adc("bus_voltage_v", "V", 1, 200.0, 1e-3),
    _adc("array_power_w", "W", 1, 2e5),
    _adc("battery_power_w", "W", 1, 4e5),
    _adc("compute_power_w", "W", 1, 2e5),
    _adc("optical_power_w", "W", 1, 1e3),
    _adc("thermal_power_w", "W", 1, 1e4),
    _adc("housekeeping_power_w", "W", 1, 2e4),
    _state("shed_count", 1),
    _state("switch_closed", 26),
    _adc("switch_current_a", "A", 26, 80.0, 4e-3),
)
LOOPS = _group(
    "loops",
    _thermistor("supply_temperature_k", 2),
    _thermistor("return_temperature_k", 2),
    _thermistor("radiator_outlet_temperature_k", 2),
    Field(
        name="flow_kg_per_s",
        unit="kg/s",
        count=2,
        noise=0.01,
        bias=0.01,
        scale_frac=0.01,
        quantum=1e-3,
        delay_count=1,
        source="assumed: turbine flow meter, 1 % class",
    ),
    Field(
        name="pump_speed_frac",
        unit="1",
        count=2,
        noise=1e-3,
        quantum=1e-3,
        delay_count=1,
        source="assumed: Hall commutation",
    ),
    Field(
        name="pump_pressure_pa",
        unit="Pa",
        count=2,
        noise=500.0,
        bias=1000.0,
        scale_frac=5e-3,
        quantum=50.0,
        delay_count=1,
        source="assumed: 5 bar strain-gauge transducer, 0.5 % class",
    ),
    _adc("pump_power_w", "W", 2, 1000.0, 0.01),
    Field(
        name="bypass_frac",
        unit="1",
        count=2,
        noise=1e-3,
        bias=2e-3,
        quantum=1e-3,
        delay_count=1,
        source="assumed: valve resolver",
    ),
    Field(
        name="accumulator_mass_kg",
        unit="kg",
        count=2,
        noise=0.02,
        bias=0.05,
        quantum=0.01,
        delay_count=1,
        source="assumed: bellows position",
    ),
)
RADIATOR = _group("radiator", _thermistor("panel_temperature_k", 14))
NODES = _group(
    "nodes",
    _state("node_state", 18),
    Field(
        name="node_power_w",
        unit="W",
        count=18,
        noise=5.0,
        bias=5.0,
        scale_frac=0.01,
        quantum=1.0,
        delay_count=1,
        source="assumed: board power monitor, 1 % class",
    ),
    Field(name="node_cap_w", unit="W", count=18, source="register of the node guard"),
    Field(
        name="node_throughput_frac", unit="1", count=18, quantum=1e-3, delay_count=1, source="job counters"
    ),
    _thermistor("plate_temperature_k", 18),
    Field(
        name="die_temperature_max_k",
        unit="K",
        count=18,
        noise=0.3,
        bias=1.0,
        quantum=0.25,
        delay_count=1,
        source="assumed: on-die diode, 1 K class",
    ),
    Field(
        name="throttled_count",
        unit="enum",
        count=18,
        source="accelerators of the node held back by temperature",
    ),
    _state("heartbeat_count", 18),
    Field(name="job_progress_s", unit="s", count=18, source="job counters: full-clock node seconds done"),
)
ACCELERATORS = _group(
    "accelerators",
    Field(
        name="die_temperature_k",
        unit="K",
        count=72,
        noise=0.3,
        bias=1.0,
        quantum=0.25,
        delay_count=1,
        source="assumed: on-die diode, 1 K class",
    ),
    Field(
        name="accelerator_power_w",
        unit="W",
        count=72,
        noise=2.0,
        bias=3.0,
        scale_frac=0.02,
        quantum=1.0,
        delay_count=1,
        source="assumed: board power monitor, 2 % class",
    ),
    Field(name="clock_frac", unit="1", count=72, quantum=1e-3, source="clock register"),
)
TERMINALS = _group(
    "terminals",
    _state("terminal_mode", 4),
    Field(
        name="azimuth_rad",
        unit="rad",
        count=4,
        noise=5e-6,
        bias=2e-5,
        quantum=1e-6,
        source="assumed: gimbal encoder, 20 urad class",
    ),
    Field(
        name="elevation_rad",
        unit="rad",
        count=4,
        noise=5e-6,
        bias=2e-5,
        quantum=1e-6,
        source="assumed: gimbal encoder, 20 urad class",
    ),
    Field(
        name="camera_power_w",
        unit="W",
        count=4,
        noise=2e-12,
        bias=1e-12,
        scale_frac=0.02,
        quantum=1e-13,
        source="assumed: acquisition camera, 10 urad pixels at 200 Hz",
    ),
    Field(
        name="quad_power_w",
        unit="W",
        count=4,
        noise=2e-11,
        bias=1e-11,
        scale_frac=0.02,
        quantum=1e-12,
        source="assumed: quad cell sum signal",
    ),
    Field(
        name="receiver_power_w",
        unit="W",
        count=4,
        noise=1e-10,
        bias=5e-11,
        scale_frac=0.02,
        quantum=1e-11,
        source="assumed: communication detector monitor",
    ),
    Field(
        name="error_x_rad",
        unit="rad",
        count=4,
        noise=1e-7,
        bias=5e-8,
        quantum=1e-8,
        source="quad cell, NEA 0.05-0.1 urad",
    ),
    Field(
        name="error_y_rad",
        unit="rad",
        count=4,
        noise=1e-7,
        bias=5e-8,
        quantum=1e-8,
        source="quad cell, NEA 0.05-0.1 urad",
    ),
    _state("frame_lock", 4),
    _state("spiral_done", 4),
    _adc("terminal_power_w", "W", 4, 200.0),
)
NAVIGATION = _group(
    "navigation",
    Field(
        name="position_eci_m",
        unit="m",
        count=3,
        noise=2.0,
        bias=1.0,
        quantum=0.01,
        delay_count=1,
        source="assumed: GNSS receiver, metre class in LEO",
    ),
    Field(
        name="velocity_eci_m_per_s",
        unit="m/s",
        count=3,
        noise=0.02,
        quantum=1e-4,
        delay_count=1,
        source="assumed: GNSS receiver, cm/s class",
    ),
    Field(
        name="q_body_from_eci",
        unit="1",
        count=4,
        noise=5e-6,
        bias=5e-6,
        quantum=1e-9,
        source="star tracker 10 urad (half-angle 5 urad in the quaternion); scalar first",
    ),
    Field(
        name="rate_body_rad_per_s",
        unit="rad/s",
        count=3,
        noise=1e-6,
        bias=5e-7,
        quantum=1e-8,
        source="assumed: fibre-optic gyro",
    ),
    Field(
        name="sun_dir_body",
        unit="1",
        count=3,
        noise=2e-3,
        bias=3e-3,
        quantum=1e-4,
        delay_count=1,
        source="assumed: coarse Sun sensors, 0.2 deg; zero in the dark",
    ),
    Field(
        name="sun_presence_frac",
        unit="1",
        count=1,
        noise=5e-3,
        quantum=1e-3,
        delay_count=1,
        source="assumed: Sun sensor intensity",
    ),
)
PARTNERS = _group(
    "partners",
    Field(
        name="partner_position_eci_m",
        unit="m",
        count=12,
        noise=2.0,
        bias=5.0,
        quantum=0.01,
        delay_count=3,
        source="exchanged GNSS states, 10 m class; partner after partner, x y z",
    ),
    Field(
        name="partner_velocity_eci_m_per_s",
        unit="m/s",
        count=12,
        noise=0.02,
        quantum=1e-4,
        delay_count=3,
        source="exchanged GNSS states; partner after partner, x y z",
    ),
)


def _truth(name: str, unit: str, count: int = 1) -> Field:
    return Field(name=name, unit=unit, count=count)


WORLD = _group(
    "world",
    _truth("illumination_frac", "1"),
    _truth("sun_dir_eci", "1", 3),
    _truth("sun_distance_m", "m"),
    _truth("beta_rad", "rad"),
    _truth("latitude_rad", "rad"),
    _truth("longitude_rad", "rad"),
    _truth("altitude_m", "m"),
    _truth("earth_infrared_w_per_m2", "W/m2"),
    _truth("albedo_w_per_m2", "W/m2"),
    sensed=False,
)
STORAGE = _group(
    "storage",
    _truth("pack_charge_frac", "1", 8),
    _truth("cell_charge_min_frac", "1", 8),
    _truth("pack_stored_j", "J", 8),
    sensed=False,
)
LEDGER = _group(
    "ledger",
    _truth("array_power_w", "W"),
    _truth("array_maximum_power_w", "W"),
    _truth("converter_output_w", "W"),
    _truth("converter_loss_w", "W"),
    _truth("pack_terminal_power_w", "W", 8),
    _truth("pack_heat_w", "W", 8),
    _truth("regulator_loss_w", "W"),
    _truth("regulator_output_w", "W"),
    _truth("switch_power_w", "W", 26),
    _truth("housekeeping_power_w", "W"),
    _truth("compute_power_w", "W"),
    _truth("unserved_power_w", "W"),
    sensed=False,
)
HEAT = _group(
    "heat",
    _truth("compute_heat_w", "W"),
    _truth("pump_heat_w", "W", 2),
    _truth("radiated_w", "W"),
    _truth("absorbed_w", "W"),
    _truth("vented_w", "W"),
    _truth("loop_stored_j", "J"),
    _truth("pack_rejected_w", "W", 8),
    sensed=False,
)
OPTICS = _group(
    "optics",
    _truth("pointing_error_rad", "rad", 4),
    _truth("partner_range_m", "m", 4),
    _truth("partner_azimuth_rad", "rad", 4),
    _truth("partner_elevation_rad", "rad", 4),
    _truth("partner_visible", "enum", 4),
    sensed=False,
)

GROUPS: tuple[Group, ...] = (
    ARRAY,
    BATTERY,
    BUS,
    LOOPS,
    RADIATOR,
    NODES,
    ACCELERATORS,
    TERMINALS,
    NAVIGATION,
    PARTNERS,
    WORLD,
    STORAGE,
    LEDGER,
    HEAT,
    OPTICS,
)
"""All groups in the order of the C struct; the sensed ones first."""


def each_field() -> Iterator[tuple[Group, Field]]:
    """Yield every field with its group, in the order of the C struct."""
    for group in GROUPS:
        for field in group.fields:
            yield group, field
