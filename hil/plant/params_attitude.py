"""The satellite as a body that turns: inertia, wheels, torquers, bending wings, attitude control, drag."""

from dataclasses import dataclass

from hil.plant.quantity import check, number

_HUBBLE = "magnetic torquers of the Hubble Space Telescope class"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttitudeParams:
    """Attitude dynamics and control; axes by what they are: array normal, wing line, radiator normal."""

    attitude_coupled_count: float = number(
        1.0, low=0.0, high=1.0, source="1: rigid body, wheels and controller; 0: ideal attitude"
    )
    inertia_normal_kg_m2: float = number(
        6e4, low=5e3, high=1e7, source="assumed: 2-4 t, wings of 35 m; about the array's normal"
    )
    inertia_wing_kg_m2: float = number(2e4, low=5e3, high=1e7, source="assumed: about the wings' line")
    inertia_radiator_kg_m2: float = number(
        7e4, low=5e3, high=1e7, source="assumed: about the radiators' normal"
    )
    wheel_torque_max_n_m: float = number(1.0, low=0.0, high=100.0, source="assumed: 1 N m class")
    wheel_momentum_max_n_m_s: float = number(400.0, low=1.0, high=5e3, source="assumed: 400 N m s class")
    wheel_inertia_kg_m2: float = number(0.64, low=0.01, high=100.0, source="400 N m s at 6,000 rpm")
    wheel_friction_n_m_s: float = number(
        1e-5, low=0.0, high=0.1, source="assumed: viscous, 6 mN m at 6,000 rpm"
    )
    gimbal_inertia_kg_m2: float = number(
        2000.0, low=0.0, high=1e5, source="assumed: a wing of 400 kg and 8 m about its own line"
    )
    torquer_dipole_max_a_m2: float = number(4000.0, low=0.0, high=1e5, source=_HUBBLE)
    bend_frequency_hz: float = number(
        0.05, low=0.01, high=1.0, source="assumed: first wing mode, out of plane, root held"
    )
    sway_frequency_hz: float = number(
        0.12, low=0.01, high=1.0, source="assumed: second wing mode, in plane, root held"
    )
    bend_damping_ratio: float = number(0.005, low=0.0, high=0.5, source="assumed: deployed structure")
    bend_inertia_frac: float = number(
        0.15, low=0.0, high=0.4, source="assumed: share of inertia in the first mode of each wing"
    )
    sway_inertia_frac: float = number(
        0.10, low=0.0, high=0.4, source="assumed: share of inertia in the second mode of each wing"
    )
    light_specular_frac: float = number(0.1, low=0.0, high=1.0, source="assumed: cover glass")
    light_diffuse_frac: float = number(0.1, low=0.0, high=0.9, source="assumed: cover glass")
    pressure_centre_wing_m: float = number(
        0.1, low=-10.0, high=10.0, source="assumed: from the mass centre, along the wings"
    )
    pressure_centre_radiator_m: float = number(
        0.05, low=-10.0, high=10.0, source="assumed: from the mass centre, along the radiators' normal"
    )
    control_bandwidth_rad_per_s: float = number(
        0.03, low=1e-3, high=0.2, source="a tenth of the first wing mode"
    )
    control_damping_ratio: float = number(0.8, low=0.3, high=2.0, source="usual choice")
    slew_max_rad_per_s: float = number(
        0.0015, low=1e-5, high=0.1, source="two wheels' torque stops it within the control law's slope"
    )
    mass_kg: float = number(3000.0, low=100.0, high=1e5, source="2-4 t at 70 kW/t")
    drag_ratio: float = number(0.0, low=0.0, high=10.0, source="0: no drag; flat plates have 2.2")
    air_density_kg_per_m3: float = number(
        1.454e-13, low=0.0, high=1e-9, source="Vallado 4th ed., table 8-4, 600 km"
    )
    air_reference_m: float = number(6e5, low=2e5, high=1e6, source="Vallado 4th ed., table 8-4")
    air_scale_m: float = number(71835.0, low=1e4, high=2e5, source="Vallado 4th ed., table 8-4, 600 km")

    def __post_init__(self) -> None:
        check(self)
