"""The four laser terminals: gimbals, detectors and receivers."""

from math import isfinite

from flight.bus.application import Now
from flight.dictionary.optical import TerminalReading
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import TERMINALS

__all__ = ["TerminalsDevice"]

_MEASURED = (
    "azimuth_rad", "elevation_rad", "camera_power_w", "quad_power_w", "error_x_rad", "error_y_rad",
    "receiver_power_w", "terminal_power_w",
)  # fmt: skip
_PICKS = tuple(Pick(TERMINALS, name) for name in _MEASURED)
_LOCK = Pick(TERMINALS, "frame_lock")
_SPIRAL = Pick(TERMINALS, "spiral_done")


class TerminalsDevice(Device):
    """Publish the terminals at 1 Hz; bit i of the mask is terminal i."""

    APP = App.TERMINALS

    def read(self, now: Now) -> None:
        """Read the sensors of t(n)."""
        reading = self.plant.sense("terminals")
        azimuth, elevation, camera, quad, error_x, error_y, receiver, power = (
            p.finite(reading) for p in _PICKS
        )
        columns = [pick.raw(reading) for pick in _PICKS]
        self.publish(
            TerminalReading(
                time_ns=now.time_ns,
                azimuth_rad=azimuth,
                elevation_rad=elevation,
                camera_power_w=camera,
                quad_power_w=quad,
                error_x_rad=error_x,
                error_y_rad=error_y,
                receiver_power_w=receiver,
                frame_lock_mask=mask_of(_LOCK.whole(reading)),
                spiral_done_mask=mask_of(_SPIRAL.whole(reading)),
                terminal_power_w=power,
                valid_mask=mask_of([isfinite(sum(values)) for values in zip(*columns, strict=True)]),
            )
        )
