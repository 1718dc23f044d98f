"""Attitude of the whole satellite: ideal, and coupled with the attitude unit's firmware in the loop."""

from dataclasses import replace
from math import cos, degrees, isfinite, nan, sqrt

import pytest

from hil.plant.actuators import AttitudeMode
from hil.plant.channels import ARRAY, ATTITUDE, MOTION, NAVIGATION
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import AttitudeParams, PlantParams, odc100_dawn_dusk, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
ORBITS = (odc100_mid_inclination, odc100_dawn_dusk)


def make(base: PlantParams, *, coupled: bool = True, **numbers: float) -> Plant:
    attitude = AttitudeParams(attitude_coupled_count=float(coupled), **numbers)
    return Plant(replace(base, attitude=attitude), seed=3, epoch_tai_ns=EPOCH_NS)


def quaternion(plant: Plant) -> list[float]:
    return plant.truth("navigation")[NAVIGATION.slice("q_body_from_eci")]


def rates(plant: Plant) -> list[float]:
    return plant.truth("navigation")[NAVIGATION.slice("rate_body_rad_per_s")]


def speeds(plant: Plant) -> list[float]:
    return plant.truth("attitude")[ATTITUDE.slice("wheel_speed_rad_per_s")]


def mode(plant: Plant) -> int:
    return int(plant.truth("attitude")[ATTITUDE.slice("attitude_mode")][0])


def size(vector: list[float]) -> float:
    return sqrt(sum(x * x for x in vector))


def gap_rad(a: list[float], b: list[float]) -> float:
    """Angle between two attitudes; small ones from the vector part, which does not cancel."""
    w, x, y, z = a[0], -a[1], -a[2], -a[3]
    return 2.0 * size(
        [
            w * b[1] + x * b[0] + y * b[3] - z * b[2],
            w * b[2] - x * b[3] + y * b[0] + z * b[1],
            w * b[3] + x * b[2] - y * b[1] + z * b[0],
        ]
    )


def run(plant: Plant, step_count: int, dt_s: float = 1.0) -> None:
    for _ in range(step_count):
        plant.step(dt_s)


def sun_error_rad(plant: Plant) -> float:
    return plant.truth("motion")[MOTION.slice("sun_error_rad")][0]


def test_ideal_inertial_attitude_stays_while_that_of_the_sun_goes_on_and_is_found_again() -> None:
    held, free = make(odc100_dawn_dusk(), coupled=False), make(odc100_dawn_dusk(), coupled=False)
    run(held, 10)
    run(free, 10)
    held.set_attitude(AttitudeMode.INERTIAL)
    before = quaternion(held)
    run(held, 300)
    run(free, 300)
    assert quaternion(held) == before
    assert quaternion(free) != before
    held.set_attitude(AttitudeMode.SUN_NOMINAL)
    run(held, 1)
    run(free, 1)
    assert quaternion(held) == quaternion(free)


@pytest.mark.parametrize("order", [-1, 4])
def test_an_attitude_mode_that_does_not_exist_is_counted_and_changes_nothing(order: int) -> None:
    odd, plain = make(odc100_dawn_dusk()), make(odc100_dawn_dusk())
    odd.set_attitude(order)  # type: ignore[arg-type]
    assert odd.input_rejects_count == 1
    run(odd, 100)
    run(plain, 100)
    assert quaternion(odd) == quaternion(plain)


@pytest.mark.parametrize("base", ORBITS)
def test_the_error_of_the_array_is_its_angle_from_the_sun(base: object) -> None:
    """Against the Sun's direction in body axes, without and with a turn away from it."""
    params = base()  # type: ignore[operator]
    plant = make(params)
    run(plant, 2)
    assert sun_error_rad(plant) < 1e-5
    plant.set_attitude(AttitudeMode.INERTIAL)
    run(plant, 900)
    reading = plant.truth("navigation")[NAVIGATION.slice("sun_dir_body")]
    along = reading[0] if params.orbit.attitude_kind_count < 0.5 else -reading[2]
    assert cos(sun_error_rad(plant)) == pytest.approx(along, abs=1e-9)


@pytest.mark.parametrize("base", ORBITS)
@pytest.mark.parametrize("dt_s", [0.01, 0.1, 1.0])
def test_the_controller_holds_what_the_ideal_attitude_holds(base: object, dt_s: float) -> None:
    """Within 150 urad of it: tracker 10 urad, disturbances 0.07 N m, no matter how long a step is."""
    params = base()  # type: ignore[operator]
    real, ideal = make(params), make(params, coupled=False)
    for _ in range(20):
        run(real, round(20.0 / dt_s), dt_s)
        run(ideal, round(20.0 / dt_s), dt_s)
        assert gap_rad(quaternion(real), quaternion(ideal)) < 1.5e-4
    assert rates(real) == pytest.approx(rates(ideal), abs=5e-6)


def test_momentum_of_wheels_is_dumped_into_the_field() -> None:
    """Gravity gradient alone would fill the wheels; with torquers they keep less than without."""
    tilted = replace(odc100_mid_inclination().orbit, raan_rad=0.7)
    params = replace(odc100_mid_inclination(), orbit=tilted)
    dumping, not_dumping = make(params), make(params, torquer_dipole_max_a_m2=0.0)
    run(dumping, 6000)
    run(not_dumping, 6000)
    assert size(speeds(dumping)) < 0.6 * size(speeds(not_dumping))
    assert size(speeds(dumping)) * 0.64 < 300.0


def test_without_torquers_the_momentum_that_came_is_the_integral_of_the_disturbance() -> None:
    plant = make(odc100_mid_inclination(), torquer_dipole_max_a_m2=0.0, wheel_friction_n_m_s=0.0)
    plant.step(0.1)
    start = plant.truth("motion")[MOTION.slice("momentum_eci_n_m_s")]
    gained = 0.0
    for _ in range(3000):
        plant.step(0.1)
        gained += 0.1 * plant.truth("motion")[MOTION.slice("disturbance_n_m")][2]
    end = plant.truth("motion")[MOTION.slice("momentum_eci_n_m_s")]
    assert size([x - y for x, y in zip(end, start, strict=True)]) == pytest.approx(abs(gained), rel=1e-2)


@pytest.mark.parametrize("base", ORBITS)
def test_without_star_tracker_the_array_still_faces_the_sun(base: object) -> None:
    params = base()  # type: ignore[operator]
    plant = make(params)
    run(plant, 20)
    plant.inject("star_tracker_out")
    run(plant, 30)
    assert mode(plant) == AttitudeMode.SUN_NOMINAL
    run(plant, 400)
    assert mode(plant) == AttitudeMode.SUN_SAFE
    assert degrees(sun_error_rad(plant)) < 1.0
    assert size(rates(plant)) < 1e-3
    plant.clear("star_tracker_out")
    run(plant, 900)
    assert mode(plant) == AttitudeMode.SUN_NOMINAL
    assert degrees(sun_error_rad(plant)) < 0.02


def test_in_the_dark_and_without_sensors_the_rates_stay_low() -> None:
    params = odc100_mid_inclination()
    plant = make(params)
    plant.inject("star_tracker_out")
    plant.inject("sun_sensor_out")
    run(plant, 1200)
    assert mode(plant) == AttitudeMode.SUN_SAFE
    assert size(rates(plant)) < 5e-5


@pytest.mark.parametrize("fault", ["wheel_off", "wheel_seized"])
def test_a_wheel_is_lost_and_three_carry_on(fault: str) -> None:
    real, ideal = make(odc100_mid_inclination()), make(odc100_mid_inclination(), coupled=False)
    run(real, 600)
    real.inject(fault, wheel=1)
    run(real, 900)
    run(ideal, 1500)
    assert gap_rad(quaternion(real), quaternion(ideal)) < 3e-4
    assert abs(speeds(real)[1]) < 40.0
    real.clear(fault, wheel=1)
    real.set_attitude(AttitudeMode.SUN_SAFE)
    run(real, 5)
    assert mode(real) == AttitudeMode.SUN_SAFE


def test_a_wheel_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PlantError, match="fault must fit the plant"):
        make(odc100_mid_inclination()).inject("wheel_off", wheel=4)


def test_a_gyro_bias_is_learned() -> None:
    real, ideal = make(odc100_mid_inclination()), make(odc100_mid_inclination(), coupled=False)
    run(real, 100)
    real.inject("gyro_bias", value=1e-4)
    run(real, 1100)
    run(ideal, 1200)
    assert gap_rad(quaternion(real), quaternion(ideal)) < 1.5e-4
    assert size(rates(real)) < 1e-5


def test_without_a_gyro_no_torque_is_given_and_nothing_is_poisoned() -> None:
    plant = make(odc100_mid_inclination())
    run(plant, 10)
    for axis in range(3):
        plant.inject("sensor_stuck", channel=f"navigation.rate_body_rad_per_s[{axis}]", value=nan)
        plant.inject("sensor_dropout", channel=f"navigation.rate_body_rad_per_s[{axis}]", value=1.0)
    before = speeds(plant)
    run(plant, 100)
    assert speeds(plant) == pytest.approx(before, abs=0.01)
    assert all(abs(x) < 1.0 for x in rates(plant))


def test_a_slew_ends_where_inertial_hold_was_ordered() -> None:
    """The Sun-pointing attitude of orbit A turns on; one that is held stays, and is left again."""
    plant = make(odc100_dawn_dusk())
    run(plant, 60)
    plant.set_attitude(AttitudeMode.INERTIAL)
    run(plant, 10)
    held = quaternion(plant)
    run(plant, 600)
    assert gap_rad(quaternion(plant), held) < 0.02
    assert size(rates(plant)) < 1e-5
    plant.set_attitude(AttitudeMode.SUN_NOMINAL)
    run(plant, 1500)
    ideal = make(odc100_dawn_dusk(), coupled=False)
    run(ideal, 2170)
    assert gap_rad(quaternion(plant), quaternion(ideal)) < 3e-4


@pytest.mark.parametrize(("base", "wing_axis"), [(odc100_mid_inclination, 1), (odc100_dawn_dusk, 0)])
def test_a_wing_that_turns_turns_the_body_the_other_way(base: object, wing_axis: int) -> None:
    """I w + I_wings a' = 0 about the wings' line, on which nothing bends; the wheels are dead.

    Both wings turn by 0.01 deg, 2,000 kg m2 each, in a step of 0.1 s, on 20,000 kg m2 of body: 0.002 deg.
    """
    params = base()  # type: ignore[operator]
    moved, still = make(params), make(params)
    for plant in (moved, still):
        for wheel in range(4):
            plant.inject("wheel_off", wheel=wheel)
        run(plant, 5, 0.1)
    for wing in range(2):
        moved.set_wing(wing, 1.745e-4)
    seen, angle_rad = [], 0.0
    for _ in range(6):
        run(moved, 1, 0.1)
        run(still, 1, 0.1)
        seen.append(rates(moved)[wing_axis] - rates(still)[wing_axis])
        angle_rad += 0.1 * seen[-1]
    rate = -2.0 * 2000.0 / 2e4 * 1.745e-3
    assert seen == pytest.approx([0.0, rate, 0.0, 0.0, 0.0, 0.0], abs=1e-6)
    assert angle_rad == pytest.approx(-0.2 * 1.745e-4, abs=1e-7)


def test_gimbals_leave_the_angular_momentum_of_the_whole_alone() -> None:
    """Start and end of a slew, 17 N m s in the wing: with body and wheels the sum is that of a wing at rest.

    Outside torques differ by 0.3 mN m, since the body is up to 2 mrad away.
    """
    moved, still = make(odc100_mid_inclination()), make(odc100_mid_inclination())
    run(moved, 20, 0.1)
    run(still, 20, 0.1)
    moved.set_wing(0, 0.01)
    apart = shaken = 0.0
    for _ in range(30):
        run(moved, 1, 0.1)
        run(still, 1, 0.1)
        whole = [p.truth("motion")[MOTION.slice("momentum_eci_n_m_s")] for p in (moved, still)]
        apart = max(apart, size([a - b for a, b in zip(*whole, strict=True)]))
        shaken = max(shaken, size(rates(moved)))
    assert shaken > 8e-4
    assert apart < 2e-3


def test_wings_move_in_whole_steps_of_their_motor() -> None:
    plant = make(odc100_mid_inclination())
    for asked_rad, expected_rad in ((0.8e-4, 0.0), (1.0e-4, 1.745e-4), (2.7e-4, 3.49e-4)):
        plant.set_wing(1, asked_rad)
        run(plant, 1, 0.1)
        assert plant.truth("array")[ARRAY.slice("wing_angle_rad")][1] == pytest.approx(
            expected_rad, abs=1e-15
        )


def test_drag_turns_the_satellite_when_it_is_on() -> None:
    thick = {"drag_ratio": 2.2, "air_density_kg_per_m3": 1e-11}
    with_drag, without = make(odc100_mid_inclination(), **thick), make(odc100_mid_inclination())
    run(with_drag, 100)
    run(without, 100)
    torques = [p.truth("motion")[MOTION.slice("disturbance_n_m")] for p in (with_drag, without)]
    assert size([x - y for x, y in zip(*torques, strict=True)]) > 1e-3


def test_the_thickest_air_makes_it_tumble_and_fall_and_nothing_infinite() -> None:
    air = {"drag_ratio": 10.0, "air_density_kg_per_m3": 1e-9, "air_scale_m": 2e5, "air_reference_m": 1e6}
    lever = {"pressure_centre_wing_m": 10.0, "inertia_wing_kg_m2": 5e3, "inertia_radiator_kg_m2": 5e3}
    plant = make(odc100_mid_inclination(), **air, **lever)
    fastest = 0.0
    for _ in range(300):
        run(plant, 1)
        fastest = max(fastest, size(rates(plant)))
    assert 0.5 < fastest <= 1.0 + 1e-9
    run(plant, 4000)
    assert all(map(isfinite, (*plant.truth("world"), *plant.truth("navigation"))))
    assert all(map(isfinite, (*quaternion(plant), *speeds(plant), *plant.truth("motion"))))


@pytest.mark.parametrize(
    "numbers",
    [
        {"inertia_normal_kg_m2": 0.0},
        {"inertia_wing_kg_m2": nan},
        {"wheel_inertia_kg_m2": -1.0},
        {"bend_inertia_frac": 0.6},
        {"control_bandwidth_rad_per_s": 10.0},
        {"mass_kg": 0.0},
    ],
)
def test_a_body_that_cannot_be_is_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(PlantError, match=next(iter(numbers))):
        AttitudeParams(**numbers)


def test_a_snapshot_goes_on_as_the_original_does() -> None:
    plant, other = make(odc100_mid_inclination()), make(odc100_dawn_dusk())
    run(plant, 50)
    other.restore(plant.snapshot())
    run(plant, 50, 0.1)
    run(other, 50, 0.1)
    assert quaternion(plant) == quaternion(other)
    assert cos(gap_rad(quaternion(plant), quaternion(other))) == 1.0
