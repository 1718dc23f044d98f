#include "sight.h"

#include <math.h>

#include "lanes.h"
#include "vec.h"

void dd_sights_look(const dd_plant *plant, dd_sight sights[DD_TERMINALS])
{
    const dd_params *p = &plant->params;
    const dd_body *self = &plant->world.bodies[0];
    double own[3];
    for (int k = 0; k < 3; k++) {
        own[k] = self->v[k] * (1.0 / DD_LIGHT_M_PER_S);
    }
    const double stretch = 1.0 / sqrt(1.0 - dd_dot(own, own));
    const dd_sight_facts facts = {
        plant->world.attitude,    self->r, p->earth_radius_m + p->grazing_altitude_m,
        {own[0], own[1], own[2]}, stretch, stretch * stretch / (1.0 + stretch)};
    dd_sight_lanes lanes;
    for (int i = 0; i < DD_TERMINALS; i++) {
        const dd_body *other = &plant->world.bodies[1 + plant->terminals[i].partner];
        for (int k = 0; k < 3; k++) {
            lanes.distance_m[k][i] = other->r[k] - self->r[k];
            lanes.turn_ratio[k][i] = (other->v[k] - self->v[k]) * (1.0 / DD_LIGHT_M_PER_S);
        }
    }
    dd_lanes_now()->look(&facts, &lanes);
    for (int i = 0; i < DD_TERMINALS; i++) {
        sights[i] = (dd_sight){lanes.azimuth_rad[i],
                               lanes.elevation_rad[i],
                               lanes.range_m[i],
                               lanes.cosine[i],
                               {lanes.ahead_rad[0][i], lanes.ahead_rad[1][i]},
                               lanes.clear[i] > 0.0};
    }
}
