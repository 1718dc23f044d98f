#include "frames.h"

#include <math.h>

#include "vec.h"

#define DD_PI 3.14159265358979323846
#define DD_ARCSEC (DD_PI / 648000.0)

/*
 * Earth rotation angle and the precession part of the celestial pole, IERS Conventions 2010,
 * eq. 5.15 and 5.16. Nutation (at most 9.2 arcsec, 285 m on the ground) and polar motion are left
 * out.
 */
void dd_earth_rotation(double ut1_days, double tt_days, double matrix[9])
{
    const double t = tt_days / 36525.0;
    const double x = (-0.016617 + 2004.191898 * t - 0.4297829 * t * t) * DD_ARCSEC;
    const double y = (-0.006951 - 0.025896 * t - 22.4072747 * t * t) * DD_ARCSEC;
    const double turns = 0.7790572732640 + 0.00273781191135448 * ut1_days + fmod(ut1_days, 1.0);
    const double angle = 2.0 * DD_PI * (turns - floor(turns));
    const double a = 0.5 + 0.125 * (x * x + y * y);
    const double pole[9] = {1.0 - a * x * x,          -a * x * y, -x, -a * x * y,
                            1.0 - a * y * y,          -y,         x,  y,
                            1.0 - a * (x * x + y * y)};
    const double c = cos(angle), s = sin(angle);
    for (int k = 0; k < 3; k++) {
        matrix[k] = c * pole[k] + s * pole[3 + k];
        matrix[3 + k] = -s * pole[k] + c * pole[3 + k];
        matrix[6 + k] = pole[6 + k];
    }
}

void dd_geodetic_to_fixed(double radius_m, double flattening, double latitude_rad,
                          double longitude_rad, double altitude_m, double out[3])
{
    const double e2 = flattening * (2.0 - flattening);
    const double sl = sin(latitude_rad), cl = cos(latitude_rad);
    const double n = radius_m / sqrt(1.0 - e2 * sl * sl);
    out[0] = (n + altitude_m) * cl * cos(longitude_rad);
    out[1] = (n + altitude_m) * cl * sin(longitude_rad);
    out[2] = (n * (1.0 - e2) + altitude_m) * sl;
}

/* Fixed-point iteration on the latitude (Vallado 4th ed., algorithm 12); four rounds reach 1e-12
 * rad. */
void dd_fixed_to_geodetic(double radius_m, double flattening, const double fixed[3],
                          double geodetic[3])
{
    const double e2 = flattening * (2.0 - flattening);
    const double rho = sqrt(fixed[0] * fixed[0] + fixed[1] * fixed[1]);
    double latitude = atan2(fixed[2], rho * (1.0 - e2));
    double n = radius_m;
    for (int i = 0; i < 5; i++) {
        const double sl = sin(latitude);
        n = radius_m / sqrt(1.0 - e2 * sl * sl);
        latitude = atan2(fixed[2] + e2 * n * sl, rho);
    }
    const double sl = sin(latitude), cl = cos(latitude);
    geodetic[0] = latitude;
    geodetic[1] = atan2(fixed[1], fixed[0]);
    geodetic[2] = rho * cl + fixed[2] * sl - n * (1.0 - e2 * sl * sl);
}

void dd_look_angles(const double site[3], double latitude_rad, double longitude_rad,
                    const double target[3], double look[3])
{
    const double d[3] = {target[0] - site[0], target[1] - site[1], target[2] - site[2]};
    const double sl = sin(latitude_rad), cl = cos(latitude_rad);
    const double so = sin(longitude_rad), co = cos(longitude_rad);
    const double east = -so * d[0] + co * d[1];
    const double north = -sl * co * d[0] - sl * so * d[1] + cl * d[2];
    const double up = cl * co * d[0] + cl * so * d[1] + sl * d[2];
    const double azimuth = atan2(east, north);
    look[0] = azimuth < 0.0 ? azimuth + 2.0 * DD_PI : azimuth;
    look[1] = atan2(up, sqrt(east * east + north * north));
    look[2] = dd_norm(d);
}

void dd_matrix_apply(const double matrix[9], const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++) {
        out[i] = dd_dot(matrix + 3 * i, in);
    }
}

void dd_matrix_apply_back(const double matrix[9], const double in[3], double out[3])
{
    for (int i = 0; i < 3; i++) {
        out[i] = matrix[i] * in[0] + matrix[3 + i] * in[1] + matrix[6 + i] * in[2];
    }
}

/* Shepperd (1978): the largest of the four components is found first, so no division by a small
 * one. */
void dd_matrix_to_quaternion(const double matrix[9], double q[4])
{
    const double m00 = matrix[0], m11 = matrix[4], m22 = matrix[8];
    const double trace = m00 + m11 + m22;
    const double b0 = matrix[5] - matrix[7], b1 = matrix[6] - matrix[2], b2 = matrix[1] - matrix[3];
    const double s01 = matrix[1] + matrix[3], s02 = matrix[2] + matrix[6],
                 s12 = matrix[5] + matrix[7];
    if (trace >= m00 && trace >= m11 && trace >= m22) {
        const double w = 1.0 + trace;
        q[0] = w, q[1] = b0, q[2] = b1, q[3] = b2;
    } else if (m00 >= m11 && m00 >= m22) {
        q[0] = b0, q[1] = 1.0 + m00 - m11 - m22, q[2] = s01, q[3] = s02;
    } else if (m11 >= m22) {
        q[0] = b1, q[1] = s01, q[2] = 1.0 - m00 + m11 - m22, q[3] = s12;
    } else {
        q[0] = b2, q[1] = s02, q[2] = s12, q[3] = 1.0 - m00 - m11 + m22;
    }
    const double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    const double k = (q[0] < 0.0 ? -1.0 : 1.0) / n;
    for (int i = 0; i < 4; i++) {
        q[i] *= k;
    }
}
