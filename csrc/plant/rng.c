#include "rng.h"

#include <math.h>

uint64_t dd_random_bits(uint64_t seed, uint64_t stream, uint64_t counter)
{
    const uint64_t key = dd_random_key(seed, stream);
    return dd_random_mix(key + UINT64_C(0x9E3779B97F4A7C15) * (counter + 1U));
}

/* Uniform in the open interval (0, 1). */
double dd_random_uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return ((double)(dd_random_bits(seed, stream, counter) >> 11) + 0.5) * 0x1p-53;
}

/* Inverse of the normal distribution, P. J. Acklam's rational approximation, relative error 1.2e-9.
 */
double dd_normal_quantile(double p)
{
    const double low = 0.02425;
    if (p < low || p > 1.0 - low) {
        const double q = sqrt(-2.0 * log(p < low ? p : 1.0 - p));
        const double x =
            (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) *
                   q -
               2.549732539343734e+00) *
                  q +
              4.374664141464968e+00) *
                 q +
             2.938163982698783e+00) /
            ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) *
                  q +
              3.754408661907416e+00) *
                 q +
             1.0);
        return p < low ? x : -x;
    }
    const double q = p - 0.5;
    const double r = q * q;
    return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) *
                  r +
              1.383577518672690e+02) *
                 r -
             3.066479806614716e+01) *
                r +
            2.506628277459239e+00) *
           q /
           (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) *
                  r +
              6.680131188771972e+01) *
                 r -
             1.328068155288572e+01) *
                r +
            1.0);
}

double dd_random_normal(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return dd_normal_quantile(dd_random_uniform(seed, stream, counter));
}
