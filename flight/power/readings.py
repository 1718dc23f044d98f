"""What the power application takes out of its devices' messages; a value that is not valid becomes None."""

from dataclasses import dataclass

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.power import SECTION_COUNT, ArrayReading, BatteryReading, BusReading
from flight.power.battery import PackReading
from flight.power.eclipse import Forecast, coasted, forecast, sun_direction_eci
from flight.power.sections import section_powers_w

__all__ = ["BusPicture", "PackExtremes", "bus_picture", "pack_extremes", "pack_readings", "section_picture"]
__all__ += ["eclipse_forecast", "sunlit_frac"]

FULL_SUN_W_PER_M2 = 1361.0
"""IAU 2015 resolution B3."""
NAVIGATION_FIX_BIT = 1
NAVIGATION_IRRADIANCE_BIT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BusPicture:
    """Power distribution; battery power is positive when discharging."""

    voltage_v: float | None
    array_power_w: float | None
    battery_power_w: float | None
    compute_power_w: float | None
    optical_power_w: float | None
    thermal_power_w: float | None
    housekeeping_power_w: float | None

    @property
    def load_power_w(self) -> float:
        """Return the sum of the load groups that are known."""
        groups = (
            self.compute_power_w,
            self.optical_power_w,
            self.thermal_power_w,
            self.housekeeping_power_w,
        )
        return sum([power for power in groups if power is not None])


@dataclass(frozen=True, slots=True, kw_only=True)
class PackExtremes:
    """The extremes over the packs with a valid reading, and their mean voltage."""

    cell_voltage_min_v: float
    cell_voltage_max_v: float
    temperature_min_k: float
    temperature_max_k: float
    pack_voltage_v: float


def bus_picture(reading: BusReading | None) -> BusPicture:
    """Return the distribution's values, each None where its valid bit is clear (bits in field order)."""
    if reading is None:
        return BusPicture(
            voltage_v=None,
            array_power_w=None,
            battery_power_w=None,
            compute_power_w=None,
            optical_power_w=None,
            thermal_power_w=None,
            housekeeping_power_w=None,
        )
    mask = reading.valid_mask
    return BusPicture(
        voltage_v=reading.bus_voltage_v if mask & 1 else None,
        array_power_w=reading.array_power_w if mask & 2 else None,
        battery_power_w=reading.battery_power_w if mask & 4 else None,
        compute_power_w=reading.compute_power_w if mask & 8 else None,
        optical_power_w=reading.optical_power_w if mask & 16 else None,
        thermal_power_w=reading.thermal_power_w if mask & 32 else None,
        housekeeping_power_w=reading.housekeeping_power_w if mask & 64 else None,
    )


def pack_readings(reading: BatteryReading | None) -> tuple[PackReading, ...]:
    """Return one reading per pack; nothing when the monitor is silent."""
    if reading is None:
        return ()
    rows = zip(reading.pack_voltage_v, reading.pack_current_a, reading.pack_temperature_k, strict=True)
    return tuple([PackReading(*row, bool(reading.valid_mask >> index & 1)) for index, row in enumerate(rows)])


def pack_extremes(reading: BatteryReading | None) -> PackExtremes | None:
    """Return the extremes over the valid packs, None without any."""
    if reading is None or not reading.valid_mask:
        return None
    valid = [index for index in range(len(reading.pack_voltage_v)) if reading.valid_mask >> index & 1]
    temperatures_k = [reading.pack_temperature_k[index] for index in valid]
    return PackExtremes(
        cell_voltage_min_v=min([reading.cell_voltage_min_v[index] for index in valid]),
        cell_voltage_max_v=max([reading.cell_voltage_max_v[index] for index in valid]),
        temperature_min_k=min(temperatures_k),
        temperature_max_k=max(temperatures_k),
        pack_voltage_v=sum([reading.pack_voltage_v[index] for index in valid]) / len(valid),
    )


def section_picture(reading: ArrayReading, enabled_mask: int) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    """Return each section's power, and whether it can be judged: reading valid and converter on."""
    mask = reading.valid_mask & enabled_mask
    judged = tuple([bool(mask >> index & 1) for index in range(SECTION_COUNT)])
    return section_powers_w(reading.section_voltage_v, reading.section_current_a), judged


def sunlit_frac(reading: NavigationReading | None) -> float:
    """Return measured sunlight over full sunlight at one astronomical unit; 0 without a sensor."""
    if reading is None or not reading.valid_mask & NAVIGATION_IRRADIANCE_BIT:
        return 0.0
    return reading.sun_irradiance_w_per_m2 / FULL_SUN_W_PER_M2


def eclipse_forecast(
    known: Forecast | None, reading: NavigationReading | None, time_ns: int
) -> Forecast | None:
    """Return the forecast from a new fix, or the known one moved on, or None before the first fix."""
    if reading is not None and reading.valid_mask & NAVIGATION_FIX_BIT:
        made = forecast(
            reading.time_ns, reading.position_eci_m, reading.velocity_eci_m_per_s, sun_direction_eci(time_ns)
        )
        if made is not None:
            return coasted(made, time_ns)
    return None if known is None else coasted(known, time_ns)
