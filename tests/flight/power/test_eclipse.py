from math import acos, asin, cos, pi, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.power.eclipse import (
    EARTH_MU_M3_PER_S2,
    EARTH_RADIUS_M,
    Forecast,
    coasted,
    forecast,
    sun_direction_eci,
)

RADIUS_M = EARTH_RADIUS_M + 600e3
SPEED_M_PER_S = sqrt(EARTH_MU_M3_PER_S2 / RADIUS_M)
START_NS = 2_272_147_237_000_000_000


def circular(
    angle_rad: float, beta_rad: float
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Circular orbit in the x-y plane with the Sun beta above it, over the x axis."""
    position = (RADIUS_M * cos(angle_rad), RADIUS_M * sin(angle_rad), 0.0)
    velocity = (-SPEED_M_PER_S * sin(angle_rad), SPEED_M_PER_S * cos(angle_rad), 0.0)
    return position, velocity, (cos(beta_rad), 0.0, sin(beta_rad))


@pytest.mark.requirement("POW-002")
@pytest.mark.parametrize("beta_deg", [0.0, 30.0, 60.0, 65.0])
def test_eclipse_length_equals_the_beta_angle_formula(beta_deg: float) -> None:
    # Closed form f = acos(sqrt(h^2 + 2 R h) / ((R + h) cos b)) / pi, circular orbit and cylindrical shadow.
    beta_rad = radians(beta_deg)
    made = forecast(START_NS, *circular(0.3, beta_rad))
    assert made is not None
    height_m = 600e3
    reach = sqrt(height_m**2 + 2.0 * EARTH_RADIUS_M * height_m) / (RADIUS_M * cos(beta_rad))
    period_s = 2.0 * pi * sqrt(RADIUS_M**3 / EARTH_MU_M3_PER_S2)
    assert made.period_s == pytest.approx(period_s, rel=1e-9)
    assert made.eclipse_s == pytest.approx(acos(reach) / pi * period_s, abs=1e-3)


def test_no_eclipse_above_the_critical_beta_angle() -> None:
    critical_rad = asin(EARTH_RADIUS_M / RADIUS_M)
    lit = forecast(START_NS, *circular(1.0, critical_rad + 0.001))
    dark = forecast(START_NS, *circular(1.0, critical_rad - 0.001))
    assert lit is not None
    assert not lit.has_eclipse
    assert lit.sunlit_remaining_s(START_NS) == lit.period_s
    assert dark is not None
    assert dark.has_eclipse


@settings(max_examples=60)
@given(
    angle_rad=st.floats(0.0, 2.0 * pi),
    eccentricity=st.floats(0.0, 0.05),
    perigee_rad=st.floats(0.0, 2.0 * pi),
    beta_rad=st.floats(-1.0, 1.0),
)
def test_entry_and_exit_lie_on_the_shadow_of_a_stepped_ellipse(
    angle_rad: float, eccentricity: float, perigee_rad: float, beta_rad: float
) -> None:
    # Independent reference: small leapfrog steps of the same fix, and the shadow tested at every step.
    axis_m = EARTH_RADIUS_M + 800e3
    parameter_m = axis_m * (1.0 - eccentricity**2)
    true_rad = angle_rad - perigee_rad
    radius_m = parameter_m / (1.0 + eccentricity * cos(true_rad))
    factor = sqrt(EARTH_MU_M3_PER_S2 / parameter_m)
    position = [radius_m * cos(angle_rad), radius_m * sin(angle_rad)]
    velocity = [
        -factor * (sin(angle_rad) + eccentricity * sin(perigee_rad)),
        factor * (cos(angle_rad) + eccentricity * cos(perigee_rad)),
    ]
    sun = (cos(beta_rad), 0.0, sin(beta_rad))
    made = forecast(START_NS, (*position, 0.0), (*velocity, 0.0), sun)
    assert made is not None
    step_s, time_s, states = 5.0, 0.0, []
    while time_s < 1.2 * made.period_s:
        along = position[0] * sun[0]
        across2 = position[0] ** 2 + position[1] ** 2 - along**2
        states.append((time_s, along < 0.0 and across2 < EARTH_RADIUS_M**2))
        for index in (0, 1):
            position[index] += 0.5 * step_s * velocity[index]
        cube = (position[0] ** 2 + position[1] ** 2) ** 1.5
        for index in (0, 1):
            velocity[index] -= step_s * EARTH_MU_M3_PER_S2 * position[index] / cube
            position[index] += 0.5 * step_s * velocity[index]
        time_s += step_s
    if not made.has_eclipse:
        assert not any(dark for _, dark in states)
        return
    for time_s, dark in states:
        now_ns = START_NS + round(time_s * 1e9)
        edge_s = min(abs((now_ns - made.entry_ns) * 1e-9), abs((now_ns - made.exit_ns) * 1e-9))
        if edge_s > 10.0 and now_ns <= made.exit_ns:
            assert dark == (made.eclipse_remaining_s(now_ns) > 0.0), (time_s, made)


def test_the_sun_is_where_the_almanac_puts_it() -> None:
    # Astronomical Almanac, apparent place of the Sun at the March equinox 2026-03-20 14:46 UTC: longitude 0.
    equinox_ns = round((68 * 365.0 + 17 + 78 + 14.0 / 24 + 46.0 / 1440) * 86400e9) + 37_000_000_000
    x, y, z = sun_direction_eci(equinox_ns)
    # Of date the longitude is 0; in J2000 axes it lacks 26.2 years of precession, 0.366 degrees.
    assert x == pytest.approx(1.0, abs=1e-4)
    assert y == pytest.approx(-0.00586, abs=3e-4)
    assert z == pytest.approx(-0.00254, abs=2e-4)
    assert x * x + y * y + z * z == pytest.approx(1.0, abs=1e-12)


def test_a_fix_that_is_no_orbit_gives_no_forecast() -> None:
    assert forecast(START_NS, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)) is None
    assert forecast(START_NS, (7e6, 0.0, 0.0), (0.0, 20e3, 0.0), (1.0, 0.0, 0.0)) is None


@given(st.integers(0, 10**14))
def test_a_coasted_forecast_always_ends_in_the_future(ahead_ns: int) -> None:
    known = Forecast(period_s=5801.0, entry_ns=START_NS + 10**12, exit_ns=START_NS + 3 * 10**12)
    moved = coasted(known, START_NS + ahead_ns)
    assert moved.exit_ns >= START_NS + ahead_ns
    assert (moved.exit_ns - known.exit_ns) % 5_801_000_000_000 == 0
    assert moved.eclipse_s == known.eclipse_s
