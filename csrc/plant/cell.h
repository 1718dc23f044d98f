/* One lithium-ion cell: open-circuit voltage, its integral, and resistance against temperature. */
#ifndef DD_CELL_H
#define DD_CELL_H

double dd_cell_ocv(double charge_frac);
/* Integral of the open-circuit voltage from 0 to charge_frac: chemical energy per unit charge, V.
 */
double dd_cell_ocv_integral(double charge_frac);
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
double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k);

#endif
