/* Power against clock of an accelerator, for one and for lanes. */
#ifndef DD_CLOCK_H
#define DD_CLOCK_H

#include "vec.h"

#define DD_CLOCK_GUESS_MIN 0.3
#define DD_CLOCK_STEPS_MAX 12
#define DD_CLOCK_SETTLED 1e-9

/* Dynamic power over that of full clock, f V(f)^2. */
static inline double dd_clock_power(double clock_frac, double floor_frac)
{
    const double v = floor_frac + (1.0 - floor_frac) * clock_frac;
    return clock_frac * v * v;
}

/* Newton's move, to be taken off, towards the clock of a power; from above the convex cubic always
 * converges. */
static inline double dd_clock_move(double power_ratio, double floor_frac, double clock_frac)
{
    const double v = floor_frac + (1.0 - floor_frac) * clock_frac;
    const double slope = v * v + 2.0 * clock_frac * v * (1.0 - floor_frac);
    return (clock_frac * v * v - power_ratio) / slope;
}

static inline double dd_clock_throttled(double clock_frac, double die_k, double throttle_k,
                                        double slope_per_k, double limit_k, double clock_min_frac)
{
    const double over = die_k - throttle_k;
    const double slowed = over > 0.0 ? 1.0 - slope_per_k * over : 2.0;
    const double allowed = die_k >= limit_k ? clock_min_frac : slowed;
    return dd_max(dd_min(clock_frac, allowed), dd_min(clock_frac, clock_min_frac));
}

#endif
