#include "section.h"
#include "vec.h"

#include <math.h>

/* Newton doubles the digits: after a move below this the next one would be below 1e-10 V. */
#define SETTLED_V 3e-5
/* A third-order move triples them; it is for moves within the range of its series. */
#define NEAR_FRAC 0.02
#define HELD_FRAC 1e-11
#define HELD_W 1e-10

double dd_section_current(const dd_cell_curve *curve, double junction_v)
{
    const double diode = curve->dark_a * exp((junction_v - curve->voc_v) / curve->slope_v);
    return curve->photo_a - diode - junction_v * curve->shunt_s;
}

/* Current a small move away from where it and the diode's part are known, to the third order in it.
 */
static double moved_current(const dd_cell_curve *curve, double current, double diode, double move)
{
    const double part = move / curve->slope_v;
    return current - diode * part * (1.0 + part * (0.5 + part / 6.0)) - curve->shunt_s * move;
}

double dd_section_operate(const dd_cell_curve *curve, double terminal_v, double guess_v,
                          double *current_a)
{
    double x = guess_v;
    for (int i = 0; i < 40; i++) {
        const double diode = curve->dark_a * exp((x - curve->voc_v) / curve->slope_v);
        const double current = curve->photo_a - diode - x * curve->shunt_s;
        const double error = x - curve->series_ohm * current - terminal_v;
        const double gain = 1.0 + curve->series_ohm * (diode / curve->slope_v + curve->shunt_s);
        const double move = -error / gain;
        x += move;
        *current_a = moved_current(curve, current, diode, move);
        if (fabs(move) < SETTLED_V) {
            break;
        }
    }
    return x;
}

double dd_section_junction(const dd_cell_curve *curve, double terminal_v, double guess_v)
{
    double current = 0.0;
    return dd_section_operate(curve, terminal_v, guess_v, &current);
}

/* u + ln(1 + u) = L with L = Voc / a: closed by u = W(e Iph / I0) - 1, found in a few sure steps.
 */
static double lambert_ratio(double log_ratio)
{
    double u = log_ratio > 1.0 ? log_ratio - log(log_ratio) : 0.5 * log_ratio;
    for (int i = 0; i < 4; i++) {
        u -= (u + log(1.0 + u) - log_ratio) / (1.0 + 1.0 / (1.0 + u));
    }
    return u;
}

double dd_ideal_maximum_v(double photo_a, double voc_v, double slope_v)
{
    const double dark = photo_a / expm1(voc_v / slope_v);
    return slope_v * lambert_ratio(log((photo_a + dark) / dark));
}

double dd_section_maximum(const dd_cell_curve *curve)
{
    if (curve->photo_a <= 0.0) {
        return 0.0;
    }
    const double log_ratio = log(curve->photo_a / curve->dark_a) + curve->voc_v / curve->slope_v;
    if (log_ratio <= 0.0) {
        return 0.0;
    }
    const double ideal = curve->slope_v * lambert_ratio(log_ratio);
    double low = 0.0, high = ideal + 2.0 * curve->series_ohm * curve->photo_a + curve->slope_v;
    double x = ideal, moved = 1.0;
    for (int i = 0; i < 30 && fabs(moved) >= 1e-9; i++) {
        const double diode = curve->dark_a * exp((x - curve->voc_v) / curve->slope_v);
        const double current = curve->photo_a - diode - x * curve->shunt_s;
        const double slope = -diode / curve->slope_v - curve->shunt_s;
        const double bend = -diode / (curve->slope_v * curve->slope_v);
        const double arm = x - 2.0 * curve->series_ohm * current;
        const double f = current + slope * arm;
        const double df = slope + bend * arm + slope * (1.0 - 2.0 * curve->series_ohm * slope);
        if (f > 0.0) {
            low = x;
        } else {
            high = x;
        }
        double next = df < 0.0 ? x - f / df : 0.5 * (low + high);
        if (next < low || next > high) {
            next = 0.5 * (low + high);
        }
        moved = next - x;
        x = next;
    }
    return x;
}

/* Where a search for a held-back section stands. */
typedef struct dd_held {
    double junction_v;
    double diode_a, current_a;
    double gain_a; /* of the power with the junction voltage */
    int is_near, is_settled;
} dd_held;

static double open_v(const dd_cell_curve *curve, double maximum_v)
{
    const double log_ratio = log(dd_max(curve->photo_a, 1e-12) / curve->dark_a);
    return dd_max(curve->voc_v + curve->slope_v * log_ratio, maximum_v);
}

/*
 * One move towards the junction voltage of power_w: Newton's, and near its end Chebyshev's with the
 * bend of the power, which costs nothing more; settled when that leaves enough digits.
 */
static double move_to_power(const dd_cell_curve *curve, double power_w, dd_held *held)
{
    const double per_v = 1.0 / curve->slope_v, r = curve->series_ohm;
    const double part = held->diode_a * per_v, slope = -part - curve->shunt_s;
    const double arm = held->junction_v - 2.0 * r * held->current_a;
    held->gain_a = held->current_a + slope * arm;
    const double enough_w = HELD_FRAC * power_w + HELD_W;
    const double excess = (held->junction_v - r * held->current_a) * held->current_a - power_w;
    const double over_gain = -1.0 / held->gain_a;
    const double move = excess * over_gain;
    const double bend = 2.0 * slope * (1.0 - r * slope) - part * per_v * arm;
    const double more = 0.5 * bend * move * over_gain;
    const double reach = fabs(more) + fabs(move) * per_v;
    held->is_near = reach < NEAR_FRAC;
    if (!held->is_near) {
        held->is_settled = fabs(excess) <= enough_w;
        return held->is_settled ? 0.0 : move;
    }
    held->is_settled = fabs(bend) * move * move * reach <= enough_w;
    return move * (1.0 + more);
}

/*
 * Newton on a power that is concave and falling right of the maximum: from the left of the root the
 * first step lands right of it (held at open circuit, where the power is not above zero), and from
 * there every iterate stays right of it.
 */
double dd_section_hold(const dd_cell_curve *curve, double power_w, double maximum_v, double guess_v,
                       double *current_a)
{
    dd_held held = {guess_v > maximum_v ? guess_v : open_v(curve, maximum_v), 0.0, 0.0, 0.0, 0, 0};
    for (int i = 0; i < 40; i++) {
        const double x = held.junction_v;
        held.diode_a = curve->dark_a * exp((x - curve->voc_v) / curve->slope_v);
        held.current_a = curve->photo_a - held.diode_a - x * curve->shunt_s;
        double move = move_to_power(curve, power_w, &held);
        if (held.gain_a >= 0.0 && x < open_v(curve, maximum_v)) {
            held.junction_v = open_v(curve, maximum_v); /* the guess lay left of the true maximum */
            continue;
        }
        if (held.gain_a >= 0.0 || x + move <= maximum_v) {
            *current_a = dd_section_current(curve, maximum_v);
            return maximum_v;
        }
        if (move > 0.0 && !held.is_near) {
            move = dd_min(move, open_v(curve, maximum_v) - x);
        }
        held.junction_v = x + move;
        *current_a = moved_current(curve, held.current_a, held.diode_a, move);
        if (held.is_settled) {
            break;
        }
    }
    return held.junction_v;
}
