"""Payload of ODC-100: thermal system and compute nodes."""

from dataclasses import dataclass

from hil.plant.quantity import check, number

_AI1 = "SpaceX AI1, shown 2026-06-08 (press summary): 110 m2 double-sided radiator"
_GB300 = "GB300 NVL72 vendor summaries: 6.5 kW per node, 1.4 kW per accelerator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalParams:
    """Two pumped single-phase loops, cold plates and radiator panels."""

    radiator_area_m2: float = number(110.0, low=1.0, high=1e4, source=_AI1)
    radiator_emissivity_frac: float = number(
        0.90, low=0.01, high=1.0, source="assumed: 342.2 K at 1,400 W/m2 planform"
    )
    radiator_absorptance_frac: float = number(0.15, low=0.0, high=1.0, source="assumed: 0.15 BOL, 0.25 EOL")
    panel_heat_j_per_k: float = number(
        16000.0, low=100.0, high=1e7, source="assumed: 2 kJ/m2K on 7.9 m2, fluid included"
    )
    panel_ua_w_per_k: float = number(
        1800.0, low=1.0, high=1e6, source="assumed: fluid to panel at nominal flow"
    )
    panel_link_w_per_k: float = number(
        20.0, low=0.0, high=1e4, source="assumed: manifold and hinge line between neighbours in a wing"
    )
    panel_root_w_per_k: float = number(1.0, low=0.0, high=1e4, source="assumed: first panel to the structure")
    panel_view_m2: float = number(
        0.1, low=0.0, high=100.0, source="assumed: radiative exchange area, first panel to the structure"
    )
    panel_coolant_kg: float = number(3.0, low=0.01, high=1e3, source="assumed: 0.4 kg of coolant per m2")
    plate_heat_j_per_k: float = number(6000.0, low=10.0, high=1e6, source="assumed: copper plate and fluid")
    plate_ua_w_per_k: float = number(
        563.0, low=1.0, high=1e6, source="with die 0.020: 0.025 K/W per accelerator to coolant"
    )
    die_plate_k_per_w: float = number(
        0.020, low=1e-4, high=1.0, source="assumed: lid, interface and plate of the 0.025 K/W"
    )
    die_heat_j_per_k: float = number(60.0, low=0.1, high=1e4, source="assumed: die, lid and memory stacks")
    plate_mount_w_per_k: float = number(
        0.5, low=0.0, high=1e3, source="assumed: four titanium feet from a plate to the structure"
    )
    structure_heat_j_per_k: float = number(
        4e5, low=100.0, high=1e8, source="assumed: 440 kg of aluminium at 0.9 kJ/kgK"
    )
    structure_area_m2: float = number(40.0, low=0.0, high=1e4, source="assumed: body outside the radiators")
    structure_emissivity_frac: float = number(
        0.03,
        low=0.0,
        high=1.0,
        source="multilayer insulation, effective; Gilmore, Thermal Control Handbook 5",
    )
    structure_absorptance_frac: float = number(
        0.012, low=0.0, high=1.0, source="multilayer insulation, effective: alpha / eps of 0.4"
    )
    leg_mass_kg: float = number(
        22.5, low=0.1, high=1e4, source="1.8 kg/s x 12.5 s, two legs make 25 s of delay"
    )
    coolant_j_per_kg_k: float = number(3500.0, low=500.0, high=5000.0, source="assumed: water-glycol class")
    coolant_freeze_k: float = number(223.15, low=100.0, high=300.0, source="assumed: -50 C, fluid dependent")
    coolant_fusion_j_per_kg: float = number(
        2e5, low=1.0, high=1e6, source="assumed: water-glycol class, below water's 334 kJ/kg"
    )
    viscosity_span_k: float = number(
        10.0, low=0.1, high=100.0, source="assumed: flow falls to nothing over the last 10 K"
    )
    flow_nominal_kg_per_s: float = number(1.8, low=0.01, high=100.0, source="12 K rise at 75 kW")
    pump_power_w: float = number(600.0, low=0.0, high=1e5, source="assumed: at full speed, cube law")
    pump_pressure_pa: float = number(
        200000.0, low=1e3, high=1e7, source="assumed: rise at full speed, square law"
    )
    pump_shutoff_ratio: float = number(
        1.3, low=1.0, high=5.0, source="assumed: centrifugal pump, head without flow over nominal head"
    )
    pipe_resistance_frac: float = number(
        0.4, low=0.0, high=1.0, source="assumed: pipes and plates, the rest in valve and panels"
    )
    pump_dry_power_frac: float = number(
        0.3, low=0.0, high=1.0, source="assumed: bearings and motor of a pump that runs dry"
    )
    cavitation_kg: float = number(
        0.8, low=1e-3, high=100.0, source="assumed: a tenth of the accumulator holds the inlet pressure"
    )
    pump_ramp_frac_per_s: float = number(0.2, low=1e-3, high=10.0, source="assumed: 5 s to full speed")
    bypass_stroke_s: float = number(20.0, low=0.1, high=600.0, source="assumed: valve stroke")
    accumulator_kg: float = number(8.0, low=0.1, high=1e3, source="assumed")
    coolant_initial_k: float = number(303.15, low=230.0, high=350.0, source="scenario choice")
    albedo_frac: float = number(0.30, low=0.0, high=1.0, source="handbook, range 0.2-0.4")
    earth_infrared_w_per_m2: float = number(237.0, low=0.0, high=500.0, source="handbook, range 218-257")
    space_k: float = number(2.7, low=0.0, high=100.0, source="cosmic background")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeParams:
    """18 nodes of four accelerators."""

    bmc_power_w: float = number(60.0, low=0.0, high=1e4, source="assumed")
    sleep_power_w: float = number(250.0, low=0.0, high=1e4, source="assumed")
    host_power_w: float = number(
        700.0, low=0.0, high=1e5, source="1.3 kW idle node less four idle accelerators"
    )
    host_load_power_w: float = number(200.0, low=0.0, high=1e5, source="6.5 kW node at full load; " + _GB300)
    accelerator_idle_power_w: float = number(
        90.0, low=0.0, high=1e4, source="assumed: clocks and memory refresh, without leakage"
    )
    accelerator_leak_power_w: float = number(
        60.0, low=0.0, high=1e4, source="assumed: at the reference temperature"
    )
    accelerator_dynamic_power_w: float = number(
        1250.0, low=1.0, high=1e5, source="1.4 kW at full clock; " + _GB300
    )
    accelerator_spread_frac: float = number(
        0.03, low=0.0, high=0.3, source="assumed: part-to-part power spread"
    )
    leak_reference_k: float = number(323.15, low=200.0, high=400.0, source="assumed: 50 C")
    leak_doubling_k: float = number(25.0, low=1.0, high=200.0, source="assumed: leakage doubles per 25 K")
    voltage_floor_frac: float = number(
        0.4, low=0.0, high=1.0, source="assumed: V = 0.4 + 0.6 f, power about f^2.3 near f = 1"
    )
    clock_min_frac: float = number(0.3, low=0.01, high=1.0, source="assumed: lowest clock under a cap")
    clock_boost_frac: float = number(1.07, low=1.0, high=1.5, source="7.3 kW boost node, assumed")
    throttle_k: float = number(
        360.15, low=300.0, high=450.0, source="87 C qualification limit of an H100 class core (forum quote)"
    )
    throttle_slope_per_k: float = number(0.05, low=1e-3, high=1.0, source="assumed: 5 % of clock per K")
    memory_limit_k: float = number(
        368.15, low=300.0, high=450.0, source="95 C, memory of accelerators of this class (vendor summary)"
    )
    cap_latency_s: float = number(0.075, low=1e-3, high=10.0, source="assumed: cap effective in 50-100 ms")
    start_s: float = number(90.0, low=0.0, high=3600.0, source="assumed: OFF to IDLE")
    wake_s: float = number(5.0, low=0.0, high=3600.0, source="assumed: SLEEP to IDLE")
    checkpoint_interval_s: float = number(
        300.0,
        low=1.0,
        high=1e6,
        source="assumed: work between checkpoints; Daly 2006 gives hours at these rates",
    )
    checkpoint_write_s: float = number(5.0, low=0.0, high=600.0, source="assumed: 40 GB at 8 GB/s")
    job_restart_s: float = number(
        20.0, low=0.0, high=3600.0, source="assumed: load the checkpoint and go on after an upset"
    )
    latchup_power_w: float = number(
        200.0, low=0.0, high=1e4, source="assumed: parasitic thyristor, limited by the supply"
    )
    latchup_margin_w: float = number(80.0, low=1.0, high=1e4, source="assumed: guard, above meter errors")
    latchup_off_s: float = number(
        2.0, low=0.1, high=600.0, source="power off for at least 1 s ends a latch-up"
    )
    correctable_per_s: float = number(
        5.0 / 86400.0, low=0.0, high=1.0, source="assumed from a dose of 150 rad/yr: 5 a day, orbit average"
    )
    uncorrectable_per_s: float = number(
        3.0 / 3.15576e7, low=0.0, high=1.0, source="assumed likewise: 3 a year in an accelerator's memory"
    )
    hang_per_s: float = number(
        0.5 / 3.15576e7, low=0.0, high=1.0, source="assumed likewise: half of 1 a year for core faults"
    )
    functional_per_s: float = number(
        0.5 / 3.15576e7, low=0.0, high=1.0, source="assumed likewise: the other half, functional interrupts"
    )
    silent_per_s: float = number(
        1e-7, low=0.0, high=1.0, source="stress value, 1,270 times Llama 3's 6 in 884,736 device-days (2024)"
    )
    latchup_per_s: float = number(
        0.05 / 3.15576e7, low=0.0, high=1.0, source="assumed: one in 20 years of an accelerator"
    )
    south_atlantic_upset_ratio: float = number(
        10.0, low=0.0, high=1e4, source="assumed: 60 % of the upsets in 6 % of the time at 600 km"
    )
    polar_upset_ratio: float = number(
        0.7, low=0.0, high=1e4, source="assumed: 25 % of the upsets in 35 % of a polar orbit"
    )
    elsewhere_upset_ratio: float = number(
        0.25, low=0.0, high=1e4, source="assumed: the other 15 % in 59 % of the time"
    )
    polar_latitude_rad: float = number(
        0.95993,
        low=0.0,
        high=1.5708,
        source="55 deg magnetic: horns of the outer belt, solar-particle cutoff",
    )

    def __post_init__(self) -> None:
        check(self)
