/* Three-vectors, for the inner loops. */
#ifndef DD_VEC_H
#define DD_VEC_H

#include <math.h>

/* For what few steps need: kept out of the one piece that a step is compiled into. */
#define DD_SELDOM __attribute__((noinline))

static inline double dd_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline double dd_norm(const double a[3])
{
    return sqrt(dd_dot(a, a));
}

static inline void dd_cross(const double a[3], const double b[3], double out[3])
{
    const double x = a[1] * b[2] - a[2] * b[1];
    const double y = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
    out[0] = x;
    out[1] = y;
}

static inline void dd_unit(double a[3])
{
    const double n = dd_norm(a);
    const double k = n > 0.0 ? 1.0 / n : 0.0;
    a[0] *= k;
    a[1] *= k;
    a[2] *= k;
}

/* As fmax and fmin for finite numbers, but inlined; a NaN on the left is passed over. */
static inline double dd_max(double a, double b)
{
    return a > b ? a : b;
}

static inline double dd_min(double a, double b)
{
    return a < b ? a : b;
}

/* floor() of what is far below 2^51, without a call. */
static inline double dd_floor(double value)
{
    const double nearest = (value + 0x1.8p52) - 0x1.8p52;
    return nearest > value ? nearest - 1.0 : nearest;
}

static inline double dd_clamp(double value, double low, double high)
{
    return value < low ? low : (value > high ? high : value);
}

#endif
