"""The C orbit against its twin and against closed forms."""

from importlib import import_module
from math import pi, radians, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import orbit as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib

MU, RADIUS_M, J2 = 3.986004418e14, 6378136.6, 1.0826359e-3

positions = st.tuples(*[st.floats(-3e7, 3e7)] * 3).filter(lambda r: sum(x * x for x in r) > 6.4e6**2)
velocities = st.tuples(*[st.floats(-8e3, 8e3)] * 3)


def gravity(j2: float = J2) -> object:
    field = ffi.new("dd_gravity *")
    field.mu_m3_per_s2, field.radius_m, field.j2_ratio = MU, RADIUS_M, j2
    return field


def close(a: object, b: object, scale: float) -> bool:
    return all(abs(x - y) <= 1e-10 * scale for x, y in zip(a, b, strict=True))  # type: ignore[call-overload]


@TWIN_CASES
@given(positions)
def test_gravity_equals_its_twin(r: tuple[float, float, float]) -> None:
    a = ffi.new("double[3]")
    lib.dd_gravity_acceleration(gravity(), r, a)
    expected = twin.acceleration(MU, RADIUS_M, J2, r)
    assert close(list(a), expected, sqrt(sum(x * x for x in expected)))


@TWIN_CASES
@given(positions, velocities, st.floats(0.1, 10.0))
def test_a_step_equals_its_twin(
    r: tuple[float, float, float], v: tuple[float, float, float], h_s: float
) -> None:
    cr, cv = ffi.new("double[3]", r), ffi.new("double[3]", v)
    lib.dd_orbit_rk4(gravity(), cr, cv, h_s)
    er, ev = twin.rk4(MU, RADIUS_M, J2, r, v, h_s)
    assert close(list(cr), er, sqrt(sum(x * x for x in er)))
    assert close(list(cv), ev, sqrt(sum(x * x for x in ev)) + 1.0)


@given(
    st.floats(6.6e6, 4e7),
    st.floats(0.001, 0.7),
    st.floats(0.05, 3.0),
    st.floats(-3.1, 3.1),
    st.floats(-3.1, 3.1),
    st.floats(0.01, 6.2),
)
def test_elements_come_back_from_the_state(
    a: float, e: float, i: float, node: float, w: float, f: float
) -> None:
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [a, e, i, node, w, f], r, v)
    back = twin.elements(MU, tuple(r), tuple(v))
    assert back[0] == pytest.approx(a, rel=1e-9)
    assert back[1] == pytest.approx(e, abs=1e-9)
    assert back[2] == pytest.approx(i, abs=1e-9)
    assert (back[3] - node + pi) % (2 * pi) == pytest.approx(pi, abs=1e-8)
    assert (back[4] + back[5] - w - f + pi) % (2 * pi) == pytest.approx(pi, abs=1e-6)


def test_two_body_orbit_closes_after_one_period() -> None:
    """Kepler's third law: 600 km circular returns after 2 pi sqrt(a^3/mu) = 5801.2 s."""
    a = 6978137.0
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [a, 0.0, 0.9, 0.1, 0.0, 0.0], r, v)
    start = list(r)
    period_s = 2.0 * pi * sqrt(a**3 / MU)
    for _ in range(5801):
        lib.dd_orbit_rk4(gravity(0.0), r, v, period_s / 5801)
    assert period_s == pytest.approx(5801.2, abs=0.1)
    assert all(abs(x - y) < 0.01 for x, y in zip(r, start, strict=True))


def test_node_drifts_as_first_order_theory_says() -> None:
    """dOmega/dt = -1.5 n J2 (R/p)^2 cos i (Vallado eq. 9-38): the 97.788 deg orbit follows the Sun."""
    a, inclination = 6978137.0, 1.7067226
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [a, 0.001, inclination, 0.0, 0.0, 0.0], r, v)
    for _ in range(86400):
        lib.dd_orbit_rk4(gravity(), r, v, 1.0)
    drift = twin.elements(MU, tuple(r), tuple(v))[3]
    assert drift * 180.0 / pi == pytest.approx(360.0 / 365.2422, rel=0.01)


def test_basilisk_flies_the_same_orbit() -> None:
    """Basilisk 2.12, RK4 at 1 s, 20 minutes on: within a metre, where J2 makes kilometres."""
    pytest.importorskip("Basilisk")
    basilisk = import_module("bench.basilisk")
    peer = basilisk.Satellite(1.0)
    peer.advance(1200.0)
    state = peer.body.scStateOutMsg.read()
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [6978137.0, 0.0005, radians(53.0), 0.0, 0.0, 0.0], r, v)
    for _ in range(1200):
        lib.dd_orbit_rk4(gravity(), r, v, 1.0)
    assert list(r) == pytest.approx(list(state.r_BN_N), abs=1.0)
    assert list(v) == pytest.approx(list(state.v_BN_N), abs=1e-3)


J3, J4 = -2.53265648533e-6, -1.61962159137e-6


@TWIN_CASES
@given(st.integers(0, 2**64 - 1))
def test_higher_zonals_equal_their_twin(seed: int) -> None:
    draw = Random(seed)
    raw = [draw.gauss() for _ in range(3)]
    scale = draw.uniform(6.4e6, 4e7) / sqrt(sum(x * x for x in raw))
    r = (scale * raw[0], scale * raw[1], scale * raw[2])
    for degree in (3, 4):
        field = gravity()
        strength = (J3, J4)[degree - 3]
        field.j3_ratio, field.j4_ratio = (1e3 * J3, 0.0) if degree == 3 else (0.0, 1e3 * J4)  # type: ignore[attr-defined]
        a = ffi.new("double[3]")
        lib.dd_gravity_acceleration(field, r, a)
        whole = twin.acceleration(MU, RADIUS_M, J2, r)
        extra = twin.zonal(MU, RADIUS_M, degree, 1e3 * strength, r)
        expected = [x + y for x, y in zip(whole, extra, strict=True)]
        assert close(list(a), expected, sqrt(sum(x * x for x in whole)))


def test_zonal_pull_is_the_slope_of_its_potential() -> None:
    """Central differences of -mu/r J3 (R/r)^3 P3 - mu/r J4 (R/r)^4 P4, at 600 km over 40 deg north."""
    r = [4.2e6, 3.1e6, 4.6e6]

    def potential(p: list[float]) -> float:
        d = sqrt(sum(x * x for x in p))
        s, ratio = p[2] / d, RADIUS_M / d
        third = J3 * ratio**3 * (5.0 * s**3 - 3.0 * s) / 2.0
        fourth = J4 * ratio**4 * (35.0 * s**4 - 30.0 * s**2 + 3.0) / 8.0
        return -MU / d * (third + fourth)

    field, plain = ffi.new("double[3]"), ffi.new("double[3]")
    with_higher = gravity()
    with_higher.j3_ratio, with_higher.j4_ratio = J3, J4  # type: ignore[attr-defined]
    lib.dd_gravity_acceleration(with_higher, r, field)
    lib.dd_gravity_acceleration(gravity(), r, plain)
    for axis in range(3):
        ahead, behind = list(r), list(r)
        ahead[axis] += 1e3
        behind[axis] -= 1e3
        slope = (potential(ahead) - potential(behind)) / 2e3
        assert field[axis] - plain[axis] == pytest.approx(slope, abs=1e-11)


def test_drag_lowers_a_circular_orbit_as_the_closed_form_says() -> None:
    """da/dt = -rho (Cd A / m) sqrt(mu a) in still air (King-Hele 1987, eq. 4.17); thick air, one hour."""
    field = gravity(0.0)
    field.drag_m2_per_kg, field.air_density_kg_per_m3 = 0.02, 1e-12  # type: ignore[attr-defined]
    field.air_reference_m, field.air_scale_m = 6e5, 71835.0  # type: ignore[attr-defined]
    a = RADIUS_M + 6e5
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [a, 0.0, 0.9, 0.1, 0.0, 0.0], r, v)
    for _ in range(3600):
        lib.dd_orbit_rk4(field, r, v, 1.0)
    lower = a - twin.elements(MU, tuple(r), tuple(v))[0]
    assert lower == pytest.approx(1e-12 * 0.02 * sqrt(MU * a) * 3600.0, rel=1e-3)


def test_air_turns_with_the_earth() -> None:
    """Eastward along the equator the wind is slower by 465 m/s per Earth radius."""
    still, turning, out = gravity(), gravity(), [ffi.new("double[3]") for _ in range(2)]
    for field, rate in ((still, 0.0), (turning, 7.292115e-5)):
        field.drag_m2_per_kg, field.air_density_kg_per_m3 = 0.02, 1e-12  # type: ignore[attr-defined]
        field.air_reference_m, field.air_scale_m = 6e5, 71835.0  # type: ignore[attr-defined]
        field.earth_rate_rad_per_s = rate  # type: ignore[attr-defined]
    r, v = (RADIUS_M + 6e5, 0.0, 0.0), (0.0, 7500.0, 0.0)
    lib.dd_acceleration(still, r, v, out[0])
    lib.dd_acceleration(turning, r, v, out[1])
    ratio = (7500.0 - 7.292115e-5 * r[0]) / 7500.0
    assert out[1][1] / out[0][1] == pytest.approx(ratio**2, rel=1e-9)
