from dataclasses import replace

from flight.optical.parameters import OpticalParameters, conflict


def test_the_defaults_agree_with_each_other() -> None:
    assert conflict(OpticalParameters()) is None


def test_a_fine_limit_wider_than_the_slew_limit_is_refused() -> None:
    text = conflict(replace(OpticalParameters(), fine_error_max_rad=1e-4, slew_settled_rad=5e-5))
    assert "fine_error_max_rad must be below slew_settled_rad, got 0.0001 rad and 5e-05 rad" in (text or "")
