/* The solar array: light on each section, its characteristic and its temperature. */
#include "array.h"

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
    return dd_max(0.0, facing * cos(plant->array.wing_angle_rad[wing]));
}

/* What is left of the cells' current: after the loss at the start, by years in orbit, and by
 * fluence. */
static double left_frac(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double elapsed_s = (double)plant->elapsed_ns * 1e-9;
    const double fluence =
        FLUENCE_LOSS_FRAC * log10(1.0 + p->section_fluence_per_m2 / FLUENCE_PER_M2);
    const double left =
        1.0 - p->section_degradation_frac - p->section_degradation_rate_frac_per_s * elapsed_s;
    return dd_max(0.0, left) * dd_max(0.0, 1.0 - fluence);
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

void dd_array_shade(const dd_plant *plant, int index, double light, dd_shade *shade)
{
    const dd_params *p = &plant->params;
    const dd_section *section = &plant->array.sections[index];
    const double warm = plant->sensed.array.section_temperature_k[index] - p->section_reference_k;
    const double photo = p->section_iph_a * section->photo_scale;
    dd_cell_curve *curve = &shade->lit;
    curve->voc_v = p->section_voc_v * section->voltage_scale + p->section_voc_slope_v_per_k * warm;
    curve->slope_v = p->section_ideality_v * (1.0 + warm / p->section_reference_k);
    curve->series_ohm = p->section_rs_ohm;
    curve->shunt_s = 1.0 / p->section_rsh_ohm;
    curve->dark_a = photo - curve->voc_v * curve->shunt_s;
    curve->photo_a =
        photo * light * section->health_frac * (1.0 + p->section_iph_slope_per_k * warm);
    shade->shaded_frac = section->shaded_frac;
    shade->light_frac = section->shaded_light_frac;
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
    const double light[DD_WINGS] = {dd_array_light(plant, 0), dd_array_light(plant, 1)};
    double total = 0.0;
    for (int i = 0; i < DD_SECTIONS; i++) {
        dd_shade shade;
        dd_array_shade(plant, i, light[dd_wing_of(i)], &shade);
        total += maximum_w(&shade);
    }
    return total;
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
        const double input = area * (sun * cosine[dd_wing_of(i)] + earth) - electric;
        const double cube = *t * *t * *t;
        const double net = input - emission * cube * *t;
        *t += net / (p->array_heat_j_per_k / dt_s + 4.0 * emission * cube);
    }
}

void dd_array_step(dd_plant *plant, double dt_s)
{
    temperatures(plant, dt_s);
    move_wings(plant, dt_s);
    plant->array.left_frac = left_frac(plant);
    const double light[DD_WINGS] = {dd_array_light(plant, 0), dd_array_light(plant, 1)};
    dd_converters_step(plant, light);
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
        section->shaded_light_frac = 1.0;
        section->tracker.direction = 1.0;
        section->tracker.stagger_count = 2 * i;
        section->tracker.wait_count = 20 + 2 * i;
        plant->sensed.array.section_temperature_k[i] =
            plant->world.illumination_frac > 0.5 ? 325.0 : 230.0;
    }
    plant->array.left_frac = left_frac(plant);
    plant->array.bus_limit_v = plant->params.bus_limit_v;
}
