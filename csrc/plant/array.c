/* The solar array: light on each section, its characteristic, its converter and its temperature. */
#include <math.h>

#include "plant.h"
#include "rng.h"
#include "section.h"
#include "tracker.h"
#include "vec.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8
#define TRACK_STEP_V 0.25
#define DARK_A 0.5

static int wing_of(int section)
{
    return section / (DD_SECTIONS / DD_WINGS);
}

static double wing_cosine(const dd_plant *plant, int wing)
{
    const double *normal =
        plant->world.attitude + (plant->params.attitude_kind_count >= 0.5 ? 6 : 0);
    const double sign = plant->params.attitude_kind_count >= 0.5 ? -1.0 : 1.0;
    const double facing = sign * dd_dot(normal, plant->world.sun_dir_eci);
    return dd_max(0.0, facing * cos(plant->array.wing_angle_rad[wing]));
}

/* The characteristic now; light is the lit fraction times the cosine times the inverse square. */
static void curve_of(const dd_plant *plant, int index, double light, dd_cell_curve *curve)
{
    const dd_params *p = &plant->params;
    const dd_section *section = &plant->array.sections[index];
    const double warm = plant->sensed.array.section_temperature_k[index] - p->section_reference_k;
    const double photo = p->section_iph_a * section->photo_scale;
    curve->voc_v = p->section_voc_v * section->voltage_scale + p->section_voc_slope_v_per_k * warm;
    curve->slope_v = p->section_ideality_v * (1.0 + warm / p->section_reference_k);
    curve->series_ohm = p->section_rs_ohm;
    curve->shunt_s = 1.0 / p->section_rsh_ohm;
    curve->dark_a = photo - curve->voc_v * curve->shunt_s;
    curve->photo_a = photo * light * section->health_frac * (1.0 - p->section_degradation_frac) *
                     (1.0 + p->section_iph_slope_per_k * warm);
}

/* Light on a wing: lit fraction times cosine times the inverse square of the Sun's distance. */
static double light_on(const dd_plant *plant, int wing)
{
    const double scale = plant->params.astronomical_unit_m / plant->world.sun_distance_m;
    return plant->world.illumination_frac * scale * scale * wing_cosine(plant, wing);
}

double dd_array_maximum_w(const dd_plant *plant)
{
    double total = 0.0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        dd_cell_curve curve;
        curve_of(plant, i, light_on(plant, wing_of(i)), &curve);
        if (curve.photo_a > 0.0) {
            const double x = dd_section_maximum(&curve);
            const double current = dd_section_current(&curve, x);
            total += dd_max(0.0, current * (x - curve.series_ohm * current));
        }
    }
    return total;
}

static void settle(dd_plant *plant, int index, const dd_cell_curve *curve, double junction_v,
                   int32_t mode)
{
    const double current = dd_section_current(curve, junction_v);
    plant->array.sections[index].junction_v = junction_v;
    plant->sensed.array.section_voltage_v[index] = junction_v - curve->series_ohm * current;
    plant->sensed.array.section_current_a[index] = current;
    plant->sensed.array.section_mode[index] = mode;
}

static double open_circuit(const dd_cell_curve *curve)
{
    const double floor = 1e-9 * curve->dark_a;
    return curve->voc_v + curve->slope_v * log(dd_max(curve->photo_a, floor) / curve->dark_a);
}

static void dark_section(dd_plant *plant, int index, double voltage_v)
{
    plant->array.sections[index].junction_v = voltage_v;
    plant->array.sections[index].power_last_w = 0.0;
    plant->sensed.array.section_voltage_v[index] = voltage_v;
    plant->sensed.array.section_current_a[index] = 0.0;
    plant->sensed.array.section_mode[index] = plant->array.sections[index].mode;
}

/* The tracker runs before the operating point is taken, on what it measured in the last step. */
static double reference_of(dd_plant *plant, int index, const dd_tracker_model *model)
{
    dd_section *section = &plant->array.sections[index];
    if (section->mode == DD_SECTION_FIXED) {
        return section->fixed_v;
    }
    if (plant->sensed.array.section_mode[index] != (double)DD_SECTION_LIMITED) {
        dd_tracker tracker = {section->voltage_set_v, section->power_last_w, section->direction};
        dd_tracker_update(&tracker, model, plant->sensed.array.section_voltage_v[index],
                          plant->sensed.array.section_current_a[index],
                          plant->sensed.array.section_temperature_k[index]);
        section->voltage_set_v = tracker.reference_v;
        section->power_last_w = tracker.power_last_w;
        section->direction = tracker.direction;
    }
    return section->voltage_set_v;
}

static void section_step(dd_plant *plant, int index, double light, const dd_tracker_model *model)
{
    dd_section *section = &plant->array.sections[index];
    dd_cell_curve curve;
    if (section->shorted) {
        dark_section(plant, index, 0.0);
        return;
    }
    if (light * section->health_frac <= 1e-6) {
        dark_section(plant, index, 0.0);
        return;
    }
    curve_of(plant, index, light, &curve);
    if (section->mode == DD_SECTION_OFF) {
        dark_section(plant, index, open_circuit(&curve));
        return;
    }
    const double target = reference_of(plant, index, model);
    double junction = dd_section_junction(&curve, target, section->junction_v);
    double current = dd_section_current(&curve, junction);
    const double limit = dd_min(section->current_max_a, plant->params.converter_current_max_a);
    int32_t mode = section->mode;
    if (current > limit) {
        const double rest = dd_max(curve.photo_a - limit, 1e-9 * curve.dark_a);
        junction = curve.voc_v + curve.slope_v * log(rest / curve.dark_a);
        current = dd_section_current(&curve, junction);
        mode = DD_SECTION_LIMITED;
    }
    if (current <= 0.0) {
        dark_section(plant, index, open_circuit(&curve));
        return;
    }
    settle(plant, index, &curve, junction, mode);
}

/* Holds the array back to power_w in all, less than it gives now: every converter moves right on
 * its characteristic. */
void dd_array_limit(dd_plant *plant, double power_w)
{
    double total = 0.0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        total +=
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
    }
    const double light[DD_WINGS] = {light_on(plant, 0), light_on(plant, 1)};
    for (int i = 0; i < DD_SECTIONS; i++) {
        const double power =
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
        if (power > 0.0) {
            dd_cell_curve curve;
            curve_of(plant, i, light[wing_of(i)], &curve);
            const double share = power * dd_max(power_w, 0.0) / total;
            const double held = plant->array.sections[i].junction_v;
            const double x =
                dd_section_limited(&curve, share, held, plant->array.sections[i].limited_v);
            plant->array.sections[i].limited_v = x;
            settle(plant, i, &curve, x, DD_SECTION_LIMITED);
            plant->array.sections[i].junction_v = held;
        }
    }
}

static void move_wings(dd_plant *plant, double dt_s)
{
    const double reach = plant->params.wing_rate_max_rad_per_s * dt_s;
    for (int i = 0; i < DD_WINGS; i++) {
        if (!plant->array.wing_stuck[i]) {
            const double gap = plant->array.wing_set_rad[i] - plant->array.wing_angle_rad[i];
            plant->array.wing_angle_rad[i] += dd_clamp(gap, -reach, reach);
        }
        plant->sensed.array.wing_angle_rad[i] = plant->array.wing_angle_rad[i];
    }
}

/* Heat balance of each section, emission linearised about the old temperature. */
static void temperatures(dd_plant *plant, double dt_s)
{
    const dd_params *p = &plant->params;
    const double area = p->array_area_m2 / DD_SECTIONS;
    const dd_world *world = &plant->world;
    const double albedo = p->albedo_frac * world->flux_w_per_m2 * world->albedo_cosine;
    const double earth = p->earth_infrared_w_per_m2 * p->array_emissivity_frac *
                             (world->array_front_frac + world->array_back_frac) +
                         albedo * (p->array_absorptance_frac * world->array_front_frac +
                                   p->array_back_absorptance_frac * world->array_back_frac);
    const double sun =
        p->array_absorptance_frac * plant->world.flux_w_per_m2 * plant->world.illumination_frac;
    const double cosine[DD_WINGS] = {wing_cosine(plant, 0), wing_cosine(plant, 1)};
    const double emission = 2.0 * p->array_emissivity_frac * SIGMA_W_PER_M2K4 * area;
    for (int i = 0; i < DD_SECTIONS; i++) {
        double *t = &plant->sensed.array.section_temperature_k[i];
        const double electric =
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
        const double input = area * (sun * cosine[wing_of(i)] + earth) - electric;
        const double cube = *t * *t * *t;
        const double net = input - emission * cube * *t;
        *t += net / (p->array_heat_j_per_k / dt_s + 4.0 * emission * cube);
    }
}

void dd_array_step(dd_plant *plant, double dt_s)
{
    const dd_params *p = &plant->params;
    const dd_tracker_model model = {
        dd_ideal_maximum_v(p->section_iph_a, p->section_voc_v, p->section_ideality_v) -
            0.93 * p->section_iph_a * p->section_rs_ohm,
        p->section_voc_slope_v_per_k, p->section_reference_k, DARK_A, TRACK_STEP_V};
    temperatures(plant, dt_s);
    move_wings(plant, dt_s);
    const double light[DD_WINGS] = {light_on(plant, 0), light_on(plant, 1)};
    for (int i = 0; i < DD_SECTIONS; i++) {
        section_step(plant, i, light[wing_of(i)], &model);
    }
}

void dd_array_start(dd_plant *plant)
{
    for (int i = 0; i < DD_SECTIONS; i++) {
        dd_section *section = &plant->array.sections[i];
        const double spread = plant->params.section_spread_frac;
        const uint64_t stream = DD_STREAM_SECTION + (uint64_t)i;
        section->photo_scale = 1.0 + spread * dd_random_normal(plant->seed, stream, 0);
        section->voltage_scale = 1.0 + 0.5 * spread * dd_random_normal(plant->seed, stream, 1);
        section->mode = DD_SECTION_TRACK;
        section->health_frac = 1.0;
        section->current_max_a = plant->params.converter_current_max_a;
        section->direction = 1.0;
        plant->sensed.array.section_temperature_k[i] =
            plant->world.illumination_frac > 0.5 ? 325.0 : 230.0;
    }
    plant->array.bus_limit_v = plant->params.bus_limit_v;
}
