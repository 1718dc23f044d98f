/* Pumps, valve, leak and the way of the coolant through panels that may be cold. */
#ifndef DD_HYDRAULICS_H
#define DD_HYDRAULICS_H

#include "plant.h"

/* Share of its flow that a panel lets through: none at the freezing point, all span_k above it. */
double dd_open_frac(double panel_k, double freeze_k, double span_k);
/*
 * Flow over nominal flow at a pump speed over full speed. The pump gives head_frac times
 * shutoff_ratio n^2 - (shutoff_ratio - 1) q^2, pipes take pipe_frac q^2, the valve's two ways
 * (1 - pipe_frac) (q / ways_frac)^2, all in units of the nominal rise; ways_frac: how much of both
 * ways is open.
 */
double dd_loop_flow(double speed_frac, double head_frac, double ways_frac, double shutoff_ratio,
                    double pipe_frac);
/* Heat flow per kelvin between a stream and a wall of one temperature (effectiveness and NTU). */
double dd_exchanger(double capacity_w_per_k, double ua_w_per_k);

/*
 * Upwind along a leg of mixed segments, second order in time (Heun), for what enters at a constant
 * temperature; courant: flow times step over the mass of a segment, 0 to 1. Convex, so no
 * temperature leaves the range of the old ones; heat is conserved with dd_leg_out.
 */
void dd_push_leg(double segment_k[DD_SEGMENTS], double entering_k, double courant);
/* Mean temperature of what leaves the leg during that step. */
double dd_leg_out(const double segment_k[DD_SEGMENTS], double courant);

void dd_hydraulics_step(dd_plant *plant, int loop, double dt_s, dd_flow *flow);
/* Head that the inlet pressure leaves to the pumps of a loop, 0 to 1. */
double dd_pump_head_frac(const dd_plant *plant, int loop);
double dd_pump_speed(const dd_plant *plant, int loop);

#endif
