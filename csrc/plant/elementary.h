/*
 * Elementary functions without branches, tables or calls: a loop over them becomes vector code, and
 * every level of instructions and every C library gives the same bits.
 */
#ifndef DD_ELEMENTARY_H
#define DD_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#define DD_EXP_MIN (-708.0)
#define DD_EXP_MAX 709.0

/*
 * e^x within 1 ulp for -708 <= x <= 709; beyond, the value at the nearer end. x = k ln 2 + r (Cody
 * and Waite 1980), then e^r = 1 + r + r^2 q(r) with q through the 10 Chebyshev nodes of |r| <= ln 2
 * / 2: relative error 1.6e-17 before rounding.
 */
static inline double dd_exp(double x)
{
    const double low = x < DD_EXP_MIN ? DD_EXP_MIN : x;
    const double y = low > DD_EXP_MAX ? DD_EXP_MAX : low;
    const double shifter = 0x1.8p52; /* leaves the nearest integer in the low bits */
    const double shifted = y * 1.4426950408889634 + shifter;
    const double k = shifted - shifter;
    const double r = (y - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    const double r2 = r * r, r4 = r2 * r2;
    const double q01 = 0.5000000000000001 + r * 0.16666666666666669;
    const double q23 = 0.04166666666662413 + r * 0.008333333333330062;
    const double q45 = 0.0013888888917213717 + r * 0.00019841269863053618;
    const double q67 = 2.4801521295954376e-05 + r * 2.7557268459997064e-06;
    const double q89 = 2.7620088445409746e-07 + r * 2.510038549551032e-08;
    const double q = (q01 + r2 * q23) + r4 * ((q45 + r2 * q67) + r4 * q89);
    uint64_t bits;
    double scale;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023U) << 52;
    memcpy(&scale, &bits, sizeof scale);
    return scale * (1.0 + (r + r2 * q));
}

#endif
