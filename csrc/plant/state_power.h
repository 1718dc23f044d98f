/* State of the power models: array sections, wings and battery packs. */
#ifndef DD_STATE_POWER_H
#define DD_STATE_POWER_H

#include <stdint.h>

#include "counts.h"

typedef enum dd_section_mode {
    DD_SECTION_OFF = 0,
    DD_SECTION_TRACK = 1,
    DD_SECTION_FIXED = 2,
    DD_SECTION_LIMITED = 3
} dd_section_mode;

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

#endif
