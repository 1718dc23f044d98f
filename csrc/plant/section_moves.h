/* A section's diode at a junction voltage, and the moves of its searches: for one and for lanes. */
#ifndef DD_SECTION_MOVES_H
#define DD_SECTION_MOVES_H

#include <math.h>

#include "elementary.h"

/* Newton doubles the digits: after a move below this the next one would be below 1e-10 V. */
#define DD_SETTLED_V 3e-5
/* A third-order move triples them; it is for moves within the range of its series. */
#define DD_NEAR_FRAC 0.02
#define DD_HELD_FRAC 1e-11
#define DD_HELD_W 1e-10
#define DD_MOVES_MAX 40

/* per_v: one over the ideality voltage. */
typedef struct dd_diode {
    double photo_a, dark_a, voc_v, per_v, series_ohm, shunt_s;
} dd_diode;

typedef struct dd_point {
    double junction_v, diode_a, current_a;
} dd_point;

/* A move towards a power; gain_a: of the power with the junction voltage. */
typedef struct dd_power_move {
    double move_v, gain_a;
    double is_near, is_settled;
} dd_power_move;

static inline dd_point dd_point_at(const dd_diode *d, double junction_v)
{
    const double diode = d->dark_a * dd_exp((junction_v - d->voc_v) * d->per_v);
    const dd_point point = {junction_v, diode, d->photo_a - diode - junction_v * d->shunt_s};
    return point;
}

/* Current a small move away, to the third order in it. */
static inline double dd_current_after(const dd_diode *d, const dd_point *point, double move_v)
{
    const double part = move_v * d->per_v;
    return point->current_a - point->diode_a * part * (1.0 + part * (0.5 + part * (1.0 / 6.0))) -
           d->shunt_s * move_v;
}

/* Newton's move to a terminal voltage. */
static inline double dd_move_to_voltage(const dd_diode *d, const dd_point *point, double terminal_v)
{
    const double error = point->junction_v - d->series_ohm * point->current_a - terminal_v;
    return -error / (1.0 + d->series_ohm * (point->diode_a * d->per_v + d->shunt_s));
}

/*
 * One move towards the junction voltage of power_w: Newton's, and near its end Chebyshev's with the
 * bend of the power, which costs nothing more; settled when that leaves enough digits.
 */
static inline dd_power_move dd_move_to_power(const dd_diode *d, const dd_point *point,
                                             double power_w)
{
    const double r = d->series_ohm;
    const double part = point->diode_a * d->per_v, slope = -part - d->shunt_s;
    const double arm = point->junction_v - 2.0 * r * point->current_a;
    const double gain = point->current_a + slope * arm;
    const double enough_w = DD_HELD_FRAC * power_w + DD_HELD_W;
    const double excess = (point->junction_v - r * point->current_a) * point->current_a - power_w;
    const double over_gain = -1.0 / gain;
    const double move = excess * over_gain;
    const double bend = 2.0 * slope * (1.0 - r * slope) - part * d->per_v * arm;
    const double more = 0.5 * bend * move * over_gain;
    const double reach = fabs(more) + fabs(move) * d->per_v;
    const double near = reach < DD_NEAR_FRAC ? 1.0 : 0.0;
    const double left_w = near > 0.0 ? fabs(bend) * move * move * reach : fabs(excess);
    const double settled = left_w <= enough_w ? 1.0 : 0.0;
    const double far_move = settled > 0.0 ? 0.0 : move;
    const dd_power_move result = {near > 0.0 ? move * (1.0 + more) : far_move, gain, near, settled};
    return result;
}

/* Newton's move towards the maximum power; a volt where the power's slope does not fall. */
static inline double dd_move_to_maximum(const dd_diode *d, const dd_point *point)
{
    const double r = d->series_ohm;
    const double part = point->diode_a * d->per_v, slope = -part - d->shunt_s;
    const double arm = point->junction_v - 2.0 * r * point->current_a;
    const double rise = point->current_a + slope * arm;
    const double bend = slope - part * d->per_v * arm + slope * (1.0 - 2.0 * r * slope);
    const double under = bend < 0.0 ? bend : -1.0;
    return bend < 0.0 ? -rise / under : 1.0;
}

#endif
