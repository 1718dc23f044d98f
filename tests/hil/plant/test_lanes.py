"""Loops over equal units: all levels of instructions give the same bits; the exponential is within an ulp."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from math import atan2, inf, pi, ulp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import NodeState
from hil.plant.core import Plant
from hil.plant.params import PlantParams, odc100_dawn_dusk, odc100_mid_inclination

LEVELS = ("avx2", "avx512")


@pytest.fixture(autouse=True)
def best_level_afterwards() -> Iterator[None]:
    yield
    assert lib.dd_lanes_choose(b"") == 1


def life(level: str, params: PlantParams, epoch_ns: int) -> bytes:
    """Return the state after ten minutes of work, with faults that leave the lanes, at one level."""
    assert lib.dd_lanes_choose(level.encode()) == 1
    plant = Plant(params, seed=5, epoch_tai_ns=epoch_ns)
    for node in range(18):
        cap_w = 900.0 + 350.0 * node
        plant.set_node(node, NodeState.RUN, cap_w=cap_w, lease_until_ns=2**62, fallback_w=250.0)
        plant.set_job_load(node, 0.1 * (node % 11))
    plant.inject("section_open", section=5.0)
    for step in range(6000):
        if step == 3000:
            plant.inject("section_part_shadow", section=2.0, shaded_frac=0.3)
        plant.step(0.1)
    return plant.snapshot()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("params", [odc100_mid_inclination(), odc100_dawn_dusk()], ids=["mid", "dawn"])
def test_every_level_of_instructions_gives_the_same_bits(
    level: str, params: PlantParams, epoch_ns: int
) -> None:
    if not lib.dd_lanes_choose(level.encode()):
        pytest.skip(f"needs {level}")
    assert life(level, params, epoch_ns) == life("plain", params, epoch_ns)


def test_a_level_that_does_not_exist_is_refused_and_changes_nothing() -> None:
    before = ffi.string(lib.dd_lanes_level())
    assert lib.dd_lanes_choose(b"abacus") == 0
    assert ffi.string(lib.dd_lanes_level()) == before


@given(st.floats(-707.9, 708.9) | st.floats(-1.0, 1.0))
def test_exponential_is_within_an_ulp(x: float) -> None:
    """Against Python's decimal arithmetic, correctly rounded at 40 digits."""
    with localcontext() as context:
        context.prec = 40
        exact = Decimal(x).exp()
        apart = abs(Decimal(lib.dd_exp(x)) - exact)
        assert apart <= Decimal(ulp(float(exact)))


def test_exponential_holds_its_ends() -> None:
    assert lib.dd_exp(0.0) == 1.0
    assert lib.dd_exp(-inf) == lib.dd_exp(-708.0) == pytest.approx(3.307553003638408e-308, rel=1e-15)
    assert lib.dd_exp(inf) == lib.dd_exp(709.0) == pytest.approx(8.218407461554972e307, rel=1e-15)
    assert lib.dd_exp(float("nan")) != lib.dd_exp(float("nan"))


@given(st.floats(-8.0, 4.0) | st.floats(-1000.0, 1000.0))
def test_power_of_two_is_within_an_ulp(x: float) -> None:
    with localcontext() as context:
        context.prec = 40
        exact = (Decimal(x) * Decimal(2).ln()).exp()
        assert abs(Decimal(lib.dd_exp2(x)) - exact) <= Decimal(ulp(float(exact)))


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_angle_of_a_vector_is_within_two_ulp_of_the_library(y: float, x: float) -> None:
    """The C library's own is within an ulp; tiny coordinates, whose ratio it loses, are not asked for."""
    if max(abs(x), abs(y)) < 1e-300 or min(abs(x), abs(y)) < 1e-250:
        return
    expected = atan2(y, x)
    assert abs(lib.dd_atan2(y, x) - expected) <= 2.0 * ulp(abs(expected))


@pytest.mark.parametrize(
    ("y", "x", "angle"),
    [
        (0.0, 1.0, 0.0),
        (1.0, 0.0, pi / 2),
        (0.0, -1.0, pi),
        (-1.0, 0.0, -pi / 2),
        (-1.0, -1.0, -0.75 * pi),
        (0.0, 0.0, 0.0),
    ],
)
def test_angles_on_the_axes(y: float, x: float, angle: float) -> None:
    assert lib.dd_atan2(y, x) == pytest.approx(angle, rel=4e-16)
