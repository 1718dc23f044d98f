"""The simulated satellite ODC-100 and its world. Imports nothing of dawndusk outside this folder.

The satellite is :class:`Plant`; its models stand alone as functions on numpy arrays with their constants as
arguments, so that each can be checked against a book. They are imported when they are first asked for: the
processes of the loop use the satellite alone and never load numpy for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.events import Station, eclipse_events, partner_events, pass_events
from hil.plant.params import PlantParams, odc100_dawn_dusk, odc100_mid_inclination

if TYPE_CHECKING:
    from hil.plant.cell import cell_open_voltage_v, cell_resistance_ohm, cell_voltage_v
    from hil.plant.fleet import Fleet
    from hil.plant.life import Samples, simulate
    from hil.plant.light import plate_view_factor, shadow_fraction, sun_position_m
    from hil.plant.link_budget import antenna_gain_ratio, link_received_w, mean_pointing_frac, pointing_frac
    from hil.plant.radiator import radiator_power_w, radiator_temperature_k
    from hil.plant.section import Curve, section_current_a, section_maximum_power
    from hil.plant.standing import StandingControl

__all__ = [
    "Curve",
    "Fleet",
    "Plant",
    "PlantError",
    "PlantParams",
    "Samples",
    "StandingControl",
    "Station",
    "antenna_gain_ratio",
    "cell_open_voltage_v",
    "cell_resistance_ohm",
    "cell_voltage_v",
    "eclipse_events",
    "link_received_w",
    "mean_pointing_frac",
    "odc100_dawn_dusk",
    "odc100_mid_inclination",
    "partner_events",
    "pass_events",
    "plate_view_factor",
    "pointing_frac",
    "radiator_power_w",
    "radiator_temperature_k",
    "section_current_a",
    "section_maximum_power",
    "shadow_fraction",
    "simulate",
    "sun_position_m",
]

_MODELS = {
    "cell_open_voltage_v": "cell",
    "cell_resistance_ohm": "cell",
    "cell_voltage_v": "cell",
    "plate_view_factor": "light",
    "shadow_fraction": "light",
    "sun_position_m": "light",
    "antenna_gain_ratio": "link_budget",
    "link_received_w": "link_budget",
    "mean_pointing_frac": "link_budget",
    "pointing_frac": "link_budget",
    "radiator_power_w": "radiator",
    "radiator_temperature_k": "radiator",
    "Curve": "section",
    "Fleet": "fleet",
    "section_current_a": "section",
    "section_maximum_power": "section",
    "Samples": "life",
    "simulate": "life",
    "StandingControl": "standing",
}
"""Functions on arrays, and the file of this folder that holds each."""


def __getattr__(name: str) -> object:
    if name not in _MODELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODELS[name]}"), name)
