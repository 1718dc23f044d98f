/* The section converters: tracking, fixed voltage, current limit, and holding back for the bus. */
#include <math.h>

#include "array.h"
#include "section.h"
#include "tracker.h"
#include "vec.h"

#define TRACK_STEP_V 0.25
#define DARK_A 0.5
#define PROBE_PERIOD 600

static void settle(dd_plant *plant, int index, double voltage_v, double current_a, int32_t mode)
{
    plant->sensed.array.section_voltage_v[index] = voltage_v;
    plant->sensed.array.section_current_a[index] = current_a;
    plant->sensed.array.section_mode[index] = mode;
}

static void settle_junction(dd_plant *plant, int index, const dd_cell_curve *curve, double x,
                            int32_t mode)
{
    const double current = dd_section_current(curve, x);
    settle(plant, index, x - curve->series_ohm * current, current, mode);
}

static double open_circuit(const dd_shade *shade)
{
    const dd_cell_curve *curve = &shade->lit;
    const double floor = 1e-9 * curve->dark_a;
    return shade->shaded_frac > 0.0
               ? dd_shade_voltage(shade, 0.0)
               : curve->voc_v + curve->slope_v * log(dd_max(curve->photo_a, floor) / curve->dark_a);
}

static void no_current(dd_plant *plant, int index, double voltage_v)
{
    plant->array.sections[index].junction_v = voltage_v;
    settle(plant, index, voltage_v, 0.0, plant->array.sections[index].mode);
}

/* The tracker runs before the operating point is taken, on what it measured in the last step. */
static double reference_of(dd_plant *plant, int index, const dd_tracker_model *model)
{
    dd_section *section = &plant->array.sections[index];
    if (section->mode == DD_SECTION_FIXED) {
        return section->fixed_v;
    }
    if (!section->converter_stuck) {
        const int held = plant->sensed.array.section_mode[index] == (double)DD_SECTION_LIMITED;
        dd_tracker_update(&section->tracker, model, plant->sensed.array.section_voltage_v[index],
                          plant->sensed.array.section_current_a[index],
                          plant->sensed.array.section_temperature_k[index], held);
    }
    return section->tracker.reference_v;
}

/* The operating point at a terminal voltage, with no more current than the limit. */
static void shaded_point(dd_plant *plant, int index, const dd_shade *shade, double target_v,
                         double limit_a)
{
    const int32_t mode = plant->array.sections[index].mode;
    const double current = dd_shade_current(shade, target_v);
    if (current > limit_a) {
        settle(plant, index, dd_shade_voltage(shade, limit_a), limit_a, DD_SECTION_LIMITED);
    } else if (current > 0.0) {
        settle(plant, index, target_v, current, mode);
    } else {
        no_current(plant, index, open_circuit(shade));
    }
}

/* Junction voltage on the diode's side at a current: closed but for the shunt, which a second pass
 * takes in. */
static double junction_at(const dd_cell_curve *curve, double current_a)
{
    double shunted = 0.0, x = 0.0;
    for (int i = 0; i < 3; i++) {
        const double rest = dd_max(curve->photo_a - current_a - shunted, 1e-9 * curve->dark_a);
        x = curve->voc_v + curve->slope_v * log(rest / curve->dark_a);
        shunted = x * curve->shunt_s;
    }
    return x;
}

static void plain_point(dd_plant *plant, int index, const dd_shade *shade, double target_v,
                        double limit_a)
{
    dd_section *section = &plant->array.sections[index];
    const dd_cell_curve *curve = &shade->lit;
    double junction = dd_section_junction(curve, target_v, section->junction_v);
    const double current = dd_section_current(curve, junction);
    int32_t mode = section->mode;
    if (current > limit_a) {
        junction = junction_at(curve, limit_a);
        mode = DD_SECTION_LIMITED;
    } else if (current <= 0.0) {
        no_current(plant, index, open_circuit(shade));
        return;
    }
    section->junction_v = junction;
    settle_junction(plant, index, curve, junction, mode);
}

static void section_step(dd_plant *plant, int index, double light, const dd_tracker_model *model)
{
    dd_section *section = &plant->array.sections[index];
    dd_shade shade;
    if (section->shorted || light * section->health_frac <= 1e-6) {
        no_current(plant, index, 0.0);
        section->tracker.power_last_w = 0.0;
        return;
    }
    dd_array_shade(plant, index, light, &shade);
    if (section->mode == DD_SECTION_OFF || section->converter_off) {
        no_current(plant, index, open_circuit(&shade));
        return;
    }
    const double target = reference_of(plant, index, model);
    const double limit = dd_min(section->current_max_a, plant->params.converter_current_max_a);
    if (section->shaded_frac > 0.0) {
        shaded_point(plant, index, &shade, target, limit);
    } else {
        plain_point(plant, index, &shade, target, limit);
    }
}

void dd_converters_step(dd_plant *plant, const double light[DD_WINGS])
{
    const dd_params *p = &plant->params;
    const dd_tracker_model model = {
        dd_ideal_maximum_v(p->section_iph_a, p->section_voc_v, p->section_ideality_v) -
            0.93 * p->section_iph_a * p->section_rs_ohm,
        p->section_voc_slope_v_per_k,
        p->section_reference_k,
        p->section_ideality_v,
        p->section_iph_a,
        DARK_A,
        TRACK_STEP_V,
        PROBE_PERIOD};
    for (int i = 0; i < DD_SECTIONS; i++) {
        section_step(plant, i, light[dd_wing_of(i)], &model);
    }
}

static void hold_back(dd_plant *plant, int index, double light, double power_w)
{
    dd_section *section = &plant->array.sections[index];
    dd_shade shade;
    dd_array_shade(plant, index, light, &shade);
    if (section->shaded_frac > 0.0) {
        const double most = plant->sensed.array.section_current_a[index];
        const double current = dd_shade_limited(&shade, power_w, most);
        settle(plant, index, dd_shade_voltage(&shade, current), current, DD_SECTION_LIMITED);
        return;
    }
    double current = 0.0;
    section->limited_v =
        dd_section_hold(&shade.lit, power_w, section->junction_v, section->limited_v, &current);
    const double voltage = section->limited_v - shade.lit.series_ohm * current;
    settle(plant, index, voltage, current, DD_SECTION_LIMITED);
}

/* Holds the array back to power_w in all, less than it gives now: every converter moves right on
 * its characteristic. */
void dd_array_limit(dd_plant *plant, double power_w)
{
    const double light[DD_WINGS] = {dd_array_light(plant, 0), dd_array_light(plant, 1)};
    double power[DD_SECTIONS], total = 0.0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        power[i] =
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
        total += power[i];
    }
    for (int i = 0; i < DD_SECTIONS; i++) {
        if (power[i] > 0.0) {
            const double share = power[i] * dd_max(power_w, 0.0) / total;
            hold_back(plant, i, light[dd_wing_of(i)], share);
        }
    }
}
