"""The power distribution: bus voltage, power of the load groups, state of the switches."""

from math import isfinite

from flight.bus.application import Now
from flight.dictionary.power import BusReading
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import BUS

__all__ = ["DistributionDevice"]

_MEASURED = (
    "bus_voltage_v", "array_power_w", "battery_power_w", "compute_power_w", "optical_power_w",
    "thermal_power_w", "housekeeping_power_w",
)  # fmt: skip
_PICKS = tuple(Pick(BUS, name) for name in _MEASURED)
_SHED = Pick(BUS, "shed_count")
_CLOSED = Pick(BUS, "switch_closed")


class DistributionDevice(Device):
    """Publish the bus; valid bits 0 to 6 are the seven measurements in the order of the message."""

    APP = App.DISTRIBUTION

    def read(self, now: Now) -> None:
        """Read the sensors of t(n)."""
        reading = self.plant.sense("bus")
        values = [pick.finite(reading)[0] for pick in _PICKS]
        self.publish(
            BusReading(
                time_ns=now.time_ns,
                bus_voltage_v=values[0],
                array_power_w=values[1],
                battery_power_w=values[2],
                compute_power_w=values[3],
                optical_power_w=values[4],
                thermal_power_w=values[5],
                housekeeping_power_w=values[6],
                shed_count=_SHED.whole(reading)[0],
                switch_mask=mask_of(_CLOSED.whole(reading)),
                valid_mask=mask_of([isfinite(pick.raw(reading)[0]) for pick in _PICKS]),
            )
        )
