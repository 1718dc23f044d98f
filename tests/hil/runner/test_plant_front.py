"""Events and lives of a scenario's satellite."""

from math import pi

import pytest

from hil.runner.plant_front import find_events
from hil.runner.scenario import load_scenario


def scenario(epoch: str, orbit: str, raan_rad: float = 0.0):
    text = f'title = "x"\nepoch = "{epoch}"\nduration_s = 6000.0\n[satellite]\norbit = "{orbit}"\n'
    text += f'parameters = {{ "orbit.raan_rad" = {raan_rad} }}\n'
    return load_scenario(text, "x.toml")


def test_dawn_dusk_has_no_eclipse_in_march_and_one_in_june() -> None:
    """LTAN 18:00 at 600 km: the eclipse season lies around the June solstice, at most 20.7 min an orbit."""
    march = find_events(scenario("2026-03-20T14:46:00Z", "dawn_dusk", pi / 2), 5801.0)
    assert {event.kind for event in march} == {"partner"}
    june = find_events(scenario("2026-06-21T08:00:00Z", "dawn_dusk", pi), 5801.0)
    dark = [event for event in june if event.kind == "eclipse"]
    assert all(event.start_s < event.end_s for event in june)
    assert sum(event.end_s - event.start_s for event in dark) == pytest.approx(20.7 * 60.0, abs=20.0)


def test_a_span_without_a_station_has_no_pass() -> None:
    events = find_events(scenario("2026-03-20T14:46:00Z", "mid_inclination"), 3000.0)
    assert "pass" not in {event.kind for event in events}
    cut = [event for event in events if event.kind == "eclipse"]
    assert [event.end_s for event in cut] == [3000.0]
