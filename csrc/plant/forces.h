/* What turns and brakes the satellite from outside. */
#ifndef DD_FORCES_H
#define DD_FORCES_H

/* Gravity-gradient torque, N m: r from the Earth's centre in principal axes, m; inertia, kg m2. */
void dd_gravity_gradient(double mu_m3_per_s2, const double r_body[3], const double inertia[3],
                         double torque[3]);

/*
 * Force of light on one side of a flat plate, N; zero from behind. normal and to_sun are unit
 * vectors; what is neither reflected as by a mirror nor diffusely is absorbed.
 */
void dd_light_force(double pressure_pa, double area_m2, double specular_frac, double diffuse_frac,
                    const double normal[3], const double to_sun[3], double force[3]);

/* Density of an exponential atmosphere, kg/m3, at most that of 150 km, where free molecular flow
 * ends.
 */
#define DD_AIR_MAX_KG_PER_M3 1e-8
double dd_air_density(double altitude_m, double reference_m, double reference_kg_per_m3,
                      double scale_m);

/* Drag, N, against the air's velocity past the satellite, m/s. */
void dd_drag_force(double density_kg_per_m3, double drag_ratio, double area_m2,
                   const double velocity[3], double force[3]);

#endif
