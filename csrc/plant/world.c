/* Orbit, Sun, shadow, attitude and what the Earth sends: the surroundings of the satellite. */
#include <math.h>
#include <string.h>

#include "frames.h"
#include "magnetic.h"
#include "plant.h"
#include "sun.h"
#include "vec.h"

#define DAY_S 86400.0

static double elapsed_s(const dd_plant *plant)
{
    return (double)plant->elapsed_ns * 1e-9;
}

/* Array to the Sun; the remaining freedom keeps the radiators edge-on to the Earth. */
static void ideal_attitude(const dd_plant *plant, double matrix[9])
{
    const dd_body *self = &plant->world.bodies[0];
    const double *sun = plant->world.sun_dir_eci;
    double reference[3];
    double *x = matrix, *y = matrix + 3, *z = matrix + 6;
    if (plant->params.attitude_kind_count < 0.5) {
        dd_cross(self->r, self->v, reference);
        memcpy(x, sun, 3 * sizeof *x);
        const double k = dd_dot(reference, sun);
        for (int i = 0; i < 3; i++) {
            z[i] = reference[i] - k * sun[i];
        }
        dd_unit(z);
    } else {
        const double k = -dd_dot(self->r, sun);
        for (int i = 0; i < 3; i++) {
            z[i] = -sun[i];
            x[i] = -self->r[i] - k * sun[i];
        }
        dd_unit(x);
    }
    dd_cross(z, x, y);
}

static void attitude_step(dd_plant *plant, double dt_s)
{
    dd_world *world = &plant->world;
    memcpy(world->attitude_last, world->attitude, sizeof world->attitude_last);
    if (plant->params.attitude_coupled_count > 0.5) {
        dd_attitude_step(plant, dt_s);
    } else if (world->attitude_mode % 2 == 0) {
        ideal_attitude(plant, world->attitude);
    } else {
        memcpy(world->attitude, world->held, sizeof world->attitude);
    }
}

/* View factors and Sun angles; they change by less than 1e-3 in the second between two calls. */
DD_SELDOM static void environment(dd_plant *plant)
{
    dd_world *world = &plant->world;
    const dd_body *self = &world->bodies[0];
    const int kind = plant->params.attitude_kind_count >= 0.5;
    const double *array_normal = world->attitude + (kind ? 6 : 0);
    const double *radiator_normal = world->attitude + (kind ? 3 : 6);
    const double radius = dd_norm(self->r);
    const double ratio = radius / plant->params.earth_radius_m;
    const double down = -dd_dot(radiator_normal, self->r) / radius;
    const double array_down = -dd_dot(array_normal, self->r) / radius;
    /* Half the share of a sphere's sky that the Earth's disc takes. */
    world->structure_earth_frac = 0.5 * (1.0 - sqrt(dd_max(0.0, 1.0 - 1.0 / (ratio * ratio))));
    world->radiator_earth_frac =
        dd_plate_view_factor(ratio, down) + dd_plate_view_factor(ratio, -down);
    world->array_front_frac = dd_plate_view_factor(ratio, kind ? -array_down : array_down);
    world->array_back_frac = dd_plate_view_factor(ratio, kind ? array_down : -array_down);
    double normal[3], across[3];
    for (int i = 0; i < 3; i++) {
        normal[i] = kind ? -array_normal[i] : array_normal[i];
    }
    dd_cross(normal, world->sun_dir_eci, across);
    plant->hidden.motion.sun_error_rad[0] =
        atan2(dd_norm(across), dd_dot(normal, world->sun_dir_eci));
    world->albedo_cosine = dd_max(0.0, dd_dot(self->r, world->sun_dir_eci) / radius);
    world->radiator_sun_cosine = fabs(dd_dot(radiator_normal, world->sun_dir_eci));
    world->flux_w_per_m2 = dd_solar_flux(plant->params.solar_constant_w_per_m2,
                                         plant->params.astronomical_unit_m, world->sun_distance_m);
}

DD_SELDOM static void geography(dd_plant *plant)
{
    dd_world *world = &plant->world;
    const double tt = dd_plant_days(plant);
    const double ut1 = tt - (32.184 + plant->params.tai_minus_ut1_s) / DAY_S;
    double fixed[3], geodetic[3], normal[3], field[3];
    dd_earth_rotation(ut1, tt, world->earth);
    dd_matrix_apply(world->earth, world->bodies[0].r, fixed);
    dd_fixed_to_geodetic(plant->params.earth_radius_m, plant->params.earth_flattening_frac, fixed,
                         geodetic);
    plant->hidden.world.latitude_rad[0] = geodetic[0];
    plant->hidden.world.longitude_rad[0] = geodetic[1];
    plant->hidden.world.altitude_m[0] = geodetic[2];
    plant->hidden.world.magnetic_latitude_rad[0] = dd_magnetic_latitude(fixed);
    dd_magnetic_field(fixed, field);
    dd_matrix_apply_back(world->earth, field, world->field_eci_t);
    plant->hidden.world.magnetic_strength_t[0] = dd_norm(field);
    plant->hidden.world.south_atlantic[0] =
        dd_norm(field) < plant->params.south_atlantic_strength_max_t;
    dd_cross(world->bodies[0].r, world->bodies[0].v, normal);
    dd_unit(normal);
    plant->hidden.world.beta_rad[0] = asin(dd_clamp(dd_dot(normal, world->sun_dir_eci), -1.0, 1.0));
}

/* Area over mass against the wind; the partners, which fly the same attitude, have the same. */
DD_SELDOM static void ballistics(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    double wind[3];
    dd_matrix_apply(plant->world.attitude, plant->world.bodies[0].v, wind);
    plant->world.gravity.drag_m2_per_kg = p->drag_ratio * dd_frontal_area(plant, wind) / p->mass_kg;
}

static void shadow(dd_plant *plant)
{
    dd_world *world = &plant->world;
    const double *r = world->bodies[0].r;
    double sun[3], body[3];
    for (int i = 0; i < 3; i++) {
        sun[i] = world->sun_dir_eci[i] * world->sun_distance_m - r[i];
        body[i] = -r[i];
    }
    world->illumination_frac = dd_flattened_shadow_fraction(
        sun, body, plant->params.sun_radius_m, plant->params.earth_radius_m + world->shadow_extra_m,
        plant->params.shadow_flattening_frac);
}

void dd_world_step(dd_plant *plant, double dt_s)
{
    dd_world *world = &plant->world;
    const double now_s = elapsed_s(plant) + dt_s;
    for (int i = 0; i <= DD_TERMINALS; i++) {
        dd_body_advance(&world->bodies[i], &world->gravity, now_s);
    }
    attitude_step(plant, dt_s);
    if (--world->slow_step <= 0) {
        world->slow_step = (int32_t)dd_max(1.0, floor(1.0 / dt_s + 0.5));
        dd_sun(dd_plant_days(plant), plant->params.astronomical_unit_m, world->sun_dir_eci,
               &world->sun_distance_m);
        environment(plant);
        geography(plant);
        ballistics(plant);
    }
    shadow(plant);
}

/* Two neighbours in the plane (ahead, behind), two in the planes beside it. */
static void start_partner(dd_plant *plant, int index)
{
    static const double ahead[DD_TERMINALS] = {1.0, -1.0, 0.0, 0.0};
    static const double beside[DD_TERMINALS] = {0.0, 0.0, 1.0, -1.0};
    const dd_params *p = &plant->params;
    const double elements[6] = {
        p->semi_major_axis_m, p->eccentricity_ratio,
        p->inclination_rad,   p->raan_rad + beside[index] * p->plane_spacing_rad,
        p->perigee_rad,       p->anomaly_rad + ahead[index] * p->neighbour_spacing_rad};
    double r[3], v[3];
    dd_kepler_to_state(p->earth_mu_m3_per_s2, elements, r, v);
    dd_body_start(&plant->world.bodies[1 + index], &plant->world.gravity, r, v);
}

void dd_world_start(dd_plant *plant)
{
    dd_world *world = &plant->world;
    const dd_params *p = &plant->params;
    const double elements[6] = {p->semi_major_axis_m, p->eccentricity_ratio, p->inclination_rad,
                                p->raan_rad,          p->perigee_rad,        p->anomaly_rad};
    double r[3], v[3];
    world->gravity.mu_m3_per_s2 = p->earth_mu_m3_per_s2;
    world->gravity.radius_m = p->earth_radius_m;
    world->gravity.j2_ratio = p->earth_j2_ratio;
    world->gravity.j3_ratio = p->earth_j3_ratio;
    world->gravity.j4_ratio = p->earth_j4_ratio;
    world->gravity.air_reference_m = p->air_reference_m;
    world->gravity.air_density_kg_per_m3 = p->air_density_kg_per_m3;
    world->gravity.air_scale_m = p->air_scale_m;
    world->gravity.earth_rate_rad_per_s = p->earth_rate_rad_per_s;
    dd_kepler_to_state(p->earth_mu_m3_per_s2, elements, r, v);
    dd_body_start(&world->bodies[0], &world->gravity, r, v);
    for (int i = 0; i < DD_TERMINALS; i++) {
        start_partner(plant, i);
    }
    dd_sun(dd_plant_days(plant), p->astronomical_unit_m, world->sun_dir_eci,
           &world->sun_distance_m);
    ideal_attitude(plant, world->attitude);
    memcpy(world->attitude_last, world->attitude, sizeof world->attitude_last);
    dd_attitude_start(plant);
    environment(plant);
    geography(plant);
    shadow(plant);
}
