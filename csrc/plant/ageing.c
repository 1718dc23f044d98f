#include "ageing.h"

#include <math.h>

#include "vec.h"

#define STUDY_AH 2.05
#define CAPACITY_FLOOR 0.2

/*
 * Schmalstieg et al. 2014, J. Power Sources 257, 325-334 (NMC, 18650):
 *   C = 1 - alpha_C t^0.75 - beta_C sqrt(Q),  R = 1 + alpha_R t^0.75 + beta_R Q,
 * t in days, Q in Ah of a 2.05 Ah cell in both directions. An orbit adds what its own stress makes
 * of its piece of t and Q. The study ends at 60 C and does not heal, so no term is negative.
 */
void dd_cell_age(dd_ageing *ageing, const dd_cycle *cycle, double speed_ratio)
{
    const double v = cycle->voltage_v, t = cycle->temperature_k, depth = cycle->depth_frac;
    const double alpha_c = dd_max(0.0, 7.543 * v - 23.75) * 1e6 * exp(-6976.0 / t);
    const double alpha_r = dd_max(0.0, 5.270 * v - 16.32) * 1e5 * exp(-5986.0 / t);
    const double away_c = v - 3.667, away_r = v - 3.725;
    const double beta_c = 7.348e-3 * away_c * away_c + 7.600e-4 + 4.081e-3 * depth;
    const double beta_r = dd_max(0.0, 2.153e-4 * away_r * away_r - 1.521e-5 + 2.798e-4 * depth);
    const double days = ageing->age_days + cycle->days;
    const double charge = ageing->throughput_ah + cycle->throughput_frac * STUDY_AH;
    const double calendar = pow(days, 0.75) - pow(ageing->age_days, 0.75);
    const double cycling = sqrt(charge) - sqrt(ageing->throughput_ah);
    const double lost = alpha_c * calendar + beta_c * cycling;
    ageing->capacity_ratio = dd_max(CAPACITY_FLOOR, ageing->capacity_ratio - speed_ratio * lost);
    ageing->resistance_ratio +=
        speed_ratio * (alpha_r * calendar + beta_r * cycle->throughput_frac * STUDY_AH);
    ageing->age_days = days;
    ageing->throughput_ah = charge;
}
