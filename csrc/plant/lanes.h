/*
 * The step's loops over many equal units, compiled once for each level of instructions. All levels
 * give the same bits: no sum is reordered, nothing is fused, and elementary functions are our own.
 */
#ifndef DD_LANES_H
#define DD_LANES_H

#include "counts.h"
#include "network.h"
#include "rigid.h"
#include "state_compute.h"
#include "state_power.h"

/* What is the same for all sections. */
typedef struct dd_curve_facts {
    double photo_a, photo_slope_per_k;
    double voc_v, voc_slope_v_per_k;
    double ideality_v;
    double reference_k;
    double light_frac[DD_WINGS];
} dd_curve_facts;

/* Operating points, the limits and the mode under which they were found, and the readings. */
typedef struct dd_delivery {
    const double *junction_v, *current_a, *current_max_a;
    double converter_max_a, mode;
    double *terminal_v, *terminal_a, *section_mode;
} dd_delivery;

typedef struct dd_section_heat {
    double absorbed_w[DD_WINGS]; /* by each section of a wing */
    double emission_w_per_k4;
    double storage_w_per_k; /* heat capacity over the step */
} dd_section_heat;

/* What is the same for all packs. */
typedef struct dd_pack_facts {
    double step_s, decay1, decay2;
    double cold_per_k; /* rise of a cell's log resistance per kelvin below 25 C */
    double cell_voltage_max_v, cell_voltage_min_v, current_max_a;
    double efficiency_frac;                          /* of a regulator */
    double charge_efficiency_frac;                   /* of the charge itself */
    double r1_ohm, r2_ohm, capacity1_f, capacity2_f; /* of a group */
    double entropy_v_per_k;
    double heat_j_per_k, emission_w_per_k4, leak_w_per_k;
    double louvre_closed_k, louvre_open_k, space_k, structure_k;
    double heaters_on;
} dd_pack_facts;

/* A step of the packs: terminal power asked and given, stored energy before and after, the rest. */
typedef struct dd_pack_lanes {
    double terminal_w[DD_PACKS], stored_j[DD_PACKS], moved_frac[DD_PACKS];
    double heat_w[DD_PACKS], reversible_w[DD_PACKS], rejected_w[DD_PACKS], heater_w[DD_PACKS];
    double voltage_v[DD_PACKS];
} dd_pack_lanes;

/* One pack's groups: what they share, and the first one's difference if it is weak. */
typedef struct dd_group_facts {
    double charge_frac, moved_frac, drop_v, polarisation_v; /* of a mean group */
    double weak_shift_frac, weak_ratio;
    const double *per_capacity;
    const float *charge_offset, *resistance_ratio;
} dd_group_facts;

typedef struct dd_group_scan {
    double min_v, max_v, mean_v, charge_min_frac;
} dd_group_scan;

/* i2t of the switches: square of the rating, and how fast a cool switch cools further. */
typedef struct dd_switch_facts {
    double per_bus_v, rating_a2, cooling_a2, budget_a2s, step_s;
} dd_switch_facts;

/* What turns the body in one step, the fourth numbers are empty; wheels: at its start. */
typedef struct dd_rigid_load {
    double torque_n_m[4];   /* outside, less what the motors give to the wheels */
    double wheels_n_m_s[4]; /* angular momentum */
    double change_n_m[4];   /* and its rate */
} dd_rigid_load;

typedef struct dd_sight_facts {
    const double *attitude, *self_m; /* body from J2000; our position */
    double floor_m;                  /* no light passes nearer to the Earth's centre */
    double own_ratio[3];             /* our velocity over light's */
    double stretch, turn;            /* Lorentz factor g, and g^2 / (1 + g) */
} dd_sight_facts;

/* Lines of sight: distance and relative velocity over light's, J2000; what the bodies see. */
typedef struct dd_sight_lanes {
    double distance_m[3][DD_TERMINALS], turn_ratio[3][DD_TERMINALS];
    double range_m[DD_TERMINALS], azimuth_rad[DD_TERMINALS], elevation_rad[DD_TERMINALS];
    double cosine[DD_TERMINALS], ahead_rad[2][DD_TERMINALS], clear[DD_TERMINALS];
} dd_sight_lanes;

/* What is the same for all nodes. */
typedef struct dd_node_facts {
    double idle_w, dynamic_w, leak_w; /* of an accelerator */
    double leak_reference_k, leak_doubling_k;
    double voltage_floor_frac, clock_min_frac;
    double throttle_k, throttle_slope_per_k, memory_limit_k;
    double cap_frac;   /* of the way to its order that an effective cap goes in the step */
    double loss_ratio; /* of a node's converter, to what the node draws */
    double step_s;
} dd_node_facts;

/* Accelerators, node after node; the last two are results. */
typedef struct dd_accelerator_lanes {
    const double *die_k, *spread_ratio;
    double *power_w, *clock_frac;
} dd_accelerator_lanes;

typedef struct dd_lanes {
    const char *name;
    int rank; /* 0 for what every processor has */
    /* Heat balance of each section, emission linearised about the old temperature. */
    void (*heat)(const dd_section_heat *heat, const double voltage_v[DD_SECTIONS],
                 const double current_a[DD_SECTIONS], double temperature_k[DD_SECTIONS]);
    void (*curves)(const dd_curve_facts *facts, const double photo_scale[DD_SECTIONS],
                   const double voltage_scale[DD_SECTIONS], const double health_frac[DD_SECTIONS],
                   const double temperature_k[DD_SECTIONS], dd_curve_lanes *curves);
    /* Whether all sections track the maximum power, without fault, shadow or night. */
    int (*are_plain)(const dd_array *array);
    /* Voltages that trackers hold at these temperatures. */
    void (*expect)(const dd_tracker_model *model, const double temperature_k[DD_SECTIONS],
                   const double offset_v[DD_SECTIONS], double reference_v[DD_SECTIONS]);
    /* Terminals at these points; whether all give current, and none more than its limit. */
    int (*deliver)(const dd_curve_lanes *curves, const dd_delivery *delivery);
    /* Power at the maximum of every section, from near it; 0 if one or more are not near enough. */
    int (*peak)(const dd_curve_lanes *curves, const double guess_v[DD_SECTIONS],
                double power_w[DD_SECTIONS]);
    /* dd_section_operate for all sections; junction_v: guess and result. */
    void (*operate)(const dd_curve_lanes *curves, const double terminal_v[DD_SECTIONS],
                    double junction_v[DD_SECTIONS], double current_a[DD_SECTIONS]);
    /* dd_section_hold for all sections right of maximum_v; those that strayed (1) are left to
     * it; whether none did. */
    int (*hold)(const dd_curve_lanes *curves, const double power_w[DD_SECTIONS],
                const double maximum_v[DD_SECTIONS], double junction_v[DD_SECTIONS],
                double current_a[DD_SECTIONS], double strayed[DD_SECTIONS]);
    /* Clocks and powers of all nodes as if all worked and none had a fault. */
    void (*run_nodes)(const dd_node_facts *facts, dd_node_lanes *nodes,
                      const dd_accelerator_lanes *accelerators);
    /* What comes of a step: heat, work done, heartbeats. */
    void (*count_nodes)(const dd_node_facts *facts, dd_node_lanes *nodes);
    /* The packs' limits at the start of a step; their step, before and after the cells' voltages.
     */
    void (*refresh_packs)(const dd_pack_facts *facts, dd_packs *packs);
    void (*drive_packs)(const dd_pack_facts *facts, dd_packs *packs, dd_pack_lanes *lanes);
    void (*warm_packs)(const dd_pack_facts *facts, dd_packs *packs, dd_pack_lanes *lanes);
    void (*scan_groups)(const dd_group_facts *facts, dd_group_scan *scan);
    /* Whether one or more have got too hot. */
    int (*heat_switches)(const dd_switch_facts *facts, const double power_w[DD_SWITCHES],
                         double current_a[DD_SWITCHES], double heat_a2s[DD_SWITCHES]);
    void (*look)(const dd_sight_facts *facts, dd_sight_lanes *lanes);
    /* One Runge-Kutta step of body and wings. */
    void (*turn)(const dd_rigid_model *model, const dd_rigid_load *load, dd_rigid *state,
                 double h_s);
    /* dd_network_step. */
    void (*network)(const dd_params *p, const dd_network_load *load, dd_network *network,
                    double dt_s, dd_network_flux *flux);
} dd_lanes;

extern const dd_lanes dd_lanes_plain;
#ifdef __x86_64__
extern const dd_lanes dd_lanes_avx2, dd_lanes_avx512;
#endif

/* The best level that the processor has, or the one that was chosen. */
const dd_lanes *dd_lanes_now(void);
const char *dd_lanes_level(void);
/* Chooses a level by name, "" for the best; 0 if the processor lacks it. */
int dd_lanes_choose(const char *name);

#endif
