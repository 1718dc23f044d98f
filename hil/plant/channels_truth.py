"""Truth groups: what only the runner and the report may read."""

from hil.plant.channel_types import exact, group

MOTION = group(
    "motion",
    exact("disturbance_n_m", "N m", 3),
    exact("momentum_eci_n_m_s", "N m s", 3),
    exact("bending_m_kg", "kg^0.5 m", 4),
    exact("sun_error_rad", "rad"),
    sensed=False,
)
WORLD = group(
    "world",
    exact("illumination_frac", "1"),
    exact("sun_dir_eci", "1", 3),
    exact("sun_distance_m", "m"),
    exact("beta_rad", "rad"),
    exact("latitude_rad", "rad"),
    exact("longitude_rad", "rad"),
    exact("altitude_m", "m"),
    exact("earth_infrared_w_per_m2", "W/m2"),
    exact("albedo_w_per_m2", "W/m2"),
    exact("magnetic_latitude_rad", "rad"),
    exact("magnetic_strength_t", "T"),
    exact("south_atlantic", "enum"),
    sensed=False,
)
STORAGE = group(
    "storage",
    exact("pack_charge_frac", "1", 8),
    exact("cell_charge_min_frac", "1", 8),
    exact("pack_stored_j", "J", 8),
    sensed=False,
)
LEDGER = group(
    "ledger",
    exact("array_power_w", "W"),
    exact("array_maximum_power_w", "W"),
    exact("converter_output_w", "W"),
    exact("converter_loss_w", "W"),
    exact("pack_terminal_power_w", "W", 8),
    exact("pack_heat_w", "W", 8),
    exact("pack_reversible_w", "W", 8),
    exact("regulator_loss_w", "W"),
    exact("regulator_output_w", "W"),
    exact("switch_power_w", "W", 26),
    exact("housekeeping_power_w", "W"),
    exact("compute_power_w", "W"),
    exact("unserved_power_w", "W"),
    sensed=False,
)
HEAT = group(
    "heat",
    exact("compute_heat_w", "W"),
    exact("pump_heat_w", "W", 2),
    exact("radiated_w", "W"),
    exact("absorbed_w", "W"),
    exact("vented_w", "W"),
    exact("loop_stored_j", "J"),
    exact("pack_rejected_w", "W", 8),
    exact("pack_structure_w", "W"),
    sensed=False,
)
UPSETS = group(
    "upsets",
    exact("upset_ratio", "1"),
    exact("solar_ratio", "1"),
    exact("upset_count", "enum", 6),
    exact("lost_work_s", "s"),
    sensed=False,
)
OPTICS = group(
    "optics",
    exact("pointing_error_rad", "rad", 4),
    exact("partner_range_m", "m", 4),
    exact("partner_azimuth_rad", "rad", 4),
    exact("partner_elevation_rad", "rad", 4),
    exact("partner_visible", "enum", 4),
    exact("jitter_rms_rad", "rad", 4),
    exact("lock_state", "enum", 4),
    sensed=False,
)
