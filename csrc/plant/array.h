/* The array's own parts for one another: light, characteristic, converters. */
#ifndef DD_ARRAY_H
#define DD_ARRAY_H

#include "plant.h"
#include "shade.h"

double dd_array_light(const dd_plant *plant, int wing);
/* The characteristics of all sections now, and of one with its shadow. */
void dd_array_curves(const dd_plant *plant, dd_curve_lanes *curves);
void dd_array_shade(const dd_plant *plant, const dd_curve_lanes *curves, int index,
                    dd_shade *shade);
void dd_converters_start(dd_plant *plant);
/* The operating point of every section. */
void dd_converters_step(dd_plant *plant);

#endif
