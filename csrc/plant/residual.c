/*
 * What the linear loop leaves of jitter, noise and lines. The transition matrix is read off the
 * firmware itself, column by column, so that theory and samples cannot drift apart.
 */
#include <complex.h>
#include <math.h>
#include <string.h>

#include "fine.h"

#define DD_PI 3.14159265358979323846
#define CONTROL ((int)(sizeof(dd_mirror_axis) / sizeof(double)))
#define STATES (CONTROL + 3)
#define DOUBLINGS_MAX 60

enum { MIRROR = CONTROL, MIRROR_RATE = CONTROL + 1, JITTER = CONTROL + 2 };

typedef double matrix[STATES][STATES];

/* One linear sample of the state (firmware, mirror, mirror rate, jitter) under unit-size draws. */
static void advance(const dd_fine *fine, double state[STATES], double jitter, double noise)
{
    dd_mirror_axis control;
    dd_mirror_gains gains = fine->control;
    gains.limit_rad = HUGE_VAL;
    memcpy(&control, state, sizeof control);
    const double error = state[JITTER] - state[MIRROR];
    dd_second_order_step(&fine->mirror, control.command_rad, &state[MIRROR], &state[MIRROR_RATE]);
    dd_mirror_update(&control, &gains, error + fine->noise_rad * noise);
    memcpy(state, &control, sizeof control);
    state[JITTER] = fine->jitter_keep * state[JITTER] + fine->jitter_drive_rad * jitter;
}

static void multiply(matrix a, matrix b, matrix out)
{
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            out[i][j] = 0.0;
        }
        for (int k = 0; k < STATES; k++) {
            for (int j = 0; j < STATES; j++) {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
}

static void transition(const dd_fine *fine, matrix a)
{
    for (int j = 0; j < STATES; j++) {
        double state[STATES] = {0};
        state[j] = 1.0;
        advance(fine, state, 0.0, 0.0);
        for (int i = 0; i < STATES; i++) {
            a[i][j] = state[i];
        }
    }
}

static double largest(matrix a)
{
    double most = 0.0;
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            most = fmax(most, fabs(a[i][j]));
        }
    }
    return most;
}

/* X = sum A^k Q A^kT by doubling (Smith 1968, SIAM J. Appl. Math. 16, 198); variance of the error.
 */
static double settled(const dd_fine *fine, double jitter, double noise)
{
    matrix a, x, left, next;
    double drive[STATES] = {0};
    advance(fine, drive, jitter, noise);
    transition(fine, a);
    for (int i = 0; i < STATES; i++) {
        for (int j = 0; j < STATES; j++) {
            x[i][j] = drive[i] * drive[j];
        }
    }
    for (int round = 0; round < DOUBLINGS_MAX; round++) {
        const double size = largest(a);
        if (size < 1e-20) {
            return x[JITTER][JITTER] - 2.0 * x[JITTER][MIRROR] + x[MIRROR][MIRROR];
        }
        if (!(size < 1e100)) {
            break;
        }
        multiply(a, x, left);
        for (int i = 0; i < STATES; i++) {
            for (int j = 0; j < STATES; j++) {
                for (int k = 0; k < STATES; k++) {
                    x[i][j] += left[i][k] * a[j][k];
                }
            }
        }
        multiply(a, a, next);
        memcpy(a, next, sizeof a);
    }
    return HUGE_VAL;
}

static double complex control(const dd_mirror_gains *gains, double complex back)
{
    const double complex notch =
        (gains->notch_b[0] + back * (gains->notch_b[1] + back * gains->notch_b[2])) /
        (1.0 + back * (gains->notch_a[0] + back * gains->notch_a[1]));
    double complex sum = gains->integral / (1.0 - back);
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        const double turn = gains->line_turn[i], keep = gains->line_keep[i];
        sum += gains->line_gain[i] * (1.0 - turn * back) /
               (1.0 - 2.0 * turn * back + keep * back * back);
    }
    return notch * sum;
}

/* Discrete transfer functions on the unit circle: S = 1/(1 + L), T = L/(1 + L); the integrator
 * leaves nothing of what stands still. */
void dd_fine_response(const dd_fine *fine, double frequency_hz, double *rejection_ratio,
                      double *noise_ratio)
{
    const dd_second_order *m = &fine->mirror;
    if (!(frequency_hz > 0.0)) {
        *rejection_ratio = 0.0;
        *noise_ratio = 1.0;
        return;
    }
    const double complex z = cexp(2.0 * DD_PI * frequency_hz * fine->sample_s * I);
    const double complex mirror =
        ((z - m->keep_vv) * (1.0 - m->keep_xx) - m->keep_xv * m->keep_vx) /
        ((z - m->keep_xx) * (z - m->keep_vv) - m->keep_xv * m->keep_vx);
    const double complex loop = control(&fine->control, 1.0 / z) * mirror / z;
    const double rejection = cabs(1.0 / (1.0 + loop));
    const double noise = cabs(loop / (1.0 + loop));
    *rejection_ratio = rejection * rejection;
    *noise_ratio = noise * noise;
}

void dd_fine_variance(const dd_fine *fine, double parts_rad2[3])
{
    parts_rad2[0] = settled(fine, 1.0, 0.0);
    parts_rad2[1] = settled(fine, 0.0, 1.0);
    parts_rad2[2] = 0.0;
    for (int i = 0; i < DD_MIRROR_LINES; i++) {
        double rejection, noise;
        dd_fine_response(fine, fine->line_hz[i], &rejection, &noise);
        parts_rad2[2] +=
            fine->line_hz[i] > 0.0 ? rejection * fine->line_rad[i] * fine->line_rad[i] : 0.0;
    }
}
