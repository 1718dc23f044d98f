/*
 * Lines of sight of all terminals at once. The light left the partner a while ago: the root of
 * |line - reach w| = reach, for which the partner moves evenly at w times the speed of light; its
 * curved way matters below 1e-9 rad. Our own motion turns the light's direction by the Lorentz
 * transformation (Klioner 2003, Astron. J. 125, 1580, section 5). To first order in v/c both
 * together shift the line by the relative velocity alone, and the sent beam must lead by as much on
 * the other side: 2 v/c (Degnan 1993, Contributions of Space Geodesy to Geodynamics 25).
 */
#ifndef DD_LANES_SIGHT_H
#define DD_LANES_SIGHT_H

#include <math.h>

#include "elementary.h"
#include "lanes.h"
#include "vec.h"

static void look(const dd_sight_facts *restrict facts, dd_sight_lanes *restrict lanes)
{
    const double *m = facts->attitude, *self = facts->self_m, *b = facts->own_ratio;
    const double floor2 = facts->floor_m * facts->floor_m;
    for (int i = 0; i < DD_TERMINALS; i++) {
        const double d0 = lanes->distance_m[0][i], d1 = lanes->distance_m[1][i];
        const double d2 = lanes->distance_m[2][i];
        const double w0 = lanes->turn_ratio[0][i], w1 = lanes->turn_ratio[1][i];
        const double w2 = lanes->turn_ratio[2][i];
        const double range = dd_max(sqrt(d0 * d0 + d1 * d1 + d2 * d2), 1.0);
        const double o0 = w0 + b[0], o1 = w1 + b[1], o2 = w2 + b[2];
        const double closing = d0 * o0 + d1 * o1 + d2 * o2;
        const double slow = 1.0 - (o0 * o0 + o1 * o1 + o2 * o2);
        const double reach = (sqrt(closing * closing + slow * range * range) - closing) / slow;
        const double t0 = d0 - reach * o0, t1 = d1 - reach * o1, t2 = d2 - reach * o2;
        const double ahead = t0 * b[0] + t1 * b[1] + t2 * b[2];
        const double lean = facts->stretch * reach + facts->turn * ahead;
        const double s0 = t0 + lean * b[0], s1 = t1 + lean * b[1], s2 = t2 + lean * b[2];
        const double x = m[0] * s0 + m[1] * s1 + m[2] * s2;
        const double y = m[3] * s0 + m[4] * s1 + m[5] * s2;
        const double z = m[6] * s0 + m[7] * s1 + m[8] * s2;
        const double u = m[0] * w0 + m[1] * w1 + m[2] * w2;
        const double v = m[3] * w0 + m[4] * w1 + m[5] * w2;
        const double w = m[6] * w0 + m[7] * w1 + m[8] * w2;
        const double flat = dd_max(sqrt(x * x + y * y), 1e-6);
        const double slant = sqrt(flat * flat + z * z);
        const double per_flat = 1.0 / flat, per_slant = 1.0 / slant, per_range = 1.0 / range;
        const double ca = x * per_flat, sa = y * per_flat;
        const double ce = flat * per_slant, se = z * per_slant;
        /* Nearest point to the Earth's centre, as a share of the line. */
        const double toward = -(self[0] * d0 + self[1] * d1 + self[2] * d2) * per_range * per_range;
        const double along = dd_clamp(toward, 0.0, 1.0);
        const double n0 = self[0] + along * d0, n1 = self[1] + along * d1;
        const double n2 = self[2] + along * d2;
        lanes->range_m[i] = range;
        lanes->azimuth_rad[i] = dd_atan2(y, x);
        lanes->elevation_rad[i] = dd_atan2(z, flat);
        lanes->cosine[i] = ce;
        lanes->ahead_rad[0][i] = 2.0 * (ca * v - sa * u);
        lanes->ahead_rad[1][i] = 2.0 * (ce * w - se * (ca * u + sa * v));
        lanes->clear[i] = n0 * n0 + n1 * n1 + n2 * n2 > floor2 ? 1.0 : 0.0;
    }
}

#endif
