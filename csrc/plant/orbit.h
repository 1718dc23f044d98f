/* Orbits: zonal gravity and drag, RK4 between knots of one second, cubic Hermite interpolation
 * between them. */
#ifndef DD_ORBIT_H
#define DD_ORBIT_H

#include <stdint.h>

/* What accelerates a body; terms of coefficient 0 are left out. */
typedef struct dd_gravity {
    double mu_m3_per_s2;
    double radius_m;
    double j2_ratio, j3_ratio, j4_ratio;
    double drag_m2_per_kg; /* drag coefficient times area over mass */
    double air_reference_m, air_density_kg_per_m3, air_scale_m;
    double earth_rate_rad_per_s; /* of the air, which turns with the Earth */
} dd_gravity;

/* One body between two knots. */
typedef struct dd_body {
    double knot_s; /* time of the earlier knot */
    double r0[3], v0[3], a0[3];
    double r1[3], v1[3], a1[3];
    double r[3], v[3]; /* interpolated to the time of the last call */
} dd_body;

#define DD_KNOT_S 1.0

/* Gravity alone, and with drag. */
void dd_gravity_acceleration(const dd_gravity *field, const double r[3], double a[3]);
void dd_acceleration(const dd_gravity *field, const double r[3], const double v[3], double a[3]);
void dd_orbit_rk4(const dd_gravity *field, double r[3], double v[3], double h_s);
void dd_kepler_to_state(double mu_m3_per_s2, const double elements[6], double r[3], double v[3]);
void dd_body_start(dd_body *body, const dd_gravity *field, const double r[3], const double v[3]);
void dd_body_advance(dd_body *body, const dd_gravity *field, double time_s);

#endif
