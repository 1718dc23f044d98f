#include "section.h"

#include <math.h>

#include "section_moves.h"
#include "vec.h"

static dd_diode diode_of(const dd_cell_curve *curve)
{
    const dd_diode diode = {curve->photo_a,       curve->dark_a,     curve->voc_v,
                            1.0 / curve->slope_v, curve->series_ohm, curve->shunt_s};
    return diode;
}

double dd_section_current(const dd_cell_curve *curve, double junction_v)
{
    const dd_diode diode = diode_of(curve);
    return dd_point_at(&diode, junction_v).current_a;
}

double dd_section_operate(const dd_cell_curve *curve, double terminal_v, double guess_v,
                          double *current_a)
{
    const dd_diode diode = diode_of(curve);
    double x = guess_v;
    for (int i = 0; i < DD_MOVES_MAX; i++) {
        const dd_point point = dd_point_at(&diode, x);
        const double move = dd_move_to_voltage(&diode, &point, terminal_v);
        x += move;
        *current_a = dd_current_after(&diode, &point, move);
        if (fabs(move) < DD_SETTLED_V) {
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
        const double diode = curve->dark_a * dd_exp((x - curve->voc_v) / curve->slope_v);
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

static double open_v(const dd_cell_curve *curve, double maximum_v)
{
    const double log_ratio = log(dd_max(curve->photo_a, 1e-12) / curve->dark_a);
    return dd_max(curve->voc_v + curve->slope_v * log_ratio, maximum_v);
}

/*
 * Newton on a power that is concave and falling right of the maximum: from the left of the root the
 * first step lands right of it (held at open circuit, where the power is not above zero), and from
 * there every iterate stays right of it.
 */
double dd_section_hold(const dd_cell_curve *curve, double power_w, double maximum_v, double guess_v,
                       double *current_a)
{
    const dd_diode diode = diode_of(curve);
    double x = guess_v > maximum_v ? guess_v : open_v(curve, maximum_v);
    for (int i = 0; i < DD_MOVES_MAX; i++) {
        const dd_point point = dd_point_at(&diode, x);
        const dd_power_move step = dd_move_to_power(&diode, &point, power_w);
        double move = step.move_v;
        if (step.gain_a >= 0.0 && x < open_v(curve, maximum_v)) {
            x = open_v(curve, maximum_v); /* the guess lay left of the true maximum */
            continue;
        }
        if (step.gain_a >= 0.0 || x + move <= maximum_v) {
            *current_a = dd_section_current(curve, maximum_v);
            return maximum_v;
        }
        if (move > 0.0 && step.is_near < 0.5) {
            move = dd_min(move, open_v(curve, maximum_v) - x);
        }
        x += move;
        *current_a = dd_current_after(&diode, &point, move);
        if (step.is_settled > 0.5) {
            break;
        }
    }
    return x;
}
