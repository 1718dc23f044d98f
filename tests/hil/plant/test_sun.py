"""Sun, shadow and view factors against twins, published cases and closed forms."""

from datetime import UTC, datetime
from math import acos, asin, atan, cos, pi, radians, sin, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from reference.plant import eclipse as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.channels import NAVIGATION
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

AU_M = 149_597_870_700.0

far = st.tuples(*[st.floats(-2e11, 2e11)] * 3).filter(lambda r: sum(x * x for x in r) > 1e11**2)
near = st.tuples(*[st.floats(-2e7, 2e7)] * 3).filter(lambda r: sum(x * x for x in r) > 6.5e6**2)


def sun(days: float) -> tuple[list[float], float]:
    direction, distance = ffi.new("double[3]"), ffi.new("double *")
    lib.dd_sun(days, AU_M, direction, distance)
    return list(direction), distance[0]


@TWIN_CASES
@given(far, near)
def test_shadow_fraction_equals_its_twin(to_sun: tuple[float, ...], to_body: tuple[float, ...]) -> None:
    got = lib.dd_shadow_fraction(to_sun, to_body, 6.957e8, 6378136.6)
    assert got == pytest.approx(twin.shadow_fraction(to_sun, to_body, 6.957e8, 6378136.6), abs=1e-10)


@TWIN_CASES
@given(st.floats(0.003, 0.2), st.floats(0.003, 1.2), st.floats(0.0, 1.4))
def test_all_cases_of_two_discs_equal_the_twin(a: float, b: float, c: float) -> None:
    """Radii and gap are drawn, so that umbra, penumbra and annular cases all come up."""
    assume(c + abs(a - b) > 1e-6)
    to_sun = (1e11, 0.0, 0.0)
    to_body = (1e9 * cos(c), 1e9 * sin(c), 0.0)
    got = lib.dd_shadow_fraction(to_sun, to_body, 1e11 * sin(a), 1e9 * sin(b))
    assert got == pytest.approx(twin.lit_fraction(a, b, c), abs=1e-9)


def test_annular_eclipse_leaves_the_ring() -> None:
    got = lib.dd_shadow_fraction((1e11, 0, 0), (1e9, 0, 0), 1e9, 5e6)
    assert got == pytest.approx(1.0 - (asin(5e-3) / asin(1e-2)) ** 2, rel=1e-12)


def test_body_behind_the_sun_casts_no_shadow() -> None:
    assert lib.dd_shadow_fraction((1e11, 0, 0), (2e11, 0, 0), 7e8, 6e6) == 1.0


@pytest.mark.parametrize(
    ("axis_m", "anomaly_deg", "expected", "tolerance"),
    [
        (6878136.6, 107.5, 0.62310760206735027, 0.02),
        (6878136.6, 173.0, 0.0, 0.0),
        (9959991.68982e3, 107.5, 1.0, 0.0),
    ],
)
def test_basilisk_eclipse_case(axis_m: float, anomaly_deg: float, expected: float, tolerance: float) -> None:
    """V2, Basilisk test_eclipse.py, 2021-05-04T07:47:48.965 UTC; our Sun is good to 0.01 deg, hence 0.02."""
    days = (
        datetime(2021, 5, 4, 7, 47, 48, 965000, UTC) - datetime(2000, 1, 1, 12, tzinfo=UTC)
    ).total_seconds() + 69.184
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    angles = [radians(x) for x in (5.0, 48.2, 0.0, anomaly_deg)]
    lib.dd_kepler_to_state(3.986004415e14, [axis_m, 1e-5, *angles], r, v)
    direction, distance = sun(days / 86400.0)
    to_sun = [direction[i] * distance - r[i] for i in range(3)]
    got = lib.dd_shadow_fraction(to_sun, [-x for x in r], 695.0e6, 6378136.6)
    assert got == pytest.approx(expected, abs=tolerance)


def test_equinox_and_perihelion_are_where_the_almanac_has_them() -> None:
    """March equinox of 2026: 20 March 14:46 UTC (of date); precession moves it by 0.366 deg in J2000."""
    days = (
        datetime(2026, 3, 20, 14, 46, tzinfo=UTC) - datetime(2000, 1, 1, 12, tzinfo=UTC)
    ).total_seconds() / 86400.0 + 69.184 / 86400.0
    direction, distance = sun(days)
    longitude = acos(direction[0])
    assert longitude * 180 / pi == pytest.approx(1.396971 * days / 36525.0, abs=0.02)
    assert distance / AU_M == pytest.approx(0.99604, abs=2e-4)


@given(st.floats(1.01, 30.0))
def test_vertical_plate_closed_form(ratio: float) -> None:
    s = sqrt(ratio**2 - 1.0)
    expected = (atan(1.0 / s) - s / ratio**2) / pi
    assert lib.dd_plate_view_factor(ratio, 0.0) == pytest.approx(expected, rel=1e-9)


def test_plate_at_600_km() -> None:
    ratio = 6978.137 / 6378.137
    assert lib.dd_plate_view_factor(ratio, 1.0) == pytest.approx(0.8354, abs=1e-4)
    assert lib.dd_plate_view_factor(ratio, 0.0) == pytest.approx(0.2490, abs=1e-4)


@given(st.floats(1.02, 10.0), st.floats(-1.0, 1.0))
def test_view_factor_is_a_projected_solid_angle(ratio: float, cosine: float) -> None:
    """Midpoint rule over the visible cap: F = integral of max(0, cos) dOmega / pi."""
    rho, tilt, total, n = asin(1.0 / ratio), acos(cosine), 0.0, 60
    for i in range(n):
        t = rho * (i + 0.5) / n
        for k in range(n):
            phi = 2 * pi * (k + 0.5) / n
            seen = cos(t) * cos(tilt) + sin(t) * sin(tilt) * cos(phi)
            total += max(0.0, seen) * sin(t) * (rho / n) * (2 * pi / n)
    assert lib.dd_plate_view_factor(ratio, cosine) == pytest.approx(total / pi, abs=2e-3)


def test_inside_the_sun_all_is_light_and_inside_the_earth_nothing() -> None:
    assert lib.dd_shadow_fraction((6e8, 0, 0), (1e11, 0, 0), 7e8, 6e6) == 1.0
    assert lib.dd_shadow_fraction((1e11, 0, 0), (-5e6, 0, 0), 7e8, 6e6) == 0.0


WGS84_FLATTENING = 1.0 / 298.257223563


@TWIN_CASES
@given(st.integers(0, 2**64 - 1), st.floats(1e-4, 0.2))
def test_limb_of_a_flattened_body_equals_its_twin(seed: int, flattening: float) -> None:
    draw = Random(seed)
    to_sun = [draw.gauss(0.0, 1e11) for _ in range(3)]
    place = [draw.gauss() for _ in range(3)]
    scale = draw.uniform(1.02, 7.0) * 6378137.0 / sqrt(sum(x * x for x in place))
    to_body = [scale * x for x in place]
    got = lib.dd_limb_angle(to_sun, to_body, 6378137.0, flattening)
    assert got == pytest.approx(twin.limb_angle(to_sun, to_body, 6378137.0, flattening), rel=1e-10)


def test_limb_over_pole_and_equator_are_closed_forms() -> None:
    """From above the pole the limb is the ellipse's tangent; in the equator's plane it is the circle's."""
    a, f, d = 6378137.0, WGS84_FLATTENING, 7e6
    assert lib.dd_limb_angle((0, 1e11, 0), (-d, 0, 0), a, f) == pytest.approx(asin(a / d), rel=1e-13)
    sine = a * (1.0 - f) / d
    tangent = atan(a * sqrt(1.0 - sine**2) / (d * (1.0 - sine**2)))
    assert lib.dd_limb_angle((1e11, 0, 0), (0, 0, -d), a, f) == pytest.approx(tangent, rel=1e-12)
    assert lib.dd_limb_angle((1e11, 0, 0), (0, 0, -6.35e6), a, f) == pi


@pytest.mark.parametrize("aside", [0.0, 1e-17, 1e-16, 3e-16, 1e-15, 1e-14, 1e-12, 1e-8, 1e-4])
@pytest.mark.parametrize("towards", [(0, 1, 0), (1, 0, 0), (1, 2, 3), (-3, 1, 0.1), (5, -7, 11)])
def test_limb_is_there_with_the_sun_right_behind_the_centre(towards: tuple[float, ...], aside: float) -> None:
    """What is left of the Sun's direction across the body's is rounding, and may lie along it."""
    size = sqrt(sum(x * x for x in towards))
    for distance_m in (6.4e6, 14476273.0, 1e9):
        body = [distance_m * x / size for x in towards]
        to_sun = [
            100000000001.0 * (x / size + aside * y) for x, y in zip(towards, (0, 0.6, 0.8), strict=True)
        ]
        got = lib.dd_limb_angle(to_sun, body, 6378136.6, 1e-13)
        assert got == pytest.approx(asin(6378136.6 / distance_m), rel=1e-10)
        assert lib.dd_flattened_shadow_fraction(to_sun, body, 6.957e8, 6378136.6, 1e-13) == pytest.approx(
            lib.dd_shadow_fraction(to_sun, body, 6.957e8, 6378136.6), abs=1e-9
        )


def test_limb_with_the_sun_right_behind_the_pole_is_the_circle_over_it() -> None:
    sine = 6378137.0 * (1.0 - WGS84_FLATTENING) / 7e6
    tangent = atan(6378137.0 * sqrt(1.0 - sine**2) / (7e6 * (1.0 - sine**2)))
    got = lib.dd_limb_angle((0, 0, -1e11), (0, 0, -7e6), 6378137.0, WGS84_FLATTENING)
    assert got == pytest.approx(tangent, rel=1e-12)


@given(far, near)
@example(to_sun=(0.0, 100000000001.0, 0.0), to_body=(0.0, 14476273.0, 0.0))
def test_a_little_flattening_changes_a_shadow_little_and_none_not_at_all(
    to_sun: tuple[float, ...], to_body: tuple[float, ...]
) -> None:
    sphere = lib.dd_shadow_fraction(to_sun, to_body, 6.957e8, 6378136.6)
    assert lib.dd_flattened_shadow_fraction(to_sun, to_body, 6.957e8, 6378136.6, 0.0) == sphere
    almost = lib.dd_flattened_shadow_fraction(to_sun, to_body, 6.957e8, 6378136.6, 1e-12)
    assert almost == pytest.approx(sphere, abs=1e-5)


def test_a_flattened_body_shades_as_a_round_one_where_it_should() -> None:
    args = (6.957e8, 6378136.6, WGS84_FLATTENING)
    assert lib.dd_flattened_shadow_fraction((6e8, 0, 0), (1e11, 0, 0), *args) == 1.0
    assert lib.dd_flattened_shadow_fraction((1e11, 0, 0), (2e11, 0, 0), *args) == 1.0
    assert lib.dd_flattened_shadow_fraction((1.5e11, 0, 0), (-7e6, 0, 0), *args) == 1.0
    assert lib.dd_flattened_shadow_fraction((1.5e11, 0, 0), (7e6, 1e4, 0), *args) == 0.0
    assert 0.0 < lib.dd_flattened_shadow_fraction((1.5e11, 0, 0), (1e10, 0, 0), *args) < 1.0


def test_sun_sensors_are_noisier_the_less_of_the_sun_is_left() -> None:
    """In the penumbra 2e-3 over the lit share, in full light 2e-3; in the dark they read nothing."""
    plant = Plant(odc100_mid_inclination(), seed=9, epoch_tai_ns=2_152_709_197_000_000_000)
    place = NAVIGATION.slice("sun_dir_body")
    errors: list[tuple[float, list[float]]] = []
    while plant.truth("world")[0] == 1.0:
        plant.step(1.0)
    while plant.truth("world")[0] > 0.0:
        plant.step(0.001)
        rows = [values[place] for values in (plant.sense("navigation"), plant.truth("navigation"))]
        errors.append((plant.truth("world")[0], [a - b for a, b in zip(*rows, strict=True)]))
    bias = np.mean([error for lit, error in errors if lit > 0.8], axis=0)
    for low, high in ((0.8, 1.0), (0.4, 0.6), (0.1, 0.2)):
        scaled = [lit * (error - bias) for lit, error in errors if low < lit < high]
        assert len(scaled) > 300
        assert np.std(scaled) == pytest.approx(2e-3, rel=0.1)
    dark = np.std([error for lit, error in errors if lit < 0.04])
    assert dark < 4e-3
