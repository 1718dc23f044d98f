/* One array section: single-diode characteristic, operating point and maximum power. */
#ifndef DD_SECTION_H
#define DD_SECTION_H

/* The characteristic at one instant: J = dark_a exp((x - voc_v) / slope_v) with junction voltage x.
 */
typedef struct dd_cell_curve {
    double photo_a; /* photocurrent */
    double dark_a;  /* diode current at x = voc_v */
    double voc_v;   /* open-circuit voltage at the reference light and this temperature */
    double slope_v; /* ideality voltage at this temperature */
    double series_ohm;
    double shunt_s; /* shunt conductance */
} dd_cell_curve;

/* Terminal current at junction voltage x; the terminal voltage is x - series_ohm * current. */
double dd_section_current(const dd_cell_curve *curve, double junction_v);
/* Junction voltage at a terminal voltage, by Newton from the guess (convex, so it always
 * converges). */
double dd_section_junction(const dd_cell_curve *curve, double terminal_v, double guess_v);
/* The same, with the current there; it costs nothing more. */
double dd_section_operate(const dd_cell_curve *curve, double terminal_v, double guess_v,
                          double *current_a);
/* Junction voltage of maximum power. */
double dd_section_maximum(const dd_cell_curve *curve);
/* Junction voltage right of maximum_v at which the section delivers power_w, to 1e-11 of it, and
 * the current there; guess 0: from open circuit. */
double dd_section_hold(const dd_cell_curve *curve, double power_w, double maximum_v, double guess_v,
                       double *current_a);
/* Ideal diode (no resistances): voltage of maximum power, from light, Voc and ideality voltage. */
double dd_ideal_maximum_v(double photo_a, double voc_v, double slope_v);

#endif
