/* The array's own parts for one another: light, characteristic, converters. */
#ifndef DD_ARRAY_H
#define DD_ARRAY_H

#include "plant.h"
#include "shade.h"

static inline int dd_wing_of(int section)
{
    return section / (DD_SECTIONS / DD_WINGS);
}

double dd_array_light(const dd_plant *plant, int wing);
/* The characteristic of a section now. */
void dd_array_shade(const dd_plant *plant, int index, double light, dd_shade *shade);
/* The operating point of every section, from the light on each wing. */
void dd_converters_step(dd_plant *plant, const double light[DD_WINGS]);

#endif
