#include "rigid.h"

#include <math.h>
#include <string.h>

#include "lanes.h"
#include "vec.h"

#define ROOT 0.57735026918962576
const double dd_wheel_axes[DD_WHEELS][3] = {
    {ROOT, ROOT, ROOT}, {-ROOT, ROOT, ROOT}, {-ROOT, -ROOT, ROOT}, {ROOT, -ROOT, ROOT}};

void dd_rigid_prepare(dd_rigid_model *model)
{
    double left[3] = {model->inertia[0], model->inertia[1], model->inertia[2]};
    memset(model->by_mode, 0, sizeof model->by_mode);
    memset(model->by_axis, 0, sizeof model->by_axis);
    for (int k = 0; k < DD_MODES; k++) {
        const int axis = model->mode_axis[k];
        left[axis] -= model->coupling[k] * model->coupling[k];
        model->by_mode[k][axis] = model->by_axis[axis][k] = model->coupling[k];
    }
    for (int i = 0; i < 3; i++) {
        model->inverse[i] = 1.0 / left[i];
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
    double wheels[3], change[3];
    in_body(state->momentum, wheels);
    in_body(motor, change);
    const dd_rigid_load load = {
        {torque[0] - change[0], torque[1] - change[1], torque[2] - change[2]},
        {wheels[0], wheels[1], wheels[2]},
        {change[0], change[1], change[2]}};
    dd_lanes_now()->turn(model, &load, state, h_s);
    for (int i = 0; i < DD_WHEELS; i++) {
        state->momentum[i] += h_s * motor[i];
    }
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
