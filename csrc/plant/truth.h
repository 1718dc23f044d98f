/*
 * What the plant can tell, field after field, as in hil/plant/channels.py: the sensed part first
 * (it is what channels read), then the truth that only the runner reads.
 * The models write straight into this struct, so publishing costs nothing.
 */
#ifndef DD_TRUTH_H
#define DD_TRUTH_H

#define DD_ARRAY_FIELDS(X)                                                                         \
    X(array, section_voltage_v, 24)                                                                \
    X(array, section_current_a, 24)                                                                \
    X(array, section_temperature_k, 24)                                                            \
    X(array, section_mode, 24)                                                                     \
    X(array, wing_angle_rad, 2)
#define DD_BATTERY_FIELDS(X)                                                                       \
    X(battery, pack_voltage_v, 8)                                                                  \
    X(battery, pack_current_a, 8)                                                                  \
    X(battery, pack_temperature_k, 8)                                                              \
    X(battery, cell_voltage_min_v, 8)                                                              \
    X(battery, cell_voltage_max_v, 8)                                                              \
    X(battery, pack_enabled, 8)                                                                    \
    X(battery, heater_power_w, 8)
#define DD_BUS_FIELDS(X)                                                                           \
    X(bus, bus_voltage_v, 1)                                                                       \
    X(bus, array_power_w, 1)                                                                       \
    X(bus, battery_power_w, 1)                                                                     \
    X(bus, compute_power_w, 1)                                                                     \
    X(bus, optical_power_w, 1)                                                                     \
    X(bus, thermal_power_w, 1)                                                                     \
    X(bus, housekeeping_power_w, 1)                                                                \
    X(bus, shed_count, 1)                                                                          \
    X(bus, switch_closed, 26)                                                                      \
    X(bus, switch_current_a, 26)                                                                   \
    X(bus, lockout_active, 1)
#define DD_LOOPS_FIELDS(X)                                                                         \
    X(loops, supply_temperature_k, 2)                                                              \
    X(loops, return_temperature_k, 2)                                                              \
    X(loops, radiator_outlet_temperature_k, 2)                                                     \
    X(loops, flow_kg_per_s, 2)                                                                     \
    X(loops, pump_speed_frac, 2)                                                                   \
    X(loops, pump_pressure_pa, 2)                                                                  \
    X(loops, pump_power_w, 2)                                                                      \
    X(loops, bypass_frac, 2)                                                                       \
    X(loops, accumulator_mass_kg, 2)
#define DD_RADIATOR_FIELDS(X)                                                                      \
    X(radiator, panel_temperature_k, 14)                                                           \
    X(radiator, panel_valve_open, 14)
#define DD_NODES_FIELDS(X)                                                                         \
    X(nodes, node_state, 18)                                                                       \
    X(nodes, node_power_w, 18)                                                                     \
    X(nodes, node_cap_w, 18)                                                                       \
    X(nodes, node_throughput_frac, 18)                                                             \
    X(nodes, plate_temperature_k, 18)                                                              \
    X(nodes, die_temperature_max_k, 18)                                                            \
    X(nodes, throttled_count, 18)                                                                  \
    X(nodes, heartbeat_count, 18)                                                                  \
    X(nodes, job_progress_s, 18)                                                                   \
    X(nodes, correctable_count, 18)                                                                \
    X(nodes, uncorrectable_count, 18)                                                              \
    X(nodes, lost_mask, 18)                                                                        \
    X(nodes, trip_count, 18)
#define DD_ACCELERATORS_FIELDS(X)                                                                  \
    X(accelerators, die_temperature_k, 72)                                                         \
    X(accelerators, accelerator_power_w, 72)                                                       \
    X(accelerators, clock_frac, 72)
#define DD_TERMINALS_FIELDS(X)                                                                     \
    X(terminals, terminal_mode, 4)                                                                 \
    X(terminals, azimuth_rad, 4)                                                                   \
    X(terminals, elevation_rad, 4)                                                                 \
    X(terminals, camera_power_w, 4)                                                                \
    X(terminals, quad_power_w, 4)                                                                  \
    X(terminals, receiver_power_w, 4)                                                              \
    X(terminals, error_x_rad, 4)                                                                   \
    X(terminals, error_y_rad, 4)                                                                   \
    X(terminals, frame_lock, 4)                                                                    \
    X(terminals, spiral_done, 4)                                                                   \
    X(terminals, terminal_power_w, 4)
#define DD_NAVIGATION_FIELDS(X)                                                                    \
    X(navigation, position_eci_m, 3)                                                               \
    X(navigation, velocity_eci_m_per_s, 3)                                                         \
    X(navigation, q_body_from_eci, 4)                                                              \
    X(navigation, rate_body_rad_per_s, 3)                                                          \
    X(navigation, sun_dir_body, 3)                                                                 \
    X(navigation, sun_presence_frac, 1)
#define DD_PARTNERS_FIELDS(X)                                                                      \
    X(partners, partner_position_eci_m, 12)                                                        \
    X(partners, partner_velocity_eci_m_per_s, 12)
#define DD_ATTITUDE_FIELDS(X)                                                                      \
    X(attitude, wheel_speed_rad_per_s, 4)                                                          \
    X(attitude, magnetic_field_body_t, 3)                                                          \
    X(attitude, torquer_dipole_a_m2, 3)                                                            \
    X(attitude, attitude_mode, 1)
#define DD_WORLD_FIELDS(X)                                                                         \
    X(world, illumination_frac, 1)                                                                 \
    X(world, sun_dir_eci, 3)                                                                       \
    X(world, sun_distance_m, 1)                                                                    \
    X(world, beta_rad, 1)                                                                          \
    X(world, latitude_rad, 1)                                                                      \
    X(world, longitude_rad, 1)                                                                     \
    X(world, altitude_m, 1)                                                                        \
    X(world, earth_infrared_w_per_m2, 1)                                                           \
    X(world, albedo_w_per_m2, 1)                                                                   \
    X(world, magnetic_latitude_rad, 1)                                                             \
    X(world, magnetic_strength_t, 1)                                                               \
    X(world, south_atlantic, 1)
#define DD_STORAGE_FIELDS(X)                                                                       \
    X(storage, pack_charge_frac, 8)                                                                \
    X(storage, cell_charge_min_frac, 8)                                                            \
    X(storage, pack_stored_j, 8)
#define DD_LEDGER_FIELDS(X)                                                                        \
    X(ledger, array_power_w, 1)                                                                    \
    X(ledger, array_maximum_power_w, 1)                                                            \
    X(ledger, converter_output_w, 1)                                                               \
    X(ledger, converter_loss_w, 1)                                                                 \
    X(ledger, pack_terminal_power_w, 8)                                                            \
    X(ledger, pack_heat_w, 8)                                                                      \
    X(ledger, pack_reversible_w, 8)                                                                \
    X(ledger, regulator_loss_w, 1)                                                                 \
    X(ledger, regulator_output_w, 1)                                                               \
    X(ledger, switch_power_w, 26)                                                                  \
    X(ledger, housekeeping_power_w, 1)                                                             \
    X(ledger, compute_power_w, 1)                                                                  \
    X(ledger, unserved_power_w, 1)
#define DD_HEAT_FIELDS(X)                                                                          \
    X(heat, compute_heat_w, 1)                                                                     \
    X(heat, pump_heat_w, 2)                                                                        \
    X(heat, radiated_w, 1)                                                                         \
    X(heat, absorbed_w, 1)                                                                         \
    X(heat, vented_w, 1)                                                                           \
    X(heat, loop_stored_j, 1)                                                                      \
    X(heat, pack_rejected_w, 8)                                                                    \
    X(heat, pack_structure_w, 1)
#define DD_OPTICS_FIELDS(X)                                                                        \
    X(optics, pointing_error_rad, 4)                                                               \
    X(optics, partner_range_m, 4)                                                                  \
    X(optics, partner_azimuth_rad, 4)                                                              \
    X(optics, partner_elevation_rad, 4)                                                            \
    X(optics, partner_visible, 4)                                                                  \
    X(optics, jitter_rms_rad, 4)                                                                   \
    X(optics, lock_state, 4)
#define DD_UPSETS_FIELDS(X)                                                                        \
    X(upsets, upset_ratio, 1)                                                                      \
    X(upsets, solar_ratio, 1)                                                                      \
    X(upsets, upset_count, 6)                                                                      \
    X(upsets, lost_work_s, 1)
#define DD_MOTION_FIELDS(X)                                                                        \
    X(motion, disturbance_n_m, 3)                                                                  \
    X(motion, momentum_eci_n_m_s, 3)                                                               \
    X(motion, bending_m_kg, 4)                                                                     \
    X(motion, sun_error_rad, 1)

#define DD_MEMBER(group, name, count) double name[count];

typedef struct dd_sensed {
    struct {
        DD_ARRAY_FIELDS(DD_MEMBER)
    } array;
    struct {
        DD_BATTERY_FIELDS(DD_MEMBER)
    } battery;
    struct {
        DD_BUS_FIELDS(DD_MEMBER)
    } bus;
    struct {
        DD_LOOPS_FIELDS(DD_MEMBER)
    } loops;
    struct {
        DD_RADIATOR_FIELDS(DD_MEMBER)
    } radiator;
    struct {
        DD_NODES_FIELDS(DD_MEMBER)
    } nodes;
    struct {
        DD_ACCELERATORS_FIELDS(DD_MEMBER)
    } accelerators;
    struct {
        DD_TERMINALS_FIELDS(DD_MEMBER)
    } terminals;
    struct {
        DD_NAVIGATION_FIELDS(DD_MEMBER)
    } navigation;
    struct {
        DD_PARTNERS_FIELDS(DD_MEMBER)
    } partners;
    struct {
        DD_ATTITUDE_FIELDS(DD_MEMBER)
    } attitude;
} dd_sensed;

typedef struct dd_hidden {
    struct {
        DD_WORLD_FIELDS(DD_MEMBER)
    } world;
    struct {
        DD_STORAGE_FIELDS(DD_MEMBER)
    } storage;
    struct {
        DD_LEDGER_FIELDS(DD_MEMBER)
    } ledger;
    struct {
        DD_HEAT_FIELDS(DD_MEMBER)
    } heat;
    struct {
        DD_OPTICS_FIELDS(DD_MEMBER)
    } optics;
    struct {
        DD_UPSETS_FIELDS(DD_MEMBER)
    } upsets;
    struct {
        DD_MOTION_FIELDS(DD_MEMBER)
    } motion;
} dd_hidden;

#define DD_SENSED_FIELDS(X)                                                                        \
    DD_ARRAY_FIELDS(X)                                                                             \
    DD_BATTERY_FIELDS(X)                                                                           \
    DD_BUS_FIELDS(X)                                                                               \
    DD_LOOPS_FIELDS(X)                                                                             \
    DD_RADIATOR_FIELDS(X)                                                                          \
    DD_NODES_FIELDS(X)                                                                             \
    DD_ACCELERATORS_FIELDS(X)                                                                      \
    DD_TERMINALS_FIELDS(X)                                                                         \
    DD_NAVIGATION_FIELDS(X)                                                                        \
    DD_PARTNERS_FIELDS(X)                                                                          \
    DD_ATTITUDE_FIELDS(X)

#define DD_HIDDEN_FIELDS(X)                                                                        \
    DD_WORLD_FIELDS(X)                                                                             \
    DD_STORAGE_FIELDS(X)                                                                           \
    DD_LEDGER_FIELDS(X)                                                                            \
    DD_HEAT_FIELDS(X)                                                                              \
    DD_OPTICS_FIELDS(X)                                                                            \
    DD_UPSETS_FIELDS(X)                                                                            \
    DD_MOTION_FIELDS(X)

#define DD_COUNT_FIELD(group, name, count) +1
#define DD_SENSED_FIELD_COUNT (0 DD_SENSED_FIELDS(DD_COUNT_FIELD))
#define DD_HIDDEN_FIELD_COUNT (0 DD_HIDDEN_FIELDS(DD_COUNT_FIELD))
#define DD_CHANNEL_COUNT (sizeof(dd_sensed) / sizeof(double))

#endif
