"""The coolant loops: temperatures, flow, pumps, valves, radiator panels and the batteries' temperature."""

from math import isfinite

from flight.bus.application import Application, Config, Inbox, Now
from flight.dictionary.thermal import LoopReading
from flight.dictionary.types import App
from hil.devices.bench import Bench, Pick, mask_of
from hil.plant.channels import BATTERY, LOOPS, RADIATOR

__all__ = ["LoopsDevice"]

_MEASURED = (
    "supply_temperature_k", "return_temperature_k", "flow_kg_per_s", "pump_speed_frac", "bypass_frac", "pump_power_w",
)  # fmt: skip
_PICKS = tuple(Pick(LOOPS, name) for name in _MEASURED)
_PANEL = Pick(RADIATOR, "panel_temperature_k")
_PACK = Pick(BATTERY, "pack_temperature_k")


class LoopsDevice(Application):
    """Publish both loops; valid bits go through the values in the order of the message, one bit per value.

    Parameters
    ----------
    config : Config
        From the manifest; no options.
    bench : Bench
        The shared plant.
    """

    APP = App.LOOPS

    def __init__(self, config: Config, bench: Bench) -> None:
        super().__init__(config)
        self._bench = bench

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  setpoints go to the world
        """Read the sensors of t(n)."""
        plant = self._bench.plant
        loops, panels = plant.sense("loops"), plant.sense("radiator")
        supply, back, flow, speed, bypass, power = (pick.finite(loops) for pick in _PICKS)
        packs = [t for t in _PACK.raw(plant.sense("battery"))[: self._bench.pack_count] if isfinite(t)]
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
