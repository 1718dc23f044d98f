"""ODC-100: every number of the satellite and its world, with unit, range and source."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from hil.plant.errors import PlantError
from hil.plant.params_attitude import AttitudeParams
from hil.plant.params_optical import MirrorParams, OpticalParams
from hil.plant.params_payload import ComputeParams, ThermalParams
from hil.plant.params_power import ArrayParams, BatteryParams, BusParams
from hil.plant.quantity import check, number, unit_of

__all__ = [
    "ArrayParams",
    "AttitudeParams",
    "BatteryParams",
    "BusParams",
    "ComputeParams",
    "MirrorParams",
    "OpticalParams",
    "OrbitParams",
    "ParameterRow",
    "PlantParams",
    "ThermalParams",
    "odc100_dawn_dusk",
    "odc100_mid_inclination",
    "parameter_rows",
]

_IERS = "IERS Conventions 2010"
EGM96_J3_RATIO, EGM96_J4_RATIO = -2.53265648533e-6, -1.61962159137e-6
"""Zonal coefficients of EGM96 (Lemoine et al. 1998, NASA/TP-1998-206861), not normalised: -C30, -C40."""
WGS84_FLATTENING_FRAC = 1.0 / 298.257223563
"""NGA.STND.0036."""
FLAT_PLATE_DRAG_RATIO = 2.2
"""Drag coefficient of flat plates in free molecular flow (Vallado, 4th ed., section 8.6.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrbitParams:
    """Orbit at the epoch (osculating Kepler elements in J2000) and the constants of the world."""

    semi_major_axis_m: float = number(
        6978137.0, low=6.5e6, high=5e7, source="600 km circular; AI1 class 600-800 km"
    )
    eccentricity_ratio: float = number(0.0005, low=0.0, high=0.9, source="assumed: near-circular")
    inclination_rad: float = number(
        0.925025, low=0.0, high=3.141593, source="53 deg; FCC SAT-LOA-20260108-00016 lists 30 deg and SSO"
    )
    raan_rad: float = number(0.0, low=-6.2832, high=6.2832, source="scenario choice")
    perigee_rad: float = number(0.0, low=-6.2832, high=6.2832, source="scenario choice")
    anomaly_rad: float = number(0.0, low=-6.2832, high=6.2832, source="true anomaly, scenario choice")
    attitude_kind_count: float = number(
        0.0,
        low=0.0,
        high=1.0,
        source="0: Sun on +X, radiator normal +Z near orbit normal; 1: Sun on -Z, +X to nadir",
    )
    earth_mu_m3_per_s2: float = number(3.986004418e14, low=1e14, high=1e15, source=_IERS)
    earth_radius_m: float = number(6378136.6, low=6e6, high=7e6, source=_IERS)
    earth_flattening_frac: float = number(
        WGS84_FLATTENING_FRAC, low=0.0, high=0.1, source="WGS 84, NGA.STND.0036"
    )
    earth_j2_ratio: float = number(1.0826359e-3, low=0.0, high=0.1, source=_IERS)
    earth_j3_ratio: float = number(0.0, low=-0.1, high=0.1, source="0: left out; EGM96 has -2.53265648533e-6")
    earth_j4_ratio: float = number(0.0, low=-0.1, high=0.1, source="0: left out; EGM96 has -1.61962159137e-6")
    shadow_flattening_frac: float = number(
        0.0, low=0.0, high=0.1, source="0: the shadow of a sphere; WGS 84 has 1/298.257223563"
    )
    earth_rate_rad_per_s: float = number(7.292115e-5, low=0.0, high=1e-3, source=_IERS)
    sun_radius_m: float = number(6.957e8, low=1e8, high=1e9, source="IAU 2015 resolution B3")
    astronomical_unit_m: float = number(1.495978707e11, low=1e11, high=2e11, source="IAU 2012 resolution B2")
    solar_constant_w_per_m2: float = number(1361.0, low=0.0, high=1e4, source="IAU 2015 resolution B3")
    tai_minus_ut1_s: float = number(
        37.0, low=0.0, high=100.0, source="leap seconds since 2017-01-01; |UT1-UTC| < 0.9 s neglected"
    )

    south_atlantic_strength_max_t: float = number(
        2.0e-5,
        low=0.0,
        high=1e-4,
        source="6 % of the time at 600 km, 53 deg; PROBA-V EPT (820 km) sees electrons below 19-22 uT",
    )

    def __post_init__(self) -> None:
        check(self)
        perigee_m = self.semi_major_axis_m * (1.0 - self.eccentricity_ratio)
        if perigee_m <= self.earth_radius_m:
            raise PlantError(
                f"perigee must be above the Earth's radius of {self.earth_radius_m:g} m, "
                f"got {perigee_m:g} m (OrbitParams)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantParams:
    """The whole satellite."""

    name: str
    orbit: OrbitParams = field(default_factory=OrbitParams)
    array: ArrayParams = field(default_factory=ArrayParams)
    battery: BatteryParams = field(default_factory=BatteryParams)
    bus: BusParams = field(default_factory=BusParams)
    thermal: ThermalParams = field(default_factory=ThermalParams)
    compute: ComputeParams = field(default_factory=ComputeParams)
    optical: OpticalParams = field(default_factory=OpticalParams)
    mirror: MirrorParams = field(default_factory=MirrorParams)
    attitude: AttitudeParams = field(default_factory=AttitudeParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter as people read it."""

    section: str
    name: str
    value: float
    unit: str
    source: str


def parameter_rows(params: PlantParams) -> Iterator[ParameterRow]:
    """Yield every number of ``params`` with unit and source."""
    for part in fields(params):
        section = getattr(params, part.name)
        if part.name == "name":
            continue
        for item in fields(section):
            yield ParameterRow(
                section=part.name,
                name=item.name,
                value=float(getattr(section, item.name)),
                unit=unit_of(item.name),
                source=item.metadata["source"],
            )


def odc100_mid_inclination() -> PlantParams:
    """Return orbit B: 600 km, 53 deg, eight packs (122 kWh), eclipses of up to 35.5 min."""
    return PlantParams(name="ODC-100 B", battery=BatteryParams(pack_count=8))


def odc100_dawn_dusk() -> PlantParams:
    """Return orbit A: 600 km, Sun-synchronous, node at 18:00 for an epoch at the March equinox."""
    orbit = OrbitParams(inclination_rad=1.7067226, raan_rad=1.5707963, attitude_kind_count=1.0)
    return PlantParams(name="ODC-100 A", orbit=orbit, battery=BatteryParams(pack_count=4))
