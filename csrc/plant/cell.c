#include "cell.h"

#include <math.h>

#include "elementary.h"

/*
 * Chen et al. 2020 (LG M50): open-circuit
 * voltage 2.5, 3.2959, 3.4852, 3.5814, 3.667, 3.7509, 3.8406, 3.9479, 4.0421, 4.0967, 4.2 V at
 * charge 0, 0.1, ... 1 (PyBaMM, Chen2020), joined by the monotone cubic of Fritsch and Butland
 * (1984): harmonic mean slopes inside, three-point slopes at the ends.
 */
const dd_cell_piece dd_cell_pieces[DD_CELL_PIECES] = {
    {2.5, 1.0992000000000004, -0.11655438489646808, -0.18674561510353227, 0.0},
    {3.2959, 0.30585438489646743, -0.17137906751622795, 0.05482468261976031, 0.2964062134591961},
    {3.4852, 0.12757029772329248, -0.05713157454449454, 0.025761276821202106, 0.6369469141856392},
    {3.5814, 0.09059097909790977, -0.009123433122073643, 0.00413245402416379, 0.990585075174184},
    {3.667, 0.08474147492625381, -0.004486060451585047, 0.003644585525331534, 1.3530538210422813},
    {3.7509, 0.08670311059907836, -0.0020200283047566714, 0.00501691770567797, 1.723932474078341},
    {3.8406, 0.09771380710659897, 0.0261482170523121, -0.01656202415891067, 2.103415718274112},
    {3.9479, 0.10032416873449115, 0.012821017369725199, -0.01894518610421697, 2.492818965260546},
    {4.0421, 0.06913064516129068, -0.0459011889926243, 0.03137054383133425, 2.8925789112903226},
    {4.0967, 0.07143989867004488, 0.03937020265991048, -0.007510101329955415, 3.299499667511083}};

static const double end_v = 4.2, end_slope_v = 1.276499999999996,
                    end_integral_v = 3.7138662499999997;

void dd_cell_open(double charge_frac, double *volts, double *integral_v)
{
    if (charge_frac <= 0.0) {
        const double slope = dd_cell_pieces[0].b * DD_CELL_PIECES;
        *volts = dd_cell_pieces[0].a + slope * charge_frac;
        *integral_v = charge_frac * (dd_cell_pieces[0].a + 0.5 * slope * charge_frac);
    } else if (charge_frac >= 1.0) {
        const double excess = charge_frac - 1.0;
        *volts = end_v + end_slope_v * excess;
        *integral_v = end_integral_v + excess * (end_v + 0.5 * end_slope_v * excess);
    } else {
        const int i = dd_cell_piece_of(charge_frac);
        const dd_cell_piece *piece = &dd_cell_pieces[i];
        const double t = charge_frac * DD_CELL_PIECES - i;
        const double mean =
            piece->a + t * (0.5 * piece->b + t * (piece->c * (1.0 / 3.0) + t * (0.25 * piece->d)));
        *volts = piece->a + t * (piece->b + t * (piece->c + t * piece->d));
        *integral_v = piece->before + (1.0 / DD_CELL_PIECES) * t * mean;
    }
}

double dd_cell_ocv(double charge_frac)
{
    double volts, integral;
    dd_cell_open(charge_frac, &volts, &integral);
    return volts;
}

double dd_cell_ocv_integral(double charge_frac)
{
    double volts, integral;
    dd_cell_open(charge_frac, &volts, &integral);
    return integral;
}

/* Exponential in temperature through 25 C and the ratio at 0 C. */
double dd_cell_cold_per_k(double cold_ratio)
{
    return log(cold_ratio) / 25.0;
}

double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k)
{
    return r0_ohm * dd_exp(dd_cell_cold_per_k(cold_ratio) * (DD_CELL_REFERENCE_K - temperature_k));
}

void dd_cell_run(const dd_cell_spec *spec, double temperature_k, double step_s, int count,
                 const double *current_a, double *voltage_v, double *charge_frac)
{
    const double ohm = dd_cell_resistance(spec->r0_ohm, spec->cold_ratio, temperature_k);
    const double decay1 = exp(-step_s / spec->tau1_s), decay2 = exp(-step_s / spec->tau2_s);
    double v1 = 0.0, v2 = 0.0, charge = *charge_frac;
    for (int i = 0; i < count; i++) {
        const double current = current_a[i];
        const double efficiency = current < 0.0 ? spec->charge_efficiency_frac : 1.0;
        charge -= efficiency * current * step_s / (3600.0 * spec->capacity_ah);
        v1 = dd_cell_polarised(v1, spec->r1_ohm, current, decay1);
        v2 = dd_cell_polarised(v2, spec->r2_ohm, current, decay2);
        voltage_v[i] = dd_cell_ocv(charge) - v1 - v2 - ohm * current;
    }
    *charge_frac = charge;
}
