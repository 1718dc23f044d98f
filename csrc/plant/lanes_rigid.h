/*
 * One Runge-Kutta step of Euler's equation with appendages in hybrid coordinates (Likins 1970, JPL
 * TR 32-1329; Sidi, Spacecraft Dynamics and Control, ch. 10), H = I w + h + sum d p', p the modal
 * coordinates, in vectors of four:
 *     I w' + sum d p'' = T - A u - w x H,    p'' + c p' + k p + d . w' = 0
 */
#ifndef DD_LANES_RIGID_H
#define DD_LANES_RIGID_H

#include <math.h>
#include <string.h>

#include "lanes.h"

/* What the differential equation moves. */
typedef struct dd_turning {
    double q[4], rate[3], bend[DD_MODES], bend_rate[DD_MODES];
} dd_turning;

static inline void slope(const dd_rigid_model *restrict m, const dd_turning *restrict y,
                         const double wheels[restrict 4], const double torque[restrict 4],
                         dd_turning *restrict out)
{
    const double *q = y->q, *w = y->rate;
    double h[4], load[4], pull[DD_MODES], back[DD_MODES];
    for (int k = 0; k < DD_MODES; k++) {
        pull[k] = m->damping[k] * y->bend_rate[k] + m->stiffness[k] * y->bend[k];
        out->bend[k] = y->bend_rate[k];
    }
    for (int i = 0; i < 4; i++) {
        const double d0 = m->by_mode[0][i], d1 = m->by_mode[1][i];
        const double d2 = m->by_mode[2][i], d3 = m->by_mode[3][i];
        load[i] = torque[i] + ((d0 * pull[0] + d1 * pull[1]) + (d2 * pull[2] + d3 * pull[3]));
        h[i] = wheels[i] + ((d0 * y->bend_rate[0] + d1 * y->bend_rate[1]) +
                            (d2 * y->bend_rate[2] + d3 * y->bend_rate[3]));
    }
    h[0] += m->inertia[0] * w[0];
    h[1] += m->inertia[1] * w[1];
    h[2] += m->inertia[2] * w[2];
    out->rate[0] = (load[0] - (w[1] * h[2] - w[2] * h[1])) * m->inverse[0];
    out->rate[1] = (load[1] - (w[2] * h[0] - w[0] * h[2])) * m->inverse[1];
    out->rate[2] = (load[2] - (w[0] * h[1] - w[1] * h[0])) * m->inverse[2];
    for (int k = 0; k < DD_MODES; k++) {
        back[k] = m->by_axis[0][k] * out->rate[0] + m->by_axis[1][k] * out->rate[1] +
                  m->by_axis[2][k] * out->rate[2];
        out->bend_rate[k] = -pull[k] - back[k];
    }
    out->q[0] = -0.5 * (q[1] * w[0] + q[2] * w[1] + q[3] * w[2]);
    out->q[1] = 0.5 * (q[0] * w[0] + q[2] * w[2] - q[3] * w[1]);
    out->q[2] = 0.5 * (q[0] * w[1] + q[3] * w[0] - q[1] * w[2]);
    out->q[3] = 0.5 * (q[0] * w[2] + q[1] * w[1] - q[2] * w[0]);
}

/* Numbers that were made one by one are taken on one by one: a register of four would wait. */
static inline void ahead(const dd_turning *y, const dd_turning *k, double scale, dd_turning *out)
{
    out->q[0] = y->q[0] + scale * k->q[0];
    out->q[1] = y->q[1] + scale * k->q[1];
    out->q[2] = y->q[2] + scale * k->q[2];
    out->q[3] = y->q[3] + scale * k->q[3];
    out->rate[0] = y->rate[0] + scale * k->rate[0];
    out->rate[1] = y->rate[1] + scale * k->rate[1];
    out->rate[2] = y->rate[2] + scale * k->rate[2];
    for (int i = 0; i < DD_MODES; i++) {
        out->bend[i] = y->bend[i] + scale * k->bend[i];
        out->bend_rate[i] = y->bend_rate[i] + scale * k->bend_rate[i];
    }
}

static void turn(const dd_rigid_model *restrict model, const dd_rigid_load *restrict load,
                 dd_rigid *restrict state, double h_s)
{
    dd_turning y, k, at, sum;
    double middle[4], end[4];
    memcpy(y.q, state->q, sizeof y.q);
    memcpy(y.rate, state->rate, sizeof state->rate);
    memcpy(y.bend, state->bend, sizeof y.bend);
    memcpy(y.bend_rate, state->bend_rate, sizeof y.bend_rate);
    for (int i = 0; i < 4; i++) {
        middle[i] = load->wheels_n_m_s[i] + 0.5 * h_s * load->change_n_m[i];
        end[i] = load->wheels_n_m_s[i] + h_s * load->change_n_m[i];
    }
    slope(model, &y, load->wheels_n_m_s, load->torque_n_m, &sum);
    ahead(&y, &sum, 0.5 * h_s, &at);
    slope(model, &at, middle, load->torque_n_m, &k);
    ahead(&sum, &k, 2.0, &sum);
    ahead(&y, &k, 0.5 * h_s, &at);
    slope(model, &at, middle, load->torque_n_m, &k);
    ahead(&sum, &k, 2.0, &sum);
    ahead(&y, &k, h_s, &at);
    slope(model, &at, end, load->torque_n_m, &k);
    ahead(&sum, &k, 1.0, &sum);
    ahead(&y, &sum, h_s / 6.0, &at);
    const double n =
        1.0 / sqrt(at.q[0] * at.q[0] + at.q[1] * at.q[1] + at.q[2] * at.q[2] + at.q[3] * at.q[3]);
    for (int i = 0; i < 4; i++) {
        state->q[i] = n * at.q[i];
    }
    memcpy(state->rate, at.rate, sizeof state->rate);
    memcpy(state->bend, at.bend, sizeof at.bend);
    memcpy(state->bend_rate, at.bend_rate, sizeof at.bend_rate);
}

#endif
