"""Tracking-loop twin: the controller as difference equations, transfer functions, the mirror's exact step."""

import cmath
from functools import lru_cache
from math import copysign, cos, exp, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray
from reference.plant.link import quad_reading

from hil.plant.params_optical import MirrorParams

LEAK = 1e-4


class Controller:
    """Notch, integrator and resonators by their difference equations on lists of the past."""

    def __init__(
        self,
        *,
        sample_s: float,
        crossover_hz: float,
        notch_hz: float,
        notch_damping: float,
        pole_hz: float,
        line_hz: tuple[float, ...],
        line_share: float,
        limit_rad: float,
    ) -> None:
        root = cmath.exp(
            complex(-notch_damping, sqrt(1.0 - notch_damping**2)) * 2.0 * pi * notch_hz * sample_s
        )
        self.zeros = (1.0, -2.0 * root.real, abs(root) ** 2)
        pole = exp(-2.0 * pi * pole_hz * sample_s)
        self.poles = (1.0, -2.0 * pole, pole * pole)
        self.scale = sum(self.poles) / sum(self.zeros)
        self.gain = 2.0 * pi * crossover_hz * sample_s
        self.turns = [2.0 * pi * f * sample_s for f in line_hz]
        self.share = [line_share if f > 0.0 else 0.0 for f in line_hz]
        self.limit = limit_rad
        self.errors = [0.0, 0.0]
        self.notched = [0.0, 0.0]
        self.integral = 0.0
        self.lines = [[0.0, 0.0] for _ in line_hz]

    def update(self, error: float) -> float:
        """Return the command after one more error."""
        taken = self.scale * sum(b * e for b, e in zip(self.zeros, (error, *self.errors), strict=True)) - sum(
            a * y for a, y in zip(self.poles[1:], self.notched, strict=True)
        )
        self.integral = min(self.limit, max(-self.limit, self.integral + self.gain * taken))
        command = self.integral
        keep = 1.0 - LEAK
        for turn, share, past in zip(self.turns, self.share, self.lines, strict=True):
            now = (
                share * self.gain * (taken - keep * cos(turn) * self.notched[0])
                + 2.0 * keep * cos(turn) * past[0]
                - keep * keep * past[1]
            )
            past[:] = [now, past[0]]
            command += now
        self.errors = [error, self.errors[0]]
        self.notched = [taken, self.notched[0]]
        return min(self.limit, max(-self.limit, command))


def oscillator_step(
    x: float, rate: float, held: float, frequency_hz: float, damping: float, step_s: float
) -> tuple[float, float]:
    """Angle and rate/w after a step, from the solution of the damped oscillator about its rest."""
    w = 2.0 * pi * frequency_hz
    damped = w * sqrt(1.0 - damping**2)
    fade, angle = exp(-damping * w * step_s), damped * step_s
    away, speed = x - held, rate * w
    moved = fade * (away * cos(angle) + (speed + damping * w * away) / damped * sin(angle))
    turned = fade * (speed * cos(angle) - (damping * w * speed + w * w * away) / damped * sin(angle))
    return held + moved, turned / w


def step_response(time_s: float, frequency_hz: float, damping: float) -> float:
    """Unit step response of a second-order system (any text on control)."""
    w = 2.0 * pi * frequency_hz
    root = sqrt(1.0 - damping**2)
    return 1.0 - exp(-damping * w * time_s) * (
        cos(w * root * time_s) + damping / root * sin(w * root * time_s)
    )


def gimbal_step(
    state: list[float],
    rate: float,
    *,
    step_s: float,
    frequency_hz: float,
    damping: float,
    quantum: float,
    backlash: float,
    friction: float,
) -> list[float]:
    """Setting, motor, motor rate (rad/s), output after one step: steps, servo, Coulomb friction, play."""
    w = 2.0 * pi * frequency_hz
    setting, motor, speed, output = state
    setting += rate * step_s
    held = quantum * int((setting / quantum + 0.5) // 1.0) if quantum > 0.0 else setting
    if abs(speed) <= friction * step_s and abs(held - motor) * w * w <= friction:
        speed = 0.0
    else:
        motor, speed = oscillator_step(motor, speed / w, held, frequency_hz, damping, step_s)
        speed *= w
        lost = min(abs(speed), friction * step_s)
        speed -= copysign(lost, speed)
    output = min(max(output, motor - backlash / 2.0), motor + backlash / 2.0)
    return [setting, motor, speed, output]


def loop_gain(
    frequency_hz: NDArray[np.float64],
    *,
    sample_s: float,
    crossover_hz: float,
    notch_hz: float,
    notch_damping: float,
    pole_hz: float,
    line_hz: tuple[float, ...],
    line_share: float,
    mode_hz: float,
    damping: float,
) -> NDArray[np.complex128]:
    """Open loop on the unit circle: controller, one sample of delay, mirror behind a zero-order hold.

    The mirror's pulse transfer function from the residues of its step response (z-transform tables).
    """
    z = np.exp(2j * pi * frequency_hz * sample_s)
    root = cmath.exp(complex(-notch_damping, sqrt(1.0 - notch_damping**2)) * 2.0 * pi * notch_hz * sample_s)
    pole = exp(-2.0 * pi * pole_hz * sample_s)
    notch = (
        (1.0 - root / z)
        * (1.0 - root.conjugate() / z)
        / abs(1.0 - root) ** 2
        * (1.0 - pole) ** 2
        / (1.0 - pole / z) ** 2
    )
    gain = 2.0 * pi * crossover_hz * sample_s
    control = gain / (1.0 - 1.0 / z)
    for f in line_hz:
        turn = 2.0 * pi * f * sample_s
        pointer = (1.0 - LEAK) * cmath.exp(1j * turn)
        share = line_share if f > 0.0 else 0.0
        # Half the sum of the two one-sided geometric series: (1 - r cos z^-1)/(1 - 2 r cos z^-1 + r^2 z^-2).
        control = control + 0.5 * share * gain * (
            1.0 / (1.0 - pointer / z) + 1.0 / (1.0 - pointer.conjugate() / z)
        )
    w = 2.0 * pi * mode_hz
    own = cmath.exp(complex(-damping, sqrt(1.0 - damping**2)) * w * sample_s)
    tilt = damping / sqrt(1.0 - damping**2)
    # Step response 1 - Re[(1 - i tilt) own^k], multiplied by (1 - z^-1).
    factor = complex(1.0, -tilt)
    series = 0.5 * (factor / (1.0 - own / z) + factor.conjugate() / (1.0 - own.conjugate() / z))
    mirror = 1.0 - (1.0 - 1.0 / z) * series
    return np.asarray(notch * control * mirror / z)


def sampled_spectrum(
    frequency_hz: NDArray[np.float64], density: float, corner_hz: float, sample_s: float
) -> NDArray[np.float64]:
    """One-sided spectrum of first-order jitter that is sampled, of variance density corner pi/2."""
    keep = exp(-2.0 * pi * corner_hz * sample_s)
    z = np.exp(2j * pi * frequency_hz * sample_s)
    variance = density * corner_hz * pi / 2.0
    return np.asarray(variance * (1.0 - keep**2) / np.abs(1.0 - keep / z) ** 2 * 2.0 * sample_s)


_WORD, _GOLDEN = 2**64, 0x9E3779B97F4A7C15


def _mixed(z: int) -> int:
    """SplitMix64's finaliser (Steele, Lea, Flood 2014)."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % _WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB % _WORD
    return z ^ z >> 31


@lru_cache(maxsize=64)
def _key(seed: int, stream: int) -> int:
    return _mixed((seed + _GOLDEN * (stream + 1)) % _WORD)


def drawn_bits(seed: int, stream: int, counter: int) -> int:
    """64 random bits of a stream at a counter."""
    return _mixed((_key(seed, stream) + _GOLDEN * (counter + 1)) % _WORD)


def drawn(seed: int, stream: int, counter: int) -> float:
    """Four 16-bit numbers added, less their mean, over their standard deviation."""
    bits = drawn_bits(seed, stream, counter)
    parts = [bits >> shift & 0xFFFF for shift in (0, 16, 32, 48)]
    return (sum(parts) - 2 * 65535) / sqrt(4 * (65536**2 - 1) / 12)


class SampledLoop:
    """Two axes of the whole loop, sample by sample: jitter, lines, quad cell, firmware, mirror, gimbal."""

    def __init__(self, mirror: MirrorParams, seed: int, stream: int) -> None:
        self.p, self.seed, self.stream = mirror, seed, stream
        self.step_s = 1.0 / mirror.loop_sample_hz
        lines = (mirror.pump_line_hz, mirror.pump_harmonic_hz, mirror.wheel_line_hz)
        sizes = (mirror.pump_line_rad, mirror.pump_harmonic_rad, mirror.wheel_line_rad)
        self.lines = list(zip(lines, sizes, strict=True))
        self.control = [
            Controller(
                sample_s=self.step_s,
                crossover_hz=mirror.crossover_hz,
                notch_hz=mirror.notch_mode_hz,
                notch_damping=mirror.notch_damping_ratio,
                pole_hz=mirror.notch_pole_hz,
                line_hz=lines,
                line_share=mirror.line_share_ratio,
                limit_rad=mirror.mirror_limit_rad,
            )
            for _ in range(2)
        ]
        self.phases = [
            2.0 * pi * ((drawn_bits(seed, stream + 4, index) >> 11) + 0.5) * 2.0**-53
            for index in range(len(lines))
        ]
        self.command, self.jitter = [0.0, 0.0], [0.0, 0.0]
        self.mirror = [(0.0, 0.0), (0.0, 0.0)]
        self.gimbal = [[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
        self.before = [0.0, 0.0]

    def shake(self, number: int) -> tuple[float, float]:
        """Lines at a sample: cosine across, sine up, phases drawn."""
        x = y = 0.0
        for phase, (frequency, size) in zip(self.phases, self.lines, strict=True):
            turn = 2.0 * pi * frequency * self.step_s * number + phase
            x += sqrt(2.0) * size * cos(turn)
            y += sqrt(2.0) * size * sin(turn)
        return x, y

    def sample(self, number: int, rates: tuple[float, float]) -> list[float]:
        """Return the errors of one sample; the target moves from zero at even rates."""
        p, past = self.p, number % 20
        keep = exp(-2.0 * pi * p.jitter_corner_hz * self.step_s)
        variance = p.jitter_density_rad2_per_hz * p.jitter_corner_hz * pi / 2.0
        errors, shake = [], self.shake(number)
        for axis in range(2):
            if past == 0:
                self.before[axis] = self.gimbal[axis][3]
                self.gimbal[axis] = gimbal_step(
                    self.gimbal[axis],
                    2.0 * pi * p.offload_hz * self.command[axis] + rates[axis],
                    step_s=20 * self.step_s,
                    frequency_hz=p.gimbal_mode_hz,
                    damping=p.gimbal_damping_ratio,
                    quantum=p.gimbal_step_rad,
                    backlash=p.gimbal_backlash_rad,
                    friction=p.gimbal_friction_rad_per_s2,
                )
            share = past / 20
            turned = self.before[axis] * (1.0 - share) + self.gimbal[axis][3] * share
            away = rates[axis] * number * self.step_s - turned + shake[axis]
            error = away + self.jitter[axis] - self.mirror[axis][0]
            reading = quad_reading(error, p.quad_spot_rad)
            reading += p.quad_noise_rad * drawn(self.seed, self.stream + 2 * axis + 1, number)
            self.mirror[axis] = oscillator_step(
                *self.mirror[axis], self.command[axis], p.mirror_mode_hz, p.mirror_damping_ratio, self.step_s
            )
            self.command[axis] = self.control[axis].update(reading)
            self.jitter[axis] = keep * self.jitter[axis] + sqrt(variance * (1.0 - keep**2)) * drawn(
                self.seed, self.stream + 2 * axis, number
            )
            errors.append(error)
        return errors
