/* State of the thermal network and of the pumped loops. */
#ifndef DD_STATE_THERMAL_H
#define DD_STATE_THERMAL_H

#include "counts.h"

/* Nodes that hold heat; panels 0 to 6 are one wing on loop 0, from its root outwards, 7 to 13 the
 * other. */
typedef struct dd_network {
    double die_k[DD_ACCELERATORS], plate_k[DD_NODES];
    double panel_k[DD_PANELS], panel_ice_j[DD_PANELS]; /* heat that melts what is frozen */
    double structure_k;
} dd_network;

/* Flow of one loop in a step, and what it does to panels and plates. */
typedef struct dd_flow {
    double capacity_w_per_k;              /* flow times heat capacity */
    double courant;                       /* flow times step over the mass of one segment */
    double plate_w_per_k;                 /* per plate, from plate to entering coolant */
    double panel_capacity_w_per_k;        /* flow through all panels times heat capacity */
    double panel_w_per_k[DD_LOOP_PANELS]; /* from entering coolant to panel */
} dd_flow;

/* What a loop's flow follows from while all its panels are wide open. */
typedef struct dd_flow_cause {
    double bypass_frac, speed_frac, head_frac, step_s;
} dd_flow_cause;

typedef struct dd_loop {
    double supply_k[DD_SEGMENTS], back_k[DD_SEGMENTS]; /* pump to plates, plates to valve */
    double bypass_frac, bypass_set_frac;
    double speed_frac[DD_PUMP_UNITS], speed_set_frac[DD_PUMP_UNITS];
    double flow_kg_per_s, mixed_k, radiator_out_k;
    double accumulator_kg, leak_kg_per_s;
    double panel_leak_kg_per_s;    /* of the panels that are not isolated */
    double stopped[DD_PUMP_UNITS]; /* 1: pump unit failed */
    double valve_stuck;
    dd_flow_cause cause; /* of the flow below: worked out anew when one of them changes */
    dd_flow flow;
    double head_frac; /* what a cavitating pump keeps of its head */
} dd_loop;

#endif
