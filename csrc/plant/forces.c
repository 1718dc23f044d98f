#include "forces.h"

#include <math.h>

#include "vec.h"

/* 3 mu / r^5 (r x I r): Wertz, Spacecraft Attitude Determination and Control, eq. 17-31. */
void dd_gravity_gradient(double mu_m3_per_s2, const double r_body[3], const double inertia[3],
                         double torque[3])
{
    const double r2 = dd_max(dd_dot(r_body, r_body), 1.0);
    const double k = 3.0 * mu_m3_per_s2 / (r2 * r2 * sqrt(r2));
    torque[0] = k * r_body[1] * r_body[2] * (inertia[2] - inertia[1]);
    torque[1] = k * r_body[2] * r_body[0] * (inertia[0] - inertia[2]);
    torque[2] = k * r_body[0] * r_body[1] * (inertia[1] - inertia[0]);
}

/* Wertz, eq. 17-33; Montenbruck & Gill, Satellite Orbits, eq. 3.73 with the diffuse part. */
void dd_light_force(double pressure_pa, double area_m2, double specular_frac, double diffuse_frac,
                    const double normal[3], const double to_sun[3], double force[3])
{
    const double cosine = dd_max(0.0, dd_dot(normal, to_sun));
    const double k = -pressure_pa * area_m2 * cosine;
    const double along = 2.0 * (specular_frac * cosine + diffuse_frac / 3.0);
    for (int i = 0; i < 3; i++) {
        force[i] = k * ((1.0 - specular_frac) * to_sun[i] + along * normal[i]);
    }
}

double dd_air_density(double altitude_m, double reference_m, double reference_kg_per_m3,
                      double scale_m)
{
    const double heights = dd_clamp((altitude_m - reference_m) / scale_m, -50.0, 700.0);
    return dd_min(reference_kg_per_m3 * exp(-heights), DD_AIR_MAX_KG_PER_M3);
}

void dd_drag_force(double density_kg_per_m3, double drag_ratio, double area_m2,
                   const double velocity[3], double force[3])
{
    const double k = -0.5 * density_kg_per_m3 * drag_ratio * area_m2 * dd_norm(velocity);
    for (int i = 0; i < 3; i++) {
        force[i] = k * velocity[i];
    }
}
