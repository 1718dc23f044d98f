/*
 * Elementary functions without branches, tables or calls: a loop over them becomes vector code, and
 * every level of instructions and every C library gives the same bits.
 */
#ifndef DD_ELEMENTARY_H
#define DD_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define DD_EXP_MIN (-708.0)
#define DD_EXP_MAX 709.0

/* e^r for |r| <= ln 2 / 2: 1 + r + r^2 q(r), with q through its 10 Chebyshev nodes; relative error
 * 1.6e-17 before rounding. */
static inline double dd_exp_near(double r)
{
    const double r2 = r * r, r4 = r2 * r2;
    const double q01 = 0.5000000000000001 + r * 0.16666666666666669;
    const double q23 = 0.04166666666662413 + r * 0.008333333333330062;
    const double q45 = 0.0013888888917213717 + r * 0.00019841269863053618;
    const double q67 = 2.4801521295954376e-05 + r * 2.7557268459997064e-06;
    const double q89 = 2.7620088445409746e-07 + r * 2.510038549551032e-08;
    const double q = (q01 + r2 * q23) + r4 * ((q45 + r2 * q67) + r4 * q89);
    return 1.0 + (r + r2 * q);
}

/* 2 to the integer that 1.5 * 2^52 was added to. */
static inline double dd_power_of_two(double shifted)
{
    uint64_t bits;
    double scale;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023U) << 52;
    memcpy(&scale, &bits, sizeof scale);
    return scale;
}

/*
 * e^x within 1 ulp for -708 <= x <= 709; beyond, the value at the nearer end. x = k ln 2 + r (Cody
 * and Waite 1980).
 */
static inline double dd_exp(double x)
{
    const double low = x < DD_EXP_MIN ? DD_EXP_MIN : x;
    const double y = low > DD_EXP_MAX ? DD_EXP_MAX : low;
    const double shifter = 0x1.8p52; /* leaves the nearest integer in the low bits */
    const double shifted = y * 1.4426950408889634 + shifter;
    const double k = shifted - shifter;
    const double r = (y - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    return dd_power_of_two(shifted) * dd_exp_near(r);
}

/* 2^x within 1 ulp for |x| <= 1022. */
static inline double dd_exp2(double x)
{
    const double shifter = 0x1.8p52;
    const double shifted = x + shifter;
    const double r = (x - (shifted - shifter)) * 0.6931471805599453;
    return dd_power_of_two(shifted) * dd_exp_near(r);
}

/*
 * Angle of (x, y) within 2 ulp, as atan2 but 0 at the origin. The smaller over the larger
 * coordinate, turned by an eighth of a circle where it exceeds tan(pi/8); then atan t = t + t^3
 * p(t^2) with p through the 11 Chebyshev nodes of t^2 <= tan(pi/8)^2: relative error 8e-18.
 */
static inline double dd_atan2(double y, double x)
{
    const double ax = fabs(x), ay = fabs(y);
    const double most = ax > ay ? ax : ay, least = ax > ay ? ay : ax;
    const double turned = least > 0.41421356237309503 * most ? 1.0 : 0.0;
    const double over = turned > 0.0 ? least - most : least;
    const double under = turned > 0.0 ? least + most : most;
    const double t = over / (under > 0.0 ? under : 1.0);
    const double z = t * t, z2 = z * z, z4 = z2 * z2;
    const double p01 = -0.3333333333333333 + z * 0.19999999999995516;
    const double p23 = -0.14285714284665682 + z * 0.11111111015187018;
    const double p45 = -0.0909090457530649 + z * 0.07692183125376892;
    const double p67 = -0.06664510525508936 + z * 0.05858140904866328;
    const double p89 = -0.050854078345894844 + z * 0.03923044778479309;
    const double high = (p89 + z2 * -0.019175404711104935) * z4;
    const double p = (p01 + z2 * p23) + z4 * ((p45 + z2 * p67) + high);
    const double eighth = turned > 0.0 ? 0x1.921fb54442d18p-1 : 0.0;
    const double first = eighth + (t + t * z * p);
    const double second = ax >= ay ? first : 0x1.921fb54442d18p+0 - first;
    const double half = x < 0.0 ? 0x1.921fb54442d18p+1 - second : second;
    return copysign(half, y);
}

#endif
