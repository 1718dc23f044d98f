/* The Earth's magnetic field, IGRF-14 to degree 6; magnetic latitude; the South Atlantic region. */
#ifndef DD_MAGNETIC_H
#define DD_MAGNETIC_H

/* All take Earth-fixed positions in m, not at the Earth's centre. */

/* Field in T, Earth-fixed axes. */
void dd_magnetic_field(const double fixed[3], double field[3]);

/* Latitude of the centred dipole, rad, positive towards its northern pole (80.8 N, 72.8 W). */
double dd_magnetic_latitude(const double fixed[3]);

/*
 * 1 where the field is below the limit (T): trapped protons come lowest where the field is weak,
 * and that is over the South Atlantic alone.
 */
int dd_south_atlantic(const double fixed[3], double strength_max_t);

#endif
