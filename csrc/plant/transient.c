#include "transient.h"

#include <math.h>

#include "vec.h"

/* Voltage, regulator current, and the integral part of the current's reference. */
typedef struct dd_bus_state {
    double v, i, integral;
} dd_bus_state;

/* What holds during one step. */
typedef struct dd_bus_drive {
    double array_w, load_w, limit_a;
} dd_bus_drive;

static dd_bus_state slope(const dd_transient *b, const dd_bus_drive *drive, dd_bus_state s)
{
    const double error = b->reference_v - s.v;
    const double wanted = b->voltage_gain_a_per_v * error + s.integral;
    const double held = dd_clamp(wanted, -drive->limit_a, drive->limit_a);
    const double v = dd_max(s.v, b->dropout_v);
    const double draw = drive->load_w * dd_min(1.0, s.v / b->dropout_v) / v;
    const double feed = drive->array_w / v;
    return (dd_bus_state){(feed + s.i - draw) / b->capacitance_f, (held - s.i) / b->current_lag_s,
                          held == wanted ? b->integral_gain_a_per_v_s * error : 0.0};
}

static dd_bus_state moved(dd_bus_state s, dd_bus_state d, double h)
{
    return (dd_bus_state){s.v + h * d.v, s.i + h * d.i, s.integral + h * d.integral};
}

/* Classical Runge-Kutta. */
static dd_bus_state advance(const dd_transient *b, const dd_bus_drive *drive, dd_bus_state s)
{
    const double h = b->step_s;
    const dd_bus_state k1 = slope(b, drive, s);
    const dd_bus_state k2 = slope(b, drive, moved(s, k1, 0.5 * h));
    const dd_bus_state k3 = slope(b, drive, moved(s, k2, 0.5 * h));
    const dd_bus_state k4 = slope(b, drive, moved(s, k3, h));
    dd_bus_state next = moved(moved(s, k1, h / 6.0), k2, h / 3.0);
    next = moved(moved(next, k3, h / 3.0), k4, h / 6.0);
    next.v = dd_max(next.v, 0.0);
    return next;
}

static double closed_w(const dd_transient *b, const int32_t *closed)
{
    double total = 0.0;
    for (int k = 0; k < b->load_count; k++) {
        total += closed[k] ? b->load_w[k] : 0.0;
    }
    return total;
}

static uint32_t mask_of(const int32_t *closed, int count)
{
    uint32_t mask = 0;
    for (int k = 0; k < count; k++) {
        mask |= closed[k] ? UINT32_C(1) << k : 0;
    }
    return mask;
}

/* Steady state before the onset: the regulator carries what the array does not. */
static dd_bus_state settled(const dd_transient *b, double load_w)
{
    const double current = (load_w - b->array_w) / b->start_v;
    return (dd_bus_state){b->start_v, current,
                          current - b->voltage_gain_a_per_v * (b->reference_v - b->start_v)};
}

/* The switches that the controller ordered open do so after their delay. */
static void open_switches(const dd_transient *b, const int32_t *ordered, int32_t *closed,
                          double now_s, dd_transient_report *report)
{
    for (int k = 0; k < b->load_count; k++) {
        if (closed[k] && !ordered[k]) {
            closed[k] = 0;
            report->open_count++;
            report->shed_w += b->load_w[k];
            report->shed_s = report->shed_s < 0.0 ? now_s : report->shed_s;
        }
    }
}

void dd_transient_run(const dd_transient *bench, int step_count, double *voltage_v,
                      double *current_a, uint32_t *closed, dd_transient_report *report)
{
    const dd_transient *b = bench;
    int32_t ordered[DD_TRANSIENT_LOADS], shut[DD_TRANSIENT_LOADS];
    for (int k = 0; k < b->load_count; k++) {
        ordered[k] = shut[k] = 1;
    }
    dd_undervoltage unit = {0};
    dd_bus_state state = settled(b, b->base_w + closed_w(b, shut));
    double sample_s = b->phase_s, open_s = INFINITY;
    *report = (dd_transient_report){-1.0, -1.0, state.v, 0.0, 0};
    for (int k = 0; k < step_count; k++) {
        const double now_s = k * b->step_s, half = 0.5 * b->step_s;
        if (now_s + half >= open_s) {
            open_switches(b, ordered, shut, now_s, report);
            open_s = INFINITY;
        }
        if (now_s + half >= sample_s) {
            sample_s += b->controller.sample_s;
            if (dd_undervoltage_sample(&unit, &b->controller, state.v, b->order, b->load_count,
                                       b->load_w, ordered) > 0) {
                open_s = now_s + b->open_delay_s;
            }
        }
        const int after = now_s + half >= b->onset_s;
        const dd_bus_drive drive = {after ? b->array_after_w : b->array_w,
                                    (after ? b->base_after_w : b->base_w) + closed_w(b, shut),
                                    after ? b->current_after_a : b->current_max_a};
        state = advance(b, &drive, state);
        voltage_v[k] = state.v;
        current_a[k] = state.i;
        closed[k] = mask_of(shut, b->load_count);
        report->voltage_min_v = dd_min(report->voltage_min_v, state.v);
        if (report->flag_s < 0.0 && state.v < b->controller.threshold_v) {
            report->flag_s = now_s + b->step_s;
        }
    }
}
