/*
 * Fine tracking sampled at the loop's own rate: platform jitter, mirror, gimbal, quad cell and the
 * tracking loop of the firmware, two axes; and the variance that this loop leaves in linear theory.
 */
#ifndef DD_FINE_H
#define DD_FINE_H

#include <stdint.h>

#include "actuator.h"
#include "mirror.h"
#include "params.h"

enum { DD_GIMBAL_SAMPLES = 20, DD_FINE_COLUMNS = 6 };

/* Constants of the loop, worked out once from the parameters. */
typedef struct dd_fine {
    dd_mirror_gains control;
    dd_second_order mirror;
    dd_gimbal gimbal;
    double sample_s;
    double jitter_keep, jitter_drive_rad;
    double noise_rad, spot_rad;
    double line_hz[DD_MIRROR_LINES], line_rad[DD_MIRROR_LINES]; /* RMS per axis */
} dd_fine;

typedef struct dd_fine_axis {
    dd_mirror_axis control;
    double mirror_rad, mirror_rate_rad; /* rate over w */
    double jitter_rad;
    dd_gimbal_axis gimbal;
} dd_fine_axis;

/* One stretch of samples. The target moves evenly; angles count from a common origin. */
typedef struct dd_fine_input {
    uint64_t seed, stream;
    int64_t sample; /* number of the first sample since the epoch, not negative */
    double target_rad[2], target_rate_rad_per_s[2];
    int mirror_stuck, gimbal_stuck;
} dd_fine_input;

typedef struct dd_fine_result {
    double mean_rad[2], mean_square_rad2[2], last_rad[2];
} dd_fine_result;

void dd_fine_set(dd_fine *fine, const dd_params *params);
/* Runs count > 0 samples. trace: null, or a row of error, mirror and gimbal (x, y each) a sample.
 */
void dd_fine_run(const dd_fine *fine, dd_fine_axis axes[2], const dd_fine_input *input, int count,
                 dd_fine_result *result, double *trace);
/* What a quad cell of this spot radius reads at an error: straight near zero, flat far off. */
double dd_quad_reading_rad(double error_rad, double spot_rad);
/* Sensitivity S and complementary T of the loop at a frequency, both as squared size. */
void dd_fine_response(const dd_fine *fine, double frequency_hz, double *rejection_ratio,
                      double *noise_ratio);
/* Variance per axis that the linear loop leaves: jitter, sensor noise, lines. HUGE_VAL when the
 * loop is unstable. */
void dd_fine_variance(const dd_fine *fine, double parts_rad2[3]);

#endif
