import pytest

from flight.compute.jobs import Arrivals
from flight.compute.options import arrivals_of


def test_absent_options_are_the_defaults() -> None:
    assert arrivals_of({}) == Arrivals()


def test_given_options_are_taken() -> None:
    made = arrivals_of({"job_interval_s": 10, "job_work_s": 60.5, "job_backlog_count": 2})
    assert made == Arrivals(interval_s=10.0, work_s=60.5, backlog_count=2)


@pytest.mark.parametrize("value", ["soon", True, 0.0, -1.0, None])
def test_an_option_out_of_range_is_refused_by_name(value: object) -> None:
    with pytest.raises(ValueError, match=r"job_interval_s must be 0\.1 to 1e"):
        arrivals_of({"job_interval_s": value})
