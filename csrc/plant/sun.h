/* The Sun, shadows, and how much of the Earth a plate sees. */
#ifndef DD_SUN_H
#define DD_SUN_H

/* Direction (unit, J2000) and distance of the Sun; days: TT days since J2000.0. */
void dd_sun(double days, double astronomical_unit_m, double direction[3], double *distance_m);

/* Flux at a distance from the Sun, that at one astronomical unit being known. */
double dd_solar_flux(double flux_w_per_m2, double astronomical_unit_m, double distance_m);

/*
 * Lit fraction of the Sun's disc, 0 to 1. sun: satellite to Sun, body: satellite to body centre, in
 * m. Apparent-disc overlap (Montenbruck & Gill, Satellite Orbits, 3.4.2), with umbra and annular
 * cases.
 */
double dd_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                          double body_radius_m);

/*
 * Angle (rad) between the centre of a body of revolution, flattened along Z, and its limb in the
 * plane of the Sun; pi from inside. The affine image that makes the body a sphere keeps tangents.
 */
double dd_limb_angle(const double sun[3], const double body[3], double equatorial_radius_m,
                     double flattening_frac);

/* As dd_shadow_fraction, the limb being that of the flattened body where the Sun passes it. */
double dd_flattened_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                                    double equatorial_radius_m, double flattening_frac);

/* View factor of a one-sided plate to a sphere: ratio = distance / radius, cosine of normal to
 * nadir. */
double dd_plate_view_factor(double ratio, double cosine);

#endif
