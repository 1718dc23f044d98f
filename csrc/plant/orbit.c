#include "orbit.h"

#include <math.h>
#include <string.h>

#include "forces.h"
#include "vec.h"

/* J3 and J4 (Vallado, Fundamentals of Astrodynamics, 4th ed., eq. 8-30). */
static void higher_zonals(const dd_gravity *field, const double r[3], double r2, double a[3])
{
    const double radius = field->radius_m / sqrt(r2);
    const double s = r[2] / sqrt(r2), s2 = s * s;
    const double pull = field->mu_m3_per_s2 / (r2 * sqrt(r2));
    const double j3 = 2.5 * field->j3_ratio * radius * radius * radius;
    const double j4 = 1.875 * field->j4_ratio * radius * radius * radius * radius;
    const double across =
        pull * (j3 * s * (7.0 * s2 - 3.0) + j4 * (1.0 - 14.0 * s2 + 21.0 * s2 * s2));
    a[0] += across * r[0];
    a[1] += across * r[1];
    a[2] += pull * sqrt(r2) *
            (j3 * (s2 * (7.0 * s2 - 6.0) + 0.6) + j4 * s * (5.0 + s2 * (21.0 * s2 - 70.0 / 3.0)));
}

/* Point mass plus J2 (ibid., eq. 8-19..8-21), and what is asked for above it. */
void dd_gravity_acceleration(const dd_gravity *field, const double r[3], double a[3])
{
    /* Softened deep inside the Earth, so that a decayed orbit stays a number. */
    const double r2 = dd_max(dd_dot(r, r), 0.25 * field->radius_m * field->radius_m);
    const double inverse = 1.0 / sqrt(r2);
    const double inverse2 = inverse * inverse;
    const double k = -field->mu_m3_per_s2 * inverse * inverse2;
    const double j = 1.5 * field->j2_ratio * field->radius_m * field->radius_m * inverse2;
    const double z2 = 5.0 * r[2] * r[2] * inverse2;
    a[0] = k * r[0] * (1.0 + j * (1.0 - z2));
    a[1] = k * r[1] * (1.0 + j * (1.0 - z2));
    a[2] = k * r[2] * (1.0 + j * (3.0 - z2));
    if (field->j3_ratio != 0.0 || field->j4_ratio != 0.0) {
        higher_zonals(field, r, r2, a);
    }
}

/* Drag against air that turns with the Earth and thins exponentially (ibid., eq. 8-28). */
void dd_acceleration(const dd_gravity *field, const double r[3], const double v[3], double a[3])
{
    dd_gravity_acceleration(field, r, a);
    if (field->drag_m2_per_kg > 0.0) {
        const double wind[3] = {v[0] + field->earth_rate_rad_per_s * r[1],
                                v[1] - field->earth_rate_rad_per_s * r[0], v[2]};
        double drag[3];
        dd_drag_force(dd_air_density(dd_norm(r) - field->radius_m, field->air_reference_m,
                                     field->air_density_kg_per_m3, field->air_scale_m),
                      1.0, field->drag_m2_per_kg, wind, drag);
        for (int i = 0; i < 3; i++) {
            a[i] += drag[i];
        }
    }
}

void dd_orbit_rk4(const dd_gravity *field, double r[3], double v[3], double h_s)
{
    double a1[3], a2[3], a3[3], a4[3], r2[3], r3[3], r4[3], v2[3], v3[3], v4[3];
    dd_acceleration(field, r, v, a1);
    for (int i = 0; i < 3; i++) {
        r2[i] = r[i] + 0.5 * h_s * v[i];
        v2[i] = v[i] + 0.5 * h_s * a1[i];
    }
    dd_acceleration(field, r2, v2, a2);
    for (int i = 0; i < 3; i++) {
        r3[i] = r[i] + 0.5 * h_s * v2[i];
        v3[i] = v[i] + 0.5 * h_s * a2[i];
    }
    dd_acceleration(field, r3, v3, a3);
    for (int i = 0; i < 3; i++) {
        r4[i] = r[i] + h_s * v3[i];
        v4[i] = v[i] + h_s * a3[i];
    }
    dd_acceleration(field, r4, v4, a4);
    for (int i = 0; i < 3; i++) {
        r[i] += h_s / 6.0 * (v[i] + 2.0 * v2[i] + 2.0 * v3[i] + v4[i]);
        v[i] += h_s / 6.0 * (a1[i] + 2.0 * a2[i] + 2.0 * a3[i] + a4[i]);
    }
}

/* Elements: semi-major axis m, eccentricity, inclination, node, perigee, true anomaly rad. */
void dd_kepler_to_state(double mu_m3_per_s2, const double elements[6], double r[3], double v[3])
{
    const double p = elements[0] * (1.0 - elements[1] * elements[1]);
    const double radius = p / (1.0 + elements[1] * cos(elements[5]));
    const double speed = sqrt(mu_m3_per_s2 / p);
    const double u = elements[4] + elements[5];
    const double cu = cos(u), su = sin(u);
    const double cn = cos(elements[3]), sn = sin(elements[3]);
    const double ci = cos(elements[2]), si = sin(elements[2]);
    const double radial[3] = {cn * cu - sn * su * ci, sn * cu + cn * su * ci, su * si};
    const double along[3] = {-cn * su - sn * cu * ci, -sn * su + cn * cu * ci, cu * si};
    const double vr = speed * elements[1] * sin(elements[5]);
    const double vt = speed * (1.0 + elements[1] * cos(elements[5]));
    for (int i = 0; i < 3; i++) {
        r[i] = radius * radial[i];
        v[i] = vr * radial[i] + vt * along[i];
    }
}

DD_SELDOM static void next_knot(dd_body *body, const dd_gravity *field)
{
    memcpy(body->r0, body->r1, sizeof body->r0);
    memcpy(body->v0, body->v1, sizeof body->v0);
    memcpy(body->a0, body->a1, sizeof body->a0);
    dd_orbit_rk4(field, body->r1, body->v1, DD_KNOT_S);
    dd_acceleration(field, body->r1, body->v1, body->a1);
}

void dd_body_start(dd_body *body, const dd_gravity *field, const double r[3], const double v[3])
{
    memcpy(body->r1, r, sizeof body->r1);
    memcpy(body->v1, v, sizeof body->v1);
    dd_acceleration(field, r, v, body->a1);
    next_knot(body, field);
    body->knot_s = 0.0;
    memcpy(body->r, r, sizeof body->r);
    memcpy(body->v, v, sizeof body->v);
}

/*
 * Cubic Hermite in position from (r, v) and in velocity from (v, a) of both knots. With one-second
 * knots in low orbit the interpolation error is below 1e-7 m (h^4 n^4 r / 384).
 */
void dd_body_advance(dd_body *body, const dd_gravity *field, double time_s)
{
    while (time_s > body->knot_s + DD_KNOT_S) {
        next_knot(body, field);
        body->knot_s += DD_KNOT_S;
    }
    const double s = (time_s - body->knot_s) / DD_KNOT_S;
    const double s2 = s * s, s3 = s2 * s;
    const double h00 = 2.0 * s3 - 3.0 * s2 + 1.0, h10 = (s3 - 2.0 * s2 + s) * DD_KNOT_S;
    const double h01 = 3.0 * s2 - 2.0 * s3, h11 = (s3 - s2) * DD_KNOT_S;
    for (int i = 0; i < 3; i++) {
        body->r[i] = h00 * body->r0[i] + h10 * body->v0[i] + h01 * body->r1[i] + h11 * body->v1[i];
        body->v[i] = h00 * body->v0[i] + h10 * body->a0[i] + h01 * body->v1[i] + h11 * body->a1[i];
    }
}
