/* The state of the simulated satellite: one flat struct without pointers, copied to be saved. */
#ifndef DD_PLANT_H
#define DD_PLANT_H

#include <stddef.h>
#include <stdint.h>

#include "orbit.h"
#include "params.h"
#include "truth.h"

enum {
    DD_SECTIONS = 24,
    DD_WINGS = 2,
    DD_PACKS = 8,
    DD_SERIES = 40,
    DD_LOOPS = 2,
    DD_PANELS = 14,
    DD_LOOP_PANELS = 7,
    DD_SEGMENTS = 8,
    DD_PUMP_UNITS = 3,
    DD_NODES = 18,
    DD_ACCELERATORS = 72,
    DD_NODE_ACCELERATORS = 4,
    DD_TERMINALS = 4,
    DD_SWITCHES = 26,
    DD_SWITCH_TERMINAL = 18,
    DD_SWITCH_HEATERS = 22,
    DD_SWITCH_PUMP = 23,
    DD_SWITCH_TRAYS = 25,
    DD_HISTORY = 4,
    DD_FAULT_SLOTS = 16,
    DD_FAULT_RING = 32,
    DD_CHANNEL_MAX = 768
};

#define DD_MAGIC UINT32_C(0x44445054)
#define DD_VERSION UINT32_C(1)

/* Nanoseconds of TAI from 1958-01-01 to J2000.0 (2000-01-01T12:00 TT, TT = TAI + 32.184 s). */
#define DD_J2000_TAI_NS INT64_C(1325419167816000000)

typedef enum dd_section_mode {
    DD_SECTION_OFF = 0,
    DD_SECTION_TRACK = 1,
    DD_SECTION_FIXED = 2,
    DD_SECTION_LIMITED = 3
} dd_section_mode;

typedef enum dd_node_state {
    DD_NODE_OFF = 0,
    DD_NODE_BMC = 1,
    DD_NODE_BOOT = 2,
    DD_NODE_SLEEP = 3,
    DD_NODE_IDLE = 4,
    DD_NODE_RUN = 5,
    DD_NODE_HUNG = 6,
    DD_NODE_BOOST = 7
} dd_node_state;

typedef enum dd_terminal_mode {
    DD_TERMINAL_STOW = 0,
    DD_TERMINAL_SLEW = 1,
    DD_TERMINAL_POINT = 2,
    DD_TERMINAL_ACQUIRE = 3,
    DD_TERMINAL_COARSE = 4,
    DD_TERMINAL_FINE = 5,
    DD_TERMINAL_LINK = 6,
    DD_TERMINAL_FAULT = 7
} dd_terminal_mode;

/* World: derived each step or each second from the orbit. */
typedef struct dd_world {
    dd_body bodies[1 + DD_TERMINALS]; /* ourselves, then the partners */
    dd_gravity gravity;
    double sun_dir_eci[3];
    double sun_distance_m;
    double attitude[9];      /* body from J2000, row-major */
    double attitude_last[9]; /* one step earlier, for the rates */
    double held[9];          /* attitude held in the inertial mode */
    double illumination_frac;
    double flux_w_per_m2;       /* at the satellite, in full light */
    double radiator_earth_frac; /* view factors to the Earth, both sides added */
    double array_front_frac;    /* of the array's sunward and other face */
    double array_back_frac;
    double albedo_cosine; /* Sun's zenith cosine below the satellite, not negative */
    double radiator_sun_cosine;
    double earth[9]; /* Earth-fixed from J2000 */
    int32_t attitude_mode;
    int32_t slow_step; /* steps until the once-a-second part is due */
} dd_world;

/* Array: converters with their trackers. */
typedef struct dd_section {
    double voltage_set_v; /* firmware's reference, or the setpoint in FIXED */
    double junction_v;
    double limited_v; /* junction voltage while held back; 0 if it is not */
    double power_last_w;
    double direction;
    double photo_scale, voltage_scale; /* this section's own spread */
    double fixed_v, current_max_a;
    double health_frac; /* 1 healthy; the faults lower it */
    int32_t mode;       /* commanded */
    int32_t shorted;
} dd_section;

typedef struct dd_array {
    dd_section sections[DD_SECTIONS];
    double wing_angle_rad[DD_WINGS];
    double wing_set_rad[DD_WINGS];
    double bus_limit_v;
    int32_t wing_stuck[DD_WINGS];
} dd_array;

typedef struct dd_pack {
    double charge_frac, polarisation1_v, polarisation2_v, temperature_k;
    double charge_start_frac;
    double current_a; /* discharge positive */
    double cell_min_v, cell_max_v, cell_charge_min_frac;
    double cell_mean_v; /* mean group voltage at the last scan */
    double charge_voltage_max_v, charge_current_max_a, discharge_current_max_a;
    double heater_w;
    double resistance_ohm; /* of the pack, at its temperature */
    double open_v;         /* internal voltage without ohmic drop, at the start of the step */
    float capacity_ratio[DD_SERIES], resistance_ratio[DD_SERIES], charge_offset[DD_SERIES];
    double isolated; /* 1: contactor opened by a fault */
    int32_t enabled, pad;
} dd_pack;

typedef struct dd_loop {
    double supply_k[DD_SEGMENTS], back_k[DD_SEGMENTS]; /* pump to plates, plates to valve */
    double bypass_frac, bypass_set_frac;
    double speed_frac[DD_PUMP_UNITS], speed_set_frac[DD_PUMP_UNITS];
    double flow_kg_per_s, mixed_k, radiator_out_k;
    double accumulator_kg, leak_kg_per_s;
    double stopped[DD_PUMP_UNITS]; /* 1: pump unit failed */
    double valve_stuck;
} dd_loop;

typedef struct dd_node {
    double cap_w, cap_effective_w, fallback_w, util_frac;
    double clock_frac, duty_frac, timer_s;
    double power_w, dynamic_w; /* last step: whole node; host part excluded below */
    double host_heat_w;
    double progress_s;
    double heartbeat_count;
    int64_t lease_until_ns;
    int32_t state_set, state;
    int32_t hung, pad;
} dd_node;

typedef struct dd_accelerator {
    double spread_ratio;
    double power_w;
    double temperature_k;
} dd_accelerator;

typedef struct dd_terminal {
    double azimuth_rad, elevation_rad;
    double azimuth_set_rad, elevation_set_rad;
    double azimuth_rate_rad_per_s, elevation_rate_rad_per_s;
    double point_ahead_rad[2];
    double set_age_s;
    double offset_rad[2]; /* unknown open-loop error of this attempt */
    double error_rad[2];  /* partner's direction less our line of sight: across, up */
    double spiral_s;      /* time since this pass of the spiral began */
    double reply_s;       /* time since the partner saw our beacon; negative: not yet */
    double dark_s;        /* time without light while locked */
    int64_t attempt_count, pass_count;
    double gimbal_stuck, partner_lost, fade_db;
    int32_t mode, partner, laser_on, locked, spiral_done, tried;
} dd_terminal;

/* One sensor channel's fault. */
typedef struct dd_sensor_fault {
    int32_t channel, kind;
    double value;
    int64_t onset_step;
    double held;
    int32_t age_count, next;
    double ring[DD_FAULT_RING];
} dd_sensor_fault;

typedef struct dd_channel_spec {
    double noise, bias, scale_frac, quantum;
    int32_t delay_count, enumerated;
} dd_channel_spec;

typedef struct dd_plant {
    uint32_t magic, version, size, pad;
    uint64_t checksum;
    uint64_t seed;
    int64_t epoch_ns; /* TAI since 1958 at elapsed 0 */
    int64_t elapsed_ns;
    int64_t step_count;
    int64_t input_rejects_count;
    double step_s; /* length of the last step, for which the decay factors hold */
    double decay1, decay2, cap_decay;
    dd_params params;
    dd_world world;
    dd_array array;
    dd_pack packs[DD_PACKS];
    dd_loop loops[DD_LOOPS];
    double panel_k[DD_PANELS];
    double panel_health_frac[DD_PANELS];
    double plate_k[DD_NODES];
    dd_node nodes[DD_NODES];
    dd_accelerator accelerators[DD_ACCELERATORS];
    dd_terminal terminals[DD_TERMINALS];
    double avionics_heat_w; /* housekeeping, trays and regulators: spread over the plates */
    double shed_count;
    double switch_heat_a2s[DD_SWITCHES];
    int32_t switch_closed[DD_SWITCHES];
    dd_sensed sensed;
    dd_hidden hidden;
    dd_sensed history[DD_HISTORY];
    dd_channel_spec specs[DD_SENSED_FIELD_COUNT];
    uint8_t channel_field[DD_CHANNEL_MAX];
    float channel_bias[DD_CHANNEL_MAX];
    float channel_scale[DD_CHANNEL_MAX];
    uint8_t channel_fault[DD_CHANNEL_MAX]; /* slot + 1, or 0 */
    dd_sensor_fault faults[DD_FAULT_SLOTS];
} dd_plant;

_Static_assert(sizeof(dd_plant) <= 65536, "the plant state must stay within 64 KiB");
_Static_assert(sizeof(dd_sensed) / sizeof(double) <= DD_CHANNEL_MAX, "channel tables are full");

/* TT days since J2000; the difference of the integers is taken first, so nothing is lost. */
static inline double dd_plant_days(const dd_plant *plant)
{
    return (double)(plant->epoch_ns - DD_J2000_TAI_NS + plant->elapsed_ns) * 1e-9 / 86400.0;
}

/* Models, in the order in which a step calls them. */
void dd_world_step(dd_plant *plant, double dt_s);
void dd_array_step(dd_plant *plant, double dt_s);
void dd_compute_step(dd_plant *plant, double dt_s);
void dd_terminal_step(dd_plant *plant, double dt_s);
void dd_bus_step(dd_plant *plant, double dt_s);
void dd_thermal_step(dd_plant *plant, double dt_s);
void dd_publish(dd_plant *plant);

void dd_world_start(dd_plant *plant);
void dd_array_start(dd_plant *plant);
void dd_battery_start(dd_plant *plant);
void dd_compute_start(dd_plant *plant);
void dd_thermal_start(dd_plant *plant);
void dd_terminal_start(dd_plant *plant);
void dd_channels_start(dd_plant *plant);
void dd_channels_record(dd_plant *plant);

double dd_array_maximum_w(const dd_plant *plant);
void dd_array_limit(dd_plant *plant, double power_w);
void dd_battery_apply(dd_plant *plant, double bus_power_w, double dt_s);
void dd_battery_refresh(dd_plant *plant);
double dd_battery_discharge_limit_w(const dd_plant *plant);
double dd_battery_charge_limit_w(const dd_plant *plant);
double dd_pump_power_w(const dd_plant *plant, int loop);

#endif
