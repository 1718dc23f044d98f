#include "fine.h"

#include <math.h>

#include "rng.h"

#define DD_PI 3.14159265358979323846
#define NORMAL_SCALE                                                                               \
    2.6428997921303014e-05 /* of a sum of four 16-bit numbers: sqrt(3/(2^32-1))                    \
                            */

void dd_fine_set(dd_fine *fine, const dd_params *params)
{
    const double sample_s = 1.0 / params->loop_sample_hz;
    const dd_mirror_design design = {
        sample_s,
        params->crossover_hz,
        params->notch_mode_hz,
        params->notch_damping_ratio,
        params->notch_pole_hz,
        {params->pump_line_hz, params->pump_harmonic_hz, params->wheel_line_hz},
        params->line_share_ratio,
        params->mirror_limit_rad,
        params->offload_hz};
    const double lines[DD_MIRROR_LINES] = {params->pump_line_rad, params->pump_harmonic_rad,
                                           params->wheel_line_rad};
    const double variance =
        0.5 * DD_PI * params->jitter_density_rad2_per_hz * params->jitter_corner_hz;
    dd_mirror_tune(&design, &fine->control);
    dd_second_order_set(&fine->mirror, params->mirror_mode_hz, params->mirror_damping_ratio,
                        sample_s);
    dd_gimbal *gimbal = &fine->gimbal;
    gimbal->step_s = DD_GIMBAL_SAMPLES * sample_s;
    gimbal->rate_scale_per_s = 2.0 * DD_PI * params->gimbal_mode_hz;
    gimbal->quantum_rad = params->gimbal_step_rad;
    gimbal->backlash_rad = params->gimbal_backlash_rad;
    gimbal->friction_rad_per_s2 = params->gimbal_friction_rad_per_s2;
    dd_second_order_set(&gimbal->servo, params->gimbal_mode_hz, params->gimbal_damping_ratio,
                        gimbal->step_s);
    fine->sample_s = sample_s;
    fine->jitter_keep = exp(-2.0 * DD_PI * params->jitter_corner_hz * sample_s);
    fine->jitter_drive_rad = sqrt(variance * (1.0 - fine->jitter_keep * fine->jitter_keep));
    fine->noise_rad = params->quad_noise_rad;
    fine->spot_rad = params->quad_spot_rad;
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        fine->line_hz[i] = design.line_hz[i];
        fine->line_rad[i] = lines[i];
    }
}

/* Gaussian spot of 1/e2 radius w on a split cell: sqrt(pi/8) w erf(sqrt(2) e/w), slope 1. */
double dd_quad_reading_rad(double error_rad, double spot_rad)
{
    const double k = sqrt(2.0) / spot_rad;
    return 0.5 * sqrt(DD_PI) / k * erf(k * error_rad);
}

/* Four uniform numbers added: variance 1, ends at 3.5; the filters behind make it Gaussian. */
static inline double draw(uint64_t key, uint64_t counter)
{
    const uint64_t bits = dd_random_mix(key + UINT64_C(0x9E3779B97F4A7C15) * (counter + 1U));
    const uint64_t sum =
        (bits & 0xFFFFU) + ((bits >> 16) & 0xFFFFU) + ((bits >> 32) & 0xFFFFU) + (bits >> 48);
    return ((double)(int64_t)sum - 131070.0) * NORMAL_SCALE;
}

/* Vibration lines as turning pointers: x is shaken by one component, y by the other. */
typedef struct dd_lines {
    double x[DD_MIRROR_LINES], y[DD_MIRROR_LINES], c[DD_MIRROR_LINES], s[DD_MIRROR_LINES];
} dd_lines;

static void lines_start(dd_lines *lines, const dd_fine *fine, const dd_fine_input *input)
{
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        const double turns = fine->line_hz[i] * fine->sample_s;
        const double begun = turns * (double)input->sample +
                             dd_random_uniform(input->seed, input->stream + 4U, (uint64_t)i);
        const double phase = 2.0 * DD_PI * (begun - floor(begun));
        const double size = sqrt(2.0) * fine->line_rad[i];
        lines->x[i] = size * cos(phase);
        lines->y[i] = size * sin(phase);
        lines->c[i] = cos(2.0 * DD_PI * turns);
        lines->s[i] = sin(2.0 * DD_PI * turns);
    }
}

static inline void lines_turn(dd_lines *lines, double shake[2])
{
    shake[0] = 0.0;
    shake[1] = 0.0;
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        const double x = lines->x[i], y = lines->y[i];
        shake[0] += x;
        shake[1] += y;
        lines->x[i] = lines->c[i] * x - lines->s[i] * y;
        lines->y[i] = lines->s[i] * x + lines->c[i] * y;
    }
}

/* One sample of one axis: what the firmware read at the last sample moves the mirror now. */
static inline double sample(const dd_fine *fine, dd_fine_axis *axis, double away_rad,
                            const double draws[2], double slope, double bend, int mirror_stuck)
{
    const double error = away_rad + axis->jitter_rad - axis->mirror_rad;
    const double reading = slope * erf(bend * error) + fine->noise_rad * draws[1];
    if (!mirror_stuck) {
        dd_second_order_step(&fine->mirror, axis->control.command_rad, &axis->mirror_rad,
                             &axis->mirror_rate_rad);
    }
    dd_mirror_update(&axis->control, &fine->control, reading);
    axis->jitter_rad = fine->jitter_keep * axis->jitter_rad + fine->jitter_drive_rad * draws[0];
    return error;
}

static void gimbals(const dd_fine *fine, dd_fine_axis axes[2], const dd_fine_input *input)
{
    for (int i = 0; i < 2; i++) {
        const double offload = dd_mirror_offload_rad_per_s(&axes[i].control, &fine->control);
        dd_gimbal_step(&fine->gimbal, &axes[i].gimbal, offload + input->target_rate_rad_per_s[i]);
    }
}

typedef struct dd_stretch {
    double away_rad[2], rate_rad[2]; /* target less gimbal, and its change per sample */
} dd_stretch;

static void samples(const dd_fine *fine, dd_fine_axis axes[2], const dd_fine_input *input,
                    int first, int count, const dd_stretch *way, dd_lines *lines,
                    dd_fine_result *result, double *trace)
{
    uint64_t keys[4];
    for (unsigned i = 0; i < 4; i++) {
        keys[i] = dd_random_key(input->seed, input->stream + i);
    }
    const double bend = sqrt(2.0) / fine->spot_rad, slope = 0.5 * sqrt(DD_PI) / bend;
    for (int k = 0; k < count; k++) {
        const uint64_t counter = (uint64_t)input->sample + (uint64_t)(first + k);
        double shake[2];
        lines_turn(lines, shake);
        for (unsigned i = 0; i < 2; i++) {
            const double draws[2] = {draw(keys[2 * i], counter), draw(keys[2 * i + 1], counter)};
            const double away = way->away_rad[i] + k * way->rate_rad[i] + shake[i];
            const double error =
                sample(fine, &axes[i], away, draws, slope, bend, input->mirror_stuck);
            result->mean_rad[i] += error;
            result->mean_square_rad2[i] += error * error;
            result->last_rad[i] = error;
            if (trace) {
                double *row = trace + (long)(first + k) * DD_FINE_COLUMNS;
                row[i] = error;
                row[2 + i] = axes[i].mirror_rad;
                row[4 + i] = axes[i].gimbal.output_rad;
            }
        }
    }
}

/* The gimbal moves at every twentieth sample since the epoch, and evenly until the next of them. */
void dd_fine_run(const dd_fine *fine, dd_fine_axis axes[2], const dd_fine_input *input, int count,
                 dd_fine_result *result, double *trace)
{
    dd_lines lines;
    lines_start(&lines, fine, input);
    *result = (dd_fine_result){0};
    for (int first = 0, part = 0; first < count; first += part) {
        const int past = (int)((input->sample + first) % DD_GIMBAL_SAMPLES);
        const int left = count - first;
        part = left < DD_GIMBAL_SAMPLES - past ? left : DD_GIMBAL_SAMPLES - past;
        const double before[2] = {axes[0].gimbal.output_rad, axes[1].gimbal.output_rad};
        if (!input->gimbal_stuck && past == 0) {
            gimbals(fine, axes, input);
        }
        dd_stretch way;
        for (int i = 0; i < 2; i++) {
            const double rate = input->target_rate_rad_per_s[i] * fine->sample_s;
            way.away_rad[i] = input->target_rad[i] + first * rate - before[i];
            way.rate_rad[i] = rate - (axes[i].gimbal.output_rad - before[i]) / part;
        }
        samples(fine, axes, input, first, part, &way, &lines, result, trace);
    }
    for (int i = 0; i < 2; i++) {
        result->mean_rad[i] /= count;
        result->mean_square_rad2[i] /= count;
    }
}
