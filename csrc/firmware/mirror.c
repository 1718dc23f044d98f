#include "mirror.h"

#include <math.h>

#define DD_PI 3.14159265358979323846
#define LINE_LEAK 1e-4 /* lets a resonator forget in half a second at 20 kHz */

/*
 * Integrator of crossover fc behind a notch that swaps the mirror's mode for two fast real poles
 * (pole-zero cancellation with a lead of the difference), and a leaky resonator per vibration line
 * (internal model principle, Francis and Wonham 1976). Angles are on the sky.
 */
void dd_mirror_tune(const dd_mirror_design *design, dd_mirror_gains *gains)
{
    const double w = 2.0 * DD_PI * design->notch_hz * design->sample_s;
    const double zeta = design->notch_damping_ratio;
    const double radius = exp(-zeta * w);
    const double turn = 2.0 * radius * cos(w * sqrt(1.0 - zeta * zeta));
    const double pole = exp(-2.0 * DD_PI * design->notch_pole_hz * design->sample_s);
    const double scale = (1.0 - pole) * (1.0 - pole) / (1.0 - turn + radius * radius);
    gains->integral = 2.0 * DD_PI * design->crossover_hz * design->sample_s;
    gains->notch_b[0] = scale;
    gains->notch_b[1] = -scale * turn;
    gains->notch_b[2] = scale * radius * radius;
    gains->notch_a[0] = -2.0 * pole;
    gains->notch_a[1] = pole * pole;
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        const double angle = 2.0 * DD_PI * design->line_hz[i] * design->sample_s;
        const double share = design->line_hz[i] > 0.0 ? design->line_share_ratio : 0.0;
        gains->line_gain[i] = share * gains->integral;
        gains->line_turn[i] = (1.0 - LINE_LEAK) * cos(angle);
        gains->line_keep[i] = (1.0 - LINE_LEAK) * (1.0 - LINE_LEAK);
    }
    gains->limit_rad = design->limit_rad;
    gains->offload_per_s = 2.0 * DD_PI * design->offload_hz;
}

/* The notch and the resonators are second-order sections in transposed direct form II. */
void dd_mirror_update(dd_mirror_axis *axis, const dd_mirror_gains *gains, double error_rad)
{
    const double x = gains->notch_b[0] * error_rad + axis->notch_rad[0];
    axis->notch_rad[0] = gains->notch_b[1] * error_rad - gains->notch_a[0] * x + axis->notch_rad[1];
    axis->notch_rad[1] = gains->notch_b[2] * error_rad - gains->notch_a[1] * x;
    const double limit = gains->limit_rad;
    const double integral = axis->integral_rad + gains->integral * x;
    axis->integral_rad = integral > limit ? limit : (integral < -limit ? -limit : integral);
    double command = axis->integral_rad;
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        double *line = axis->line_rad[i];
        const double push = gains->line_gain[i] * x;
        const double y = push + line[0];
        line[0] = gains->line_turn[i] * (2.0 * y - push) + line[1];
        line[1] = -gains->line_keep[i] * y;
        command += y;
    }
    axis->command_rad = command > limit ? limit : (command < -limit ? -limit : command);
}

double dd_mirror_offload_rad_per_s(const dd_mirror_axis *axis, const dd_mirror_gains *gains)
{
    return gains->offload_per_s * axis->command_rad;
}
