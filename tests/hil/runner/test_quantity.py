"""Names of recorded quantities."""

from __future__ import annotations

import numpy as np
import pytest

from hil.runner.errors import RunDataError
from hil.runner.quantity import parse_quantity, read_series


def test_parts_of_a_quantity_are_read() -> None:
    quantity = parse_quantity("truth.storage.pack_charge_frac[0:4]:mean")
    assert (quantity.owner, quantity.field) == ("truth.storage", "pack_charge_frac")
    assert (quantity.first, quantity.stop, quantity.reduction) == (0, 4, "mean")
    assert quantity.is_truth
    assert not parse_quantity("PowerStatus.charge_frac").is_truth


@pytest.mark.parametrize(
    "word",
    ["", "charge_frac", "PowerStatus.", "PowerStatus.x[1", "PowerStatus.x:median", "a.b.c.d", "P.x[1]:"],
)
def test_wrong_words_are_refused_with_the_grammar(word: str) -> None:
    with pytest.raises(ValueError, match=r"quantity must be Message\.field or truth\.group\.field"):
        parse_quantity(word)


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("", [[1, 2, 6], [3, 4, 5]]),
        ("[2]", [[6], [5]]),
        ("[0:2]:max", [[2], [4]]),
        (":mean", [[3], [4]]),
        (":min", [[1], [3]]),
        (":sum", [[9], [12]]),
    ],
)
def test_elements_are_cut_and_reduced(evidence, suffix: str, expected: list[list[float]]) -> None:
    made = evidence.with_channel("NodeReading.node_power_w", [[1, 2, 6], [3, 4, 5]])
    assert read_series(made, f"NodeReading.node_power_w{suffix}").values.tolist() == expected


def test_element_beyond_the_field_is_refused(evidence) -> None:
    made = evidence.with_channel("NodeReading.node_power_w", [[1, 2, 6]])
    with pytest.raises(RunDataError, match="must be below 3, got 3"):
        read_series(made, "NodeReading.node_power_w[3]")


def test_window_keeps_both_ends(evidence) -> None:
    made = evidence.with_channel("PowerStatus.charge_frac", np.arange(10.0))
    assert read_series(made, "PowerStatus.charge_frac").window(2.0, 4.0).values[:, 0].tolist() == [2, 3, 4]
    assert len(read_series(made, "PowerStatus.charge_frac").window(8.0, None).time_s) == 2
