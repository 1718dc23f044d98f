/*
 * Unit bench of the bus at 10 kHz: capacitors, one regulator with a voltage loop over a current
 * loop, the array as a constant power, switched loads, and the firmware that sheds them. It knows
 * nothing of the satellite's state and runs alone.
 */
#ifndef DD_TRANSIENT_H
#define DD_TRANSIENT_H

#include <stdint.h>

#include "undervoltage.h"

#define DD_TRANSIENT_LOADS 32

typedef struct dd_transient {
    double step_s, capacitance_f, start_v;
    double reference_v, voltage_gain_a_per_v, integral_gain_a_per_v_s; /* voltage loop */
    double current_lag_s, current_max_a;                               /* current loop */
    double current_after_a;        /* current limit from the onset on */
    double array_w, array_after_w; /* before and from the onset on */
    double base_w, base_after_w;   /* loads without a switch */
    double dropout_v;              /* below it a load's converter draws like a resistor */
    double onset_s;                /* of the source loss or load step */
    double phase_s;                /* of the controller's first sample */
    double open_delay_s;           /* from the controller's order to the open switch */
    double load_w[DD_TRANSIENT_LOADS];
    int32_t order[DD_TRANSIENT_LOADS];
    int32_t load_count;
    dd_undervoltage_model controller;
} dd_transient;

typedef struct dd_transient_report {
    double flag_s; /* the voltage first passed the threshold; -1: never */
    double shed_s; /* the first switch was open; -1: never */
    double voltage_min_v;
    double shed_w;
    int32_t open_count;
} dd_transient_report;

/* Row k holds the state after step k: voltage, regulator current and closed switches (bit i). */
void dd_transient_run(const dd_transient *bench, int step_count, double *voltage_v,
                      double *current_a, uint32_t *closed, dd_transient_report *report);

#endif
