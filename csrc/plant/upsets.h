/* Upsets of the accelerators by radiation: where, how often, and what they do. */
#ifndef DD_UPSETS_H
#define DD_UPSETS_H

#include "plant.h"

/*
 * Rate over the orbit's average: the South Atlantic, the polar zones, elsewhere; solar particles
 * reach what lies above the magnetic cutoff, as strong as solar_ratio times the average.
 */
double dd_upset_ratio(const dd_params *p, double magnetic_latitude_rad, int south_atlantic,
                      double solar_ratio);
/* What one upset does to an accelerator and its node, of whatever cause. */
void dd_upset_strike(dd_plant *plant, int accelerator, int kind);
/* Starts or ends a solar particle event; ratio: its rate over the orbit's average, 0 for none. */
void dd_upset_solar(dd_plant *plant, double ratio);

#endif
