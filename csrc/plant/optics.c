#include "optics.h"
#include "vec.h"

#include <math.h>

#define DD_PI 3.14159265358979323846
#define PLANCK_LIGHT_J_M 1.9864458571489287e-25 /* h c, exact in the SI of 2019 */

static double ratio(double db)
{
    return pow(10.0, 0.1 * db);
}

double dd_optics_gain(double aperture_m, double wavelength_m, double efficiency_frac)
{
    const double k = DD_PI * aperture_m / wavelength_m;
    return efficiency_frac * k * k;
}

double dd_optics_beam_gain(double aperture_m, double wavelength_m, double half_angle_rad)
{
    const double alpha = 0.5 * aperture_m * DD_PI * half_angle_rad / wavelength_m;
    const double kept = -expm1(-alpha * alpha);
    return 8.0 * kept * kept / (half_angle_rad * half_angle_rad);
}

double dd_optics_received_w(double transmit_w, double transmit_gain, double receive_gain,
                            double wavelength_m, double range_m, double loss_db)
{
    const double spread = wavelength_m / (4.0 * DD_PI * range_m);
    return transmit_w * transmit_gain * receive_gain * spread * spread * ratio(-loss_db);
}

double dd_optics_pointing_frac(double error_rad, double half_angle_rad)
{
    const double k = error_rad / half_angle_rad;
    return exp(-2.0 * k * k);
}

double dd_optics_mean_pointing_frac(double sigma_rad, double half_angle_rad)
{
    const double k = 2.0 * sigma_rad / half_angle_rad;
    return 1.0 / (1.0 + k * k);
}

/* The squared error of two Gaussian axes is exponential with mean 2 sigma^2. */
double dd_optics_fade_frac(double sigma_rad, double half_angle_rad, double probability_frac)
{
    const double k = 2.0 * sigma_rad / half_angle_rad;
    return pow(probability_frac, k * k);
}

double dd_optics_spiral_radius_rad(double time_s, double dwell_s, double spot_rad,
                                   double overlap_frac)
{
    return overlap_frac * spot_rad * sqrt(dd_max(time_s, 0.0) / dwell_s / DD_PI);
}

double dd_optics_spiral_time_s(double radius_rad, double dwell_s, double spot_rad,
                               double overlap_frac)
{
    const double turns = radius_rad / (overlap_frac * spot_rad);
    return dwell_s * DD_PI * turns * turns;
}

/* A static error under jitter: the mean of exp(-2 |e + j|^2 / theta^2) over Gaussian j. */
void dd_optics_link(const dd_link *link, double range_m, double error_rad, double jitter_rad,
                    double fade_db, dd_link_terms *terms)
{
    const double theta2 = link->beam_half_angle_rad * link->beam_half_angle_rad;
    const double wide2 = theta2 + 4.0 * jitter_rad * jitter_rad;
    const double spread = link->wavelength_m / (4.0 * DD_PI * range_m);
    const double photon_w = PLANCK_LIGHT_J_M / link->wavelength_m * link->bit_rate_hz;
    terms->transmit_gain_ratio =
        link->transmit_efficiency_frac *
        dd_optics_beam_gain(link->aperture_m, link->wavelength_m, link->beam_half_angle_rad);
    terms->transmit_optics_ratio = ratio(-link->transmit_loss_db);
    terms->pointing_ratio = exp(-2.0 * error_rad * error_rad / wide2);
    terms->jitter_ratio = theta2 / wide2;
    terms->spread_ratio = spread * spread;
    terms->fade_ratio = ratio(-fade_db);
    terms->receive_gain_ratio =
        dd_optics_gain(link->aperture_m, link->wavelength_m, link->receive_efficiency_frac);
    terms->receive_optics_ratio = ratio(-link->receive_loss_db);
    terms->implementation_ratio = ratio(-link->implementation_loss_db);
    terms->received_w = link->laser_power_w * terms->transmit_gain_ratio *
                        terms->transmit_optics_ratio * terms->pointing_ratio * terms->jitter_ratio *
                        terms->spread_ratio * terms->fade_ratio * terms->receive_gain_ratio *
                        terms->receive_optics_ratio * terms->implementation_ratio;
    terms->required_w = link->sensitivity_photons_count * photon_w;
    terms->photons_count = terms->received_w / photon_w;
}
