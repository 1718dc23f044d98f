/* Operating points of all array sections at once: section.c's searches, lane by lane. */
#ifndef DD_LANES_SECTION_H
#define DD_LANES_SECTION_H

#include "lanes.h"
#include "section_moves.h"
#include "vec.h"

#define PEAK_V 1e-5
#define PEAK_MOVES 8
#define WING_SECTIONS (DD_SECTIONS / DD_WINGS)

static inline dd_diode diode_of(const dd_curve_lanes *c, int i)
{
    const dd_diode diode = {c->photo_a[i], c->dark_a[i],  c->voc_v[i],
                            c->per_v[i],   c->series_ohm, c->shunt_s};
    return diode;
}

static void heat(const dd_section_heat *restrict facts,
                 const double voltage_v[restrict DD_SECTIONS],
                 const double current_a[restrict DD_SECTIONS],
                 double temperature_k[restrict DD_SECTIONS])
{
    const double emission = facts->emission_w_per_k4, storage = facts->storage_w_per_k;
    for (int wing = 0; wing < DD_WINGS; wing++) {
        const double absorbed = facts->absorbed_w[wing];
        for (int i = wing * WING_SECTIONS; i < (wing + 1) * WING_SECTIONS; i++) {
            const double t = temperature_k[i];
            const double cube = emission * (t * t * t);
            const double net = absorbed - voltage_v[i] * current_a[i] - cube * t;
            temperature_k[i] = t + net / (storage + 4.0 * cube);
        }
    }
}

static void curves(const dd_curve_facts *restrict facts,
                   const double photo_scale[restrict DD_SECTIONS],
                   const double voltage_scale[restrict DD_SECTIONS],
                   const double health_frac[restrict DD_SECTIONS],
                   const double temperature_k[restrict DD_SECTIONS], dd_curve_lanes *restrict out)
{
    const double per_reference_k = 1.0 / facts->reference_k;
    const double shunt_s = out->shunt_s;
    for (int wing = 0; wing < DD_WINGS; wing++) {
        const double light = facts->light_frac[wing];
        for (int i = wing * WING_SECTIONS; i < (wing + 1) * WING_SECTIONS; i++) {
            const double warm = temperature_k[i] - facts->reference_k;
            const double photo = facts->photo_a * photo_scale[i];
            const double voc = facts->voc_v * voltage_scale[i] + facts->voc_slope_v_per_k * warm;
            out->voc_v[i] = voc;
            out->per_v[i] = 1.0 / (facts->ideality_v * (1.0 + warm * per_reference_k));
            out->dark_a[i] = photo - voc * shunt_s;
            out->photo_a[i] =
                photo * light * health_frac[i] * (1.0 + facts->photo_slope_per_k * warm);
        }
    }
}

static int are_plain(const dd_array *restrict array)
{
    int32_t odd = 0;
    int64_t shaded = 0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        odd |= (array->mode[i] ^ DD_SECTION_TRACK) | array->shorted[i] | array->converter_off[i] |
               array->converter_stuck[i];
    }
    for (int i = 0; i < DD_SECTIONS; i++) {
        shaded |= array->shaded_frac[i] > 0.0 ? 1 : 0;
        shaded |= array->health_frac[i] < 1.0 ? 1 : 0;
    }
    return !(odd || shaded) && array->light_frac[0] > DD_SECTION_DARK_FRAC &&
           array->light_frac[1] > DD_SECTION_DARK_FRAC;
}

static void expect(const dd_tracker_model *restrict model,
                   const double temperature_k[restrict DD_SECTIONS],
                   const double offset_v[restrict DD_SECTIONS],
                   double reference_v[restrict DD_SECTIONS])
{
    for (int i = 0; i < DD_SECTIONS; i++) {
        const double warm = temperature_k[i] - model->reference_k;
        reference_v[i] = model->maximum_v + model->slope_v_per_k * warm + offset_v[i];
    }
}

static inline void show(const dd_curve_lanes *restrict curves, double mode,
                        const double junction_v[restrict DD_SECTIONS],
                        const double current_a[restrict DD_SECTIONS],
                        double terminal_v[restrict DD_SECTIONS],
                        double terminal_a[restrict DD_SECTIONS],
                        double section_mode[restrict DD_SECTIONS])
{
    const double series_ohm = curves->series_ohm;
    for (int i = 0; i < DD_SECTIONS; i++) {
        terminal_v[i] = junction_v[i] - series_ohm * current_a[i];
        terminal_a[i] = current_a[i];
        section_mode[i] = mode;
    }
}

static int deliver(const dd_curve_lanes *restrict curves, const dd_delivery *restrict delivery)
{
    const double *restrict current_a = delivery->current_a;
    const double *restrict current_max_a = delivery->current_max_a;
    const double most = delivery->converter_max_a;
    int64_t beyond = 0;
    show(curves, delivery->mode, delivery->junction_v, current_a, delivery->terminal_v,
         delivery->terminal_a, delivery->section_mode);
    for (int i = 0; i < DD_SECTIONS; i++) {
        const double limit = dd_min(current_max_a[i], most);
        beyond |= current_a[i] > limit ? 1 : 0;
        beyond |= current_a[i] > 0.0 ? 0 : 1;
    }
    return beyond == 0;
}

/* The power is flat at its maximum: a last move below 1e-5 V leaves 1e-12 of it. */
static int peak(const dd_curve_lanes *restrict curves, const double guess_v[restrict DD_SECTIONS],
                double power_w[restrict DD_SECTIONS])
{
    double junction_v[DD_SECTIONS];
    int64_t far = 1;
    for (int i = 0; i < DD_SECTIONS; i++) {
        junction_v[i] = guess_v[i];
    }
    for (int step = 0; step < PEAK_MOVES && far; step++) {
        far = 0;
        for (int i = 0; i < DD_SECTIONS; i++) {
            const dd_diode diode = diode_of(curves, i);
            const dd_point point = dd_point_at(&diode, junction_v[i]);
            const double move = dd_move_to_maximum(&diode, &point);
            const double current = dd_current_after(&diode, &point, move);
            const double x = point.junction_v + move;
            junction_v[i] = x;
            power_w[i] = current * (x - curves->series_ohm * current);
            far |= fabs(move) <= PEAK_V ? 0 : 1; /* also what is no number */
        }
    }
    return far == 0;
}

/* A lane that has settled stands still while the others go on. */
static void operate(const dd_curve_lanes *restrict curves,
                    const double terminal_v[restrict DD_SECTIONS],
                    double junction_v[restrict DD_SECTIONS], double current_a[restrict DD_SECTIONS])
{
    double going[DD_SECTIONS];
    int64_t pending = 1;
    for (int i = 0; i < DD_SECTIONS; i++) {
        going[i] = 1.0;
    }
    for (int step = 0; step < DD_MOVES_MAX && pending; step++) {
        pending = 0;
        for (int i = 0; i < DD_SECTIONS; i++) {
            const dd_diode diode = diode_of(curves, i);
            const dd_point point = dd_point_at(&diode, junction_v[i]);
            const double move = dd_move_to_voltage(&diode, &point, terminal_v[i]);
            const double moved = dd_current_after(&diode, &point, move);
            const double now = going[i];
            junction_v[i] += now > 0.0 ? move : 0.0;
            current_a[i] = now > 0.0 ? moved : current_a[i];
            going[i] = fabs(move) >= DD_SETTLED_V ? now : 0.0;
            pending |= going[i] > 0.0 ? 1 : 0;
        }
    }
}

static int hold(const dd_curve_lanes *restrict curves, const double power_w[restrict DD_SECTIONS],
                const double maximum_v[restrict DD_SECTIONS],
                double junction_v[restrict DD_SECTIONS], double current_a[restrict DD_SECTIONS],
                double strayed[restrict DD_SECTIONS])
{
    double going[DD_SECTIONS];
    int64_t pending = 1, lost = 0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        going[i] = junction_v[i] > maximum_v[i] ? 1.0 : 0.0;
        strayed[i] = 1.0 - going[i];
    }
    for (int step = 0; step < DD_MOVES_MAX && pending; step++) {
        pending = 0;
        for (int i = 0; i < DD_SECTIONS; i++) {
            const dd_diode diode = diode_of(curves, i);
            const dd_point point = dd_point_at(&diode, junction_v[i]);
            const dd_power_move next = dd_move_to_power(&diode, &point, power_w[i]);
            const double moved = dd_current_after(&diode, &point, next.move_v);
            const double now = going[i];
            const double left = point.junction_v + next.move_v <= maximum_v[i] ? 1.0 : 0.0;
            const double rising = next.gain_a < 0.0 ? left : 1.0;
            const double leap = next.is_near > 0.0 ? 0.0 : 1.0;
            const double stray = next.move_v > 0.0 ? (leap > 0.0 ? 1.0 : rising) : rising;
            const double on = stray > 0.0 ? 0.0 : now;
            strayed[i] = now > 0.0 ? stray : strayed[i];
            junction_v[i] += on > 0.0 ? next.move_v : 0.0;
            current_a[i] = on > 0.0 ? moved : current_a[i];
            going[i] = next.is_settled > 0.0 ? 0.0 : on;
            pending |= going[i] > 0.0 ? 1 : 0;
        }
    }
    for (int i = 0; i < DD_SECTIONS; i++) {
        lost |= strayed[i] > 0.0 ? 1 : 0;
    }
    return lost == 0;
}

#endif
