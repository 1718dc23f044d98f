/* Three-vectors and quaternions of the attitude controller. */
#ifndef DD_AXIS_H
#define DD_AXIS_H

#include <math.h>

static inline double dd_axis_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void dd_axis_cross(const double a[3], const double b[3], double out[3])
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

/* Makes a unit vector; 0, and the vector untouched, if it has no direction. */
static inline int dd_axis_unit(double a[3])
{
    const double n = sqrt(dd_axis_dot(a, a));
    if (!(n > 0.0)) {
        return 0;
    }
    a[0] /= n, a[1] /= n, a[2] /= n;
    return 1;
}

/* Scalar first, Hamilton's product. */
static inline void dd_turn_product(const double a[4], const double b[4], double out[4])
{
    out[0] = a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3];
    out[1] = a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2];
    out[2] = a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1];
    out[3] = a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0];
}

/* Small angle (rad, body axes) from attitude a to attitude b, the short way. */
static inline void dd_turn_between(const double a[4], const double b[4], double angle[3])
{
    const double back[4] = {a[0], -a[1], -a[2], -a[3]};
    double gap[4];
    dd_turn_product(back, b, gap);
    const double k = gap[0] < 0.0 ? -2.0 : 2.0;
    angle[0] = k * gap[1], angle[1] = k * gap[2], angle[2] = k * gap[3];
}

/* Turns an attitude by a small angle in body axes; second order in the angle. */
static inline void dd_turn_by(double q[4], const double angle[3])
{
    const double gap[4] = {1.0 - 0.125 * dd_axis_dot(angle, angle), 0.5 * angle[0], 0.5 * angle[1],
                           0.5 * angle[2]};
    double out[4];
    dd_turn_product(q, gap, out);
    const double n =
        1.0 / sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2] + out[3] * out[3]);
    q[0] = n * out[0], q[1] = n * out[1], q[2] = n * out[2], q[3] = n * out[3];
}

#endif
