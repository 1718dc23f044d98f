"""The orbit at the epoch: elements, state, two-line set and OMM lead to one place, wrong ones are refused."""

from collections.abc import Iterator
from importlib.resources import files
from math import degrees, nan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sgp4.api import Satrec

from hil.devices.errors import ConfigurationError
from hil.plant._cplant import ffi, lib
from hil.plant.core import Plant
from hil.plant.params import EGM96_J3_RATIO, EGM96_J4_RATIO
from hil.runner.epoch import tai_ns_from_utc
from hil.runner.initial_orbit import ElementsOrbit, OmmOrbit, StateOrbit, TleOrbit, elements_of
from hil.runner.scenario import load_scenario
from hil.runner.teme import j2000_from_teme

MU = 3.986004418e14
LINE1 = "1 25544U 98067A   19343.69339541  .00001764  00000-0  38792-4 0  9991"
LINE2 = "2 25544  51.6439 211.2001 0007417  17.6667  85.6398 15.50103472202482"
"""The station's elements from the documentation of python-sgp4; 2019-12-09."""
EPOCH_NS = tai_ns_from_utc("2019-12-09T20:42:09.072Z")
"""jd 2458827, fraction 0.362605 of that documentation."""
OMM = {
    "OBJECT_ID": "1998-067A",
    "EPOCH": "2019-12-09T16:38:29.363424",
    "MEAN_MOTION": "15.50103472",
    "ECCENTRICITY": "0.0007417",
    "INCLINATION": "51.6439",
    "RA_OF_ASC_NODE": "211.2001",
    "ARG_OF_PERICENTER": "17.6667",
    "MEAN_ANOMALY": "85.6398",
    "EPHEMERIS_TYPE": "0",
    "NORAD_CAT_ID": "25544",
    "ELEMENT_SET_NO": "999",
    "REV_AT_EPOCH": "20248",
    "BSTAR": "0.000038792",
    "MEAN_MOTION_DOT": "0.00001764",
    "MEAN_MOTION_DDOT": "0",
}
HEAD = 'title = "t"\nepoch = "2019-12-10T00:00:00Z"\nduration_s = 10.0\n'


def state(numbers: dict[str, float]) -> tuple[list[float], list[float]]:
    names = (
        "semi_major_axis_m",
        "eccentricity_ratio",
        "inclination_rad",
        "raan_rad",
        "perigee_rad",
        "anomaly_rad",
    )
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [numbers[f"orbit.{name}"] for name in names], r, v)
    return list(r), list(v)


@given(
    st.floats(6.6e6, 4e7),
    st.one_of(st.just(0.0), st.floats(1e-6, 0.7)),
    st.one_of(st.sampled_from([0.0, pi]), st.floats(1e-4, pi - 1e-4)),
    *[st.floats(-3.1, 3.1)] * 3,
)
def test_a_state_comes_back_from_its_elements(
    a: float, e: float, i: float, node: float, perigee: float, anomaly: float
) -> None:
    """Circular and equatorial orbits too, whose perigee or node has no direction."""
    r, v = ffi.new("double[3]"), ffi.new("double[3]")
    lib.dd_kepler_to_state(MU, [a, e, i, node, perigee, anomaly], r, v)
    back_r, back_v = state(elements_of(r, v))
    assert back_r == pytest.approx(list(r), abs=1e-5 * sqrt(a))
    assert back_v == pytest.approx(list(v), abs=1e-4)


def test_a_two_line_set_gives_the_state_that_its_author_prints() -> None:
    """python-sgp4: TEME (-6102.44, -986.33, -2820.31) km, (-1.455, -5.527, 5.101) km/s."""
    r, v = state(TleOrbit(line1=LINE1, line2=LINE2).numbers(EPOCH_NS))
    tt_days = (EPOCH_NS - 1_325_419_167_816_000_000) * 1e-9 / 86400.0
    expected_r = j2000_from_teme((-6102.44327645, -986.33201609, -2820.31307112), tt_days)
    assert r == pytest.approx([1e3 * x for x in expected_r], abs=20.0)
    expected_v = j2000_from_teme((-1.45525228, -5.52741695, 5.10104254), tt_days)
    assert v == pytest.approx([1e3 * x for x in expected_v], abs=0.1)


def verification() -> Iterator[tuple[Satrec, str]]:
    """Return the sets of SGP4-VER.TLE with the lines of tcppver.out that belong to each."""
    folder = files("sgp4")
    lines = [line for line in (folder / "SGP4-VER.TLE").read_text().splitlines() if line[:2] in ("1 ", "2 ")]
    blocks = (folder / "tcppver.out").read_text().split(" xx\n")[1:]
    for first, second, block in zip(lines[::2], lines[1::2], blocks, strict=True):
        for row in block.splitlines():
            if len(row.split()) >= 7:  # the last line is the next satellite's number
                yield Satrec.twoline2rv(first, second), row


def test_sgp4_reaches_the_states_of_its_verification() -> None:
    """V7: SGP4-VER, 33 satellites (Vallado et al., AIAA 2006-6753), all rows of tcppver.out to 2e-7 km.

    33334 has elements that cannot be (error 3); its one row repeats the state of the satellite before it.
    """
    rows = list(verification())
    assert len(rows) == 667
    for satellite, row in rows:
        minutes, *expected = [float(x) for x in row.split()[:7]]
        error, r, v = satellite.sgp4_tsince(minutes)
        assert error == (3 if satellite.satnum == 33334 else 0)
        if error == 0:
            assert [*r, *v] == pytest.approx(expected, abs=2e-7, rel=1e-12), (satellite.satnum, minutes)


def test_an_omm_says_the_same_as_the_two_lines() -> None:
    from_lines = state(TleOrbit(line1=LINE1, line2=LINE2).numbers(EPOCH_NS))
    from_omm = state(OmmOrbit(fields=OMM).numbers(EPOCH_NS))
    assert from_omm[0] == pytest.approx(from_lines[0], abs=5.0)


def test_the_plant_flies_as_sgp4_does_for_half_a_day() -> None:
    """J2 to J4 without drag against SGP4 without drag: within 3 km, the theory's own error (Vallado 2006)."""
    without_drag = LINE1.replace(" .00001764", " .00000000").replace(" 38792-4", " 00000-0")
    without_drag = without_drag[:68] + str(
        sum(int(c) if c.isdigit() else c == "-" for c in without_drag[:68]) % 10
    )
    scenario = load_scenario(
        HEAD + f'[satellite]\ngravity = "j4"\n[satellite.initial]\nkind = "tle"\n'
        f'line1 = "{without_drag}"\nline2 = "{LINE2}"\n',
        "x.toml",
    )
    plant = Plant(scenario.plant_params, seed=1, epoch_tai_ns=scenario.epoch_ns)
    satellite = Satrec.twoline2rv(without_drag, LINE2)
    for hours in range(1, 13):
        for _ in range(3600):
            plant.step(1.0)
        tt_days = (plant.time_ns - 1_325_419_167_816_000_000) * 1e-9 / 86400.0
        _, r, _ = satellite.sgp4(2451545.0, tt_days - 69.184 / 86400.0)
        expected = j2000_from_teme(r, tt_days)
        got = plant.truth("navigation")[:3]
        gap_m = sqrt(sum((1e3 * x - y) ** 2 for x, y in zip(expected, got, strict=True)))
        assert gap_m < 3000.0, hours


def test_elements_are_taken_in_degrees_and_states_in_metres() -> None:
    numbers = ElementsOrbit(semi_major_axis_m=7e6, inclination_deg=53.0, raan_deg=10.0).numbers(0)
    assert degrees(numbers["orbit.inclination_rad"]) == pytest.approx(53.0)
    numbers = StateOrbit(position_eci_m=(7e6, 0.0, 0.0), velocity_eci_m_per_s=(0.0, 7546.0, 0.0)).numbers(0)
    assert numbers["orbit.inclination_rad"] == 0.0
    assert numbers["orbit.semi_major_axis_m"] == pytest.approx(7e6, rel=1e-3)


def test_gravity_drag_and_shadow_are_words() -> None:
    scenario = load_scenario(
        HEAD + '[satellite]\ngravity = "j4"\ndrag = true\nshadow = "flattened"\n', "x.toml"
    )
    params = scenario.plant_params
    assert (params.orbit.earth_j3_ratio, params.orbit.earth_j4_ratio) == (EGM96_J3_RATIO, EGM96_J4_RATIO)
    assert params.attitude.drag_ratio == 2.2
    assert params.orbit.shadow_flattening_frac == pytest.approx(1.0 / 298.257223563)


STATE = 'kind = "state"\nposition_eci_m = [7e6, 0, 0]\nvelocity_eci_m_per_s = [0, 7e3, 0]\n'
ELEMENTS = 'kind = "elements"\nsemi_major_axis_m = 7e6\ninclination_deg = 53\n'


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        ('kind = "tel"\n', "kind must be one of elements, state, tle, omm"),
        (STATE.replace("[7e6, 0, 0]", "[7e6, 0]"), "3 numbers each, got 2 and 3"),
        (STATE.replace("[0, 7e3, 0]", "[7e3, 0, 0]"), "state must be that of an orbit"),
        (STATE.replace("[0, 7e3, 0]", "[0, 2e4, 0]"), "state must be that of an orbit"),
        (ELEMENTS + "eccentricity_ratio = 0.5\n", "perigee must be above"),
        (ELEMENTS + "node_deg = 1\n", "key must be one of"),
        (f'kind = "tle"\nline1 = "{LINE1[:-1]}0"\nline2 = "{LINE2}"\n', "line1 must be a line of 69"),
        (f'kind = "tle"\nline1 = "{LINE1}"\nline2 = "{LINE1}"\n', "line2 must be a line of 69"),
        ('kind = "omm"\nfields = { EPOCH = "x" }\n', "fields must be an OMM for SGP4"),
        ('kind = "omm"\nfields = { MEAN_ELEMENT_THEORY = "DSST" }\n', "MEAN_ELEMENT_THEORY must be SGP4"),
    ],
)
def test_a_wrong_orbit_is_refused_when_the_scenario_is_read(initial: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_scenario(HEAD + "[satellite.initial]\n" + initial, "x.toml")


@pytest.mark.parametrize(
    ("satellite", "message"),
    [
        ('drag = true\nparameters = { "attitude.drag_ratio" = 1.0 }\n', "must not repeat"),
        ('parameters = { "attitude.mass_kg" = 0.0 }\n', "mass_kg must be"),
        ('gravity = "j3"\n', "value must be one of j2, j4"),
    ],
)
def test_a_wrong_satellite_is_refused_when_the_scenario_is_read(satellite: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_scenario(HEAD + "[satellite]\n" + satellite, "x.toml")


def test_an_old_element_set_is_refused() -> None:
    with pytest.raises(ValueError, match="within 30 days of the epoch"):
        TleOrbit(line1=LINE1, line2=LINE2).numbers(tai_ns_from_utc("2021-01-01T00:00:00Z"))


def test_a_set_that_sgp4_cannot_carry_on_is_refused() -> None:
    """Eccentricity and motion of an orbit inside the Earth."""
    decayed = {**OMM, "MEAN_MOTION": "17.5", "BSTAR": "0.5"}
    with pytest.raises(ValueError, match="SGP4 error"):
        OmmOrbit(fields=decayed).numbers(tai_ns_from_utc("2020-01-05T00:00:00Z"))


def test_a_state_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        elements_of((nan, 0.0, 0.0), (0.0, 7e3, 0.0))
    with pytest.raises(ValueError, match="orbit around the Earth"):
        elements_of((0.0, 0.0, 0.0), (0.0, 7e3, 0.0))
