import json

from flight.dictionary.compute import ComputeMode
from flight.dictionary.containers import telemetry_containers
from flight.dictionary.exports import FORMAT, enumerations, export_json
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

WHOLE = json.loads(export_json(DICTIONARY))


def test_the_json_names_everything_with_numbers_units_and_ranges():
    assert WHOLE["format"] == FORMAT
    assert WHOLE["applications"] == {app.name: int(app) for app in App}
    assert WHOLE["enumerations"]["ComputeMode"] == {mode.name: int(mode) for mode in ComputeMode}
    telemetry = {one["name"]: one for one in WHOLE["telemetry"]}
    power = {field["name"]: field for field in telemetry["power.PowerStatus"]["fields"]}
    assert power["array_power_w"] == {"name": "array_power_w", "code": "f32", "size_octets": 4, "unit": "W"}
    assert telemetry["power.LoadShed"]["text"].startswith("load tier {tier}")
    nodes = telemetry["compute.NodeReading"]["fields"]
    assert any(one.get("field") == "node_power_w" and one["index"] == 17 for one in nodes)


def test_commands_have_destination_hazard_and_argument_ranges():
    commands = {one["name"]: one for one in WHOLE["telecommands"]}
    cycle = commands["compute.CycleNode"]
    assert (cycle["destination"], cycle["hazardous"]) == ("COMPUTE", True)
    assert cycle["fields"][-1]["range"] == [0, 17]
    assert "destination" not in commands["application.NoOperation"]


def test_parameters_have_ids_ranges_and_defaults():
    (first, *_) = WHOLE["parameters"]["POWER"]
    assert (first["id"], first["name"], first["low"], first["high"]) == (1, "charge_floor_frac", 0.05, 0.6)


def test_enumerations_come_once_each_by_name():
    names = [cls.__name__ for cls in enumerations(telemetry_containers(DICTIONARY))]
    assert names == sorted(set(names))
