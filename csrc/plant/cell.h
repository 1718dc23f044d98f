/* One lithium-ion cell: open-circuit voltage, its integral, and resistance against temperature. */
#ifndef DD_CELL_H
#define DD_CELL_H

double dd_cell_ocv(double charge_frac);
/* Integral of the open-circuit voltage from 0 to charge_frac: chemical energy per unit charge, V.
 */
double dd_cell_ocv_integral(double charge_frac);
double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k);

#endif
