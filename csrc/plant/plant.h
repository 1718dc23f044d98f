/* The state of the simulated satellite: one flat struct without pointers, copied to be saved. */
#ifndef DD_PLANT_H
#define DD_PLANT_H

#include <stddef.h>
#include <stdint.h>

#include "counts.h"
#include "params.h"
#include "state_compute.h"
#include "state_optical.h"
#include "state_power.h"
#include "state_thermal.h"
#include "state_world.h"
#include "truth.h"

#define DD_MAGIC UINT32_C(0x44445054)
#define DD_VERSION UINT32_C(1)

/* Nanoseconds of TAI from 1958-01-01 to J2000.0 (2000-01-01T12:00 TT, TT = TAI + 32.184 s). */
#define DD_J2000_TAI_NS INT64_C(1325419167816000000)

/* One sensor channel's fault. */
typedef struct dd_sensor_fault {
    int32_t channel, kind;
    double value;
    int64_t onset_step;
    double held;
    int32_t age_count, next;
    double ring[DD_FAULT_RING];
} dd_sensor_fault;

/* Detectors whose own noise stays while their light fades: the error grows as it falls. */
typedef enum dd_noise_light {
    DD_LIGHT_NONE = 0,
    DD_LIGHT_SUN = 1,
    DD_LIGHT_LASER = 2
} dd_noise_light;

typedef struct dd_channel_spec {
    double noise, bias, scale_frac, quantum;
    int32_t delay_count, enumerated;
    int32_t run;   /* the run of channels that keeps a delayed field */
    int32_t light; /* a dd_noise_light: what its noise grows with */
} dd_channel_spec;

/* Neighbouring channels of one delay, and the rows of their earlier samples, one a step. */
typedef struct dd_past_run {
    int32_t first, count; /* channels */
    int32_t delay_count;
    int32_t past_first; /* where the rows begin */
    int32_t row;        /* the oldest of them, which is what a reading shows */
} dd_past_run;

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
    dd_packs packs;
    double cold_per_k, period_s; /* of the cells' resistance; of the orbit */
    dd_loop loops[DD_LOOPS];
    dd_network network;
    double panel_health_frac[DD_PANELS];
    double panel_leak_kg_per_s[DD_PANELS];
    int32_t panel_valve_set[DD_PANELS], panel_valve_open[DD_PANELS], panel_valve_stuck[DD_PANELS];
    dd_node nodes[DD_NODES];
    dd_node_lanes node_lanes;
    int64_t quiet_until_ns[DD_NODES]; /* nothing about the node changes by itself; -1: it may now */
    dd_accelerators accelerators;
    dd_radiation radiation;
    dd_optical optical;
    dd_terminal terminals[DD_TERMINALS];
    double avionics_heat_w; /* housekeeping, trays and regulators: spread over the plates */
    double shed_count;
    double overload_w;   /* a fault's load behind no switch */
    double lockout_ok_s; /* how long the bus has been back while locked out */
    int32_t lockout, comparator_stuck;
    double switch_heat_a2s[DD_SWITCHES];
    int32_t switch_closed[DD_SWITCHES];
    dd_sensed sensed;
    dd_hidden hidden;
    dd_past_run runs[DD_SENSED_FIELD_COUNT];
    int32_t run_count, run_pad;
    double past[DD_PAST_MAX];
    dd_channel_spec specs[DD_SENSED_FIELD_COUNT];
    uint8_t channel_field[DD_CHANNEL_COUNT];
    float channel_bias[DD_CHANNEL_COUNT];
    float channel_scale[DD_CHANNEL_COUNT];
    uint8_t channel_fault[DD_CHANNEL_COUNT]; /* slot + 1, or 0 */
    dd_sensor_fault faults[DD_FAULT_SLOTS];
} dd_plant;

_Static_assert(sizeof(dd_plant) <= 65536, "the plant state must stay within 64 KiB");

/* TT days since J2000; the difference of the integers is taken first, so nothing is lost. */
static inline double dd_plant_days(const dd_plant *plant)
{
    return (double)(plant->epoch_ns - DD_J2000_TAI_NS + plant->elapsed_ns) * 1e-9 / 86400.0;
}

/* Models, in the order in which a step calls them. */
void dd_world_step(dd_plant *plant, double dt_s);
void dd_array_step(dd_plant *plant, double dt_s);
void dd_upsets_step(dd_plant *plant, double dt_s);
void dd_compute_step(dd_plant *plant, double dt_s);
/* Something was done to a node: it is looked at in the next step. */
void dd_node_stir(dd_plant *plant, int index);
void dd_terminal_step(dd_plant *plant, double dt_s);
void dd_bus_step(dd_plant *plant, double dt_s);
void dd_thermal_step(dd_plant *plant, double dt_s);
void dd_publish(dd_plant *plant);

void dd_attitude_start(dd_plant *plant);
void dd_attitude_step(dd_plant *plant, double dt_s);
void dd_attitude_publish(dd_plant *plant);
/* Area that the body shows to the wind, m2; wind in body axes. */
double dd_frontal_area(const dd_plant *plant, const double wind_body[3]);
void dd_world_start(dd_plant *plant);
void dd_array_start(dd_plant *plant);
void dd_battery_start(dd_plant *plant);
void dd_upsets_start(dd_plant *plant);
void dd_compute_start(dd_plant *plant);
void dd_thermal_start(dd_plant *plant);
void dd_terminal_start(dd_plant *plant);
int dd_channels_start(dd_plant *plant); /* 0 if the delays ask for more than DD_PAST_MAX samples */
void dd_channels_keep(dd_plant *plant);
void dd_channels_fill(dd_plant *plant); /* earlier samples are those of now */
void dd_channels_record(dd_plant *plant);

double dd_array_maximum_w(const dd_plant *plant);
void dd_array_limit(dd_plant *plant, double power_w);
void dd_battery_apply(dd_plant *plant, double bus_power_w, double dt_s);
void dd_battery_weaken(dd_plant *plant, int index);
void dd_battery_refresh(dd_plant *plant);
double dd_battery_discharge_limit_w(const dd_plant *plant);
double dd_battery_charge_limit_w(const dd_plant *plant);
double dd_pump_power_w(const dd_plant *plant, int loop);
void dd_panels_update(dd_plant *plant); /* after a change of valves or leaks */

#endif
