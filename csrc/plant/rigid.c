#include "rigid.h"

#include <math.h>
#include <string.h>

#include "vec.h"

#define ROOT 0.57735026918962576
#define STATES 15 /* what the differential equation moves: q, rate, bend, bend_rate */

enum { Q = 0, RATE = 4, BEND = 7, BEND_RATE = BEND + DD_MODES };

const double dd_wheel_axes[DD_WHEELS][3] = {
    {ROOT, ROOT, ROOT}, {-ROOT, ROOT, ROOT}, {-ROOT, -ROOT, ROOT}, {ROOT, -ROOT, ROOT}};

void dd_rigid_prepare(dd_rigid_model *model)
{
    double left[3] = {model->inertia[0], model->inertia[1], model->inertia[2]};
    for (int k = 0; k < DD_MODES; k++) {
        left[model->mode_axis[k]] -= model->coupling[k] * model->coupling[k];
    }
    for (int i = 0; i < 3; i++) {
        model->inverse[i] = 1.0 / left[i];
    }
}

/*
 * Euler's equation with appendages in hybrid coordinates (Likins 1970, JPL TR 32-1329; Sidi,
 * Spacecraft Dynamics and Control, ch. 10), H = I w + h + sum d p', p the modal coordinates:
 *     I w' + sum d p'' = T - A u - w x H,    p'' + c p' + k p + d . w' = 0
 */
static void slope(const dd_rigid_model *m, const double y[STATES], const double wheels[3],
                  const double torque[3], double out[STATES])
{
    const double *q = y + Q, *w = y + RATE, *p = y + BEND, *v = y + BEND_RATE;
    double h[3], load[3], pull[DD_MODES];
    for (int i = 0; i < 3; i++) {
        h[i] = m->inertia[i] * w[i] + wheels[i];
        load[i] = torque[i];
    }
    for (int k = 0; k < DD_MODES; k++) {
        pull[k] = m->damping[k] * v[k] + m->stiffness[k] * p[k];
        h[m->mode_axis[k]] += m->coupling[k] * v[k];
        load[m->mode_axis[k]] += m->coupling[k] * pull[k];
    }
    out[RATE] = (load[0] - (w[1] * h[2] - w[2] * h[1])) * m->inverse[0];
    out[RATE + 1] = (load[1] - (w[2] * h[0] - w[0] * h[2])) * m->inverse[1];
    out[RATE + 2] = (load[2] - (w[0] * h[1] - w[1] * h[0])) * m->inverse[2];
    for (int k = 0; k < DD_MODES; k++) {
        out[BEND + k] = v[k];
        out[BEND_RATE + k] = -pull[k] - m->coupling[k] * out[RATE + m->mode_axis[k]];
    }
    out[Q] = -0.5 * (q[1] * w[0] + q[2] * w[1] + q[3] * w[2]);
    out[Q + 1] = 0.5 * (q[0] * w[0] + q[2] * w[2] - q[3] * w[1]);
    out[Q + 2] = 0.5 * (q[0] * w[1] + q[3] * w[0] - q[1] * w[2]);
    out[Q + 3] = 0.5 * (q[0] * w[2] + q[1] * w[1] - q[2] * w[0]);
}

/* y + scale * k, and the wheels' momentum that much later. */
static void ahead(const double y[STATES], const double k[STATES], double scale, double out[STATES])
{
    for (int i = 0; i < STATES; i++) {
        out[i] = y[i] + scale * k[i];
    }
}

static void in_body(const double along[DD_WHEELS], double out[3])
{
    const double a = along[0], b = along[1], c = along[2], d = along[3];
    out[0] = ROOT * ((a - b) - (c - d));
    out[1] = ROOT * ((a + b) - (c + d));
    out[2] = ROOT * ((a + b) + (c + d));
}

void dd_rigid_step(const dd_rigid_model *model, dd_rigid *state, const double torque[3],
                   const double motor[DD_WHEELS], double h_s)
{
    double y[STATES], k1[STATES], k2[STATES], k3[STATES], k4[STATES], at[STATES];
    double wheels[3], change[3], middle[3], end[3], load[3];
    memcpy(y, state->q, sizeof state->q);
    memcpy(y + RATE, state->rate, sizeof state->rate);
    memcpy(y + BEND, state->bend, sizeof state->bend);
    memcpy(y + BEND_RATE, state->bend_rate, sizeof state->bend_rate);
    in_body(state->momentum, wheels);
    in_body(motor, change);
    for (int i = 0; i < 3; i++) {
        load[i] = torque[i] - change[i];
        middle[i] = wheels[i] + 0.5 * h_s * change[i];
        end[i] = wheels[i] + h_s * change[i];
    }
    slope(model, y, wheels, load, k1);
    ahead(y, k1, 0.5 * h_s, at);
    slope(model, at, middle, load, k2);
    ahead(y, k2, 0.5 * h_s, at);
    slope(model, at, middle, load, k3);
    ahead(y, k3, h_s, at);
    slope(model, at, end, load, k4);
    for (int i = 0; i < STATES; i++) {
        y[i] += h_s / 6.0 * (k1[i] + 2.0 * (k2[i] + k3[i]) + k4[i]);
    }
    const double n = 1.0 / sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2] + y[3] * y[3]);
    for (int i = 0; i < 4; i++) {
        state->q[i] = n * y[i];
        state->momentum[i] += h_s * motor[i];
    }
    memcpy(state->rate, y + RATE, sizeof state->rate);
    memcpy(state->bend, y + BEND, sizeof state->bend);
    memcpy(state->bend_rate, y + BEND_RATE, sizeof state->bend_rate);
}

void dd_rigid_momentum(const dd_rigid_model *model, const dd_rigid *state, double out[3])
{
    in_body(state->momentum, out);
    for (int i = 0; i < 3; i++) {
        out[i] += model->inertia[i] * state->rate[i];
    }
    for (int k = 0; k < DD_MODES; k++) {
        out[model->mode_axis[k]] += model->coupling[k] * state->bend_rate[k];
    }
}

void dd_quaternion_to_matrix(const double q[4], double matrix[9])
{
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    matrix[0] = w * w + x * x - y * y - z * z;
    matrix[4] = w * w - x * x + y * y - z * z;
    matrix[8] = w * w - x * x - y * y + z * z;
    matrix[1] = 2.0 * (x * y + w * z);
    matrix[3] = 2.0 * (x * y - w * z);
    matrix[2] = 2.0 * (x * z - w * y);
    matrix[6] = 2.0 * (x * z + w * y);
    matrix[5] = 2.0 * (y * z + w * x);
    matrix[7] = 2.0 * (y * z - w * x);
}
