"""Laser terminals of ODC-100: link, acquisition, and the fine-tracking loop."""

from dataclasses import dataclass

from hil.plant.quantity import check, number

__all__ = ["MirrorParams", "OpticalParams", "good_mirror"]

_OLYMPUS = "ESA Olympus jitter measurement, the SILEX specification: 160/(1+f^2) urad2/Hz"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpticalParams:
    """Four laser terminals and the partners they point at."""

    aperture_m: float = number(0.08, low=0.001, high=5.0, source="assumed: 80 mm, SDA band")
    wavelength_m: float = number(1.55e-6, low=3e-7, high=2e-5, source="SDA OCT standard band")
    beam_half_angle_rad: float = number(
        13.9e-6,
        low=1e-7,
        high=1e-2,
        source="1/e2 half-angle: optimal filling of 80 mm, Klein and Degnan 1974",
    )
    laser_power_w: float = number(2.0, low=1e-6, high=1e3, source="assumed")
    terminal_power_w: float = number(100.0, low=0.0, high=1e4, source="TBIRD: 100 W")
    terminal_idle_power_w: float = number(
        25.0, low=0.0, high=1e4, source="assumed: electronics on, laser off"
    )
    transmit_efficiency_frac: float = number(
        0.982, low=0.01, high=1.0, source="Strehl of a wavefront error of lambda/47; 0.80 with the truncation"
    )
    receive_efficiency_frac: float = number(0.8, low=0.01, high=1.0, source="assumed: aperture efficiency")
    transmit_loss_db: float = number(2.0, low=0.0, high=30.0, source="assumed: transmit optics")
    receive_loss_db: float = number(2.0, low=0.0, high=30.0, source="assumed: receive optics")
    implementation_loss_db: float = number(2.0, low=0.0, high=30.0, source="assumed: modem")
    bit_rate_hz: float = number(
        1e11, low=1e3, high=1e14, source="100 Gbit/s, Starlink at Photonics West 2024"
    )
    sensitivity_photons_count: float = number(
        20.0, low=1.0, high=1e6, source="assumed: photons per bit of a coherent receiver, -35.9 dBm"
    )
    boresight_error_rad: float = number(
        1.5e-6, low=0.0, high=1e-3, source="assumed: partner's transmit axis against its receive axis"
    )
    slew_rate_max_rad_per_s: float = number(0.0873, low=1e-4, high=10.0, source="assumed: 5 deg/s gimbal")
    azimuth_limit_rad: float = number(3.0543, low=0.1, high=10.0, source="assumed: +-175 deg")
    elevation_min_rad: float = number(-0.2618, low=-1.58, high=0.0, source="assumed: -15 deg")
    elevation_max_rad: float = number(1.4835, low=0.1, high=1.58, source="assumed: 85 deg")
    open_loop_sigma_rad: float = number(
        150e-6,
        low=0.0,
        high=1e-2,
        source="assumed: star tracker, alignment and GNSS, 1 sigma per axis, each end",
    )
    acquisition_limit_rad: float = number(
        500e-6, low=1e-5, high=5e-2, source="assumed: half-width of the spiral"
    )
    reacquisition_limit_rad: float = number(
        100e-6, low=1e-5, high=5e-2, source="assumed: half-width of the small spiral after a fade"
    )
    spiral_spot_rad: float = number(60e-6, low=1e-6, high=1e-2, source="assumed: spot of the spiral")
    spiral_overlap_frac: float = number(
        0.7, low=0.1, high=1.0, source="assumed: spacing over spot, 445 spots"
    )
    spiral_dwell_s: float = number(0.005, low=1e-4, high=1.0, source="camera at 200 Hz")
    acquisition_beam_half_angle_rad: float = number(
        60e-6, low=1e-7, high=1e-2, source="assumed: widened beam while searching"
    )
    acquisition_sensitivity_w: float = number(
        2e-11, low=0.0, high=1e-3, source="assumed: camera threshold at 200 Hz, ten times its noise"
    )
    camera_noise_w: float = number(2e-12, low=0.0, high=1e-3, source="assumed: camera noise per frame")
    camera_field_rad: float = number(
        2e-3, low=1e-5, high=0.5, source="assumed: field of the camera, +-2 mrad"
    )
    coarse_crossover_hz: float = number(
        10.0, low=0.01, high=1e3, source="assumed: tracking loop on the camera's 200 Hz"
    )
    centring_s: float = number(
        0.1, low=0.0, high=60.0, source="assumed: an end that sees the other centres and answers"
    )
    lock_hold_s: float = number(0.2, low=0.0, high=10.0, source="assumed: dark time before a small spiral")
    drift_rad_per_s: float = number(
        20e-6,
        low=0.0,
        high=1e-2,
        source="assumed: gyro and ephemeris rate error while the lock is held blind",
    )
    grazing_altitude_m: float = number(80e3, low=0.0, high=1e6, source="assumed: beam stays above 80 km")
    neighbour_spacing_rad: float = number(
        0.1434, low=1e-4, high=1.0, source="1,000 km in the plane at 600 km altitude"
    )
    plane_spacing_rad: float = number(
        0.1434, low=-1.0, high=1.0, source="assumed: node distance of the neighbour planes"
    )
    fidelity_count: float = number(
        0.0, low=0.0, high=1.0, source="0: statistical; 1: fine tracking sampled at loop_sample_hz"
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorParams:
    """Fine tracking: mirror, gimbal, quad cell, platform jitter, and the design of the firmware's loop.

    The defaults are the baseline mirror (first mode at 2 kHz); :func:`good_mirror` is the better class.
    """

    loop_sample_hz: float = number(20e3, low=1e3, high=1e6, source="assumed: quad cell and loop at 20 kHz")
    mirror_mode_hz: float = number(
        2000.0, low=10.0, high=1e5, source="assumed: baseline fast steering mirror"
    )
    mirror_damping_ratio: float = number(0.6, low=0.01, high=0.99, source="assumed: 0.5 to 0.7")
    mirror_limit_rad: float = number(2e-3, low=1e-6, high=0.1, source="assumed: +-2 mrad on the sky")
    crossover_hz: float = number(800.0, low=0.1, high=1e5, source="design: least residual at 20 kHz")
    notch_mode_hz: float = number(2000.0, low=10.0, high=1e5, source="design: the mirror's mode")
    notch_damping_ratio: float = number(0.6, low=0.01, high=0.99, source="design: the mirror's damping")
    notch_pole_hz: float = number(8000.0, low=10.0, high=1e6, source="design: poles in the mode's place")
    line_share_ratio: float = number(
        0.06, low=0.0, high=1.0, source="design: gain of the vibration resonators beside the integrator"
    )
    offload_hz: float = number(1.0, low=0.0, high=100.0, source="assumed: gimbal takes over at 1 Hz")
    quad_noise_rad: float = number(0.1e-6, low=0.0, high=1e-3, source="NEA 0.05 to 0.1 urad per sample")
    quad_spot_rad: float = number(
        20e-6, low=1e-7, high=1e-2, source="1/e2 radius of the spot on the quad cell, lambda/D on the sky"
    )
    jitter_density_rad2_per_hz: float = number(160e-12, low=0.0, high=1e-6, source=_OLYMPUS)
    jitter_corner_hz: float = number(1.0, low=1e-3, high=1e4, source=_OLYMPUS)
    pump_line_hz: float = number(47.0, low=0.0, high=500.0, source="assumed: coolant pumps; 0: no line")
    pump_harmonic_hz: float = number(94.0, low=0.0, high=500.0, source="assumed: their second harmonic")
    wheel_line_hz: float = number(67.0, low=0.0, high=500.0, source="assumed: wheels, 10 to 100 Hz")
    pump_line_rad: float = number(2e-6, low=0.0, high=1e-3, source="assumed: 2 urad RMS per axis")
    pump_harmonic_rad: float = number(2e-6, low=0.0, high=1e-3, source="assumed: 2 urad RMS per axis")
    wheel_line_rad: float = number(1e-6, low=0.0, high=1e-3, source="assumed: 1 urad RMS per axis")
    gimbal_mode_hz: float = number(5.0, low=0.01, high=100.0, source="assumed: servo of the gimbal")
    gimbal_damping_ratio: float = number(0.7, low=0.01, high=0.99, source="assumed")
    gimbal_step_rad: float = number(30e-6, low=0.0, high=1e-2, source="assumed: steps of 30 urad")
    gimbal_backlash_rad: float = number(20e-6, low=0.0, high=1e-2, source="assumed: 20 urad")
    gimbal_friction_rad_per_s2: float = number(
        0.01, low=0.0, high=10.0, source="assumed: dry friction over inertia, sticks within 10 urad"
    )

    def __post_init__(self) -> None:
        check(self)


def good_mirror() -> MirrorParams:
    """Return the better hardware class: first mode at 5 kHz, damping 0.7, crossover at 1 kHz."""
    return MirrorParams(
        mirror_mode_hz=5000.0,
        mirror_damping_ratio=0.7,
        notch_mode_hz=5000.0,
        notch_damping_ratio=0.7,
        notch_pole_hz=9500.0,
        crossover_hz=1000.0,
    )
