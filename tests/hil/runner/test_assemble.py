"""The manifest that a scenario and a rig become."""

from __future__ import annotations

from pathlib import Path

import pytest

from flight.bus.manifest import Manifest
from flight.dictionary.types import App
from hil.devices.radio import RadioOptions
from hil.devices.tables import read_table
from hil.runner.assemble import FLIGHT, assemble, truth_groups
from hil.runner.rig import load_rig
from hil.runner.scenario import load_scenario

HEAD = 'title = "t"\nepoch = "2027-01-01T00:00:00Z"\nduration_s = 100.0\n'
SITE = '[[stations]]\nname = "s"\nlatitude_deg = 90.0\nlongitude_deg = 0.0\n'


def made(text: str, rig: str = 'title = "r"', procedure: Path | None = None) -> Manifest:
    return assemble(
        load_scenario(HEAD + text, "x"),
        load_rig(rig, "r"),
        folder=Path("run"),
        private=Path("private"),
        procedure=procedure,
        live=False,
    )


def options(manifest: Manifest, app: App) -> dict[str, object]:
    return dict(next(one.options for one in manifest.participants if one.app is app))


def test_default_placement_is_seven_processes_beside_the_coordinator() -> None:
    assert made(SITE).processes == ("services", "power", "thermal", "compute", "optical", "plant", "ground")


def test_everything_that_flies_takes_part_and_can_be_killed() -> None:
    manifest = made("")
    for app, *_ in FLIGHT:
        (one,) = [one for one in manifest.participants if one.app is app]
        assert one.unit == ""
    assert App.GROUND not in {one.app for one in manifest.participants}


def test_only_the_gateway_sends_commands() -> None:
    assert [one.app for one in made(SITE).participants if one.sends_commands] == [App.GATEWAY]


@pytest.mark.parametrize(
    ("fault", "name", "parameters"),
    [
        (
            'kind = "sensor"\nerror = "stuck"\ngroup = "loops"\nfield = "flow_kg_per_s"\nindex = 1',
            "sensor_stuck",
            {"channel": "loops.flow_kg_per_s[1]"},
        ),
        (
            'kind = "sensor"\nerror = "bias"\ngroup = "bus"\nfield = "bus_voltage_v"\nvalue = 3',
            "sensor_bias",
            {"channel": "bus.bus_voltage_v[0]", "value": 3.0},
        ),
        (
            'kind = "sensor"\nerror = "nan"\ngroup = "bus"\nfield = "bus_voltage_v"',
            "sensor_dropout",
            {"channel": "bus.bus_voltage_v[0]"},
        ),
        ('kind = "section"\nsection_index = 4', "section_open", {"section": 4}),
        ('kind = "section"\nsection_index = 4\nerror = "short"', "section_short", {"section": 4}),
        ('kind = "plant"\nfault = "pump_stop"\nparameters = { pump = 1 }', "pump_stop", {"pump": 1}),
    ],
)
def test_plant_faults_get_their_ticks(fault: str, name: str, parameters: dict[str, object]) -> None:
    manifest = made(f"[[faults]]\nat_s = 10.0\nfor_s = 5.0\n{fault}\n")
    (found,) = options(manifest, App.WORLD)["faults"]  # type: ignore[misc]
    assert found == {"onset_tick": 100, "end_tick": 150, "name": name, "parameters": parameters}


def test_channel_faults_reach_the_radio() -> None:
    manifest = made(
        SITE + '[[faults]]\nkind = "bit_errors"\nat_s = 1.0\nfor_s = 2.0\n'
        'direction = "up"\nbit_error_ratio = 1e-3\n'
        '[[faults]]\nkind = "outage"\nat_s = 50.0\n'
    )
    radio = read_table(RadioOptions, options(manifest, App.RADIO), "radio")
    errors, outage = radio.faults
    assert (errors.onset_tick, errors.end_tick, errors.up_ratio, errors.down_ratio) == (10, 30, 1e-3, 0.0)
    assert (outage.onset_tick, outage.end_tick, outage.station_index) == (500, 1001, 0)
    assert radio.stations[0].latitude_rad == pytest.approx(1.5707963)
    assert radio.octets_per_tick == 6400


def test_rig_chooses_the_backend_of_the_battery() -> None:
    rig = 'title = "r"\nclock = "realtime"\n[device.battery]\nbackend = "emulated"\n'
    assert options(made("", rig), App.BATTERY)["backend"] == "emulated"


def test_link_plan_becomes_the_optical_applications() -> None:
    text = "[[links]]\nterminal_index = 2\npartner_index = 1\nfrom_s = 10.0\nuntil_s = 20.0\n"
    assert options(made(text), App.OPTICAL)["links"] == [
        {"terminal": 2, "partner": 1, "from_s": 10.0, "until_s": 20.0}
    ]


def test_truth_is_kept_only_where_it_is_needed() -> None:
    text = '[[expect]]\nkind = "range"\nname = "x"\nquantity = "truth.heat.radiated_w"\nlow = 0\n'
    assert truth_groups(load_scenario(HEAD + text, "x")) == ["heat", "ledger", "storage", "world"]
