/* The section converters: tracking, fixed voltage, current limit, and holding back for the bus. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "lanes.h"
#include "lanes_sum.h"
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
    plant->array.junction_v[index] = voltage_v;
    settle(plant, index, voltage_v, 0.0, plant->array.mode[index]);
}

/* The tracker runs before the operating point is taken, on what it measured in the last step. */
static double reference_of(dd_plant *plant, int index)
{
    dd_array *array = &plant->array;
    if (array->mode[index] == DD_SECTION_FIXED) {
        return array->fixed_v[index];
    }
    if (!array->converter_stuck[index]) {
        const int held = plant->sensed.array.section_mode[index] == (double)DD_SECTION_LIMITED;
        dd_tracker_update(&array->trackers[index], &array->tracker_model,
                          plant->sensed.array.section_voltage_v[index],
                          plant->sensed.array.section_current_a[index],
                          plant->sensed.array.section_temperature_k[index], held);
    }
    return array->trackers[index].reference_v;
}

static double limit_a(const dd_plant *plant, int index)
{
    return dd_min(plant->array.current_max_a[index], plant->params.converter_current_max_a);
}

/* The operating point at a terminal voltage, with no more current than the limit. */
static void shaded_point(dd_plant *plant, int index, double target_v)
{
    const int32_t mode = plant->array.mode[index];
    const double most = limit_a(plant, index);
    dd_shade shade;
    dd_array_shade(plant, &plant->array.curves, index, &shade);
    const double current = dd_shade_current(&shade, target_v);
    if (current > most) {
        settle(plant, index, dd_shade_voltage(&shade, most), most, DD_SECTION_LIMITED);
    } else if (current > 0.0) {
        settle(plant, index, target_v, current, mode);
    } else {
        no_current(plant, index, open_circuit(&shade));
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

/* A point that the lanes have found; few need more. */
DD_SELDOM static void plain_point(dd_plant *plant, int index, double junction_v, double current_a)
{
    const double most = limit_a(plant, index);
    const dd_curve_lanes *curves = &plant->array.curves;
    if (current_a > 0.0 && current_a <= most) {
        plant->array.junction_v[index] = junction_v;
        settle(plant, index, junction_v - curves->series_ohm * current_a, current_a,
               plant->array.mode[index]);
        return;
    }
    dd_shade shade;
    dd_array_shade(plant, curves, index, &shade);
    if (current_a > most) {
        const double x = junction_at(&shade.lit, most);
        const double current = dd_section_current(&shade.lit, x);
        plant->array.junction_v[index] = x;
        settle(plant, index, x - shade.lit.series_ohm * current, current, DD_SECTION_LIMITED);
    } else {
        no_current(plant, index, open_circuit(&shade));
    }
}

/* A section that gives no current whatever its voltage, or none because it is off. */
static int is_without_current(dd_plant *plant, int index)
{
    dd_array *array = &plant->array;
    const double light = array->light_frac[index / (DD_SECTIONS / DD_WINGS)];
    if (array->shorted[index] || light * array->health_frac[index] <= DD_SECTION_DARK_FRAC) {
        no_current(plant, index, 0.0);
        array->trackers[index].power_last_w = 0.0;
        return 1;
    }
    if (array->mode[index] == DD_SECTION_OFF || array->converter_off[index]) {
        dd_shade shade;
        dd_array_shade(plant, &array->curves, index, &shade);
        no_current(plant, index, open_circuit(&shade));
        return 1;
    }
    return 0;
}

/* Section by section, for what is not the same for all. */
DD_SELDOM static void step_each(dd_plant *plant)
{
    dd_array *array = &plant->array;
    double target[DD_SECTIONS], junction[DD_SECTIONS], current[DD_SECTIONS];
    int is_plain[DD_SECTIONS], plain_count = 0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        const int dead = is_without_current(plant, i);
        target[i] = dead ? 0.0 : reference_of(plant, i);
        is_plain[i] = !dead && array->shaded_frac[i] <= 0.0;
        junction[i] = is_plain[i] ? array->junction_v[i] : target[i];
        plain_count += is_plain[i];
        if (!dead && !is_plain[i]) {
            shaded_point(plant, i, target[i]);
        }
    }
    if (plain_count > 0) {
        dd_lanes_now()->operate(&array->curves, target, junction, current);
        for (int i = 0; i < DD_SECTIONS; i++) {
            if (is_plain[i]) {
                plain_point(plant, i, junction[i], current[i]);
            }
        }
    }
}

/* Trackers that are held back on and on do nothing new: only what they expect follows the cells'
 * temperature. */
static void references(dd_plant *plant, int is_held, int is_told, double target_v[DD_SECTIONS])
{
    dd_array *array = &plant->array;
    if (!is_told) {
        for (int i = 0; i < DD_SECTIONS; i++) {
            target_v[i] = reference_of(plant, i);
            array->offset_v[i] = array->trackers[i].offset_v;
        }
    } else {
        dd_lanes_now()->expect(&array->tracker_model, plant->sensed.array.section_temperature_k,
                               array->offset_v, target_v);
    }
    array->is_told = is_held;
}

static int deliver(dd_plant *plant, const double junction_v[DD_SECTIONS],
                   const double current_a[DD_SECTIONS], dd_section_mode mode)
{
    const dd_delivery delivery = {junction_v,
                                  current_a,
                                  plant->array.current_max_a,
                                  plant->params.converter_current_max_a,
                                  (double)mode,
                                  plant->sensed.array.section_voltage_v,
                                  plant->sensed.array.section_current_a,
                                  plant->sensed.array.section_mode};
    return dd_lanes_now()->deliver(&plant->array.curves, &delivery);
}

void dd_converters_step(dd_plant *plant)
{
    dd_array *array = &plant->array;
    const int is_held = array->is_held, is_told = is_held && array->is_told;
    double target[DD_SECTIONS], junction[DD_SECTIONS], current[DD_SECTIONS];
    array->is_held = array->is_told = array->is_even = 0;
    if (!dd_lanes_now()->are_plain(array)) {
        step_each(plant);
        return;
    }
    references(plant, is_held, is_told, target);
    memcpy(junction, array->junction_v, sizeof junction);
    dd_lanes_now()->operate(&array->curves, target, junction, current);
    array->is_even = deliver(plant, junction, current, DD_SECTION_TRACK);
    if (array->is_even) {
        memcpy(array->junction_v, junction, sizeof junction);
        return;
    }
    for (int i = 0; i < DD_SECTIONS; i++) {
        plain_point(plant, i, junction[i], current[i]);
    }
}

void dd_converters_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    plant->array.tracker_model = (dd_tracker_model){
        dd_ideal_maximum_v(p->section_iph_a, p->section_voc_v, p->section_ideality_v) -
            0.93 * p->section_iph_a * p->section_rs_ohm,
        p->section_voc_slope_v_per_k,
        p->section_reference_k,
        p->section_ideality_v,
        p->section_iph_a,
        DARK_A,
        TRACK_STEP_V,
        PROBE_PERIOD};
}

static void hold_back_shaded(dd_plant *plant, int index, double power_w)
{
    dd_shade shade;
    dd_array_shade(plant, &plant->array.curves, index, &shade);
    const double most = plant->sensed.array.section_current_a[index];
    const double current = dd_shade_limited(&shade, power_w, most);
    settle(plant, index, dd_shade_voltage(&shade, current), current, DD_SECTION_LIMITED);
}

/* A held-back point that the lanes have found, or that they left to the search from open circuit.
 */
DD_SELDOM static void hold_back(dd_plant *plant, int index, double power_w, double junction_v,
                                double current_a, int is_strayed)
{
    dd_array *array = &plant->array;
    double x = junction_v, current = current_a;
    if (is_strayed) {
        dd_shade shade;
        dd_array_shade(plant, &array->curves, index, &shade);
        x = dd_section_hold(&shade.lit, power_w, array->junction_v[index], array->limited_v[index],
                            &current);
    }
    array->limited_v[index] = x;
    settle(plant, index, x - array->curves.series_ohm * current, current, DD_SECTION_LIMITED);
}

/* Section by section; a section that gives nothing now is left alone. */
DD_SELDOM static void limit_each(dd_plant *plant, const double power_w[DD_SECTIONS],
                                 const double junction_v[DD_SECTIONS],
                                 const double current_a[DD_SECTIONS],
                                 const double strayed[DD_SECTIONS])
{
    for (int i = 0; i < DD_SECTIONS; i++) {
        if (!(plant->sensed.array.section_current_a[i] > 0.0)) {
            continue;
        }
        if (plant->array.shaded_frac[i] > 0.0) {
            hold_back_shaded(plant, i, power_w[i]);
        } else {
            hold_back(plant, i, power_w[i], junction_v[i], current_a[i], strayed[i] > 0.0);
        }
    }
}

/* Holds the array back to power_w in all, less than it gives now: every converter moves right on
 * its characteristic. */
void dd_array_limit(dd_plant *plant, double power_w)
{
    dd_array *array = &plant->array;
    double power[DD_SECTIONS], junction[DD_SECTIONS], current[DD_SECTIONS], strayed[DD_SECTIONS];
    for (int i = 0; i < DD_SECTIONS; i++) {
        power[i] =
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
    }
    const double share = dd_max(power_w, 0.0) / sum_of_sections(power);
    for (int i = 0; i < DD_SECTIONS; i++) {
        power[i] *= share;
        junction[i] = array->limited_v[i];
    }
    const int all_held =
        dd_lanes_now()->hold(&array->curves, power, array->junction_v, junction, current, strayed);
    if (all_held && array->is_even) {
        memcpy(array->limited_v, junction, sizeof junction);
        array->is_held = deliver(plant, junction, current, DD_SECTION_LIMITED);
    } else {
        limit_each(plant, power, junction, current, strayed);
    }
}
