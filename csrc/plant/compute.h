/* Power of an accelerator against clock, load and temperature. */
#ifndef DD_COMPUTE_H
#define DD_COMPUTE_H

/*
 * Static power plus dynamic power a f V(f)^2 while it is busy, with V linear in the clock f, from
 * voltage_floor_frac at no clock to 1 at full clock.
 */
double dd_accelerator_power_w(double static_w, double dynamic_w, double duty_frac,
                              double clock_frac, double voltage_floor_frac);
/* Clock at which dynamic power over that of full clock is allowed_ratio, within least and top. */
double dd_clock_frac(double allowed_ratio, double top_frac, double least_frac, double floor_frac,
                     double guess_frac);
/* Share of time in which a node at its least clock may compute. */
double dd_duty_frac(double allowed_ratio, double least_frac, double floor_frac);
/* Leakage, leak_w at reference_k, doubles per doubling_k; held beyond -8 and 4 doublings. */
double dd_leak_power_w(double leak_w, double die_k, double reference_k, double doubling_k);
/*
 * Hardware throttle: slope_per_k less clock per kelvin above throttle_k (the core's limit), the
 * least clock from limit_k on (the memory's).
 */
double dd_throttled_clock(double clock_frac, double die_k, double throttle_k, double slope_per_k,
                          double limit_k, double clock_min_frac);

#endif
