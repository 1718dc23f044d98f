#include "cell.h"

#include <math.h>

#define KNOTS 11
#define SPACING 0.1

/* Chen et al. 2020 (LG M50), open-circuit voltage at charge 0, 0.1, ... 1 (PyBaMM, Chen2020). */
static const double ocv_v[KNOTS] = {2.5,    3.2959, 3.4852, 3.5814, 3.667, 3.7509,
                                    3.8406, 3.9479, 4.0421, 4.0967, 4.2};

/* Slopes of the monotone cubic through the knots: harmonic means (Fritsch and Butland 1984). */
static double knot_slope(int i)
{
    if (i == 0 || i == KNOTS - 1) {
        const int a = i == 0 ? 0 : KNOTS - 2;
        const int b = i == 0 ? 1 : KNOTS - 3;
        const double d0 = (ocv_v[a + 1] - ocv_v[a]) / SPACING;
        const double d1 = (ocv_v[b + 1] - ocv_v[b]) / SPACING;
        return 0.5 * (3.0 * d0 - d1);
    }
    const double left = (ocv_v[i] - ocv_v[i - 1]) / SPACING;
    const double right = (ocv_v[i + 1] - ocv_v[i]) / SPACING;
    return 2.0 * left * right / (left + right);
}

static int knot_of(double charge_frac)
{
    const int i = (int)(charge_frac / SPACING);
    return i < 0 ? 0 : (i > KNOTS - 2 ? KNOTS - 2 : i);
}

double dd_cell_ocv(double charge_frac)
{
    if (charge_frac <= 0.0) {
        return ocv_v[0] + knot_slope(0) * charge_frac;
    }
    if (charge_frac >= 1.0) {
        return ocv_v[KNOTS - 1] + knot_slope(KNOTS - 1) * (charge_frac - 1.0);
    }
    const int i = knot_of(charge_frac);
    const double t = charge_frac / SPACING - i;
    const double m0 = SPACING * knot_slope(i), m1 = SPACING * knot_slope(i + 1);
    const double rise = ocv_v[i + 1] - ocv_v[i];
    return ocv_v[i] + t * (m0 + t * ((3.0 * rise - 2.0 * m0 - m1) + t * (m0 + m1 - 2.0 * rise)));
}

static double piece_integral(int i, double t)
{
    const double m0 = SPACING * knot_slope(i), m1 = SPACING * knot_slope(i + 1);
    const double rise = ocv_v[i + 1] - ocv_v[i];
    const double cubic = (3.0 * rise - 2.0 * m0 - m1) / 3.0;
    const double quartic = (m0 + m1 - 2.0 * rise) / 4.0;
    return SPACING * t * (ocv_v[i] + t * (m0 / 2.0 + t * (cubic + t * quartic)));
}

double dd_cell_ocv_integral(double charge_frac)
{
    if (charge_frac <= 0.0) {
        return charge_frac * (ocv_v[0] + 0.5 * knot_slope(0) * charge_frac);
    }
    const int last = knot_of(fmin(charge_frac, 1.0));
    double total = 0.0;
    for (int i = 0; i < last; i++) {
        total += piece_integral(i, 1.0);
    }
    if (charge_frac < 1.0) {
        return total + piece_integral(last, charge_frac / SPACING - last);
    }
    const double excess = charge_frac - 1.0;
    total += piece_integral(KNOTS - 2, 1.0);
    return total + excess * (ocv_v[KNOTS - 1] + 0.5 * knot_slope(KNOTS - 1) * excess);
}

/* Exponential in temperature through 25 C and the ratio at 0 C. */
double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k)
{
    return r0_ohm * pow(cold_ratio, (298.15 - temperature_k) / 25.0);
}
