"""One array section: characteristic, operating points and maximum power."""

from dataclasses import replace
from math import exp, expm1, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant import section
from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError


def curve(photo_a: float = 39.0, voc_v: float = 151.0, slope_v: float = 5.229136, **more: float) -> object:
    row = ffi.new("dd_cell_curve *")
    row.photo_a, row.dark_a, row.voc_v, row.slope_v = photo_a, more.get("dark_a", photo_a), voc_v, slope_v
    row.series_ohm, row.shunt_s = more.get("series_ohm", 0.0), more.get("shunt_s", 0.0)
    return row


def power(row: object, x: float) -> float:
    current = lib.dd_section_current(row, x)
    return float((x - row.series_ohm * current) * current)  # type: ignore[attr-defined]


def held_v(row: object, wanted_w: float, maximum_v: float, guess_v: float) -> float:
    return float(lib.dd_section_hold(row, wanted_w, maximum_v, guess_v, ffi.new("double *")))


def test_ideal_maximum_power_is_the_lambert_solution() -> None:
    """Lambert W closed form for Iph 39 A, Voc 151 V, a 5.229136 V: 133.8445 V, 37.5336 A, 5023.666 W."""
    x = lib.dd_section_maximum(curve())
    assert x == pytest.approx(133.8445, abs=5e-5)
    assert lib.dd_section_current(curve(), x) == pytest.approx(37.5336, abs=5e-5)
    assert power(curve(), x) == pytest.approx(5023.666, abs=5e-4)
    assert lib.dd_ideal_maximum_v(39.0, 151.0, 5.229136) == pytest.approx(133.8445, abs=5e-5)


light = st.floats(1e-6, 1.3)
ohms = st.floats(0.0, 0.5)
shunts = st.floats(0.0, 1e-2)


@given(light, ohms, shunts)
def test_no_voltage_gives_more_than_the_maximum(scale: float, series: float, shunt: float) -> None:
    row = curve(39.0 * scale, dark_a=39.0, series_ohm=series, shunt_s=shunt)
    best = lib.dd_section_maximum(row)
    top = power(row, best)
    assert all(power(row, k * 0.5) <= top + 1e-9 * max(1.0, top) for k in range(310))


@given(light, ohms, shunts, st.floats(0.0, 150.0), st.floats(0.0, 150.0))
def test_junction_voltage_solves_the_loop_from_any_guess(
    scale: float, series: float, shunt: float, terminal_v: float, guess_v: float
) -> None:
    row = curve(39.0 * scale, dark_a=39.0, series_ohm=series, shunt_s=shunt)
    x = lib.dd_section_junction(row, terminal_v, guess_v)
    expected = 39.0 * scale - 39.0 * exp((x - 151.0) / 5.229136) - x * shunt
    assert lib.dd_section_current(row, x) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert x - series * expected == pytest.approx(terminal_v, abs=1e-9)


@given(st.floats(0.05, 1.3), ohms, st.floats(0.0, 1.0), st.floats(0.0, 20.0))
def test_held_back_section_gives_what_is_asked(
    scale: float, series: float, share: float, ahead_v: float
) -> None:
    row = curve(39.0 * scale, dark_a=39.0, series_ohm=series, shunt_s=5e-4)
    best = lib.dd_section_maximum(row)
    wanted = share * power(row, best)
    x = held_v(row, wanted, best, best + ahead_v)
    assert x >= best
    assert power(row, x) == pytest.approx(wanted, rel=5e-11, abs=1e-9)


def test_power_is_zero_in_the_dark() -> None:
    assert lib.dd_section_maximum(curve(0.0, dark_a=39.0)) == 0.0


def test_light_too_faint_for_any_voltage_gives_nothing() -> None:
    """Voc + a ln(Iph / I0) is below zero for Iph < 39 A exp(-151 / 5.229136) = 1.1e-11 A."""
    assert lib.dd_section_maximum(curve(1.0e-11, dark_a=39.0)) == 0.0
    assert lib.dd_section_maximum(curve(1.3e-11, dark_a=39.0)) > 0.0


@pytest.mark.parametrize(
    ("photo_a", "voc_v", "slope_v", "series_ohm", "shunt_s"),
    [(31.261, 102.169, 6.92985, 1.73913, 2.14707e-3), (17.9276, 76.9601, 12.0089, 3.23993, 4.00878e-3)],
)
def test_a_series_resistance_beyond_every_real_one_does_not_mislead_the_search(
    photo_a: float, voc_v: float, slope_v: float, series_ohm: float, shunt_s: float
) -> None:
    """The first Newton step from the ideal maximum leaves the bracket."""
    row = curve(photo_a, voc_v, slope_v, dark_a=39.0, series_ohm=series_ohm, shunt_s=shunt_s)
    top = power(row, lib.dd_section_maximum(row))
    assert top > 0.0
    assert all(power(row, k * 0.05) <= top * (1.0 + 1e-9) for k in range(4000))


def test_a_section_asked_for_more_than_it_has_stays_at_its_maximum() -> None:
    row = curve(30.0, dark_a=39.0, series_ohm=0.1, shunt_s=5e-4)
    best = lib.dd_section_maximum(row)
    for ahead_v in (0.0, 0.5, 5.0):
        assert held_v(row, 1.5 * power(row, best), best, best + ahead_v) == best


def test_a_held_back_section_finds_its_side_from_a_guess_left_of_the_maximum() -> None:
    """While the tracker probes, the voltage it holds lies far left of the maximum."""
    row = curve(30.0, dark_a=39.0, series_ohm=0.1, shunt_s=5e-4)
    wanted = 0.5 * power(row, 30.0)
    x = held_v(row, wanted, 30.0, 60.0)
    assert x > lib.dd_section_maximum(row)
    assert power(row, x) == pytest.approx(wanted, rel=5e-11)


@given(st.floats(1.0, 60.0), st.floats(50.0, 200.0), st.floats(2.0, 20.0))
def test_ideal_maximum_is_stationary(photo_a: float, voc_v: float, slope_v: float) -> None:
    v = lib.dd_ideal_maximum_v(photo_a, voc_v, slope_v)
    dark = photo_a / expm1(voc_v / slope_v)
    derivative = photo_a - dark * expm1(v / slope_v) - v * dark / slope_v * exp(v / slope_v)
    assert abs(derivative) < 1e-7 * photo_a
    assert log(1.0 + photo_a / dark) > v / slope_v


IDEAL = section.Curve(photo_a=39.0, dark_a=39.0, voc_v=151.0, slope_v=5.229136)


def test_curve_on_arrays_satisfies_the_diode_equation() -> None:
    leaky = section.Curve(
        photo_a=49.5, dark_a=49.4, voc_v=151.0, slope_v=5.2, series_ohm=0.06, shunt_ohm=2000.0
    )
    voltage_v = np.linspace(-10.0, 155.0, 100)
    current_a = section.section_current_a(leaky, voltage_v)
    junction_v = voltage_v + 0.06 * current_a
    diode_a = 49.4 * np.exp((junction_v - 151.0) / 5.2)
    assert current_a == pytest.approx(49.5 - diode_a - junction_v / 2000.0, abs=1e-9)
    _, power_w = section.section_maximum_power(leaky)
    fine_v = np.linspace(120.0, 150.0, 3001)
    assert power_w == pytest.approx((fine_v * section.section_current_a(leaky, fine_v)).max(), rel=1e-6)


def test_a_dark_section_gives_nothing_and_a_senseless_one_is_refused() -> None:
    assert section.section_maximum_power(replace(IDEAL, photo_a=0.0)) == (0.0, 0.0)
    with pytest.raises(PlantError, match="slope_v must be above 0, got 0 V"):
        replace(IDEAL, slope_v=0.0)
    with pytest.raises(PlantError, match="shunt_ohm"):
        replace(IDEAL, shunt_ohm=0.0)


@given(st.floats(1.0, 45.0), st.floats(0.0, 155.0), st.floats(-5.0, 5.0), st.floats(0.02, 0.99))
def test_operating_points_tell_the_current_there(
    photo_a: float, terminal_v: float, ahead_v: float, share: float
) -> None:
    row = curve(photo_a=photo_a, dark_a=48.0, series_ohm=0.06, shunt_s=5e-4)
    current = ffi.new("double *")
    x = lib.dd_section_operate(row, terminal_v, terminal_v + ahead_v, current)
    assert current[0] == pytest.approx(lib.dd_section_current(row, x), rel=1e-10, abs=1e-9)
    assert x - 0.06 * current[0] == pytest.approx(terminal_v, abs=1e-9)
    best = lib.dd_section_maximum(row)
    wanted = share * power(row, best)
    x = lib.dd_section_hold(row, wanted, best, best + ahead_v, current)
    assert current[0] == pytest.approx(lib.dd_section_current(row, x), rel=1e-11, abs=1e-11)
    assert (x - 0.06 * current[0]) * current[0] == pytest.approx(wanted, rel=5e-11)
