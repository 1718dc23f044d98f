"""Navigation receiver, star tracker, gyro, Sun sensors, and the states that partner satellites exchange."""

from collections.abc import Sequence
from math import isfinite

from flight.bus.application import Now
from flight.dictionary.navigation import NavigationReading
from flight.dictionary.optical import PartnerEphemeris
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import NAVIGATION, PARTNERS

__all__ = ["NavigationDevice"]

_POSITION = Pick(NAVIGATION, "position_eci_m")
_VELOCITY = Pick(NAVIGATION, "velocity_eci_m_per_s")
_ATTITUDE = Pick(NAVIGATION, "q_body_from_eci")
_RATE = Pick(NAVIGATION, "rate_body_rad_per_s")
_SUN = Pick(NAVIGATION, "sun_dir_body")
_PRESENCE = Pick(NAVIGATION, "sun_presence_frac")
_PARTNER_POSITION = Pick(PARTNERS, "partner_position_eci_m")
_PARTNER_VELOCITY = Pick(PARTNERS, "partner_velocity_eci_m_per_s")
_PARTNER_COUNT = 4
_PARTNER_PERIOD_S = 10
_PARTNER_PHASE_S = 1  # the channels' delay lines are full by then
_OWN_AGE_TICKS = NAVIGATION.field("position_eci_m").delay_count
_PARTNER_AGE_TICKS = PARTNERS.field("partner_position_eci_m").delay_count
_EARTH_MU_M3_PER_S2 = 3.986004418e14  # IERS Conventions 2010
_SOLAR_CONSTANT_W_PER_M2 = 1361.0  # IAU 2015 resolution B3; the Sun sensor's calibration
_SUN_SEEN_MIN = 0.5  # the coarse sensors give a zero vector in the dark


class NavigationDevice(Device):
    """Publish navigation at 1 Hz and the partners' states every 10 s.

    The star tracker gives the quaternion of a change of axes (v_body = q* v q, Shepperd 1978); on the bus its
    conjugate is the rotation that takes components in J2000 to components in the body frame
    (v_body = q v q*).

    Valid bits: 0 position and velocity, 1 attitude, 2 rate, 3 Sun direction, 4 irradiance.
    """

    APP = App.NAVIGATION

    def read(self, now: Now) -> None:
        """Read the sensors of t(n)."""
        reading = self.plant.sense("navigation")
        sun = _SUN.finite(reading)
        position, velocity = _propagated(
            _POSITION.finite(reading),
            _VELOCITY.finite(reading),
            _OWN_AGE_TICKS * (self.config.tick_ms / 1000.0),
        )
        w, x, y, z = _ATTITUDE.finite(reading)
        flags = (
            _all_finite(_POSITION.raw(reading)) and _all_finite(_VELOCITY.raw(reading)),
            _all_finite(_ATTITUDE.raw(reading)),
            _all_finite(_RATE.raw(reading)),
            _all_finite(_SUN.raw(reading)) and sum(x * x for x in sun) > _SUN_SEEN_MIN,
            _all_finite(_PRESENCE.raw(reading)),
        )
        self.publish(
            NavigationReading(
                time_ns=now.time_ns,
                position_eci_m=position,
                velocity_eci_m_per_s=velocity,
                q_body_from_eci=(w, -x, -y, -z),
                rate_body_rad_per_s=_RATE.finite(reading),
                sun_dir_body=sun,
                sun_irradiance_w_per_m2=_SOLAR_CONSTANT_W_PER_M2 * _PRESENCE.finite(reading)[0],
                valid_mask=mask_of(flags),
            )
        )
        if int(now.run_s) % _PARTNER_PERIOD_S == _PARTNER_PHASE_S:
            self._publish_partners(now)

    def _publish_partners(self, now: Now) -> None:
        reading = self.plant.sense("partners")
        positions, velocities = _PARTNER_POSITION.raw(reading), _PARTNER_VELOCITY.raw(reading)
        for partner in range(_PARTNER_COUNT):
            part = slice(3 * partner, 3 * partner + 3)
            if _all_finite(positions[part]) and _all_finite(velocities[part]):
                age_s = _PARTNER_AGE_TICKS * (self.config.tick_ms / 1000.0)
                position, velocity = _propagated(positions[part], velocities[part], age_s)
                self.publish(
                    PartnerEphemeris(
                        time_ns=now.time_ns,
                        partner_index=partner,
                        position_eci_m=position,
                        velocity_eci_m_per_s=velocity,
                    )
                )


def _propagated(
    position_m: Sequence[float], velocity_m_per_s: Sequence[float], age_s: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Bring a fix of a known age to the time of the reading, as a receiver does (point-mass gravity)."""
    radius_squared_m2 = sum(x * x for x in position_m)
    if radius_squared_m2 == 0.0:
        return tuple(position_m), tuple(velocity_m_per_s)
    pull_per_s2 = -_EARTH_MU_M3_PER_S2 / radius_squared_m2**1.5
    pairs = list(zip(position_m, velocity_m_per_s, strict=True))
    moved = tuple([x + age_s * (v + 0.5 * age_s * pull_per_s2 * x) for x, v in pairs])
    return moved, tuple([v + age_s * pull_per_s2 * x for x, v in pairs])


def _all_finite(values: Sequence[float]) -> bool:
    return all(map(isfinite, values))
