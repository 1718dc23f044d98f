#include "actuator.h"

#include <math.h>

#include "vec.h"

#define DD_PI 3.14159265358979323846

/* Matrix exponential of the damped oscillator (Franklin, Powell and Workman, Digital Control). */
void dd_second_order_set(dd_second_order *step, double frequency_hz, double damping_ratio,
                         double step_s)
{
    const double angle = 2.0 * DD_PI * frequency_hz * step_s;
    const double root = sqrt(1.0 - damping_ratio * damping_ratio);
    const double decay = exp(-damping_ratio * angle);
    const double c = decay * cos(angle * root), s = decay * sin(angle * root) / root;
    step->keep_xx = c + damping_ratio * s;
    step->keep_xv = s;
    step->keep_vx = -s;
    step->keep_vv = c - damping_ratio * s;
}

/*
 * The drive takes whole steps; dry friction holds a motor that stands nearer to its setting than
 * friction/w^2 and slows a moving one (Coulomb); the output hangs in the backlash behind the motor.
 */
void dd_gimbal_step(const dd_gimbal *gimbal, dd_gimbal_axis *axis, double rate_rad_per_s)
{
    axis->set_rad += rate_rad_per_s * gimbal->step_s;
    const double quantum = gimbal->quantum_rad;
    const double held =
        quantum > 0.0 ? quantum * floor(axis->set_rad / quantum + 0.5) : axis->set_rad;
    const double w = gimbal->rate_scale_per_s;
    const double brake = gimbal->friction_rad_per_s2 * gimbal->step_s / w;
    const double stick = gimbal->friction_rad_per_s2 / (w * w);
    const int slow = fabs(axis->motor_rate_rad) <= brake;
    if (slow && fabs(held - axis->motor_rad) <= stick) {
        axis->motor_rate_rad = 0.0;
    } else {
        dd_second_order_step(&gimbal->servo, held, &axis->motor_rad, &axis->motor_rate_rad);
        const double rate = axis->motor_rate_rad;
        axis->motor_rate_rad = rate > 0.0 ? dd_max(rate - brake, 0.0) : dd_min(rate + brake, 0.0);
    }
    const double half = 0.5 * gimbal->backlash_rad;
    axis->output_rad = dd_clamp(axis->output_rad, axis->motor_rad - half, axis->motor_rad + half);
}
