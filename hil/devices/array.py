"""The solar array: terminal measurements of 24 sections and the two wings' gimbals."""

from math import isfinite

from flight.bus.application import Now
from flight.dictionary.power import ArrayReading
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import ARRAY

__all__ = ["ArrayDevice"]

_VOLTAGE = Pick(ARRAY, "section_voltage_v")
_CURRENT = Pick(ARRAY, "section_current_a")
_TEMPERATURE = Pick(ARRAY, "section_temperature_k")
_ANGLE = Pick(ARRAY, "wing_angle_rad")


class ArrayDevice(Device):
    """Publish what the section converters measure; bit i of the mask is section i."""

    APP = App.ARRAY

    def read(self, now: Now) -> None:
        """Read the sensors of t(n)."""
        reading = self.plant.sense("array")
        columns = (_VOLTAGE.raw(reading), _CURRENT.raw(reading), _TEMPERATURE.raw(reading))
        self.publish(
            ArrayReading(
                time_ns=now.time_ns,
                section_voltage_v=_VOLTAGE.finite(reading),
                section_current_a=_CURRENT.finite(reading),
                section_temperature_k=_TEMPERATURE.finite(reading),
                gimbal_angle_rad=_ANGLE.finite(reading),
                valid_mask=mask_of([isfinite(v + i + t) for v, i, t in zip(*columns, strict=True)]),
            )
        )
