"""The small languages: words in, records out, and a hint when words cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.script.condition import COMPARISONS, SyntaxProblem, parse_command, parse_condition, parse_item


@pytest.mark.parametrize("sign", COMPARISONS)
@pytest.mark.parametrize("space", ["", " ", "   "])
def test_each_comparison_is_read_with_and_without_spaces(sign: str, space: str) -> None:
    condition = parse_condition(f"POWER PowerStatus charge_frac{space}{sign}{space}0.5")
    assert (condition.application, condition.message, condition.item) == (
        "POWER",
        "PowerStatus",
        "charge_frac",
    )
    assert (condition.sign, condition.operand) == (sign, 0.5)
    assert condition.text == f"POWER PowerStatus charge_frac {sign} 0.5"


@pytest.mark.parametrize(
    ("text", "operand"),
    [("5", 5), ("-5", -5), ("1e3", 1000.0), ("SUNLIT", "SUNLIT"), ("'two words'", "two words"), ('"x"', "x")],
)
def test_operands_are_numbers_or_words(text: str, operand: object) -> None:
    found = parse_condition(f"POWER PowerStatus mode == {text}").operand
    assert found == operand
    assert type(found) is type(operand)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "POWER PowerStatus charge_frac",
        "POWER PowerStatus charge_frac = 1",
        "POWER PowerStatus > 1",
        "POWER PowerStatus charge_frac >",
        "POWER PowerStatus charge_frac > 1 > 2",
        "a b c d == 1",
        "__import__('os').system('true')",
    ],
)
def test_what_is_no_condition_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(SyntaxProblem, match="must be"):
        parse_condition(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_condition, parse_command, parse_item):
        try:
            parse(text)
        except SyntaxProblem:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "POWER SetSectionEnabled section_index=3 enabled=1",
        "POWER SetSectionEnabled section_index=3, enabled=1",
        "POWER SetSectionEnabled with section_index 3, enabled 1",
    ],
)
def test_both_forms_of_a_command_are_read(text: str) -> None:
    words = parse_command(text)
    assert (words.application, words.name) == ("POWER", "SetSectionEnabled")
    assert words.arguments == (("section_index", "3"), ("enabled", "1"))


@pytest.mark.parametrize(
    "text", ["POWER", "POWER Set tier", "POWER Set with tier", "POWER Set tier= 1", "POWER Set =1"]
)
def test_what_is_no_command_is_refused(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse_command(text)


def test_command_without_arguments() -> None:
    assert parse_command("POWER NoOperation").arguments == ()
