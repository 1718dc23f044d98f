"""The attitude unit's firmware called alone: odd readings, lost wheels, tumbling, guidance."""

from math import cos, inf, isfinite, nan, pi, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import AttitudeMode

ROOT = 1.0 / sqrt(3.0)
AXES = ((ROOT, ROOT, ROOT), (-ROOT, ROOT, ROOT), (-ROOT, -ROOT, ROOT), (ROOT, -ROOT, ROOT))
RADIUS_M, SPEED_M_PER_S = 6.978e6, 7558.0


class Unit:
    """Firmware with its memory and the last order."""

    def __init__(self, kind: int = 0) -> None:
        self.model = ffi.new("dd_attitude_model *")
        self.memory = ffi.new("dd_attitude_memory *")
        self.sensors = ffi.new("dd_attitude_sensors *")
        self.order = ffi.new("dd_attitude_order *")
        m, s = self.model, self.sensors
        m.inertia = (6e4, 2e4, 7e4)
        m.wheel_inertia_kg_m2, m.wheel_torque_max_n_m, m.wheel_speed_max_rad_per_s = 0.64, 1.0, 625.0
        m.dipole_max_a_m2, m.bandwidth_rad_per_s, m.damping_ratio = 4000.0, 0.03, 0.8
        m.slew_max_rad_per_s, m.earth_mu_m3_per_s2, m.kind = 0.0015, 3.986004418e14, kind
        s.q = (1.0, 0.0, 0.0, 0.0)
        s.position_m, s.velocity_m_per_s = (RADIUS_M, 0.0, 0.0), (0.0, SPEED_M_PER_S, 0.0)
        s.field_t, s.days = (0.0, 0.0, 3e-5), 9575.0

    def act(self, order: int = 0, *, count: int = 1) -> None:
        for _ in range(count):
            lib.dd_attitude_control(self.memory, self.model, self.sensors, 1, order, 1.0, self.order)

    def torque(self) -> list[float]:
        """Return what the body gets."""
        return [-sum(AXES[w][i] * self.order.wheel_torque_n_m[w] for w in range(4)) for i in range(3)]


def test_a_rate_is_braked_and_a_tumble_is_recognised_with_hysteresis() -> None:
    unit = Unit()
    for rate, expected in ((0.005, 0), (0.012, 3), (0.005, 3), (0.001, 0)):
        unit.sensors.rate = (0.0, rate, 0.0)
        unit.act()
        assert unit.memory.mode == expected
        unit.memory.bias = (0.0, 0.0, 0.0)
    unit.sensors.rate = (0.02, 0.0, 0.0)
    unit.act()
    assert unit.torque()[0] < 0.0
    assert max(map(abs, unit.order.wheel_torque_n_m)) == pytest.approx(1.0)


def test_the_dipole_takes_momentum_out_and_keeps_to_its_limit() -> None:
    unit = Unit()
    unit.sensors.wheel_rad_per_s = (500.0, 500.0, -500.0, 100.0)
    unit.act()
    h = [0.64 * sum(AXES[w][i] * unit.sensors.wheel_rad_per_s[w] for w in range(4)) for i in range(3)]
    m, b = unit.order.dipole_a_m2, unit.sensors.field_t
    torque = (m[1] * b[2] - m[2] * b[1], m[2] * b[0] - m[0] * b[2], m[0] * b[1] - m[1] * b[0])
    assert sum(x * y for x, y in zip(torque, h, strict=True)) < 0.0
    assert max(map(abs, m)) == pytest.approx(4000.0)
    unit.sensors.field_t = (0.0, 0.0, 0.0)
    unit.act()
    assert list(unit.order.dipole_a_m2) == [0.0, 0.0, 0.0]


def test_wheels_that_do_not_follow_are_left_out_until_the_next_order() -> None:
    unit = Unit()
    unit.sensors.sun = (0.0, 1.0, 0.0)
    unit.sensors.q = (nan,) * 4
    unit.act(AttitudeMode.SUN_SAFE, count=15)
    assert list(unit.memory.excluded) == [1, 1, 1, 1]
    assert list(unit.order.wheel_torque_n_m) == [0.0] * 4
    unit.act(AttitudeMode.DETUMBLE)
    assert list(unit.memory.excluded) == [0, 0, 0, 0]


def test_three_wheels_give_the_torque_of_four() -> None:
    whole, lame = Unit(), Unit()
    for unit in (whole, lame):
        unit.sensors.rate = (1e-5, -2e-5, 1e-5)
    lame.memory.excluded = (0, 0, 1, 0)
    whole.act()
    lame.act()
    assert lame.order.wheel_torque_n_m[2] == 0.0
    assert lame.torque() == pytest.approx(whole.torque(), abs=1e-12)


@pytest.mark.parametrize("sun", [(0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (-0.9, 0.1, 0.0)])
def test_sun_safe_turns_the_array_to_the_sun_from_everywhere(sun: tuple[float, ...]) -> None:
    """The body is asked to turn so that the Sun moves to +X, at a bounded rate."""
    unit = Unit()
    unit.sensors.sun, unit.sensors.q = sun, (nan,) * 4
    unit.act(AttitudeMode.SUN_SAFE)
    t = unit.torque()
    assert sum(x * x for x in t) > 0.01
    moved = (sun[1] * t[2] - sun[2] * t[1], sun[2] * t[0] - sun[0] * t[2], sun[0] * t[1] - sun[1] * t[0])
    assert moved[0] >= 0.0


def test_a_jump_of_the_tracker_starts_the_estimate_anew_and_half_readings_are_not_believed() -> None:
    unit = Unit()
    unit.act()
    unit.sensors.q = (cos(0.1), sin(0.1), 0.0, 0.0)
    unit.act()
    assert list(unit.memory.q) == list(unit.sensors.q)
    unit.sensors.q = (0.5, 0.0, 0.0, 0.0)
    unit.act(count=70)
    assert unit.memory.mode == AttitudeMode.SUN_SAFE


def test_inertial_hold_waits_for_a_first_attitude() -> None:
    unit = Unit()
    unit.sensors.q = (nan,) * 4
    unit.act(AttitudeMode.INERTIAL)
    assert unit.memory.mode == AttitudeMode.SUN_SAFE
    unit.sensors.q = (0.0, 1.0, 0.0, 0.0)
    unit.act(AttitudeMode.SUN_NOMINAL)
    unit.act(AttitudeMode.INERTIAL)
    assert list(unit.memory.target) == pytest.approx([0.0, 1.0, 0.0, 0.0], abs=1e-9)


@given(
    st.lists(st.sampled_from([0.0, 1e-3, -1.0, nan, inf, -inf, 1e9]), min_size=21, max_size=21),
    st.integers(0, 3),
    st.integers(0, 1),
)
def test_no_reading_makes_the_order_or_the_memory_infinite(
    values: list[float], order: int, kind: int
) -> None:
    unit = Unit(kind)
    unit.act(order)
    s = unit.sensors
    s.q, s.rate, s.sun, s.field_t = values[:4], [0.1 * x for x in values[4:7]], values[7:10], values[10:13]
    s.wheel_rad_per_s, s.position_m, s.days = values[13:17], values[17:20], values[20]
    unit.act(order, count=3)
    s.rate, s.q = (0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)
    unit.act(order)
    assert all(isfinite(x) for x in [*unit.order.wheel_torque_n_m, *unit.order.dipole_a_m2, *unit.memory.q])
    assert all(abs(x) <= 1.0 + 1e-12 for x in unit.order.wheel_torque_n_m)
    assert all(abs(x) <= 4000.0 + 1e-9 for x in unit.order.dipole_a_m2)


def into_body(q: list[float], v: tuple[float, ...]) -> list[float]:
    matrix = ffi.new("double[9]")
    lib.dd_quaternion_to_matrix(q, matrix)
    return [sum(matrix[3 * i + k] * v[k] for k in range(3)) for i in range(3)]


@pytest.mark.parametrize("kind", [0, 1])
@given(st.floats(0.0, 6.28), st.floats(0.1, 3.0), st.floats(0.0, 6.28), st.floats(5000.0, 15000.0))
def test_guidance_points_the_array_at_the_almanac_sun(
    kind: int, anomaly: float, inclination: float, node: float, days: float
) -> None:
    """All four cases of the quaternion come up; the rate is the slope of the attitude itself."""
    unit, q, rate = Unit(kind), ffi.new("double[4]"), ffi.new("double[3]")
    ci, si, cn, sn = cos(inclination), sin(inclination), cos(node), sin(node)

    def place(u: float, scale: float) -> tuple[float, ...]:
        cu, su = cos(u), sin(u)
        return (scale * (cn * cu - sn * su * ci), scale * (sn * cu + cn * su * ci), scale * su * si)

    def fix(u: float) -> list[float]:
        unit.sensors.position_m, unit.sensors.velocity_m_per_s = (
            place(u, RADIUS_M),
            place(u + pi / 2, SPEED_M_PER_S),
        )
        unit.sensors.days = days
        assert lib.dd_attitude_target(unit.model, unit.sensors, q, rate) == 1
        return list(q)

    direction, distance = ffi.new("double[3]"), ffi.new("double *")
    lib.dd_sun(days, 1.495978707e11, direction, distance)
    at = fix(anomaly)
    sun = into_body(at, tuple(direction))
    assert sun == pytest.approx([1.0, 0.0, 0.0] if kind == 0 else [0.0, 0.0, -1.0], abs=1e-9)
    turning = list(rate)
    later = fix(anomaly + 1e-6)
    step_s = 1e-6 * RADIUS_M / SPEED_M_PER_S
    sign = 1.0 if sum(x * y for x, y in zip(at, later, strict=True)) > 0.0 else -1.0
    twist = at[0] * later[3] - at[1] * later[2] + at[2] * later[1] - at[3] * later[0]
    assert turning[2] == pytest.approx(sign * 2.0 * twist / step_s, abs=1e-5 + 1e-3 * abs(turning[2]))


@pytest.mark.parametrize("kind", [0, 1])
def test_guidance_without_a_fix_or_a_direction_gives_none(kind: int) -> None:
    unit, q, rate = Unit(kind), ffi.new("double[4]"), ffi.new("double[3]")
    unit.sensors.days = nan
    assert lib.dd_attitude_target(unit.model, unit.sensors, q, rate) == 0
    unit.sensors.days, unit.sensors.position_m = 9575.0, (nan, 0.0, 0.0)
    assert lib.dd_attitude_target(unit.model, unit.sensors, q, rate) == 0
    unit.sensors.position_m = (0.0, 0.0, 0.0)
    assert lib.dd_attitude_target(unit.model, unit.sensors, q, rate) == 0
