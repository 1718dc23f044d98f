#include <math.h>

#include "attitude.h"
#include "axis.h"

#define DEG 0.017453292519943295

/* The Sun in J2000 by the Astronomical Almanac's low-precision formula, precessed back (0.01 deg).
 */
static void almanac(double days, double sun[3])
{
    const double anomaly = (357.528 + 0.9856003 * days) * DEG;
    const double of_date =
        280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2.0 * anomaly);
    const double longitude = (of_date - 1.396971 * days / 36525.0) * DEG;
    const double obliquity = 23.439291 * DEG;
    sun[0] = cos(longitude);
    sun[1] = sin(longitude) * cos(obliquity);
    sun[2] = sin(longitude) * sin(obliquity);
}

/* Shepperd (1978), for the body axes as rows; every case divides by the largest component. */
static void from_axes(const double x[3], const double y[3], const double z[3], double q[4])
{
    const double trace = x[0] + y[1] + z[2];
    const double a = y[2] - z[1], b = z[0] - x[2], c = x[1] - y[0];
    if (trace >= x[0] && trace >= y[1] && trace >= z[2]) {
        q[0] = 1.0 + trace, q[1] = a, q[2] = b, q[3] = c;
    } else if (x[0] >= y[1] && x[0] >= z[2]) {
        q[0] = a, q[1] = 1.0 + x[0] - y[1] - z[2], q[2] = x[1] + y[0], q[3] = x[2] + z[0];
    } else if (y[1] >= z[2]) {
        q[0] = b, q[1] = x[1] + y[0], q[2] = 1.0 + y[1] - x[0] - z[2], q[3] = y[2] + z[1];
    } else {
        q[0] = c, q[1] = x[2] + z[0], q[2] = y[2] + z[1], q[3] = 1.0 + z[2] - x[0] - y[1];
    }
    const double n = 1.0 / sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    q[0] *= n, q[1] *= n, q[2] *= n, q[3] *= n;
}

/* Kind 0: +X to the Sun, +Z as near to the orbit's normal as that leaves; it stands almost still.
 */
static int array_ahead(const dd_attitude_sensors *sensors, const double sun[3], double q[4])
{
    double normal[3], y[3], z[3];
    dd_axis_cross(sensors->position_m, sensors->velocity_m_per_s, normal);
    const double along = dd_axis_dot(normal, sun);
    for (int i = 0; i < 3; i++) {
        z[i] = normal[i] - along * sun[i];
    }
    if (!dd_axis_unit(z)) {
        return 0;
    }
    dd_axis_cross(z, sun, y);
    from_axes(sun, y, z, q);
    return 1;
}

/* Kind 1: -Z to the Sun, +X as near to the nadir as that leaves; it turns once per orbit about Z.
 */
static int array_behind(const dd_attitude_sensors *sensors, const double sun[3], double q[4],
                        double rate[3])
{
    const double *r = sensors->position_m;
    const double z[3] = {-sun[0], -sun[1], -sun[2]};
    const double along = dd_axis_dot(r, sun);
    double x[3], y[3];
    for (int i = 0; i < 3; i++) {
        x[i] = along * sun[i] - r[i];
    }
    const double across = sqrt(dd_axis_dot(x, x));
    if (!dd_axis_unit(x)) {
        return 0;
    }
    dd_axis_cross(z, x, y);
    from_axes(x, y, z, q);
    rate[2] = -dd_axis_dot(y, sensors->velocity_m_per_s) / across;
    return 1;
}

int dd_attitude_target(const dd_attitude_model *model, const dd_attitude_sensors *sensors,
                       double q[4], double rate[3])
{
    double sun[3];
    if (!isfinite(dd_axis_dot(sensors->position_m, sensors->velocity_m_per_s)) ||
        !isfinite(sensors->days)) {
        return 0;
    }
    almanac(sensors->days, sun);
    rate[0] = rate[1] = rate[2] = 0.0;
    return model->kind == 0 ? array_ahead(sensors, sun, q) : array_behind(sensors, sun, q, rate);
}
