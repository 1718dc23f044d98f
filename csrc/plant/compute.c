/* Power of an accelerator against clock, load and temperature. */
#include "compute.h"

#include <math.h>

#include "clock.h"
#include "elementary.h"

double dd_accelerator_power_w(double static_w, double dynamic_w, double duty_frac,
                              double clock_frac, double voltage_floor_frac)
{
    return static_w + dynamic_w * duty_frac * dd_clock_power(clock_frac, voltage_floor_frac);
}

double dd_leak_power_w(double leak_w, double die_k, double reference_k, double doubling_k)
{
    const double doublings = (die_k - reference_k) * (1.0 / doubling_k);
    return leak_w * dd_exp2(dd_clamp(doublings, -8.0, 4.0));
}

double dd_throttled_clock(double clock_frac, double die_k, double throttle_k, double slope_per_k,
                          double limit_k, double clock_min_frac)
{
    return dd_clock_throttled(clock_frac, die_k, throttle_k, slope_per_k, limit_k, clock_min_frac);
}

/* Inverse of dd_clock_power. */
static double clock_for(double power, double floor, double guess)
{
    double f = dd_max(guess, DD_CLOCK_GUESS_MIN);
    for (int i = 0; i < DD_CLOCK_STEPS_MAX; i++) {
        const double move = dd_clock_move(power, floor, f);
        f -= move;
        if (fabs(move) < DD_CLOCK_SETTLED) {
            break;
        }
    }
    return f;
}

double dd_clock_frac(double allowed_ratio, double top_frac, double least_frac, double floor_frac,
                     double guess_frac)
{
    if (allowed_ratio <= dd_clock_power(least_frac, floor_frac)) {
        return least_frac;
    }
    if (allowed_ratio >= dd_clock_power(top_frac, floor_frac)) {
        return top_frac;
    }
    return clock_for(allowed_ratio, floor_frac, guess_frac);
}

double dd_duty_frac(double allowed_ratio, double least_frac, double floor_frac)
{
    return dd_clamp(allowed_ratio / dd_clock_power(least_frac, floor_frac), 0.0, 1.0);
}
