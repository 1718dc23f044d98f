/* State of the pumped loops. */
#ifndef DD_STATE_THERMAL_H
#define DD_STATE_THERMAL_H

#include "counts.h"

typedef struct dd_loop {
    double supply_k[DD_SEGMENTS], back_k[DD_SEGMENTS]; /* pump to plates, plates to valve */
    double bypass_frac, bypass_set_frac;
    double speed_frac[DD_PUMP_UNITS], speed_set_frac[DD_PUMP_UNITS];
    double flow_kg_per_s, mixed_k, radiator_out_k;
    double accumulator_kg, leak_kg_per_s;
    double stopped[DD_PUMP_UNITS]; /* 1: pump unit failed */
    double valve_stuck;
} dd_loop;

#endif
