"""A section in part shadow: the characteristic with bypass diodes, its peaks, and the twin by bisection."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.cases import TWIN_CASES
from reference.plant.section import Section

from hil.plant import (
    Curve,
    PlantError,
    Shadow,
    section_current_a,
    section_maximum_power,
    shaded_current_a,
    shaded_maximum_power,
    shaded_voltage_v,
)
from hil.plant._cplant import ffi, lib

HALF = Section(
    photo_a=49.5,
    dark_a=49.4,
    voc_v=151.0,
    slope_v=5.229136,
    series_ohm=0.06,
    shunt_s=5e-4,
    shaded_frac=0.5,
    light_frac=0.4,
    bypass_a=1e-5,
)


def row(twin: Section) -> object:
    lit = [twin.photo_a, twin.dark_a, twin.voc_v, twin.slope_v, twin.series_ohm, twin.shunt_s]
    shadow = [twin.shaded_frac, twin.light_frac, twin.substring_count, twin.bypass_a, twin.bypass_v]
    return ffi.new("dd_shade *", [lit, *shadow])


def section(
    photo_a: float, shunt_s: float, shaded_frac: float, light_frac: float, bypass_a: float
) -> Section:
    """Vary what matters; the resistance and the temperature go with the photocurrent."""
    return replace(
        HALF,
        photo_a=photo_a,
        shunt_s=shunt_s,
        shaded_frac=shaded_frac,
        light_frac=light_frac,
        bypass_a=bypass_a,
        series_ohm=0.3 - 0.005 * photo_a,
        slope_v=3.5 + 0.05 * photo_a,
    )


sections = st.builds(
    section,
    st.floats(0.5, 60.0),
    st.floats(1e-5, 2e-3),
    st.floats(0.01, 1.0),
    st.floats(0.0, 1.0),
    st.floats(1e-8, 1e-4),
)


@TWIN_CASES
@given(sections, st.floats(0.0, 1.1), st.floats(0.0, 170.0))
def test_characteristic_equals_the_twin(twin: Section, share: float, terminal_v: float) -> None:
    """Voltage at a current; current at a voltage: the twin's falling voltage passes within 1e-10 of it."""
    current = share * twin.photo_a
    assert lib.dd_shade_voltage(row(twin), current) == pytest.approx(
        twin.voltage(current), rel=1e-10, abs=1e-10
    )
    current = lib.dd_shade_current(row(twin), terminal_v)
    if current == 0.0:
        assert twin.voltage(0.0) <= terminal_v + 1e-9
    else:
        margin = 1e-10 * max(current, 1e-3)
        assert twin.voltage(max(0.0, current - margin)) >= terminal_v - 1e-10 * terminal_v
        assert twin.voltage(current + margin) <= terminal_v + 1e-10 * terminal_v


@TWIN_CASES
@given(sections, st.floats(0.5, 0.999))
def test_no_current_gives_the_twin_more_than_the_maximum(twin: Section, share: float) -> None:
    at = ffi.new("double *")
    top = lib.dd_shade_maximum(row(twin), at)
    assert top == pytest.approx(max(0.0, at[0] * twin.voltage(at[0])), rel=1e-10, abs=1e-9)
    for current in (share * twin.photo_a, share * twin.photo_a * twin.light_frac):
        assert current * twin.voltage(current) <= top * (1.0 + 1e-10) + 1e-9


@given(sections, st.floats(0.0, 1.2), st.floats(0.05, 1.0))
def test_a_section_held_back_gives_what_is_asked(twin: Section, share: float, reach: float) -> None:
    most = reach * twin.photo_a
    power = share * max(0.0, most * lib.dd_shade_voltage(row(twin), most))
    current = lib.dd_shade_limited(row(twin), power, most)
    assert 0.0 <= current <= most
    if current < most:
        assert current * twin.voltage(current) == pytest.approx(power, rel=1e-8, abs=1e-6)


def test_half_in_shadow_has_two_peaks_and_the_higher_one_changes_sides() -> None:
    for light, through in ((0.3, False), (0.7, True)):
        twin = replace(HALF, light_frac=light)
        volts = np.linspace(1.0, 150.0, 600)
        power = [v * lib.dd_shade_current(row(twin), v) for v in volts]
        rises = [b > a for a, b in pairwise(power)]
        tops = [k for k, (a, b) in enumerate(pairwise(rises)) if a and not b]
        assert len(tops) == 2
        at = ffi.new("double *")
        best = lib.dd_shade_maximum(row(twin), at)
        assert best == pytest.approx(max(power), rel=2e-3)
        assert (at[0] < light * twin.photo_a) is through


def test_a_shadow_that_takes_no_light_changes_nothing() -> None:
    curve = Curve(photo_a=40.0, dark_a=49.5, voc_v=151.0, slope_v=5.2, series_ohm=0.06, shunt_ohm=2000.0)
    none = Shadow(shaded_frac=0.5, light_frac=1.0, bypass_saturation_a=1e-14)
    volts = np.linspace(0.5, 145.0, 50)
    assert shaded_current_a(curve, none, volts) == pytest.approx(section_current_a(curve, volts), rel=1e-9)
    assert shaded_maximum_power(curve, none) == pytest.approx(section_maximum_power(curve), rel=1e-5)
    assert shaded_maximum_power(curve, none)[1] == pytest.approx(section_maximum_power(curve)[1], rel=1e-9)


def test_all_in_complete_shadow_gives_nothing() -> None:
    curve = Curve(photo_a=40.0, dark_a=49.5, voc_v=151.0, slope_v=5.2)
    assert shaded_maximum_power(curve, Shadow(shaded_frac=1.0, light_frac=0.0)) == (0.0, 0.0)
    dark = replace(curve, photo_a=0.0)
    assert shaded_maximum_power(dark, Shadow(shaded_frac=0.5, light_frac=0.5)) == (0.0, 0.0)
    assert shaded_voltage_v(curve, Shadow(shaded_frac=1.0, light_frac=0.0), 30.0) == pytest.approx(
        -8.0 * 0.0272 * np.log1p(30.0 / 1e-5), rel=1e-9
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("shaded_frac", -0.1), ("shaded_frac", 1.1), ("light_frac", 1.5), ("substring_count", 0.0)],
)
def test_a_shadow_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(PlantError, match=name):
        Shadow(**{"shaded_frac": 0.5, "light_frac": 0.5, name: value})
