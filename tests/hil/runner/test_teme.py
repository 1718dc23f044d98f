"""The frame of SGP4 turned into J2000, against the published example."""

import pytest

from hil.runner.teme import j2000_from_teme

TT_DAYS = 2453101.828154745 - 2451545.0
"""2004-04-06T07:51:28.386009 UTC."""


def test_vallados_example_is_met_within_a_metre() -> None:
    """Vallado, 4th ed., example 3-15 and table 3-6: km and km/s; the nutation left out is 2 m at most."""
    r = j2000_from_teme((5094.18016210, 6127.64465950, 6380.34453270), TT_DAYS)
    assert r == pytest.approx((5102.50960000, 6123.01152000, 6378.13630000), abs=1e-3)
    v = j2000_from_teme((-4.7461314870, 0.7858180410, 5.5319312880), TT_DAYS)
    assert v == pytest.approx((-4.7432196000, 0.7905366000, 5.5337561900), abs=1e-6)


def test_at_j2000_only_nutation_is_left() -> None:
    """Supplement to the Astronomical Almanac: -13.9 arcsec in longitude, -5.8 in obliquity on 2000-01-01."""
    x, y, z = j2000_from_teme((1.0, 0.0, 0.0), 0.0)
    assert x == pytest.approx(1.0, abs=1e-8)
    assert abs(y) < 1e-9
    assert z * 206264.806 == pytest.approx(13.93 * 0.39777, abs=0.1)


def test_length_is_kept() -> None:
    r = j2000_from_teme((3.0, 4.0, 12.0), 9000.0)
    assert sum(x * x for x in r) == pytest.approx(169.0, rel=1e-14)
