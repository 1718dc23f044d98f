"""The simulated satellite ODC-100 and its world. Imports nothing of dawndusk outside this folder."""

from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.events import Station, eclipse_events, partner_events, pass_events
from hil.plant.params import PlantParams, odc100_dawn_dusk, odc100_mid_inclination

__all__ = [
    "Plant",
    "PlantError",
    "PlantParams",
    "Station",
    "eclipse_events",
    "odc100_dawn_dusk",
    "odc100_mid_inclination",
    "partner_events",
    "pass_events",
]
