#include "magnetic.h"

#include <math.h>

#include "vec.h"

#define DEGREE 6
#define REFERENCE_M 6371200.0
#define TESLA 1e-9

/*
 * IGRF-14, epoch 2025.0, Schmidt semi-normalised coefficients g and h in nT, row n of order m =
 * 0..n (IAGA Working Group V-MOD, igrf14coeffs.txt). The field changes by 0.3 % in a year, degrees
 * above 6 add less than 0.5 % at 600 km; both are less than the limit of the region is known to.
 */
static const double coefficients[DEGREE][DEGREE + 1][2] = {
    {{-29350.0, 0.0}, {-1410.3, 4545.5}},
    {{-2556.2, 0.0}, {2950.9, -3133.6}, {1648.7, -814.2}},
    {{1360.9, 0.0}, {-2404.2, -56.9}, {1243.8, 237.6}, {453.4, -549.6}},
    {{894.7, 0.0}, {799.6, 278.6}, {55.8, -134.0}, {-281.1, 212.0}, {12.0, -375.4}},
    {{-232.9, 0.0}, {369.0, 45.3}, {187.2, 220.0}, {-138.7, -122.9}, {-141.9, 42.9}, {20.9, 106.2}},
    {{64.3, 0.0},
     {63.8, -18.4},
     {76.7, 16.8},
     {-115.7, 48.9},
     {-40.9, -59.8},
     {14.9, 10.9},
     {-60.8, 72.8}}};

/* Of the recursion to degree n of order m < n: the root of (n - 1)^2 - m^2, and one over that of
 * n^2 - m^2. */
static const double roots[DEGREE][DEGREE][2] = {{{0.0, 1.0}},
                                                {{1.0, 0.5}, {0.0, 0.5773502691896258}},
                                                {{2.0, 0.3333333333333333},
                                                 {1.7320508075688772, 0.35355339059327373},
                                                 {0.0, 0.4472135954999579}},
                                                {{3.0, 0.25},
                                                 {2.8284271247461903, 0.2581988897471611},
                                                 {2.23606797749979, 0.2886751345948129},
                                                 {0.0, 0.3779644730092272}},
                                                {{4.0, 0.2},
                                                 {3.872983346207417, 0.20412414523193154},
                                                 {3.4641016151377544, 0.2182178902359924},
                                                 {2.6457513110645907, 0.25},
                                                 {0.0, 0.3333333333333333}},
                                                {{5.0, 0.16666666666666666},
                                                 {4.898979485566356, 0.1690308509457033},
                                                 {4.58257569495584, 0.17677669529663687},
                                                 {4.0, 0.19245008972987526},
                                                 {3.0, 0.22360679774997896},
                                                 {0.0, 0.30151134457776363}}};

/* One order of the sum: what its degrees add to the radial, southward and eastward field, nT. */
typedef struct order_sum {
    double radial, south, east;
} order_sum;

/*
 * Legendre functions of one order and their slopes by the recursion over the degree (Langel 1987 in
 * Geomagnetism 1, ed. Jacobs, eq. 2; Schmidt's normalisation). start, slope: of degree = order.
 */
static order_sum sum_order(int m, double start, double slope, const double cosine_sine[4],
                           double shrink, double shrink_start)
{
    const double c = cosine_sine[0], s = cosine_sine[1];
    double p = start, dp = slope, before = 0.0, dbefore = 0.0;
    double scale = shrink_start;
    order_sum sum = {0.0, 0.0, 0.0};
    for (int n = m > 0 ? m : 1; n <= DEGREE; n++) {
        if (n > m) {
            const double k = roots[n - 1][m][0], over = roots[n - 1][m][1];
            const double next = ((2 * n - 1) * c * p - k * before) * over;
            const double dnext = ((2 * n - 1) * (c * dp - s * p) - k * dbefore) * over;
            before = p, dbefore = dp;
            p = next, dp = dnext;
        }
        const double g = coefficients[n - 1][m][0], h = coefficients[n - 1][m][1];
        const double even = g * cosine_sine[2] + h * cosine_sine[3];
        const double odd = g * cosine_sine[3] - h * cosine_sine[2];
        sum.radial += scale * (n + 1) * even * p;
        sum.south -= scale * even * dp;
        sum.east += scale * m * odd * p;
        scale *= shrink;
    }
    return sum;
}

void dd_magnetic_field(const double fixed[3], double field[3])
{
    const double radius = dd_max(dd_norm(fixed), 1e6);
    const double c = fixed[2] / radius;
    const double s = dd_max(sqrt(dd_max(0.0, 1.0 - c * c)), 1e-9); /* the ratio P/s is finite */
    const double across = hypot(fixed[0], fixed[1]);
    const double cl = across > 0.0 ? fixed[0] / across : 1.0;
    const double sl = across > 0.0 ? fixed[1] / across : 0.0;
    double cosine_sine[4] = {c, s, 1.0, 0.0};
    const double shrink = REFERENCE_M / radius;
    double shrink_start = shrink * shrink * shrink; /* to the power of the lowest degree plus 2 */
    double p = 1.0, dp = 0.0, radial = 0.0, south = 0.0, east = 0.0;
    for (int m = 0; m <= DEGREE; m++) {
        const order_sum sum = sum_order(m, p, dp, cosine_sine, shrink, shrink_start);
        shrink_start *= m > 0 ? shrink : 1.0;
        radial += sum.radial;
        south += sum.south;
        east += sum.east / s;
        const double k = m > 0 ? sqrt((2.0 * m + 1.0) / (2.0 * m + 2.0)) : 1.0;
        dp = k * (s * dp + c * p);
        p *= k * s;
        const double turned = cosine_sine[2] * cl - cosine_sine[3] * sl;
        cosine_sine[3] = cosine_sine[3] * cl + cosine_sine[2] * sl;
        cosine_sine[2] = turned;
    }
    const double outward = radial * s + south * c;
    field[0] = TESLA * (outward * cl - east * sl);
    field[1] = TESLA * (outward * sl + east * cl);
    field[2] = TESLA * (radial * c - south * s);
}

double dd_magnetic_latitude(const double fixed[3])
{
    const double north[3] = {-coefficients[0][1][0], -coefficients[0][1][1],
                             -coefficients[0][0][0]};
    const double length = dd_norm(fixed) * dd_norm(north);
    return length > 0.0 ? asin(dd_clamp(dd_dot(fixed, north) / length, -1.0, 1.0)) : 0.0;
}

int dd_south_atlantic(const double fixed[3], double strength_max_t)
{
    double field[3];
    dd_magnetic_field(fixed, field);
    return dd_norm(field) < strength_max_t;
}
