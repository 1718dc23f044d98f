/* One lithium-ion cell: open-circuit voltage, its integral, and resistance against temperature. */
#ifndef DD_CELL_H
#define DD_CELL_H

#define DD_CELL_PIECES 10
#define DD_CELL_REFERENCE_K 298.15

/* One piece of the curve: value, then t, t^2 and t^3 coefficients with t from 0 to 1, then the
 * integral of the curve from charge 0 to the piece. */
typedef struct dd_cell_piece {
    double a, b, c, d, before;
} dd_cell_piece;

extern const dd_cell_piece dd_cell_pieces[DD_CELL_PIECES];

/* Piece of a charge from 0 to 1. */
static inline int dd_cell_piece_of(double charge_frac)
{
    const int i = (int)(charge_frac * DD_CELL_PIECES);
    return i > DD_CELL_PIECES - 1 ? DD_CELL_PIECES - 1 : i;
}

double dd_cell_ocv(double charge_frac);
/* Integral of the open-circuit voltage from 0 to charge_frac: chemical energy per unit charge, V.
 */
double dd_cell_ocv_integral(double charge_frac);
/* Both at once. */
void dd_cell_open(double charge_frac, double *volts, double *integral_v);
/* Voltage of an RC pair after a step of constant current; decay is exp(-step / tau). */
static inline double dd_cell_polarised(double polarisation_v, double ohm, double current_a,
                                       double decay)
{
    return polarisation_v * decay + ohm * current_a * (1.0 - decay);
}

typedef struct dd_cell_spec {
    double capacity_ah, charge_efficiency_frac;
    double r0_ohm, cold_ratio;
    double r1_ohm, tau1_s, r2_ohm, tau2_s;
} dd_cell_spec;

/* Terminal voltage after each of `count` steps of constant current (discharge positive) from rest;
 * charge_frac is start and end. */
void dd_cell_run(const dd_cell_spec *spec, double temperature_k, double step_s, int count,
                 const double *current_a, double *voltage_v, double *charge_frac);
/* Rise of the log of the resistance per kelvin below 25 C, from the ratio at 0 C. */
double dd_cell_cold_per_k(double cold_ratio);
double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k);

#endif
