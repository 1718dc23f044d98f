"""Torques and forces from outside against plain formulas and published cases."""

from math import exp, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib

seeds = st.integers(0, 2**64 - 1)


def direction(draw: Random) -> tuple[float, ...]:
    return unit(tuple(draw.gauss() for _ in range(3)))


def unit(v: tuple[float, ...]) -> tuple[float, ...]:
    n = sqrt(sum(x * x for x in v))
    return tuple(x / n for x in v)


def cross(a: tuple[float, ...], b: tuple[float, ...]) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


@TWIN_CASES
@given(seeds)
def test_gravity_gradient_equals_its_vector_form(seed: int) -> None:
    """3 mu / r^5 r x (I r), Wertz eq. 17-31."""
    draw = Random(seed)
    r = tuple(7e6 * x for x in direction(draw))
    inertia = tuple(draw.uniform(1e3, 1e5) for _ in range(3))
    out = ffi.new("double[3]")
    lib.dd_gravity_gradient(3.986004418e14, r, inertia, out)
    load = tuple(i * x for i, x in zip(inertia, r, strict=True))
    scale = 3.0 * 3.986004418e14 / 7e6**5
    expected = [scale * x for x in cross(r, load)]
    assert list(out) == pytest.approx(expected, abs=1e-10 * scale * 7e6**2 * max(inertia))


def test_gravity_gradient_of_a_real_dumbbell() -> None:
    """Two masses of 1 kg, 1 m from the centre, at 45 deg: Newton's force on each, summed."""
    mu, radius = 3.986004418e14, 7e6
    s = sqrt(0.5)
    total = 0.0
    for sign in (1.0, -1.0):
        x, y = radius * s + sign, radius * s
        pull = -mu / (x * x + y * y) ** 1.5
        total += sign * pull * y
    out = ffi.new("double[3]")
    lib.dd_gravity_gradient(mu, (radius * s, radius * s, 0.0), (0.0, 2.0, 2.0), out)
    assert out[2] == pytest.approx(total, rel=1e-3)


@TWIN_CASES
@given(seeds)
def test_light_force_equals_its_sum_of_absorbed_mirrored_and_scattered(seed: int) -> None:
    """Photon momentum: all light pushes along -s; the mirrored part leaves along its reflection, the
    scattered part pushes 2/3 along -n."""
    draw = Random(seed)
    n, s = direction(draw), direction(draw)
    specular, diffuse = draw.uniform(0.0, 0.6), draw.uniform(0.0, 0.4)
    out = ffi.new("double[3]")
    lib.dd_light_force(4.54e-6, 600.0, specular, diffuse, n, s, out)
    cosine = max(0.0, sum(x * y for x, y in zip(n, s, strict=True)))
    power = 4.54e-6 * 600.0 * cosine
    for i in range(3):
        mirrored = 2.0 * cosine * n[i] - s[i]
        pushed = -s[i] - specular * mirrored - diffuse * (2.0 / 3.0) * n[i]
        assert out[i] == pytest.approx(power * pushed, abs=1e-12)


def test_light_pressure_on_the_whole_array() -> None:
    """600 m2 absorbing at 1 AU: 1361 W/m2 / c * A = 2.7 mN; a mirror gets twice that, 5.4 mN."""
    out = ffi.new("double[3]")
    x = (1.0, 0.0, 0.0)
    lib.dd_light_force(1361.0 / 299792458.0, 600.0, 0.0, 0.0, x, x, out)
    assert out[0] == pytest.approx(-2.7239e-3, rel=1e-4)
    lib.dd_light_force(1361.0 / 299792458.0, 600.0, 1.0, 0.0, x, x, out)
    assert out[0] == pytest.approx(-5.4478e-3, rel=1e-4)


@given(st.floats(2e5, 1.5e6))
def test_air_thins_exponentially(altitude_m: float) -> None:
    got = lib.dd_air_density(altitude_m, 6e5, 1.454e-13, 71835.0)
    assert got == pytest.approx(1.454e-13 * exp((6e5 - altitude_m) / 71835.0), rel=1e-12)
    assert lib.dd_air_density(-1e9, 6e5, 1.454e-13, 71835.0) == 1e-8


@given(st.tuples(*[st.floats(-8e3, 8e3)] * 3))
def test_drag_is_half_the_momentum_flow_against_the_wind(wind: tuple[float, ...]) -> None:
    out = ffi.new("double[3]")
    lib.dd_drag_force(1e-13, 2.2, 600.0, wind, out)
    speed = sqrt(sum(x * x for x in wind))
    assert list(out) == pytest.approx([-0.5e-13 * 2.2 * 600.0 * speed * x for x in wind], abs=1e-12)
