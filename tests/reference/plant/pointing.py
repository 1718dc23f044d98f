"""Ideal pointing for tests: terminals are ordered every step to where their partners truly are."""

from collections.abc import Callable
from math import pi

import numpy as np

from hil.plant.actuators import TERMINAL_COUNT, TerminalMode
from hil.plant.channels import NAVIGATION, OPTICS, PARTNERS, TERMINALS
from hil.plant.core import Plant
from hil.plant.optics import point_ahead_rad
from hil.plant.params import PlantParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
STEP_S = 0.1
REACHED = (0, 1, 3)
"""Terminals whose gimbals reach their partners in the first twenty minutes."""
SETTLE_COUNT = 400
"""Steps of 0.1 s for the longest slew, 5 degrees a second."""


class Pointing:
    """A plant with four terminals on their partners, point-ahead as the geometry asks."""

    def __init__(self, params: PlantParams | None = None, *, seed: int = 1) -> None:
        self.plant = Plant(params or odc100_mid_inclination(), seed=seed, epoch_tai_ns=EPOCH_NS)
        self.plant.step()
        self.laser_on = True
        self.ahead_scale = 1.0
        self.last_rad = self._directions()

    def truth(self, name: str, index: int) -> float:
        """Return a true value of a terminal."""
        group = OPTICS if name in {field.name for field in OPTICS.fields} else TERMINALS
        return float(self.plant.truth(group.name)[group.slice(name).start + index])

    def step(self, mode: TerminalMode) -> None:
        """Order all terminals and advance by one step."""
        now = self._directions()
        rates = ((now - self.last_rad + pi) % (2.0 * pi) - pi) / STEP_S
        ahead = self.ahead_scale * self._ahead(now)
        for index in range(TERMINAL_COUNT):
            self.plant.set_terminal(
                index,
                mode,
                azimuth_rad=now[index, 0],
                elevation_rad=now[index, 1],
                azimuth_rate_rad_per_s=rates[index, 0],
                elevation_rate_rad_per_s=rates[index, 1],
                point_ahead_x_rad=ahead[index, 0],
                point_ahead_y_rad=ahead[index, 1],
                laser_on=self.laser_on,
                partner=index,
            )
        self.last_rad = now
        self.plant.step(STEP_S)

    def run(self, count: int, mode: TerminalMode) -> None:
        """Advance by several steps."""
        for _ in range(count):
            self.step(mode)

    def collect(self, count: int, mode: TerminalMode, look: Callable[[], float]) -> list[float]:
        """Advance by several steps and return what ``look`` saw after each."""
        seen = []
        for _ in range(count):
            self.step(mode)
            seen.append(look())
        return seen

    def settled(self) -> "Pointing":
        """Slew all terminals to their partners."""
        self.run(SETTLE_COUNT, TerminalMode.POINT)
        return self

    def linked(self) -> "Pointing":
        """Take all terminals to the link."""
        self.settled()
        self.run(150, TerminalMode.ACQUIRE)
        for mode in (TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK, TerminalMode.LINK):
            self.run(5, mode)
        return self

    def _directions(self) -> np.ndarray:
        truth = self.plant.truth("optics")
        names = ("partner_azimuth_rad", "partner_elevation_rad")
        return np.array([truth[OPTICS.slice(name)] for name in names]).T

    def _ahead(self, directions: np.ndarray) -> np.ndarray:
        own, others = self.plant.truth("navigation"), self.plant.truth("partners")
        places = np.array(others[PARTNERS.slice("partner_position_eci_m")]).reshape(4, 3)
        speeds = np.array(others[PARTNERS.slice("partner_velocity_eci_m_per_s")]).reshape(4, 3)
        lead = point_ahead_rad(
            places - own[NAVIGATION.slice("position_eci_m")],
            speeds - own[NAVIGATION.slice("velocity_eci_m_per_s")],
        )
        w, x, y, z = own[NAVIGATION.slice("q_body_from_eci")]
        body = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
                [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
                [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
            ]
        )
        a, e = directions.T
        zero = np.zeros_like(a)
        across = np.stack([-np.sin(a), np.cos(a), zero], axis=-1)
        up = np.stack([-np.sin(e) * np.cos(a), -np.sin(e) * np.sin(a), np.cos(e)], axis=-1)
        turned = lead @ body.T
        return np.stack([np.sum(turned * across, axis=-1), np.sum(turned * up, axis=-1)], axis=-1)
