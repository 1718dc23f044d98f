"""A laser terminal that cannot find or follow its partner."""

from itertools import pairwise

from hil.plant.actuators import TerminalMode
from hil.plant.channels import OPTICS, TERMINALS
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
LIMIT_RAD = 500e-6


class Pointing:
    """Terminal 0 ordered every step to where its partner truly is."""

    def __init__(self) -> None:
        self.plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
        self.plant.step()
        self.last_rad = self.truth("partner_azimuth_rad")

    def truth(self, name: str) -> float:
        group = OPTICS if name in {field.name for field in OPTICS.fields} else TERMINALS
        return float(self.plant.truth(group.name)[group.slice(name).start])

    def step(self, mode: TerminalMode) -> None:
        azimuth_rad = self.truth("partner_azimuth_rad")
        self.plant.set_terminal(
            0,
            mode,
            azimuth_rad=azimuth_rad,
            elevation_rad=self.truth("partner_elevation_rad"),
            azimuth_rate_rad_per_s=(azimuth_rad - self.last_rad) / 0.1,
        )
        self.last_rad = azimuth_rad
        self.plant.step()


def test_the_spiral_starts_again_while_no_partner_answers() -> None:
    """Spots of 60 urad, overlap 0.7, 5 ms each: 500 urad are covered every 2.2 s, 23 steps with the last."""
    pointing = Pointing()
    pointing.plant.inject("partner_lost", terminal=0)
    for _ in range(450):
        pointing.step(TerminalMode.POINT)
    done = []
    for step in range(200):
        pointing.step(TerminalMode.ACQUIRE)
        if pointing.truth("spiral_done"):
            done.append(step)
        assert pointing.truth("camera_power_w") == 0.0
    assert len(done) >= 8
    assert all(22 <= later - earlier <= 24 for earlier, later in pairwise(done))
    pointing.plant.clear("partner_lost", terminal=0)
    for _ in range(100):
        pointing.step(TerminalMode.ACQUIRE)
    assert pointing.truth("camera_power_w") > 0.0


def test_a_stuck_gimbal_loses_a_partner_that_moves_on() -> None:
    pointing = Pointing()
    mode = TerminalMode.ACQUIRE
    for step in range(1200):
        pointing.step(TerminalMode.POINT if step < 450 else mode)
        if step > 450 and pointing.truth("camera_power_w") > 0.0 and mode < TerminalMode.LINK:
            mode = TerminalMode(mode + 1)
    assert mode == TerminalMode.LINK
    assert pointing.truth("frame_lock") == 1.0
    pointing.plant.inject("gimbal_stuck", terminal=0)
    errors_rad = []
    for _ in range(600):
        pointing.step(mode)
        errors_rad.append(pointing.truth("pointing_error_rad"))
    assert errors_rad[-1] > LIMIT_RAD
    assert pointing.truth("receiver_power_w") == 0.0
    assert pointing.truth("frame_lock") == 0.0
