/* The solar array: light on each section, its characteristic and its temperature. */
#include "array.h"
#include "lanes.h"
#include "lanes_sum.h"

#include <math.h>

#include "rng.h"
#include "section.h"
#include "sun.h"
#include "vec.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8
/* P / P0 = 1 - C log10(1 + fluence / phi), the form of the GaAs Solar Cell Radiation Handbook (JPL
 * 96-9), through 0.89 at 5e18 and 0.84 at 1e19 1-MeV electrons / m2 (Spectrolab XTJ). */
#define FLUENCE_LOSS_FRAC 0.221650
#define FLUENCE_PER_M2 2.34160e+18

static double wing_cosine(const dd_plant *plant, int wing)
{
    const double *normal =
        plant->world.attitude + (plant->params.attitude_kind_count >= 0.5 ? 6 : 0);
    const double sign = plant->params.attitude_kind_count >= 0.5 ? -1.0 : 1.0;
    const double facing = sign * dd_dot(normal, plant->world.sun_dir_eci);
    return dd_max(0.0, facing * plant->array.wing_cosine[wing]);
}

/* What is left of the cells' current: after the loss at the start, by years in orbit, and by
 * fluence. */
static double left_frac(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double elapsed_s = (double)plant->elapsed_ns * 1e-9;
    const double left =
        1.0 - p->section_degradation_frac - p->section_degradation_rate_frac_per_s * elapsed_s;
    return dd_max(0.0, left) * plant->array.fluence_frac;
}

/* Light on a wing: lit fraction times cosine times the inverse square of the Sun's distance, less
 * what the cells have lost. */
double dd_array_light(const dd_plant *plant, int wing)
{
    const dd_world *world = &plant->world;
    const double suns = dd_solar_flux(world->illumination_frac, plant->params.astronomical_unit_m,
                                      world->sun_distance_m);
    return suns * wing_cosine(plant, wing) * plant->array.left_frac;
}

void dd_array_curves(const dd_plant *plant, dd_curve_lanes *curves)
{
    const dd_params *p = &plant->params;
    const dd_array *array = &plant->array;
    const dd_curve_facts facts = {p->section_iph_a,
                                  p->section_iph_slope_per_k,
                                  p->section_voc_v,
                                  p->section_voc_slope_v_per_k,
                                  p->section_ideality_v,
                                  p->section_reference_k,
                                  {dd_array_light(plant, 0), dd_array_light(plant, 1)}};
    curves->series_ohm = p->section_rs_ohm;
    curves->shunt_s = 1.0 / p->section_rsh_ohm;
    dd_lanes_now()->curves(&facts, array->photo_scale, array->voltage_scale, array->health_frac,
                           plant->sensed.array.section_temperature_k, curves);
}

void dd_array_shade(const dd_plant *plant, const dd_curve_lanes *curves, int index, dd_shade *shade)
{
    const dd_params *p = &plant->params;
    shade->lit =
        (dd_cell_curve){curves->photo_a[index],     curves->dark_a[index], curves->voc_v[index],
                        1.0 / curves->per_v[index], curves->series_ohm,    curves->shunt_s};
    shade->shaded_frac = plant->array.shaded_frac[index];
    shade->light_frac = plant->array.shaded_light_frac[index];
    shade->substring_count = p->section_substring_count;
    shade->bypass_a = p->bypass_saturation_a;
    shade->bypass_v = p->bypass_ideality_v;
}

static double maximum_w(const dd_shade *shade)
{
    double current = 0.0;
    if (shade->lit.photo_a <= 0.0) {
        return 0.0;
    }
    if (shade->shaded_frac > 0.0) {
        return dd_shade_maximum(shade, &current);
    }
    const double x = dd_section_maximum(&shade->lit);
    current = dd_section_current(&shade->lit, x);
    return dd_max(0.0, current * (x - shade->lit.series_ohm * current));
}

double dd_array_maximum_w(const dd_plant *plant)
{
    const dd_array *array = &plant->array;
    dd_curve_lanes curves;
    double power_w[DD_SECTIONS], total = 0.0;
    dd_array_curves(plant, &curves);
    if (array->is_even && dd_lanes_now()->are_plain(array) &&
        dd_lanes_now()->peak(&curves, array->junction_v, power_w)) {
        return sum_of_sections(power_w);
    }
    for (int i = 0; i < DD_SECTIONS; i++) {
        dd_shade shade;
        dd_array_shade(plant, &curves, i, &shade);
        total += maximum_w(&shade);
    }
    return total;
}

/* As fast as the gimbals can. */
static void move_wings(dd_plant *plant, double dt_s)
{
    const double reach = plant->params.wing_rate_max_rad_per_s * dt_s;
    for (int i = 0; i < DD_WINGS; i++) {
        plant->array.wing_rate_rad_per_s[i] = 0.0;
        const double gap = plant->array.wing_set_rad[i] - plant->array.wing_angle_rad[i];
        if (gap != 0.0 && !plant->array.wing_stuck[i]) {
            const double move = dd_clamp(gap, -reach, reach);
            plant->array.wing_angle_rad[i] += move;
            plant->array.wing_rate_rad_per_s[i] = move / dt_s;
            plant->array.wing_cosine[i] = cos(plant->array.wing_angle_rad[i]);
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
    const dd_section_heat heat = {{area * (sun * wing_cosine(plant, 0) + earth),
                                   area * (sun * wing_cosine(plant, 1) + earth)},
                                  2.0 * p->array_emissivity_frac * SIGMA_W_PER_M2K4 * area,
                                  p->array_heat_j_per_k / dt_s};
    dd_lanes_now()->heat(&heat, plant->sensed.array.section_voltage_v,
                         plant->sensed.array.section_current_a,
                         plant->sensed.array.section_temperature_k);
}

void dd_array_step(dd_plant *plant, double dt_s)
{
    temperatures(plant, dt_s);
    move_wings(plant, dt_s);
    plant->array.left_frac = left_frac(plant);
    plant->array.light_frac[0] = dd_array_light(plant, 0);
    plant->array.light_frac[1] = dd_array_light(plant, 1);
    dd_array_curves(plant, &plant->array.curves);
    dd_converters_step(plant);
}

void dd_array_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    dd_array *array = &plant->array;
    for (int i = 0; i < DD_SECTIONS; i++) {
        const uint64_t stream = DD_STREAM_SECTION + (uint64_t)i;
        const double spread = p->section_spread_frac;
        array->photo_scale[i] = 1.0 + spread * dd_random_normal(plant->seed, stream, 0);
        array->voltage_scale[i] = 1.0 + 0.5 * spread * dd_random_normal(plant->seed, stream, 1);
        array->mode[i] = DD_SECTION_TRACK;
        array->health_frac[i] = 1.0;
        array->current_max_a[i] = p->converter_current_max_a;
        array->shaded_light_frac[i] = 1.0;
        array->trackers[i].direction = 1.0;
        array->trackers[i].stagger_count = 2 * i;
        array->trackers[i].wait_count = 20 + 2 * i;
        plant->sensed.array.section_temperature_k[i] =
            plant->world.illumination_frac > 0.5 ? 325.0 : 230.0;
    }
    for (int i = 0; i < DD_WINGS; i++) {
        array->wing_cosine[i] = cos(array->wing_angle_rad[i]);
    }
    const double lost = FLUENCE_LOSS_FRAC * log10(1.0 + p->section_fluence_per_m2 / FLUENCE_PER_M2);
    array->fluence_frac = dd_max(0.0, 1.0 - lost);
    array->left_frac = left_frac(plant);
    array->bus_limit_v = p->bus_limit_v;
    dd_converters_start(plant);
}
