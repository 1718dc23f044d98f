#include "shade.h"

#include <math.h>

#include "vec.h"

#define GOLDEN 0.6180339887498949

/*
 * Voltage of a block as if all substrings were like it: root of
 *   photo - dark exp((y - voc) / a) - y / Rsh + bypass (exp(-y / (N b)) - 1) = current,
 * which falls with y. Without shunt and bypass, or without diode and shunt, it is closed, and
 * Newton goes from there; slope_ohm is dy / dI.
 */
static double block(const dd_shade *shade, double photo_a, double current_a, double *slope_ohm)
{
    const dd_cell_curve *c = &shade->lit;
    const double reach = shade->substring_count * shade->bypass_v;
    const double dark = c->dark_a * exp(-c->voc_v / c->slope_v);
    const double excess = photo_a - current_a;
    double high = dd_max(0.0, c->voc_v + c->slope_v * log(dd_max(excess, 0.1 * dark) / c->dark_a));
    double low = -reach * log1p((dd_max(-excess, 0.0) + dark + 1e-12) / shade->bypass_a);
    double y = excess > 0.0 ? high : low;
    for (int i = 0; i < 60; i++) {
        const double diode = c->dark_a * exp((y - c->voc_v) / c->slope_v);
        const double bypass = shade->bypass_a * exp(-y / reach);
        const double f = excess - diode - y * c->shunt_s + bypass - shade->bypass_a;
        const double slope = -diode / c->slope_v - c->shunt_s - bypass / reach;
        *slope_ohm = 1.0 / slope;
        low = f >= 0.0 ? y : low;
        high = f <= 0.0 ? y : high;
        const double newton = y - f / slope;
        const double next = newton >= low && newton <= high ? newton : 0.5 * (low + high);
        const double moved = fabs(next - y);
        y = next;
        if (moved <= 1e-13 * (fabs(y) + 1.0)) {
            break;
        }
    }
    return y;
}

static double voltage(const dd_shade *shade, double current_a, double *slope_ohm)
{
    const double photo = shade->lit.photo_a;
    double lit_ohm = 0.0, dim_ohm = 0.0;
    const double lit = block(shade, photo, current_a, &lit_ohm);
    const double dim = block(shade, photo * shade->light_frac, current_a, &dim_ohm);
    const double w = shade->shaded_frac, series = shade->lit.series_ohm;
    *slope_ohm = (1.0 - w) * lit_ohm + w * dim_ohm - series;
    return (1.0 - w) * lit + w * dim - series * current_a;
}

double dd_shade_voltage(const dd_shade *shade, double current_a)
{
    double slope = 0.0;
    return voltage(shade, current_a, &slope);
}

/* Voltage (by_power 0) or negative power above the target: falls from above 0 at low to below it at
 * high. */
static double surplus(const dd_shade *shade, int by_power, double target, double current_a,
                      double *slope)
{
    double ohm = 0.0;
    const double v = voltage(shade, current_a, &ohm);
    *slope = by_power ? -v - current_a * ohm : ohm;
    return by_power ? target - v * current_a : v - target;
}

/* Newton held in its bracket, halving it where Newton leaves it or is slow (Press et al., Numerical
 * Recipes, rtsafe). */
static double solve(const dd_shade *shade, int by_power, double target, double high_a)
{
    double low = 0.0, high = high_a, x = 0.5 * high_a, slope = 0.0;
    double last = high_a;
    double f = surplus(shade, by_power, target, x, &slope);
    for (int i = 0; i < 100; i++) {
        low = f >= 0.0 ? x : low;
        high = f <= 0.0 ? x : high;
        const double newton = x - f / slope;
        const int good = newton > low && newton < high && fabs(f / slope) < 0.5 * last;
        const double next = good ? newton : 0.5 * (low + high);
        last = fabs(next - x);
        x = next;
        if (last <= 1e-14 * high_a) {
            break;
        }
        f = surplus(shade, by_power, target, x, &slope);
    }
    return x;
}

double dd_shade_current(const dd_shade *shade, double terminal_v)
{
    return dd_shade_voltage(shade, 0.0) <= terminal_v
               ? 0.0
               : solve(shade, 0, terminal_v, shade->lit.photo_a);
}

double dd_shade_limited(const dd_shade *shade, double power_w, double current_max_a)
{
    const double most = current_max_a * dd_shade_voltage(shade, current_max_a);
    return most <= power_w ? current_max_a : solve(shade, 1, power_w, current_max_a);
}

/* Golden section: below the shadow's photocurrent, and above it, power is concave in the current.
 */
static double peak(const dd_shade *shade, double low, double high, double *current_a)
{
    double a = high - GOLDEN * (high - low), b = low + GOLDEN * (high - low);
    double at_a = a * dd_shade_voltage(shade, a), at_b = b * dd_shade_voltage(shade, b);
    for (int i = 0; i < 44; i++) {
        if (at_a > at_b) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - GOLDEN * (high - low);
            at_a = a * dd_shade_voltage(shade, a);
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + GOLDEN * (high - low);
            at_b = b * dd_shade_voltage(shade, b);
        }
    }
    *current_a = a;
    return at_a;
}

double dd_shade_maximum(const dd_shade *shade, double *current_a)
{
    const double edge = shade->lit.photo_a * dd_min(shade->light_frac, 1.0);
    double through = 0.0, past = 0.0;
    const double all = peak(shade, 0.0, edge, &through);
    const double bypassed = peak(shade, edge, shade->lit.photo_a, &past);
    *current_a = all >= bypassed ? through : past;
    return dd_max(0.0, dd_max(all, bypassed));
}
