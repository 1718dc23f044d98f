/* Parameters of the satellite: one flat struct of doubles, named as in hil/plant/params*.py. */
#ifndef DD_PARAMS_H
#define DD_PARAMS_H

#define DD_ORBIT_PARAMS(X)                                                                         \
    X(semi_major_axis_m)                                                                           \
    X(eccentricity_ratio)                                                                          \
    X(inclination_rad)                                                                             \
    X(raan_rad)                                                                                    \
    X(perigee_rad)                                                                                 \
    X(anomaly_rad)                                                                                 \
    X(attitude_kind_count)                                                                         \
    X(earth_mu_m3_per_s2)                                                                          \
    X(earth_radius_m)                                                                              \
    X(earth_flattening_frac)                                                                       \
    X(earth_j2_ratio)                                                                              \
    X(earth_j3_ratio)                                                                              \
    X(earth_j4_ratio)                                                                              \
    X(shadow_flattening_frac)                                                                      \
    X(earth_rate_rad_per_s)                                                                        \
    X(sun_radius_m)                                                                                \
    X(astronomical_unit_m)                                                                         \
    X(solar_constant_w_per_m2)                                                                     \
    X(tai_minus_ut1_s)                                                                             \
    X(south_atlantic_strength_max_t)
#define DD_ATTITUDE_PARAMS(X)                                                                      \
    X(attitude_coupled_count)                                                                      \
    X(inertia_normal_kg_m2)                                                                        \
    X(inertia_wing_kg_m2)                                                                          \
    X(inertia_radiator_kg_m2)                                                                      \
    X(wheel_torque_max_n_m)                                                                        \
    X(wheel_momentum_max_n_m_s)                                                                    \
    X(wheel_inertia_kg_m2)                                                                         \
    X(wheel_friction_n_m_s)                                                                        \
    X(torquer_dipole_max_a_m2)                                                                     \
    X(gimbal_inertia_kg_m2)                                                                        \
    X(bend_frequency_hz)                                                                           \
    X(sway_frequency_hz)                                                                           \
    X(bend_damping_ratio)                                                                          \
    X(bend_inertia_frac)                                                                           \
    X(sway_inertia_frac)                                                                           \
    X(light_specular_frac)                                                                         \
    X(light_diffuse_frac)                                                                          \
    X(pressure_centre_wing_m)                                                                      \
    X(pressure_centre_radiator_m)                                                                  \
    X(control_bandwidth_rad_per_s)                                                                 \
    X(control_damping_ratio)                                                                       \
    X(slew_max_rad_per_s)                                                                          \
    X(mass_kg)                                                                                     \
    X(drag_ratio)                                                                                  \
    X(air_density_kg_per_m3)                                                                       \
    X(air_reference_m)                                                                             \
    X(air_scale_m)
#define DD_ARRAY_PARAMS(X)                                                                         \
    X(array_area_m2)                                                                               \
    X(section_voc_v)                                                                               \
    X(section_iph_a)                                                                               \
    X(section_ideality_v)                                                                          \
    X(section_rs_ohm)                                                                              \
    X(section_rsh_ohm)                                                                             \
    X(section_voc_slope_v_per_k)                                                                   \
    X(section_iph_slope_per_k)                                                                     \
    X(section_reference_k)                                                                         \
    X(section_spread_frac)                                                                         \
    X(section_degradation_frac)                                                                    \
    X(array_heat_j_per_k)                                                                          \
    X(array_absorptance_frac)                                                                      \
    X(array_back_absorptance_frac)                                                                 \
    X(array_emissivity_frac)                                                                       \
    X(wing_rate_max_rad_per_s)                                                                     \
    X(wing_step_rad)                                                                               \
    X(converter_efficiency_frac)                                                                   \
    X(converter_current_max_a)                                                                     \
    X(section_degradation_rate_frac_per_s)                                                         \
    X(section_fluence_per_m2)                                                                      \
    X(section_substring_count)                                                                     \
    X(bypass_saturation_a)                                                                         \
    X(bypass_ideality_v)
#define DD_BATTERY_PARAMS(X)                                                                       \
    X(pack_count)                                                                                  \
    X(pack_capacity_ah)                                                                            \
    X(cell_capacity_ah)                                                                            \
    X(cell_r0_ohm)                                                                                 \
    X(cell_r0_cold_ratio)                                                                          \
    X(cell_r1_ohm)                                                                                 \
    X(cell_tau1_s)                                                                                 \
    X(cell_r2_ohm)                                                                                 \
    X(cell_tau2_s)                                                                                 \
    X(cell_entropy_v_per_k)                                                                        \
    X(charge_efficiency_frac)                                                                      \
    X(charge_initial_frac)                                                                         \
    X(group_capacity_sigma_frac)                                                                   \
    X(group_resistance_sigma_frac)                                                                 \
    X(group_charge_sigma_frac)                                                                     \
    X(pack_heat_j_per_k)                                                                           \
    X(pack_initial_k)                                                                              \
    X(louvre_closed_k)                                                                             \
    X(louvre_open_k)                                                                               \
    X(pack_radiator_area_m2)                                                                       \
    X(pack_radiator_emissivity_frac)                                                               \
    X(pack_leak_w_per_k)                                                                           \
    X(pack_heater_max_w)                                                                           \
    X(pack_charge_voltage_max_v)                                                                   \
    X(cell_voltage_max_v)                                                                          \
    X(cell_voltage_min_v)                                                                          \
    X(pack_current_max_a)                                                                          \
    X(regulator_efficiency_frac)                                                                   \
    X(ageing_speed_ratio)
#define DD_BUS_PARAMS(X)                                                                           \
    X(bus_nominal_v)                                                                               \
    X(bus_droop_ohm)                                                                               \
    X(bus_limit_v)                                                                                 \
    X(bus_shed_v)                                                                                  \
    X(bus_capacitance_f)                                                                           \
    X(shed_delay_s)                                                                                \
    X(housekeeping_power_w)                                                                        \
    X(tray_power_w)                                                                                \
    X(node_converter_efficiency_frac)                                                              \
    X(switch_rating_a)                                                                             \
    X(switch_trip_s)                                                                               \
    X(lockout_clear_v)                                                                             \
    X(lockout_hold_s)
#define DD_THERMAL_PARAMS(X)                                                                       \
    X(radiator_area_m2)                                                                            \
    X(radiator_emissivity_frac)                                                                    \
    X(radiator_absorptance_frac)                                                                   \
    X(panel_heat_j_per_k)                                                                          \
    X(panel_ua_w_per_k)                                                                            \
    X(panel_link_w_per_k)                                                                          \
    X(panel_root_w_per_k)                                                                          \
    X(panel_view_m2)                                                                               \
    X(panel_coolant_kg)                                                                            \
    X(plate_heat_j_per_k)                                                                          \
    X(plate_ua_w_per_k)                                                                            \
    X(die_plate_k_per_w)                                                                           \
    X(die_heat_j_per_k)                                                                            \
    X(plate_mount_w_per_k)                                                                         \
    X(structure_heat_j_per_k)                                                                      \
    X(structure_area_m2)                                                                           \
    X(structure_emissivity_frac)                                                                   \
    X(structure_absorptance_frac)                                                                  \
    X(leg_mass_kg)                                                                                 \
    X(coolant_j_per_kg_k)                                                                          \
    X(coolant_freeze_k)                                                                            \
    X(coolant_fusion_j_per_kg)                                                                     \
    X(viscosity_span_k)                                                                            \
    X(flow_nominal_kg_per_s)                                                                       \
    X(pump_shutoff_ratio)                                                                          \
    X(pipe_resistance_frac)                                                                        \
    X(pump_dry_power_frac)                                                                         \
    X(cavitation_kg)                                                                               \
    X(pump_power_w)                                                                                \
    X(pump_pressure_pa)                                                                            \
    X(pump_ramp_frac_per_s)                                                                        \
    X(bypass_stroke_s)                                                                             \
    X(accumulator_kg)                                                                              \
    X(coolant_initial_k)                                                                           \
    X(albedo_frac)                                                                                 \
    X(earth_infrared_w_per_m2)                                                                     \
    X(space_k)
#define DD_COMPUTE_PARAMS(X)                                                                       \
    X(bmc_power_w)                                                                                 \
    X(sleep_power_w)                                                                               \
    X(host_power_w)                                                                                \
    X(host_load_power_w)                                                                           \
    X(accelerator_idle_power_w)                                                                    \
    X(accelerator_leak_power_w)                                                                    \
    X(accelerator_dynamic_power_w)                                                                 \
    X(accelerator_spread_frac)                                                                     \
    X(leak_reference_k)                                                                            \
    X(leak_doubling_k)                                                                             \
    X(voltage_floor_frac)                                                                          \
    X(clock_min_frac)                                                                              \
    X(clock_boost_frac)                                                                            \
    X(throttle_k)                                                                                  \
    X(throttle_slope_per_k)                                                                        \
    X(memory_limit_k)                                                                              \
    X(cap_latency_s)                                                                               \
    X(checkpoint_interval_s)                                                                       \
    X(checkpoint_write_s)                                                                          \
    X(job_restart_s)                                                                               \
    X(latchup_power_w)                                                                             \
    X(latchup_margin_w)                                                                            \
    X(latchup_off_s)                                                                               \
    X(correctable_per_s)                                                                           \
    X(uncorrectable_per_s)                                                                         \
    X(hang_per_s)                                                                                  \
    X(functional_per_s)                                                                            \
    X(silent_per_s)                                                                                \
    X(latchup_per_s)                                                                               \
    X(south_atlantic_upset_ratio)                                                                  \
    X(polar_upset_ratio)                                                                           \
    X(elsewhere_upset_ratio)                                                                       \
    X(polar_latitude_rad)                                                                          \
    X(start_s)                                                                                     \
    X(wake_s)
#define DD_OPTICAL_PARAMS(X)                                                                       \
    X(aperture_m)                                                                                  \
    X(wavelength_m)                                                                                \
    X(beam_half_angle_rad)                                                                         \
    X(laser_power_w)                                                                               \
    X(terminal_power_w)                                                                            \
    X(terminal_idle_power_w)                                                                       \
    X(transmit_efficiency_frac)                                                                    \
    X(receive_efficiency_frac)                                                                     \
    X(transmit_loss_db)                                                                            \
    X(receive_loss_db)                                                                             \
    X(implementation_loss_db)                                                                      \
    X(bit_rate_hz)                                                                                 \
    X(sensitivity_photons_count)                                                                   \
    X(boresight_error_rad)                                                                         \
    X(slew_rate_max_rad_per_s)                                                                     \
    X(azimuth_limit_rad)                                                                           \
    X(elevation_min_rad)                                                                           \
    X(elevation_max_rad)                                                                           \
    X(open_loop_sigma_rad)                                                                         \
    X(acquisition_limit_rad)                                                                       \
    X(reacquisition_limit_rad)                                                                     \
    X(spiral_spot_rad)                                                                             \
    X(spiral_overlap_frac)                                                                         \
    X(spiral_dwell_s)                                                                              \
    X(acquisition_beam_half_angle_rad)                                                             \
    X(acquisition_sensitivity_w)                                                                   \
    X(camera_noise_w)                                                                              \
    X(camera_field_rad)                                                                            \
    X(coarse_crossover_hz)                                                                         \
    X(centring_s)                                                                                  \
    X(lock_hold_s)                                                                                 \
    X(drift_rad_per_s)                                                                             \
    X(grazing_altitude_m)                                                                          \
    X(neighbour_spacing_rad)                                                                       \
    X(plane_spacing_rad)                                                                           \
    X(fidelity_count)
#define DD_MIRROR_PARAMS(X)                                                                        \
    X(loop_sample_hz)                                                                              \
    X(mirror_mode_hz)                                                                              \
    X(mirror_damping_ratio)                                                                        \
    X(mirror_limit_rad)                                                                            \
    X(crossover_hz)                                                                                \
    X(notch_mode_hz)                                                                               \
    X(notch_damping_ratio)                                                                         \
    X(notch_pole_hz)                                                                               \
    X(line_share_ratio)                                                                            \
    X(offload_hz)                                                                                  \
    X(quad_noise_rad)                                                                              \
    X(quad_spot_rad)                                                                               \
    X(jitter_density_rad2_per_hz)                                                                  \
    X(jitter_corner_hz)                                                                            \
    X(pump_line_hz)                                                                                \
    X(pump_harmonic_hz)                                                                            \
    X(wheel_line_hz)                                                                               \
    X(pump_line_rad)                                                                               \
    X(pump_harmonic_rad)                                                                           \
    X(wheel_line_rad)                                                                              \
    X(gimbal_mode_hz)                                                                              \
    X(gimbal_damping_ratio)                                                                        \
    X(gimbal_step_rad)                                                                             \
    X(gimbal_backlash_rad)                                                                         \
    X(gimbal_friction_rad_per_s2)

#define DD_PARAMS(X)                                                                               \
    DD_ORBIT_PARAMS(X)                                                                             \
    DD_ARRAY_PARAMS(X)                                                                             \
    DD_BATTERY_PARAMS(X)                                                                           \
    DD_BUS_PARAMS(X)                                                                               \
    DD_THERMAL_PARAMS(X)                                                                           \
    DD_COMPUTE_PARAMS(X)                                                                           \
    DD_OPTICAL_PARAMS(X)                                                                           \
    DD_MIRROR_PARAMS(X)                                                                            \
    DD_ATTITUDE_PARAMS(X)

#define DD_PARAM_MEMBER(name) double name;

typedef struct dd_params {
    DD_PARAMS(DD_PARAM_MEMBER)
} dd_params;

#endif
