"""Eclipse, pass and partner events against published cases and closed forms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import acos, atan2, cos, degrees, pi, radians, sin, sqrt

import pytest
from reference.plant import orbit as twin

from hil.plant._cplant import ffi, lib
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.events import Eclipse, Site, Station, eclipse_events, orbit_events, partner_events, pass_events
from hil.plant.params import OrbitParams, PlantParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000


def tt_epoch(moment: datetime) -> int:
    """Return TAI nanoseconds since 1958 of a TT instant (TT = TAI + 32.184 s)."""
    return ((moment - datetime(1958, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)) * 1000 - 32_184_000_000


def orekit_case(
    radius_m: float, flattening_frac: float, inclination_rad: float | None = None
) -> list[Eclipse]:
    """Return the eclipses of EclipseDetectorTest.java's orbit in 15,000 s from 1969-07-28T04:00 TT."""
    r, v = (-6142438.668, 3492467.560, -25767.2568), (505.8479685, 942.7809215, 7435.922231)
    a, e, i, node, perigee, anomaly = twin.elements(3.9860047e14, r, v)
    orbit = OrbitParams(
        semi_major_axis_m=a,
        eccentricity_ratio=e,
        inclination_rad=i if inclination_rad is None else inclination_rad,
        raan_rad=node,
        perigee_rad=perigee,
        anomaly_rad=anomaly,
        earth_mu_m3_per_s2=3.9860047e14,
        earth_radius_m=radius_m,
        earth_j2_ratio=0.0,
        shadow_flattening_frac=flattening_frac,
        sun_radius_m=6.96e8,
    )
    return eclipse_events(
        PlantParams(name="Orekit", orbit=orbit), tt_epoch(datetime(1969, 7, 28, 4, tzinfo=UTC)), 15000.0
    )


def test_orekit_eclipse_of_a_sphere() -> None:
    """Orekit EclipseDetectorTest testEclipse, testPenumbra: bar 0.1 s, aim 0.05 s; the aim is held."""
    found = orekit_case(6.4e6, 0.0)
    assert found[0].umbra_entry_s == pytest.approx(2303.1835, abs=0.05)
    assert found[0].penumbra_exit_s == pytest.approx(4388.155852, abs=0.05)


@pytest.mark.parametrize(
    ("flattening_frac", "entries_s", "exits_s", "tolerance"),
    [
        (0.0, (2274.702, 8189.250, 14103.800), (4317.155, 10232.115), 0.05),
        (1.0 / 298.257223563, (2280.427, 8194.978, 14109.530), (4310.741, 10225.704), 0.1),
    ],
)
def test_orekit_umbra_over_the_poles_of_sphere_and_flattened_earth(
    flattening_frac: float, entries_s: tuple[float, ...], exits_s: tuple[float, ...], tolerance: float
) -> None:
    """Orekit EclipseDetectorTest testPolar: flattening moves events by 6 s; bar 0.5 s, aim 0.1 s, held."""
    found = orekit_case(6378137.0, flattening_frac, pi / 2.0)
    assert [e.umbra_entry_s for e in found] == pytest.approx(entries_s, abs=tolerance)
    assert [e.umbra_exit_s for e in found[:2]] == pytest.approx(exits_s, abs=tolerance)


@pytest.mark.parametrize("flattening_frac", [0.0, 1.0 / 298.257223563])
def test_the_plant_meets_the_events(flattening_frac: float) -> None:
    base = odc100_mid_inclination()
    params = replace(base, orbit=replace(base.orbit, shadow_flattening_frac=flattening_frac))
    entry_s = eclipse_events(params, EPOCH_NS, 4000.0)[0].umbra_entry_s
    assert entry_s is not None
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    before = round((entry_s - 0.2) * 10)
    for _ in range(before):
        plant.step(0.1)
    assert plant.truth("world")[0] > 0.0
    for _ in range(4):
        plant.step(0.1)
    assert plant.truth("world")[0] == 0.0


def orbit_at_beta(beta_rad: float, radius_m: float) -> OrbitParams:
    """Return a circular 600 km orbit with the Sun at ``beta_rad`` half an orbit after the epoch."""
    days = (EPOCH_NS - tt_epoch(datetime(2000, 1, 1, 12, tzinfo=UTC))) * 1e-9 / 86400.0 + 2900.0 / 86400.0
    sun = ffi.new("double[3]")
    lib.dd_sun(days, 1.495978707e11, sun, ffi.new("double *"))
    flat = sqrt(sun[0] ** 2 + sun[1] ** 2)
    side = (sun[0] * sun[2] / flat, sun[1] * sun[2] / flat, -flat)
    normal = [sin(beta_rad) * s - cos(beta_rad) * w for s, w in zip(sun, side, strict=True)]
    raan = atan2(normal[0], -normal[1])
    return OrbitParams(
        inclination_rad=acos(normal[2]),
        raan_rad=raan,
        anomaly_rad=atan2(sun[2] / sin(acos(normal[2])), sun[0] * cos(raan) + sun[1] * sin(raan)),
        earth_j2_ratio=0.0,
        eccentricity_ratio=0.0,
        earth_radius_m=radius_m,
        sun_radius_m=1e8,
    )


@pytest.mark.parametrize(
    ("beta_deg", "expected_s"), [(0.0, 2129.26), (30.0, 2000.37), (60.0, 1152.89), (65.0, 524.64)]
)
def test_shadow_time_follows_the_beta_formula(beta_deg: float, expected_s: float) -> None:
    """f = acos(sqrt(h^2 + 2Rh) / ((R + h) cos beta)) / pi for a point Sun; here the Sun is 0.08 deg wide."""
    radius, height = 6378137.0, 600e3
    share = acos(sqrt(height**2 + 2 * radius * height) / ((radius + height) * cos(radians(beta_deg)))) / pi
    assert share * 2 * pi * sqrt((radius + height) ** 3 / 3.986004418e14) == pytest.approx(
        expected_s, abs=0.05
    )
    params = PlantParams(name="beta", orbit=orbit_at_beta(radians(beta_deg), radius))
    event = eclipse_events(params, EPOCH_NS, 5700.0)[0]
    umbra_s = event.umbra_exit_s - event.umbra_entry_s  # type: ignore[operator]
    penumbra_s = event.penumbra_exit_s - event.penumbra_entry_s  # type: ignore[operator]
    assert umbra_s < expected_s < penumbra_s
    assert (umbra_s + penumbra_s) / 2 == pytest.approx(expected_s, abs=1.0)


def test_events_are_what_the_plant_meets() -> None:
    """The plant's own illumination crosses one half between penumbra entry and umbra entry."""
    params = odc100_mid_inclination()
    event = eclipse_events(params, EPOCH_NS, 3000.0)[0]
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    while plant.truth("world")[0] > 0.5:
        plant.step(0.5)
    elapsed_s = (plant.time_ns - EPOCH_NS) * 1e-9
    assert event.penumbra_entry_s < elapsed_s < event.umbra_entry_s + 0.5  # type: ignore[operator]


def test_pass_is_what_the_plant_sees() -> None:
    params = odc100_mid_inclination()
    site = Station(latitude_rad=radians(48.0), longitude_rad=radians(11.0), altitude_m=600.0)
    first = pass_events(params, EPOCH_NS, 3000.0, site, elevation_min_rad=radians(10.0))[0]
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    while plant.station_visibility(site.latitude_rad, site.longitude_rad, site.altitude_m)[1] < radians(10.0):
        plant.step(0.5)
    assert (plant.time_ns - EPOCH_NS) * 1e-9 == pytest.approx(first.rise_s, abs=0.51)
    assert degrees(first.elevation_max_rad) > 10.0
    assert 580e3 < first.range_min_m < 2000e3


def test_neighbours_in_the_plane_are_always_in_sight() -> None:
    windows = partner_events(odc100_mid_inclination(), 6000.0, partner=0)
    assert [(w.start_s, w.end_s) for w in windows] == [(0.0, 6000.0)]


def test_far_partner_sets_behind_the_earth() -> None:
    """Two satellites at radius r see each other while r cos(half angle) > R + grazing altitude."""
    base = odc100_mid_inclination()
    optical = type(base.optical)(neighbour_spacing_rad=0.9)
    assert partner_events(PlantParams(name="far", optical=optical), 6000.0, partner=0) == []


@pytest.mark.parametrize("duration_s", [0.0, -1.0, 1e9, float("nan")])
def test_impossible_duration_is_refused(duration_s: float) -> None:
    with pytest.raises(PlantError, match="duration_s must be"):
        eclipse_events(odc100_mid_inclination(), EPOCH_NS, duration_s)


def test_searched_hand_in_hand_the_events_are_those_searched_one_after_another() -> None:
    params, duration_s = odc100_mid_inclination(), 30_000.0
    sites = [
        Site(
            Station(latitude_rad=radians(48.0), longitude_rad=radians(11.0), altitude_m=600.0), radians(5.0)
        ),
        Site(
            Station(latitude_rad=radians(-20.0), longitude_rad=radians(57.0), altitude_m=0.0), radians(10.0)
        ),
    ]
    found = list(orbit_events(params, EPOCH_NS, duration_s, sites=sites, partners=(0, 2)))
    times_s = [item.time_s for item in found]
    assert times_s == sorted(times_s)
    assert times_s[-1] == duration_s
    events = [(type(item.event).__name__, item.number, item.event) for item in found if item.event]
    apart = [("Eclipse", 0, event) for event in eclipse_events(params, EPOCH_NS, duration_s)]
    for number, (site, mask_rad) in enumerate(sites):
        passes = pass_events(params, EPOCH_NS, duration_s, site, elevation_min_rad=mask_rad)
        apart += [("Pass", number, event) for event in passes]
    for partner in (0, 2):
        apart += [("Window", partner, event) for event in partner_events(params, duration_s, partner=partner)]
    assert {kind for kind, _, _ in apart} == {"Eclipse", "Pass", "Window"}
    assert sorted(events, key=repr) == sorted(apart, key=repr)


def test_what_cannot_be_searched_is_refused() -> None:
    params = odc100_mid_inclination()
    site = Station(latitude_rad=0.0, longitude_rad=0.0, altitude_m=0.0)
    with pytest.raises(PlantError, match="elevation_min_rad must be"):
        orbit_events(params, EPOCH_NS, 1000.0, sites=[Site(site, 2.0)])
    with pytest.raises(PlantError, match="partner must be 0 to 3, got 4"):
        orbit_events(params, EPOCH_NS, 1000.0, partners=[4])
