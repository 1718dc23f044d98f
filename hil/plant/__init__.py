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
    from hil.plant.accelerator import (
        accelerator_clock_frac,
        accelerator_leakage_w,
        accelerator_power_w,
        accelerator_throttled_frac,
    )
    from hil.plant.beam import (
        antenna_gain_ratio,
        beam_gain_ratio,
        fade_frac,
        link_received_w,
        mean_pointing_frac,
        pointing_frac,
    )
    from hil.plant.cell import cell_open_voltage_v, cell_resistance_ohm, cell_voltage_v
    from hil.plant.cell_trace import CellCircuit, CellLife, cell_ageing, cell_trace_v
    from hil.plant.environment import (
        air_density_kg_per_m3,
        gravity_gradient_n_m,
        magnetic_field_t,
        magnetic_latitude_rad,
        solar_pressure_force_n,
    )
    from hil.plant.fleet import Fleet
    from hil.plant.hydraulics import exchanger_w_per_k, loop_flow_ratio, panel_open_frac
    from hil.plant.life import Samples, simulate
    from hil.plant.light import (
        albedo_ratio,
        plate_view_factor,
        shadow_fraction,
        solar_irradiance_w_per_m2,
        sun_position_m,
    )
    from hil.plant.mirror import (
        MirrorRun,
        integrator_variance_rad2,
        loop_noise_ratio,
        loop_rejection_ratio,
        mirror_loop_variance_rad2,
        mirror_step_response_rad,
        quad_reading_rad,
        run_mirror_loop,
    )
    from hil.plant.optics import (
        LinkBudget,
        link_budget,
        point_ahead_rad,
        spiral_count,
        spiral_points_rad,
        spiral_time_s,
    )
    from hil.plant.radiator import radiator_power_w, radiator_temperature_k
    from hil.plant.section import Curve, section_current_a, section_maximum_power
    from hil.plant.shade import Shadow, shaded_current_a, shaded_maximum_power, shaded_voltage_v
    from hil.plant.standing import StandingControl
    from hil.plant.transient import BusBench, BusTransient, bus_transient

__all__ = [
    "BusBench",
    "BusTransient",
    "CellCircuit",
    "CellLife",
    "Curve",
    "Fleet",
    "LinkBudget",
    "MirrorRun",
    "Plant",
    "PlantError",
    "PlantParams",
    "Samples",
    "Shadow",
    "StandingControl",
    "Station",
    "accelerator_clock_frac",
    "accelerator_leakage_w",
    "accelerator_power_w",
    "accelerator_throttled_frac",
    "air_density_kg_per_m3",
    "albedo_ratio",
    "antenna_gain_ratio",
    "beam_gain_ratio",
    "bus_transient",
    "cell_ageing",
    "cell_open_voltage_v",
    "cell_resistance_ohm",
    "cell_trace_v",
    "cell_voltage_v",
    "eclipse_events",
    "exchanger_w_per_k",
    "fade_frac",
    "gravity_gradient_n_m",
    "integrator_variance_rad2",
    "link_budget",
    "link_received_w",
    "loop_flow_ratio",
    "loop_noise_ratio",
    "loop_rejection_ratio",
    "magnetic_field_t",
    "magnetic_latitude_rad",
    "mean_pointing_frac",
    "mirror_loop_variance_rad2",
    "mirror_step_response_rad",
    "odc100_dawn_dusk",
    "odc100_mid_inclination",
    "panel_open_frac",
    "partner_events",
    "pass_events",
    "plate_view_factor",
    "point_ahead_rad",
    "pointing_frac",
    "quad_reading_rad",
    "radiator_power_w",
    "radiator_temperature_k",
    "run_mirror_loop",
    "section_current_a",
    "section_maximum_power",
    "shaded_current_a",
    "shaded_maximum_power",
    "shaded_voltage_v",
    "shadow_fraction",
    "simulate",
    "solar_irradiance_w_per_m2",
    "solar_pressure_force_n",
    "spiral_count",
    "spiral_points_rad",
    "spiral_time_s",
    "sun_position_m",
]

_MODELS = {
    "accelerator_clock_frac": "accelerator",
    "accelerator_leakage_w": "accelerator",
    "accelerator_power_w": "accelerator",
    "accelerator_throttled_frac": "accelerator",
    "antenna_gain_ratio": "beam",
    "beam_gain_ratio": "beam",
    "fade_frac": "beam",
    "link_received_w": "beam",
    "mean_pointing_frac": "beam",
    "pointing_frac": "beam",
    "cell_open_voltage_v": "cell",
    "cell_resistance_ohm": "cell",
    "cell_voltage_v": "cell",
    "Fleet": "fleet",
    "Samples": "life",
    "simulate": "life",
    "exchanger_w_per_k": "hydraulics",
    "loop_flow_ratio": "hydraulics",
    "panel_open_frac": "hydraulics",
    "air_density_kg_per_m3": "environment",
    "gravity_gradient_n_m": "environment",
    "magnetic_field_t": "environment",
    "magnetic_latitude_rad": "environment",
    "solar_pressure_force_n": "environment",
    "CellCircuit": "cell_trace",
    "CellLife": "cell_trace",
    "cell_ageing": "cell_trace",
    "cell_trace_v": "cell_trace",
    "albedo_ratio": "light",
    "plate_view_factor": "light",
    "shadow_fraction": "light",
    "solar_irradiance_w_per_m2": "light",
    "sun_position_m": "light",
    "MirrorRun": "mirror",
    "integrator_variance_rad2": "mirror",
    "loop_noise_ratio": "mirror",
    "loop_rejection_ratio": "mirror",
    "mirror_loop_variance_rad2": "mirror",
    "mirror_step_response_rad": "mirror",
    "quad_reading_rad": "mirror",
    "run_mirror_loop": "mirror",
    "LinkBudget": "optics",
    "link_budget": "optics",
    "point_ahead_rad": "optics",
    "spiral_count": "optics",
    "spiral_points_rad": "optics",
    "spiral_time_s": "optics",
    "radiator_power_w": "radiator",
    "radiator_temperature_k": "radiator",
    "Curve": "section",
    "section_current_a": "section",
    "section_maximum_power": "section",
    "StandingControl": "standing",
    "Shadow": "shade",
    "shaded_current_a": "shade",
    "shaded_maximum_power": "shade",
    "shaded_voltage_v": "shade",
    "BusBench": "transient",
    "BusTransient": "transient",
    "bus_transient": "transient",
}
"""Functions on arrays, and the file of this folder that holds each."""


def __getattr__(name: str) -> object:
    if name not in _MODELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODELS[name]}"), name)
