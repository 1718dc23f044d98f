/* State of the power models: array sections, wings and battery packs. */
#ifndef DD_STATE_POWER_H
#define DD_STATE_POWER_H

#include <stdint.h>

#include "ageing.h"
#include "counts.h"
#include "tracker.h"

#define DD_SECTION_DARK_FRAC 1e-6 /* of full light: less is dark */

typedef enum dd_section_mode {
    DD_SECTION_OFF = 0,
    DD_SECTION_TRACK = 1,
    DD_SECTION_FIXED = 2,
    DD_SECTION_LIMITED = 3
} dd_section_mode;

/* Characteristics of all sections at one instant, as dd_cell_curve. */
typedef struct dd_curve_lanes {
    double photo_a[DD_SECTIONS], dark_a[DD_SECTIONS], voc_v[DD_SECTIONS];
    double per_v[DD_SECTIONS]; /* one over the ideality voltage */
    double series_ohm, shunt_s;
} dd_curve_lanes;

/* Array: sections, their converters with their trackers, and the wings that carry them. */
typedef struct dd_array {
    dd_tracker trackers[DD_SECTIONS];
    dd_tracker_model tracker_model;
    dd_curve_lanes curves; /* of the step that runs */
    double junction_v[DD_SECTIONS];
    double limited_v[DD_SECTIONS]; /* junction voltage while held back; 0 if it is not */
    double offset_v[DD_SECTIONS];  /* of the trackers that were told that they are held back */
    int32_t is_even;               /* all sections track and give current, so far in this step */
    int32_t is_held, is_told;      /* all were held back in the last step; trackers were told */
    double photo_scale[DD_SECTIONS], voltage_scale[DD_SECTIONS]; /* each section's own spread */
    double fixed_v[DD_SECTIONS], current_max_a[DD_SECTIONS];
    double health_frac[DD_SECTIONS]; /* 1 healthy; faults lower it */
    double shaded_frac[DD_SECTIONS], shaded_light_frac[DD_SECTIONS]; /* part in shadow, its light */
    int32_t mode[DD_SECTIONS];                                       /* commanded */
    int32_t shorted[DD_SECTIONS];
    int32_t converter_off[DD_SECTIONS], converter_stuck[DD_SECTIONS];
    double wing_angle_rad[DD_WINGS];
    double wing_rate_rad_per_s[DD_WINGS]; /* mean over the last step */
    double wing_set_rad[DD_WINGS], wing_cosine[DD_WINGS];
    double light_frac[DD_WINGS];
    double bus_limit_v;
    double fluence_frac; /* what fluence leaves of the cells' current */
    double left_frac;    /* of the cells' current, after all degradation */
    int32_t wing_stuck[DD_WINGS];
} dd_array;

/* One series group that is not like the others, by a fault. */
typedef struct dd_weak_group {
    double active;           /* 1 from the first fault on */
    double shift_frac;       /* its charge less the mean's */
    double capacity_ratio;   /* of its cells that are still connected */
    double resistance_ratio; /* of the others' */
    double short_s;          /* conductance across it */
} dd_weak_group;

/* All packs, value by value. */
typedef struct dd_packs {
    double charge_frac[DD_PACKS], polarisation1_v[DD_PACKS], polarisation2_v[DD_PACKS];
    double temperature_k[DD_PACKS];
    double current_a[DD_PACKS]; /* discharge positive */
    double charge_voltage_max_v[DD_PACKS];
    double charge_current_max_a[DD_PACKS], discharge_current_max_a[DD_PACKS];
    double heater_w[DD_PACKS];
    double isolated[DD_PACKS]; /* 1: contactor opened by a fault */
    double usable[DD_PACKS];   /* 1: enabled and not isolated */
    /* At its charge: open-circuit voltage of a mean group and its integral, and what the weak group
     * has above them. */
    double rest_v[DD_PACKS], integral_v[DD_PACKS], weak_v[DD_PACKS], weak_integral_v[DD_PACKS];
    double capacity_as[DD_PACKS], warm_ohm[DD_PACKS]; /* at its age; at 25 C */
    /* At the start of the step: internal voltage without ohmic drop, and limits at the bus. */
    double resistance_ohm[DD_PACKS], open_v[DD_PACKS];
    double charge_limit_w[DD_PACKS], discharge_limit_w[DD_PACKS];
    /* Of the last scan of the groups. */
    double cell_min_v[DD_PACKS], cell_max_v[DD_PACKS], cell_mean_v[DD_PACKS];
    double cell_charge_min_frac[DD_PACKS];
    double charge_start_frac[DD_PACKS];
    double per_capacity[DD_PACKS][DD_SERIES]; /* mean capacity of the groups over each one's */
    float resistance_ratio[DD_PACKS][DD_SERIES], charge_offset[DD_PACKS][DD_SERIES];
    dd_weak_group weak[DD_PACKS];
    dd_ageing ageing[DD_PACKS];
    dd_cycle
        cycle[DD_PACKS]; /* of the orbit that runs: sums of voltage and temperature times days */
    double cycle_low_frac[DD_PACKS], cycle_high_frac[DD_PACKS];
    int32_t enabled[DD_PACKS];
} dd_packs;

#endif
