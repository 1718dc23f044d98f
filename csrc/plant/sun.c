#include "sun.h"

#include <float.h>
#include <math.h>

#include "vec.h"

#define DD_PI 3.14159265358979323846
#define DD_DEG (DD_PI / 180.0)

/*
 * Astronomical Almanac, low-precision Sun (0.01 deg, 1950-2050). The formula is in the mean
 * ecliptic of date; general precession in longitude (1.396971 deg per century) takes it to J2000.
 */
void dd_sun(double days, double astronomical_unit_m, double direction[3], double *distance_m)
{
    const double anomaly = (357.528 + 0.9856003 * days) * DD_DEG;
    const double mean = 280.460 + 0.9856474 * days;
    const double centre = 1.915 * sin(anomaly) + 0.020 * sin(2.0 * anomaly);
    const double longitude = (mean + centre - 1.396971 * days / 36525.0) * DD_DEG;
    const double obliquity = 23.439291 * DD_DEG;
    direction[0] = cos(longitude);
    direction[1] = sin(longitude) * cos(obliquity);
    direction[2] = sin(longitude) * sin(obliquity);
    *distance_m =
        astronomical_unit_m * (1.00014 - 0.01671 * cos(anomaly) - 0.00014 * cos(2.0 * anomaly));
}

/* Circular segment of half-angle t on a unit circle, t - sin t cos t; series where that cancels. */
static double segment(double t)
{
    if (t > 0.1) {
        return t - sin(t) * cos(t);
    }
    const double q = 4.0 * t * t;
    const double tail = 1.0 - q / 42.0 * (1.0 - q / 72.0 * (1.0 - q / 110.0));
    return 2.0 / 3.0 * t * t * t * (1.0 - q / 20.0 * tail);
}

/* Area of the lens of two discs of angular radii a, b at separation c, relative to disc a. */
static double overlap(double a, double b, double c)
{
    const double x = 0.5 * ((c - b) * (c + b) + a * a) / c;
    const double y = sqrt(dd_max(0.0, (a - x) * (a + x)));
    const double in_a = a * a * segment(atan2(y, x));
    const double in_b = b * b * segment(atan2(y, c - x));
    return (in_a + in_b) / (DD_PI * a * a);
}

/* Lit share of disc a behind disc b, centres c apart. */
static double lit(double a, double b, double c)
{
    if (c >= a + b) {
        return 1.0;
    }
    if (c <= b - a) {
        return 0.0;
    }
    if (c <= a - b) {
        return 1.0 - (b * b) / (a * a);
    }
    return dd_clamp(1.0 - overlap(a, b, c), 0.0, 1.0);
}

static double gap(const double a[3], const double b[3])
{
    double normal[3];
    dd_cross(a, b, normal);
    return atan2(dd_norm(normal), dd_dot(a, b));
}

/* Unit vector across the unit vector `u`, on the Sun's side. Where the Sun is right behind, what is
 * left across is rounding, which may lie along `u`: any side will do then. */
static void across(const double u[3], const double sun[3], double side[3])
{
    const double other[3] = {fabs(u[0]) <= fabs(u[1]), fabs(u[0]) > fabs(u[1]), 0.0};
    double normal[3];
    dd_cross(u, sun, normal);
    if (!(dd_norm(normal) > 4.0 * DBL_EPSILON * dd_norm(sun))) {
        dd_cross(u, other, normal);
    }
    dd_cross(normal, u, side);
    dd_unit(side);
}

double dd_limb_angle(const double sun[3], const double body[3], double equatorial_radius_m,
                     double flattening_frac)
{
    const double stretch = 1.0 / (1.0 - flattening_frac);
    double u[3] = {body[0], body[1], body[2] * stretch};
    const double distance = dd_norm(u);
    if (!(distance > equatorial_radius_m)) {
        return DD_PI;
    }
    const double sine = equatorial_radius_m / distance;
    const double cosine = sqrt(1.0 - sine * sine);
    const double behind[3] = {sun[0], sun[1], sun[2] * stretch};
    double side[3];
    dd_unit(u);
    across(u, behind, side);
    const double limb[3] = {cosine * u[0] + sine * side[0], cosine * u[1] + sine * side[1],
                            (cosine * u[2] + sine * side[2]) / stretch};
    return gap(limb, body);
}

double dd_flattened_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                                    double equatorial_radius_m, double flattening_frac)
{
    const double ds = dd_norm(sun);
    const double db = dd_norm(body);
    if (!(flattening_frac > 0.0)) {
        return dd_shadow_fraction(sun, body, sun_radius_m, equatorial_radius_m);
    }
    if (!(ds > sun_radius_m) || db > ds) {
        return 1.0;
    }
    if (dd_dot(sun, body) <= 0.0 && db > 1.01 * equatorial_radius_m) {
        return 1.0; /* the body is behind us */
    }
    const double b = dd_limb_angle(sun, body, equatorial_radius_m, flattening_frac);
    return lit(asin(sun_radius_m / ds), b, gap(sun, body));
}

double dd_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                          double body_radius_m)
{
    const double ds = dd_norm(sun);
    const double db = dd_norm(body);
    if (!(ds > sun_radius_m)) {
        return 1.0;
    }
    if (!(db > body_radius_m)) {
        return 0.0;
    }
    const double cosine = dd_dot(sun, body) / (ds * db);
    const double sin_a = sun_radius_m / ds, sin_b = body_radius_m / db;
    const double cos_sum = sqrt((1.0 - sin_a * sin_a) * (1.0 - sin_b * sin_b)) - sin_a * sin_b;
    if (cosine <= cos_sum || db > ds) {
        return 1.0; /* discs apart, or the body is behind the Sun */
    }
    return lit(asin(sin_a), asin(sin_b), gap(sun, body));
}

/*
 * Juul, View Factors in Radiation Between Two Spheres and a plate, in the closed form of Bannister
 * (1965); the partially visible branch at cosine 0 is (atan(1/s) - s/H^2)/pi with s = sqrt(H^2 -
 * 1).
 */
double dd_plate_view_factor(double ratio, double cosine)
{
    const double h2 = ratio * ratio;
    const double s = sqrt(dd_max(h2 - 1.0, 0.0));
    const double c = dd_clamp(cosine, -1.0, 1.0);
    if (c * ratio >= 1.0) {
        return c / h2;
    }
    if (c * ratio <= -1.0) {
        return 0.0;
    }
    const double sine = sqrt(1.0 - c * c);
    const double arc = acos(dd_clamp(-s * c / sine, -1.0, 1.0));
    const double edge = s * sqrt(dd_max(0.0, 1.0 - h2 * c * c));
    const double horizon = asin(dd_clamp(s / (ratio * sine), -1.0, 1.0));
    return 0.5 - horizon / DD_PI + (c * arc - edge) / (DD_PI * h2);
}

double dd_solar_flux(double flux_w_per_m2, double astronomical_unit_m, double distance_m)
{
    const double scale = astronomical_unit_m / distance_m;
    return flux_w_per_m2 * scale * scale;
}
