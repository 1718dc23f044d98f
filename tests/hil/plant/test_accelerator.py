"""Functions of an accelerator on arrays against numbers worked out by hand."""

import pytest

from hil.plant import (
    accelerator_clock_frac,
    accelerator_leakage_w,
    accelerator_power_w,
    accelerator_throttled_frac,
)
from hil.plant.errors import PlantError


def test_power_of_the_reference_accelerator() -> None:
    """150 + 1250 f (0.4 + 0.6 f)^2 W: 1,400 W at full clock, 456.25 W at half, 150 W at no load."""
    got = accelerator_power_w(
        [1.0, 0.5, 1.0], static_w=150.0, dynamic_w=1250.0, voltage_floor_frac=0.4, duty_frac=[1.0, 1.0, 0.0]
    )
    assert got == pytest.approx([1400.0, 456.25, 150.0])


def test_power_grows_about_with_the_cube_of_the_clock() -> None:
    """The slope d ln P / d ln f at full clock is 1 + 2 (1 - floor): 2.2 with a floor of 0.4, 3 without."""
    for floor, exponent in ((0.4, 2.2), (0.0, 3.0)):
        low, high = accelerator_power_w(
            [1.0 - 1e-6, 1.0], static_w=0.0, dynamic_w=1.0, voltage_floor_frac=floor
        )
        assert (high - low) / 1e-6 == pytest.approx(exponent, rel=1e-4)


def test_clock_is_the_inverse_of_the_power_within_its_limits() -> None:
    clock = accelerator_clock_frac([0.245, 0.01, 2.0], voltage_floor_frac=0.4)
    assert clock == pytest.approx([0.5, 0.3, 1.0])


def test_leakage_doubles_per_25_k() -> None:
    got = accelerator_leakage_w([323.15, 348.15, 298.15], leak_w=60.0, reference_k=323.15, doubling_k=25.0)
    assert got == pytest.approx([60.0, 120.0, 30.0])


def test_throttle_begins_at_87_c_and_is_hard_at_95_c() -> None:
    got = accelerator_throttled_frac(1.0, [350.0, 362.15, 368.15])
    assert got == pytest.approx([1.0, 0.9, 0.3])


def test_what_is_not_physical_is_refused() -> None:
    with pytest.raises(PlantError, match="duty_frac must be at least 0 and at most 1"):
        accelerator_power_w(1.0, static_w=0.0, dynamic_w=1.0, voltage_floor_frac=0.4, duty_frac=1.5)
    with pytest.raises(PlantError, match="die_k must be at least 0"):
        accelerator_leakage_w(float("nan"), leak_w=1.0, reference_k=300.0, doubling_k=25.0)
