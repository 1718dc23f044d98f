"""The turning body against its twin, closed forms and the conservation laws."""

from collections.abc import Sequence
from math import atan2, cos, exp, pi, sin, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import rigid as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib

INERTIA = (6e4, 2e4, 7e4)
FREQUENCIES_HZ = (0.05, 0.05, 0.12, 0.12)
MODE_AXES = (2, 2, 0, 0)
COUPLING = (
    sqrt(0.15 * INERTIA[2]),
    -sqrt(0.15 * INERTIA[2]),
    sqrt(0.10 * INERTIA[0]),
    -sqrt(0.10 * INERTIA[0]),
)
STILL = (0.0, 0.0, 0.0, 0.0)


def make_model(
    inertia: tuple[float, ...] = INERTIA,
    coupling: tuple[float, ...] = COUPLING,
    damping_ratio: float = 0.005,
) -> object:
    model = ffi.new("dd_rigid_model *")
    model.inertia, model.coupling, model.mode_axis = inertia, coupling, MODE_AXES
    for k, frequency_hz in enumerate(FREQUENCIES_HZ):
        model.stiffness[k], model.damping[k] = twin.mode(frequency_hz, damping_ratio)
    lib.dd_rigid_prepare(model)
    return model


def make_state(
    rate: tuple[float, ...] = (0.0, 0.0, 0.0),
    bend: tuple[float, ...] = STILL,
    bend_rate: tuple[float, ...] = STILL,
    momentum: tuple[float, ...] = STILL,
) -> object:
    state = ffi.new("dd_rigid *")
    state.q = (1.0, 0.0, 0.0, 0.0)
    state.rate, state.bend, state.bend_rate, state.momentum = rate, bend, bend_rate, momentum
    return state


def flat(state: object) -> list[float]:
    s = state
    return [*s.q, *s.rate, *s.bend, *s.bend_rate, *s.momentum]  # type: ignore[attr-defined]


def momentum_eci(model: object, state: object) -> list[float]:
    body, matrix = ffi.new("double[3]"), ffi.new("double[9]")
    lib.dd_rigid_momentum(model, state, body)
    lib.dd_quaternion_to_matrix(state.q, matrix)  # type: ignore[attr-defined]
    return [sum(matrix[3 * k + i] * body[k] for k in range(3)) for i in range(3)]


def run(model: object, state: object, seconds: float, h_s: float = 0.1) -> None:
    for _ in range(round(seconds / h_s)):
        lib.dd_rigid_step(model, state, (0.0, 0.0, 0.0), STILL, h_s)


def numbers(low: float, high: float, count: int) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[st.floats(low, high)] * count)


@TWIN_CASES
@given(st.integers(0, 2**64 - 1))
def test_a_step_equals_its_twin(seed: int) -> None:
    draw = Random(seed)

    def numbers(size: float, count: int) -> tuple[float, ...]:
        return tuple(draw.uniform(-size, size) for _ in range(count))

    rate, modes, wheels, loads = numbers(0.05, 3), numbers(1.0, 8), numbers(400.0, 4), numbers(1.0, 7)
    turn, h_s = numbers(1.0, 4), draw.uniform(0.001, 0.2)
    norm = sqrt(sum(x * x for x in turn))
    q = tuple(x / norm for x in turn)
    state = make_state(rate, modes[:4], modes[4:], wheels)
    state.q = q  # type: ignore[attr-defined]
    lib.dd_rigid_step(make_model(), state, loads[:3], loads[3:], h_s)
    coupling = [[COUPLING[k] if i == MODE_AXES[k] else 0.0 for i in range(3)] for k in range(4)]
    stiffness, damping = zip(*(twin.mode(f, 0.005) for f in FREQUENCIES_HZ), strict=True)
    expected = twin.step(
        INERTIA, coupling, stiffness, damping, (*q, *rate, *modes, *wheels), loads[:3], loads[3:], h_s
    )
    for got, wanted, scale in zip(
        flat(state), expected, [1.0] * 4 + [0.05] * 3 + [1.0] * 8 + [400.0] * 4, strict=True
    ):
        assert abs(got - wanted) <= 1e-10 * scale


def test_a_torque_free_body_goes_round_its_cone() -> None:
    """V13: I = (2, 2, 7)e4 kg m2, w3 = 0.01 rad/s: cone rate 0.025 rad/s; values at 100 s (Wertz, 16.2)."""
    model = make_model((2e4, 2e4, 7e4), STILL)
    state = make_state((1e-3, 0.0, 0.01))
    run(model, state, 100.0)
    got = state.rate  # type: ignore[attr-defined]
    assert got[0] == pytest.approx(-8.01144e-4, abs=1e-9)
    assert got[1] == pytest.approx(5.98472e-4, abs=1e-9)
    assert got[2] == 0.01
    assert (got[0], got[1]) == pytest.approx((1e-3 * cos(2.5), 1e-3 * sin(2.5)), abs=1e-11)


def test_nutation_with_a_wheel_has_the_rate_of_the_closed_form() -> None:
    """Small rates about X and Y with bias h on Z turn at h / sqrt(Ix Iy) (Sidi, eq. 8.4)."""
    model = make_model(INERTIA, STILL)
    each = 400.0 * sqrt(3.0) / 4.0
    state = make_state((1e-5, 0.0, 0.0), momentum=(each,) * 4)
    frequency = 400.0 / sqrt(INERTIA[0] * INERTIA[1])
    run(model, state, 2.0 * pi / frequency / 4.0, 2.0 * pi / frequency / 4.0 / 2000)
    got = state.rate  # type: ignore[attr-defined]
    assert got[0] == pytest.approx(0.0, abs=1e-10)
    assert abs(got[1]) == pytest.approx(1e-5 * sqrt(INERTIA[0] / INERTIA[1]), rel=1e-6)


def test_a_mode_decays_and_rings_as_a_damped_oscillator() -> None:
    """Hub held by its inertia: 1 / (1 - d^2 / I) raises frequency and damping of the lone mode."""
    share = 0.15
    model = make_model((6e4, 2e4, 7e4), (sqrt(share * 7e4), 0.0, 0.0, 0.0))
    state = make_state(bend=(1.0, 0.0, 0.0, 0.0), rate=(0.0, 0.0, 0.0))
    omega, zeta = 2.0 * pi * 0.05 / sqrt(1.0 - share), 0.005 / sqrt(1.0 - share)
    run(model, state, 300.0)
    damped = omega * sqrt(1.0 - zeta * zeta)
    phase = atan2(zeta, sqrt(1.0 - zeta * zeta))
    expected = exp(-zeta * omega * 300.0) * cos(damped * 300.0 - phase) / cos(phase)
    assert state.bend[0] == pytest.approx(expected, abs=2e-6)  # type: ignore[attr-defined]


def energy_j(state: object) -> float:
    """Of body and modes; the wheels' own is constant without motor torque."""
    y = flat(state)
    out = 0.5 * sum(i * w * w for i, w in zip(INERTIA, y[4:7], strict=True))
    for k in range(4):
        stiffness, _ = twin.mode(FREQUENCIES_HZ[k], 0.0)
        out += 0.5 * y[11 + k] ** 2 + 0.5 * stiffness * y[7 + k] ** 2
        out += COUPLING[k] * y[4 + MODE_AXES[k]] * y[11 + k]
    return out


def test_energy_and_angular_momentum_stay_over_an_hour() -> None:
    model = make_model(damping_ratio=0.0)
    state = make_state((2e-3, -1e-3, 3e-3), (0.5, -0.2, 0.1, 0.3), STILL, (120.0, -80.0, 40.0, 10.0))
    energy, before = energy_j(state), momentum_eci(model, state)
    run(model, state, 3600.0)
    assert energy_j(state) == pytest.approx(energy, rel=1e-4)
    scale = sqrt(sum(x * x for x in before))
    assert momentum_eci(model, state) == pytest.approx(before, abs=1e-7 * scale)


@given(numbers(-1.0, 1.0, 4), numbers(-0.01, 0.01, 3))
def test_motors_move_momentum_without_changing_the_whole(
    motor: tuple[float, ...], rate: tuple[float, ...]
) -> None:
    model, state = make_model(), make_state(rate, (0.1, 0.0, 0.0, -0.1))
    before = momentum_eci(model, state)
    for _ in range(100):
        lib.dd_rigid_step(model, state, (0.0, 0.0, 0.0), motor, 0.1)
    assert momentum_eci(model, state) == pytest.approx(before, abs=1e-6)


def test_steps_of_a_tenth_of_a_second_are_as_good_as_a_hundred_times_finer_ones() -> None:
    """100 s of slewing with ringing wings: 1e-8 rad against the fine run."""
    coarse, fine = make_state(bend=(0.2, 0.1, 0.0, 0.1)), make_state(bend=(0.2, 0.1, 0.0, 0.1))
    model, motor = make_model(), (0.5, -0.2, 0.1, 0.3)
    for _ in range(1000):
        lib.dd_rigid_step(model, coarse, (0.05, 0.0, -0.02), motor, 0.1)
    for _ in range(100_000):
        lib.dd_rigid_step(model, fine, (0.05, 0.0, -0.02), motor, 0.001)
    for got, wanted in zip(flat(coarse)[:7], flat(fine)[:7], strict=True):
        assert abs(got - wanted) < 1e-8


def test_gravity_gradient_swings_at_the_rate_of_the_closed_form() -> None:
    """Libration in the orbit plane: n sqrt(3 (Ix - Iy) / Iz), with Y down (Wertz, eq. 18-37)."""
    n, mu, radius = 1.083e-3, 3.986004418e14, (3.986004418e14 / 1.083e-3**2) ** (1.0 / 3.0)
    model = make_model(INERTIA, STILL)
    swing = n * sqrt(3.0 * (INERTIA[0] - INERTIA[1]) / INERTIA[2])
    state = make_state((0.0, 0.0, n))
    angle = 1e-3
    state.q = (cos(angle / 2), 0.0, 0.0, sin(angle / 2))  # type: ignore[attr-defined]
    torque, matrix, h_s = ffi.new("double[3]"), ffi.new("double[9]"), 0.5
    quarter = int(pi / 2.0 / swing / h_s)
    for k in range(quarter):
        u = n * k * h_s
        lib.dd_quaternion_to_matrix(state.q, matrix)  # type: ignore[attr-defined]
        r = (-radius * sin(u), radius * cos(u), 0.0)
        body = [sum(matrix[3 * i + j] * r[j] for j in range(3)) for i in range(3)]
        lib.dd_gravity_gradient(mu, body, INERTIA, torque)
        lib.dd_rigid_step(model, state, torque, STILL, h_s)
    q = state.q  # type: ignore[attr-defined]
    left = 2.0 * atan2(q[3], q[0]) - n * quarter * h_s
    assert abs((left + pi) % (2.0 * pi) - pi) < 2e-3 * angle


def test_basilisks_balanced_wheels_turn_the_hub_as_here() -> None:
    """Basilisk test_reactionWheelStateEffector_integrated.py, case BalancedWheels: its trueSigma after 1 s.

    Hub of 750 kg and three HR16 (12 kg, 100 N m s at 6,000 rpm) on the axes, motors at 0.2, 0.1, -0.2 N m
    (the -0.5 that is asked for meets the wheel's limit) for 0.5 s. Inertias about the common centre of mass;
    their products, 1.3e-4 of them, are left out here and make the difference of 4e-8.
    """
    rpm = 2.0 * pi / 60.0
    spin_inertia, wheel_kg, hub_kg = 100.0 / (6000.0 * rpm), 12.0, 750.0
    hub, wheels = (-0.0002, 0.0001, 0.1), ((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 0.1))
    whole_kg = hub_kg + 3.0 * wheel_kg
    centre = [(hub_kg * hub[i] + wheel_kg * 0.1) / whole_kg for i in range(3)]
    inertia = [900.0, 800.0, 600.0]
    for mass_kg, place in ((hub_kg, hub), *((wheel_kg, wheel) for wheel in wheels)):
        arm = [x - c for x, c in zip(place, centre, strict=True)]
        for i in range(3):
            inertia[i] += mass_kg * (sum(x * x for x in arm) - arm[i] ** 2)
    inertia = [x + spin_inertia for x in inertia]  # two wheels across each axis, half the spin inertia each
    rate, speed_rpm, asked = (0.08, 0.01, 0.0), (500.0, 200.0, -150.0), (0.2, 0.1, -0.2)
    along = [spin_inertia * (s * rpm + w) for s, w in zip(speed_rpm, rate, strict=True)]

    def on_wheels(v: Sequence[float]) -> tuple[float, ...]:
        return tuple(0.75 * sum(a * x for a, x in zip(axis, v, strict=True)) for axis in twin.AXES)

    model, state = make_model(tuple(inertia), STILL), make_state(rate, momentum=on_wheels(along))
    for step in range(1000):
        motor = on_wheels(asked) if step < 500 else STILL
        lib.dd_rigid_step(model, state, (0.0, 0.0, 0.0), motor, 1e-3)
    q = state.q  # type: ignore[attr-defined]
    sigma = [x / (1.0 + q[0]) for x in q[1:4]]
    assert sigma == pytest.approx([1.99853994e-02, 2.45647716e-03, 8.45356279e-06], abs=5e-8)
