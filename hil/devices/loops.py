"""The coolant loops: temperatures, flow, pumps, valves, radiator panels and the batteries' temperature."""

from math import isfinite

from flight.bus.application import Now
from flight.dictionary.thermal import LoopReading
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import BATTERY, LOOPS, RADIATOR

__all__ = ["LoopsDevice"]

_MEASURED = (
    "supply_temperature_k", "return_temperature_k", "flow_kg_per_s", "pump_speed_frac", "bypass_frac",
    "pump_power_w",
)  # fmt: skip
_PICKS = tuple(Pick(LOOPS, name) for name in _MEASURED)
_PANEL = Pick(RADIATOR, "panel_temperature_k")
_PACK = Pick(BATTERY, "pack_temperature_k")


class LoopsDevice(Device):
    """Publish both loops; the valid bits go through the values in the order of the message."""

    APP = App.LOOPS

    def read(self, now: Now) -> None:
        """Read the sensors of t(n)."""
        plant = self.plant
        loops, panels = plant.sense("loops"), plant.sense("radiator")
        supply, back, flow, speed, bypass, power = (pick.finite(loops) for pick in _PICKS)
        packs = [t for t in _PACK.raw(plant.sense("battery"))[: self.bench.pack_count] if isfinite(t)]
        flags = [isfinite(value) for pick in _PICKS for value in pick.raw(loops)]
        flags += [isfinite(value) for value in _PANEL.raw(panels)]
        self.publish(
            LoopReading(
                time_ns=now.time_ns,
                supply_temperature_k=supply,
                return_temperature_k=back,
                flow_kg_per_s=flow,
                pump_speed_frac=speed,
                bypass_frac=bypass,
                pump_power_w=power,
                panel_temperature_k=_PANEL.finite(panels),
                battery_temperature_k=sum(packs) / len(packs) if packs else 0.0,
                valid_mask=mask_of([*flags, packs]),
            )
        )
