/*
 * The step's loops over many equal units, compiled once for each level of instructions. All levels
 * give the same bits: no sum is reordered, nothing is fused, and elementary functions are our own.
 */
#ifndef DD_LANES_H
#define DD_LANES_H

#include "counts.h"
#include "network.h"

/* Characteristics of all sections at one instant, as dd_cell_curve. */
typedef struct dd_curve_lanes {
    double photo_a[DD_SECTIONS], dark_a[DD_SECTIONS], voc_v[DD_SECTIONS];
    double per_v[DD_SECTIONS]; /* one over the ideality voltage */
    double series_ohm, shunt_s;
} dd_curve_lanes;

/* What is the same for all sections. */
typedef struct dd_curve_facts {
    double photo_a, photo_slope_per_k;
    double voc_v, voc_slope_v_per_k;
    double ideality_v;
    double reference_k;
    double light_frac[DD_WINGS];
} dd_curve_facts;

typedef struct dd_section_heat {
    double absorbed_w[DD_WINGS]; /* by each section of a wing */
    double emission_w_per_k4;
    double storage_w_per_k; /* heat capacity over the step */
} dd_section_heat;

/* What is the same for all nodes. */
typedef struct dd_node_facts {
    double idle_w, dynamic_w, leak_w; /* of an accelerator */
    double leak_reference_k, leak_doubling_k;
    double voltage_floor_frac, clock_min_frac;
    double throttle_k, throttle_slope_per_k, memory_limit_k;
} dd_node_facts;

/* Nodes: what each is given, the clock before and after, and what comes of it. */
typedef struct dd_node_lanes {
    double host_w[DD_NODES], util_frac[DD_NODES], cap_w[DD_NODES];
    double full_w[DD_NODES]; /* dynamic power of all accelerators at full clock */
    double top_frac[DD_NODES], clock_frac[DD_NODES];
    double duty_frac[DD_NODES], power_w[DD_NODES], hot_count[DD_NODES], work_frac[DD_NODES];
} dd_node_lanes;

/* Accelerators, node after node; the last two are results. */
typedef struct dd_accelerator_lanes {
    const double *die_k, *spread_ratio;
    double *power_w, *clock_frac;
} dd_accelerator_lanes;

typedef struct dd_lanes {
    const char *name;
    /* Heat balance of each section, emission linearised about the old temperature. */
    void (*heat)(const dd_section_heat *heat, const double voltage_v[DD_SECTIONS],
                 const double current_a[DD_SECTIONS], double temperature_k[DD_SECTIONS]);
    void (*curves)(const dd_curve_facts *facts, const double photo_scale[DD_SECTIONS],
                   const double voltage_scale[DD_SECTIONS], const double health_frac[DD_SECTIONS],
                   const double temperature_k[DD_SECTIONS], dd_curve_lanes *curves);
    /* dd_section_operate for all sections; junction_v: guess and result. */
    void (*operate)(const dd_curve_lanes *curves, const double terminal_v[DD_SECTIONS],
                    double junction_v[DD_SECTIONS], double current_a[DD_SECTIONS]);
    /* dd_section_hold for all sections right of maximum_v; those that strayed (1) are left to it.
     */
    void (*hold)(const dd_curve_lanes *curves, const double power_w[DD_SECTIONS],
                 const double maximum_v[DD_SECTIONS], double junction_v[DD_SECTIONS],
                 double current_a[DD_SECTIONS], double strayed[DD_SECTIONS]);
    /* Clocks and powers of all nodes as if all worked and none had a fault. */
    void (*run_nodes)(const dd_node_facts *facts, dd_node_lanes *nodes,
                      const dd_accelerator_lanes *accelerators);
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
