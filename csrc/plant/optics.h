/* Laser link budget in closed form. */
#ifndef DD_OPTICS_H
#define DD_OPTICS_H

/* On-axis antenna gain of an aperture: efficiency (pi D / lambda)^2. */
double dd_optics_gain(double aperture_m, double wavelength_m, double efficiency_frac);
/* Received power, W; loss_db: all fixed losses, positive. */
double dd_optics_received_w(double transmit_w, double transmit_gain, double receive_gain,
                            double wavelength_m, double range_m, double loss_db);
/* Share of the light left at a pointing error, for a Gaussian beam of 1/e2 half-angle. */
double dd_optics_pointing_frac(double error_rad, double half_angle_rad);
/* Mean of that share under a Gaussian jitter of sigma per axis: b/(b+1), b = theta^2/(4 sigma^2).
 */
double dd_optics_mean_pointing_frac(double sigma_rad, double half_angle_rad);
/* Radius that an Archimedean spiral has covered after time_s. */
double dd_optics_spiral_radius_rad(double time_s, double dwell_s, double spot_rad);

#endif
