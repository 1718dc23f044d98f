import pytest

from flight.optical.options import links_of

LINK = {"terminal": 1, "partner": 2, "from_s": 10.0, "until_s": 20}


def test_links_are_planned_relative_to_the_epoch() -> None:
    plan = links_of({"links": [LINK]}, 5_000_000_000)
    assert [(one.from_ns, one.until_ns, one.terminal_index, one.partner_index) for one in plan] == [
        (15_000_000_000, 25_000_000_000, 1, 2)
    ]
    assert links_of({}, 0) == ()


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({**LINK, "colour": 1}, "link must have from_s, partner, terminal, until_s"),
        ({"terminal": 1}, "link must have"),
        ({**LINK, "terminal": 4}, "terminal must be 0 to 3, got 4"),
        ({**LINK, "from_s": "now"}, "from_s must be 0 to"),
        ({**LINK, "until_s": 5.0}, "until_ns must be after from_ns"),
        (7, "link must have"),
    ],
)
def test_a_bad_link_is_refused_by_name(row: object, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        links_of({"links": [row]}, 0)


def test_overlapping_links_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        links_of({"links": [LINK, {**LINK, "from_s": 15.0, "until_s": 30.0}]}, 0)
    with pytest.raises(ValueError, match="links must be a list"):
        links_of({"links": 3}, 0)
