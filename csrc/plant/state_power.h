/* State of the power models: array sections, wings and battery packs. */
#ifndef DD_STATE_POWER_H
#define DD_STATE_POWER_H

#include <stdint.h>

#include "ageing.h"
#include "counts.h"
#include "lanes.h"
#include "tracker.h"

typedef enum dd_section_mode {
    DD_SECTION_OFF = 0,
    DD_SECTION_TRACK = 1,
    DD_SECTION_FIXED = 2,
    DD_SECTION_LIMITED = 3
} dd_section_mode;

/* Array: sections, their converters with their trackers, and the wings that carry them. */
typedef struct dd_array {
    dd_tracker trackers[DD_SECTIONS];
    dd_tracker_model tracker_model;
    dd_curve_lanes curves; /* of the step that runs */
    double junction_v[DD_SECTIONS];
    double limited_v[DD_SECTIONS]; /* junction voltage while held back; 0 if it is not */
    double photo_scale[DD_SECTIONS], voltage_scale[DD_SECTIONS]; /* each section's own spread */
    double fixed_v[DD_SECTIONS], current_max_a[DD_SECTIONS];
    double health_frac[DD_SECTIONS]; /* 1 healthy; faults lower it */
    double shaded_frac[DD_SECTIONS], shaded_light_frac[DD_SECTIONS]; /* part in shadow, its light */
    int32_t mode[DD_SECTIONS];                                       /* commanded */
    int32_t shorted[DD_SECTIONS];
    int32_t converter_off[DD_SECTIONS], converter_stuck[DD_SECTIONS];
    double wing_angle_rad[DD_WINGS];
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
    dd_weak_group weak;
    dd_ageing ageing;
    dd_cycle cycle; /* of the orbit that runs: sums of voltage and temperature times days */
    double cycle_low_frac, cycle_high_frac;
    int32_t enabled, pad;
} dd_pack;

#endif
