import pytest

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.power import BatteryReading
from flight.dictionary.tables import block, io_table, with_block
from flight.dictionary.types import App


def test_the_table_names_what_goes_in_and_out_with_ids_and_ranges():
    table = io_table(App.POWER, [BatteryReading, NavigationReading])
    lines = table.splitlines()
    assert lines[0] == "| way | name | id | what |"
    assert lines[2].startswith("| in | NavigationReading | 0x1410 |")
    assert lines[3].startswith("| in | BatteryReading | 0x1430 |")
    assert any("SetLoadTier" in line and "`tier` u8 0 to 3" in line for line in lines)
    assert any(line.startswith("| out | PowerStatus | 0x1100 |") for line in lines)
    assert any(line.startswith("| event | LoadShed | 0x8103 | high: ") for line in lines)
    assert any(line.startswith("| charge_floor_frac | 1 | 0.05 | ") for line in lines)
    assert len({line.count("|") for line in lines if "---" in line}) <= 2


def test_hazardous_commands_are_marked():
    assert "**hazardous**" in io_table(App.COMPUTE)
    assert "parameter" not in io_table(App.GATEWAY)


def test_a_part_is_replaced_between_its_marks():
    text = "before\n<!-- generated: io -->\nold\n<!-- end: io -->\nafter\n"
    assert with_block(text, "io", "new") == f"before\n{block('io', 'new')}\nafter\n"


@pytest.mark.parametrize("text", ["", "<!-- generated: io -->", "<!-- end: io -->"])
def test_a_text_without_marks_is_refused(text):
    with pytest.raises(ValueError, match="must have the marks of io"):
        with_block(text, "io", "new")
