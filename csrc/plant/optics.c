#include "optics.h"
#include "vec.h"

#include <math.h>

#define DD_PI 3.14159265358979323846
#define SPIRAL_OVERLAP 0.7

double dd_optics_gain(double aperture_m, double wavelength_m, double efficiency_frac)
{
    const double k = DD_PI * aperture_m / wavelength_m;
    return efficiency_frac * k * k;
}

double dd_optics_received_w(double transmit_w, double transmit_gain, double receive_gain,
                            double wavelength_m, double range_m, double loss_db)
{
    const double spread = wavelength_m / (4.0 * DD_PI * range_m);
    return transmit_w * transmit_gain * receive_gain * spread * spread * pow(10.0, -0.1 * loss_db);
}

double dd_optics_pointing_frac(double error_rad, double half_angle_rad)
{
    const double k = error_rad / half_angle_rad;
    return exp(-2.0 * k * k);
}

double dd_optics_mean_pointing_frac(double sigma_rad, double half_angle_rad)
{
    if (sigma_rad <= 0.0) {
        return 1.0;
    }
    const double b = half_angle_rad * half_angle_rad / (4.0 * sigma_rad * sigma_rad);
    return b / (b + 1.0);
}

/* Spots of spacing overlap * spot, one each dwell time: n spots cover a disc of n spacings squared.
 */
double dd_optics_spiral_radius_rad(double time_s, double dwell_s, double spot_rad)
{
    return SPIRAL_OVERLAP * spot_rad * sqrt(dd_max(time_s, 0.0) / dwell_s / DD_PI);
}
