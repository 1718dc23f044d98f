/* Laser link budget in closed form. */
#ifndef DD_OPTICS_H
#define DD_OPTICS_H

/* What a link is made of; both ends are alike. */
typedef struct dd_link {
    double laser_power_w, aperture_m, wavelength_m, beam_half_angle_rad;
    double transmit_efficiency_frac; /* of the sent wavefront, truncation apart */
    double receive_efficiency_frac;
    double transmit_loss_db, receive_loss_db, implementation_loss_db;
    double bit_rate_hz, sensitivity_photons_count;
} dd_link;

/* Every term of a budget: ratios that multiply the laser power, then the results. */
typedef struct dd_link_terms {
    double transmit_gain_ratio, transmit_optics_ratio;
    double pointing_ratio; /* static error */
    double jitter_ratio;   /* mean over the jitter */
    double spread_ratio;   /* free space */
    double fade_ratio;
    double receive_gain_ratio, receive_optics_ratio, implementation_ratio;
    double received_w, required_w, photons_count; /* photons per bit */
} dd_link_terms;

/* Antenna gain of an evenly lit aperture: efficiency (pi D / lambda)^2. */
double dd_optics_gain(double aperture_m, double wavelength_m, double efficiency_frac);
/*
 * On-axis gain of a Gaussian beam of 1/e2 half-angle theta cut by its aperture:
 * 8/theta^2 (1 - exp(-alpha^2))^2, alpha = D/2 over the beam's radius lambda/(pi theta)
 * (Klein and Degnan 1974, Appl. Opt. 13, 2134).
 */
double dd_optics_beam_gain(double aperture_m, double wavelength_m, double half_angle_rad);
/* Received power, W; loss_db: all fixed losses, positive. */
double dd_optics_received_w(double transmit_w, double transmit_gain, double receive_gain,
                            double wavelength_m, double range_m, double loss_db);
/* Share of the light left at a pointing error, for a Gaussian beam of 1/e2 half-angle. */
double dd_optics_pointing_frac(double error_rad, double half_angle_rad);
/* Mean of that share under a Gaussian jitter of sigma per axis: b/(b+1), b = theta^2/(4 sigma^2).
 */
double dd_optics_mean_pointing_frac(double sigma_rad, double half_angle_rad);
/* Share that the light falls below with the given probability, under that jitter. */
double dd_optics_fade_frac(double sigma_rad, double half_angle_rad, double probability_frac);
/* Radius that an Archimedean spiral has covered after time_s. */
double dd_optics_spiral_radius_rad(double time_s, double dwell_s, double spot_rad,
                                   double overlap_frac);
/* Time after which it has covered a radius: a spot of one dwell time per spacing squared. */
double dd_optics_spiral_time_s(double radius_rad, double dwell_s, double spot_rad,
                               double overlap_frac);
void dd_optics_link(const dd_link *link, double range_m, double error_rad, double jitter_rad,
                    double fade_db, dd_link_terms *terms);

#endif
