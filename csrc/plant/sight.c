#include "sight.h"

#include <math.h>

#include "frames.h"
#include "vec.h"

static int free_of_earth(const dd_params *p, const double r[3], const double d[3], double range)
{
    const double along = dd_clamp(-dd_dot(r, d) / range, 0.0, range) / range;
    const double nearest[3] = {r[0] + along * d[0], r[1] + along * d[1], r[2] + along * d[2]};
    const double floor_m = p->earth_radius_m + p->grazing_altitude_m;
    return dd_dot(nearest, nearest) > floor_m * floor_m;
}

/*
 * The light left the partner range/c ago, and our own motion turns its direction (aberration): to
 * first order in v/c both together shift the line by the relative velocity alone. The sent beam
 * must lead by as much on the other side: 2 v/c (Degnan 1993, Contributions of Space Geodesy to
 * Geodynamics 25). Second order, v^2/c^2, is below 1e-9 rad.
 */
void dd_sight_look(const dd_plant *plant, int partner, dd_sight *sight)
{
    const dd_body *self = &plant->world.bodies[0];
    const dd_body *other = &plant->world.bodies[1 + partner];
    double d[3], w[3], seen[3], body[3], rate[3];
    for (int i = 0; i < 3; i++) {
        d[i] = other->r[i] - self->r[i];
        w[i] = (other->v[i] - self->v[i]) / DD_LIGHT_M_PER_S;
    }
    const double range = dd_max(dd_norm(d), 1.0);
    for (int i = 0; i < 3; i++) {
        seen[i] = d[i] - range * w[i];
    }
    dd_matrix_apply(plant->world.attitude, seen, body);
    dd_matrix_apply(plant->world.attitude, w, rate);
    const double flat = dd_max(sqrt(body[0] * body[0] + body[1] * body[1]), 1e-6);
    const double slant = sqrt(flat * flat + body[2] * body[2]);
    sight->range_m = range;
    sight->azimuth_rad = atan2(body[1], body[0]);
    sight->elevation_rad = atan2(body[2], flat);
    sight->clear = free_of_earth(&plant->params, self->r, d, range);
    const double ca = body[0] / flat, sa = body[1] / flat;
    const double ce = flat / slant, se = body[2] / slant;
    sight->cosine = ce;
    sight->ahead_rad[0] = 2.0 * (ca * rate[1] - sa * rate[0]);
    sight->ahead_rad[1] = 2.0 * (ce * rate[2] - se * (ca * rate[0] + sa * rate[1]));
}
