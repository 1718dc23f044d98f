"""Electrical power system of ODC-100: sections, batteries, bus."""

from dataclasses import dataclass

from hil.plant.quantity import check, number

_AI1 = "SpaceX AI1, shown 2026-06-08 (press summary): 250 W/m2 array"
_XTJ = "Spectrolab XTJ data sheet, triple-junction class"
_FIT = "fit to PyBaMM's DFN of Chen2020 over LEO cycles of 0.3 to 0.5 C at 25 C, 9 mV RMS"
_CHEN = "Chen et al. 2020, J. Electrochem. Soc. 167 080534 (LG M50 21700)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayParams:
    """24 independently tracked array sections on two wings."""

    array_area_m2: float = number(600.0, low=1.0, high=1e5, source=_AI1 + "; 150 kW BOL")
    section_voc_v: float = number(151.0, low=10.0, high=500.0, source="56 cells in series; " + _XTJ)
    section_iph_a: float = number(
        49.5, low=0.1, high=500.0, source="6.25 kW per section at maximum power at 301 K"
    )
    section_ideality_v: float = number(
        5.229136, low=0.5, high=50.0, source="n Vt N of 56 triple-junction cells at 301 K"
    )
    section_rs_ohm: float = number(
        0.06, low=0.0, high=5.0, source="assumed: 1.6 V of wiring and contact drop at 47 A, half in harness"
    )
    section_rsh_ohm: float = number(2000.0, low=10.0, high=1e9, source="assumed: 56 cells of 36 ohm shunt")
    section_voc_slope_v_per_k: float = number(
        -0.34, low=-5.0, high=0.0, source=_XTJ + ": -0.225 %/K in power"
    )
    section_iph_slope_per_k: float = number(5e-4, low=0.0, high=5e-3, source=_XTJ)
    section_reference_k: float = number(301.15, low=200.0, high=400.0, source="data-sheet condition 28 C")
    section_spread_frac: float = number(
        0.01, low=0.0, high=0.1, source="assumed: 1 % current match, 0.5 % voltage match"
    )
    section_degradation_frac: float = number(
        0.0, low=0.0, high=0.6, source="loss at the start; 0: beginning of life"
    )
    section_degradation_rate_frac_per_s: float = number(
        6.34e-10, low=0.0, high=1e-3, source="assumed: 2 % a year for all causes but section_fluence_per_m2"
    )
    section_fluence_per_m2: float = number(
        0.0, low=0.0, high=1e21, source="1-MeV electrons; 11 % lost at 5e18, 16 % at 1e19, " + _XTJ
    )
    section_substring_count: float = number(
        8.0, low=1.0, high=100.0, source="assumed: a bypass diode over every 7 of 56 cells"
    )
    bypass_saturation_a: float = number(
        1e-5, low=1e-12, high=1e-2, source="assumed: Schottky diode, 0.42 V at 50 A"
    )
    bypass_ideality_v: float = number(0.0272, low=0.01, high=0.1, source="assumed: ideality 1.05 at 301 K")
    array_heat_j_per_k: float = number(
        50000.0, low=1e3, high=1e7, source="assumed: 2 kJ/m2K on 25 m2 per section"
    )
    array_absorptance_frac: float = number(0.90, low=0.0, high=1.0, source="assumed: coverglass solar cells")
    array_back_absorptance_frac: float = number(
        0.30, low=0.0, high=1.0, source="assumed: white paint on the back, sees albedo"
    )
    array_emissivity_frac: float = number(
        0.85, low=0.01, high=1.0, source="assumed: coverglass front, painted back"
    )
    wing_rate_max_rad_per_s: float = number(0.00873, low=1e-5, high=1.0, source="assumed: 0.5 deg/s drive")
    wing_step_rad: float = number(
        1.745e-4, low=0.0, high=0.1, source="assumed: 0.01 deg, stepper of 200 steps behind 1:180"
    )
    converter_efficiency_frac: float = number(
        0.97, low=0.5, high=1.0, source="assumed: tracking boost converter"
    )
    converter_current_max_a: float = number(60.0, low=0.1, high=1000.0, source="assumed: input current limit")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryParams:
    """Packs of 40 series groups of 21 parallel cells of 5 Ah."""

    pack_count: float = number(4, low=1, high=8, source="4 packs = 61 kWh; orbit B 8 packs = 122 kWh")
    pack_capacity_ah: float = number(105.0, low=1.0, high=1e4, source="21 cells of 5 Ah; " + _CHEN)
    cell_capacity_ah: float = number(
        5.0, low=0.1, high=1e3, source=_CHEN + "; parallel count = pack / cell capacity"
    )
    cell_r0_ohm: float = number(0.030, low=1e-4, high=1.0, source=_FIT)
    cell_r0_cold_ratio: float = number(2.5, low=1.0, high=20.0, source="assumed: resistance at 0 C over 25 C")
    cell_r1_ohm: float = number(0.008, low=0.0, high=1.0, source=_FIT)
    cell_tau1_s: float = number(17.0, low=0.1, high=1e4, source=_FIT)
    cell_r2_ohm: float = number(0.016, low=0.0, high=1.0, source=_FIT)
    cell_tau2_s: float = number(190.0, low=1.0, high=1e5, source=_FIT)
    cell_entropy_v_per_k: float = number(
        1e-4, low=-1e-3, high=1e-3, source="assumed: mid-charge NMC entropic coefficient"
    )
    charge_efficiency_frac: float = number(0.998, low=0.9, high=1.0, source="assumed: coulombic efficiency")
    charge_initial_frac: float = number(0.85, low=0.05, high=1.0, source="scenario choice")
    group_capacity_sigma_frac: float = number(0.01, low=0.0, high=0.1, source="assumed: matched cells, 1 %")
    group_resistance_sigma_frac: float = number(0.03, low=0.0, high=0.3, source="assumed: 3 %")
    group_charge_sigma_frac: float = number(0.005, low=0.0, high=0.05, source="assumed: balanced to 0.5 %")
    pack_heat_j_per_k: float = number(59000.0, low=100.0, high=1e7, source="840 cells of 70 g at 1 kJ/kgK")
    pack_initial_k: float = number(293.15, low=233.0, high=333.0, source="set point 20 C")
    louvre_closed_k: float = number(
        291.15, low=250.0, high=330.0, source="assumed: bimetal louvre closed below 18 C"
    )
    louvre_open_k: float = number(299.15, low=251.0, high=340.0, source="assumed: fully open above 26 C")
    pack_radiator_area_m2: float = number(
        1.2, low=0.0, high=50.0, source="assumed: louvred battery radiator per pack"
    )
    pack_radiator_emissivity_frac: float = number(0.85, low=0.01, high=1.0, source="assumed: white paint")
    pack_leak_w_per_k: float = number(
        0.5, low=0.0, high=50.0, source="assumed: blanket, harness and mounts to the structure"
    )
    pack_heater_max_w: float = number(300.0, low=0.0, high=1e4, source="assumed")
    pack_charge_voltage_max_v: float = number(166.0, low=1.0, high=1000.0, source="4.15 V per group")
    cell_voltage_max_v: float = number(
        4.14, low=2.0, high=5.0, source="taper of the regulator, 10 mV below the 4.15 V limit"
    )
    cell_voltage_min_v: float = number(
        2.82, low=1.0, high=4.0, source="cut-off of the regulator, 20 mV above the 2.8 V limit"
    )
    pack_current_max_a: float = number(210.0, low=1.0, high=5000.0, source="assumed: 2 C in both directions")
    regulator_efficiency_frac: float = number(
        0.97, low=0.5, high=1.0, source="assumed: bidirectional regulator per pack"
    )
    ageing_speed_ratio: float = number(
        0.0, low=0.0, high=1e6, source="0: no ageing; 1: Schmalstieg et al. 2014, J. Power Sources 257, 325"
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BusParams:
    """Regulated 160 V primary bus."""

    bus_nominal_v: float = number(160.0, low=20.0, high=1000.0, source="ISS primary class 137-173 V")
    bus_droop_ohm: float = number(
        0.01, low=0.0, high=1.0, source="assumed: 1 % droop at 160 A sharing between regulators"
    )
    bus_limit_v: float = number(
        168.0, low=20.0, high=1000.0, source="assumed: default constant-voltage limit of the converters"
    )
    bus_shed_v: float = number(
        148.0,
        low=10.0,
        high=1000.0,
        source="assumed: comparator above the 137 V limit by the dip of 10 ms at 50 kW",
    )
    bus_capacitance_f: float = number(0.5, low=1e-3, high=100.0, source="assumed: 6.4 kJ of bus capacitors")
    shed_delay_s: float = number(
        0.01, low=1e-4, high=0.1, source="requirement: shed within 10 ms of the flag"
    )
    housekeeping_power_w: float = number(4400.0, low=0.0, high=1e6, source="8 kW bus of AI1 class less trays")
    tray_power_w: float = number(
        400.0, low=0.0, high=1e5, source="9 switch trays 3.6 kW, GB300 NVL72 vendor summary"
    )
    node_converter_efficiency_frac: float = number(
        0.95, low=0.5, high=1.0, source="assumed: node DC/DC 160 V to 50 V"
    )
    switch_rating_a: float = number(60.0, low=1.0, high=5000.0, source="assumed: node switch, 9.6 kW")
    switch_trip_s: float = number(
        0.05, low=1e-4, high=60.0, source="assumed: i2t trip, time at twice the rating"
    )
    lockout_clear_v: float = number(
        150.0, low=10.0, high=1000.0, source="assumed: 2 V of hysteresis above the comparator"
    )
    lockout_hold_s: float = number(
        1.0, low=0.0, high=3600.0, source="assumed: how long the bus must be back before loads may close"
    )

    def __post_init__(self) -> None:
        check(self)
