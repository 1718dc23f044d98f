"""Charge control, load tiers, safe supply and the sizes of the electrical grants."""

from dataclasses import dataclass

from flight.dictionary.grants import GrantReason
from flight.dictionary.leases import Booking
from flight.dictionary.types import App
from flight.power.cell import SERIES_COUNT, cell_voltage_v, pack_resistance_ohm

__all__ = [
    "ALL_SWITCHES",
    "BOOKINGS",
    "FIRST_REQUEST_W",
    "RESCUE_CHARGE_W",
    "TIER_MAX",
    "UNSEEN_CHARGE",
    "ChargeLimits",
    "GrantSizes",
    "accepted_a",
    "battery_current_a",
    "bus_limited",
    "bus_power_w",
    "charge_derate",
    "charge_limits",
    "grant_sizes",
    "load_tier",
    "safe_supply_w",
    "switch_mask",
    "switched",
]

CHARGE_CURRENT_MAX_A = 105.0
"""One C for a 105 Ah pack."""
DISCHARGE_CURRENT_MAX_A = 157.0
"""1.5 C: three quarters of the regulators' 2 C limit."""
REGULATOR_EFFICIENCY_FRAC = 0.95
BUS_LOW_V = 142.0
BUS_OK_V = 150.0
"""Bus voltages of the second tier and of its release; the firmware sheds by itself at 140 V."""
BUS_LIMITED_V = 164.0
"""Between the 160 V that the regulators hold and the 168 V at which the converters stop."""
BUS_PLAUSIBLE_MIN_V = 60.0
"""The computer that reads this lives on the bus: a lower reading is no reading."""
CELL_OK_V = 0.1
"""Margin of the lowest cell at which a tier may be released."""
TIER_MAX = 3
SURVIVAL_RATIO = 0.6
"""Share of the floor below which only survival loads stay on."""
TIER_MARGIN_FRAC = 0.05
"""Charge above the floor at which the first tier falls, and hysteresis of every release."""
COMPUTE_REDUCED_W = 20_000.0
"""Grant of the second tier: 18 nodes idle at 1.3 kW less those that sleep; hibernation power of ODC-100."""
BOOST_LIMIT_W = 100_000.0
"""Sustained compute power of ODC-100: what is above is boost."""

NODE_SWITCHES = (1 << 18) - 1
TERMINAL_SWITCHES = 0xF << 18
HEATER_SWITCH = 1 << 22
ALL_SWITCHES = NODE_SWITCHES | TERMINAL_SWITCHES | HEATER_SWITCH

BOOKINGS = (
    Booking(holder=App.COMPUTE, fallback_power_w=4800.0, ramp_w_per_s=10_000.0),
    Booking(holder=App.OPTICAL, fallback_power_w=120.0, ramp_w_per_s=500.0),
)
"""Booked for ever: 18 sleeping nodes of 250 W behind 95 % converters; four terminals with lasers off."""
FIRST_REQUEST_W = ((App.COMPUTE, 130_000.0), (App.OPTICAL, 120.0))
"""What is assumed until a holder asks: full compute, lasers off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLimits:
    """Limits of one pack's regulator while it charges."""

    voltage_max_v: float
    current_max_a: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSizes:
    """Watts for each holder, and why."""

    compute_w: float
    optical_w: float
    reason: GrantReason


UNSEEN_CHARGE = ChargeLimits(voltage_max_v=SERIES_COUNT * 4.05, current_max_a=10.0)
"""Limits while no pack reading is valid: a tenth of C to a voltage that is safe without looking."""
RESCUE_CHARGE_W = 200_000.0
"""Planned charge power of a low battery: more than the array has, so that only the cells limit it."""


def charge_limits(
    *,
    cell_limit_v: float,
    cell_voltage_max_v: float,
    accepted_a: float,
    temperature_min_k: float,
    temperature_max_k: float,
    planned_power_w: float,
    pack_voltage_v: float,
    pack_count: int,
) -> ChargeLimits:
    """Return constant-current, constant-voltage limits per pack.

    Parameters
    ----------
    cell_limit_v : float
        Highest permitted cell voltage.
    cell_voltage_max_v : float
        Highest measured cell voltage.
    accepted_a : float
        Charge current at which the highest cell meets its limit (``accepted_a``).
    temperature_min_k, temperature_max_k : float
        Coldest and hottest pack.
    planned_power_w : float
        Charge power of the energy plan for all packs, at the bus.
    pack_voltage_v : float
        Present voltage of a pack.
    """
    derate = charge_derate(temperature_min_k, temperature_max_k)
    planned_a = (
        REGULATOR_EFFICIENCY_FRAC * planned_power_w / (max(pack_count, 1) * max(pack_voltage_v, 100.0))
    )
    # The strongest cell reaches the limit before the mean: the pack's limit is lowered by its excess.
    excess_v = max(0.0, cell_voltage_max_v - cell_limit_v)
    return ChargeLimits(
        voltage_max_v=SERIES_COUNT * (cell_limit_v - excess_v),
        current_max_a=min(CHARGE_CURRENT_MAX_A * derate, accepted_a, planned_a),
    )


def accepted_a(
    *, cell_limit_v: float, cell_voltage_max_v: float, current_a: float, temperature_k: float
) -> float:
    """Return the charge current of a pack at which its highest cell would meet the limit.

    The present voltage and the present current belong together, so the step that is left is their distance to
    the limit over the cell's resistance: the taper needs no further filter.

    Parameters
    ----------
    current_a : float
        Present current of a pack, discharge positive.
    """
    cell_ohm = pack_resistance_ohm(temperature_k) / SERIES_COUNT
    more_a = (cell_limit_v - cell_voltage_max_v) / cell_ohm
    return min(max(more_a - current_a, 0.0), CHARGE_CURRENT_MAX_A)


def bus_power_w(current_a: float, pack_voltage_v: float, pack_count: int) -> float:
    """Return what a charge current per pack takes from the bus."""
    return current_a * pack_voltage_v * pack_count / REGULATOR_EFFICIENCY_FRAC


def charge_derate(temperature_min_k: float, temperature_max_k: float) -> float:
    """Return the share of the charge current that the temperatures allow.

    None at or below 0 C (lithium plating) and at or above 45 C; full from 10 to 35 C; linear between.
    """
    cold = min(max((temperature_min_k - 273.15) / 10.0, 0.0), 1.0)
    hot = min(max((318.15 - temperature_max_k) / 10.0, 0.0), 1.0)
    return min(cold, hot)


def load_tier(
    tier: int,
    *,
    charge_frac: float,
    floor_frac: float,
    bus_voltage_v: float | None,
    cell_margin_v: float | None,
    ordered_tier: int,
) -> int:
    """Return the load tier: 0 all on, 1 boost off, 2 preemptible off, 3 only survival.

    A tier is taken at once and released one step at a time, with hysteresis in charge, bus and cell voltage.

    Parameters
    ----------
    tier : int
        Present tier.
    bus_voltage_v : float or None
        None or implausible: it neither takes nor holds a tier.
    cell_margin_v : float or None
        Lowest cell voltage less its limit; None without a reading.
    ordered_tier : int
        Tier that the ground asked for.
    """
    seen = bus_voltage_v is not None and bus_voltage_v > BUS_PLAUSIBLE_MIN_V
    bus_v = bus_voltage_v if seen and bus_voltage_v is not None else BUS_OK_V + 1.0
    margin_v = CELL_OK_V + 1.0 if cell_margin_v is None else cell_margin_v
    needed = ordered_tier
    if charge_frac < floor_frac + TIER_MARGIN_FRAC:
        needed = max(needed, 1)
    if charge_frac < floor_frac or bus_v < BUS_LOW_V or margin_v < 0.0:
        needed = max(needed, 2)
    if charge_frac < SURVIVAL_RATIO * floor_frac:
        needed = 3
    if needed >= tier:
        return needed
    below_frac = (0.0, floor_frac + TIER_MARGIN_FRAC, floor_frac, SURVIVAL_RATIO * floor_frac)[tier]
    steady = bus_v > BUS_OK_V and margin_v > CELL_OK_V
    return tier - 1 if steady and charge_frac > below_frac + TIER_MARGIN_FRAC else tier


def switch_mask(tier: int) -> int:
    """Return the closed load switches of a tier: only survival opens the nodes and the terminals."""
    return HEATER_SWITCH if tier >= 3 else ALL_SWITCHES


def switched(mask: int, index: int, *, on: bool) -> int:
    """Return the mask with one bit set or cleared."""
    return mask | 1 << index if on else mask & ~(1 << index)


def safe_supply_w(
    *, array_power_w: float, pack_voltage_v: float, pack_count: int, charge_frac: float
) -> float:
    """Return what array and batteries can surely deliver now; batteries fade below 10 % charge."""
    battery_w = REGULATOR_EFFICIENCY_FRAC * pack_count * pack_voltage_v * DISCHARGE_CURRENT_MAX_A
    return array_power_w + battery_w * min(max(charge_frac / 0.1, 0.0), 1.0)


def battery_current_a(battery_power_w: float | None, charge_frac: float) -> float | None:
    """Return the current of all packs together from the power at the bus, without their own monitors."""
    if battery_power_w is None:
        return None
    efficiency_ratio = REGULATOR_EFFICIENCY_FRAC if battery_power_w < 0.0 else 1.0 / REGULATOR_EFFICIENCY_FRAC
    return battery_power_w * efficiency_ratio / (SERIES_COUNT * cell_voltage_v(charge_frac))


def bus_limited(bus_voltage_v: float | None) -> bool:
    """Return whether the section converters hold the bus at their voltage limit, that is, are held back."""
    return bus_voltage_v is None or bus_voltage_v > BUS_LIMITED_V


def grant_sizes(
    *,
    load_max_w: float,
    safe_w: float,
    fixed_w: float,
    compute_request_w: float,
    optical_request_w: float,
    margin_frac: float,
    compute_max_w: float,
    tier: int,
    in_eclipse: bool,
) -> GrantSizes:
    """Return the watts for compute and optical.

    Parameters
    ----------
    load_max_w : float
        What the energy plan allows all loads together.
    safe_w : float
        What array and batteries can deliver.
    fixed_w : float
        Housekeeping, pumps and heaters: taken off first.
    compute_request_w, optical_request_w : float
        What the holders ask for; the terminals are served before compute.
    margin_frac : float
        Share of the variable power that is held back.
    compute_max_w : float
        Largest grant of compute.
    tier : int
        Load tier.
    """
    if tier >= 3:
        return GrantSizes(compute_w=0.0, optical_w=0.0, reason=GrantReason.SHED)
    free_w = max(0.0, (min(load_max_w, safe_w) - fixed_w) * (1.0 - margin_frac))
    optical_w = min(optical_request_w, free_w)
    ceiling_w = (compute_max_w, min(compute_max_w, BOOST_LIMIT_W), min(compute_max_w, COMPUTE_REDUCED_W))[
        tier
    ]
    reason = GrantReason.ECLIPSE if in_eclipse else GrantReason.NOMINAL
    if tier > 0:
        reason = GrantReason.LOW_CHARGE
    return GrantSizes(
        compute_w=min(free_w - optical_w, ceiling_w, compute_request_w), optical_w=optical_w, reason=reason
    )
