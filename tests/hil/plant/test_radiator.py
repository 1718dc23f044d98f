"""The radiator's balance against closed forms."""

import pytest

from hil.plant.errors import PlantError
from hil.plant.radiator import radiator_power_w, radiator_temperature_k


def test_equilibrium_of_the_two_sided_radiator() -> None:
    got = radiator_temperature_k([125e3, 150e3], area_m2=220.0, emissivity_frac=0.9)
    assert got.tolist() == pytest.approx([324.8316, 339.9802], abs=5e-5)


def test_sink_adds_what_it_radiates() -> None:
    hot = radiator_temperature_k(1e3, area_m2=2.0, emissivity_frac=0.5, sink_k=250.0)
    assert radiator_power_w(hot, area_m2=2.0, emissivity_frac=0.5, sink_k=250.0) == pytest.approx(1e3)
    assert radiator_power_w(250.0, area_m2=2.0, emissivity_frac=0.5, sink_k=250.0) == 0.0


def test_no_temperature_balances_more_than_the_sink_gives() -> None:
    with pytest.raises(PlantError, match="power_w with that sink must be at least 0"):
        radiator_temperature_k(-1e3, area_m2=1.0, emissivity_frac=0.9, sink_k=100.0)
    with pytest.raises(PlantError, match=r"emissivity_frac must be above 0 and at most 1, got 1.2"):
        radiator_power_w(300.0, area_m2=1.0, emissivity_frac=1.2)
