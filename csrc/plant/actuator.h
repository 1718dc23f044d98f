/* Mirror and gimbal: second-order dynamics, discretised exactly, and what spoils a gimbal. */
#ifndef DD_ACTUATOR_H
#define DD_ACTUATOR_H

/* One step of x'' + 2 zeta w x' + w^2 x = w^2 u under a held u; the rate is kept as x'/w. */
typedef struct dd_second_order {
    double keep_xx, keep_xv, keep_vx, keep_vv;
} dd_second_order;

/* frequency > 0, 0 < damping < 1. */
void dd_second_order_set(dd_second_order *step, double frequency_hz, double damping_ratio,
                         double step_s);

/* Inlined: the sampled loop takes 160,000 of these a second. */
static inline void dd_second_order_step(const dd_second_order *step, double held, double *x,
                                        double *v)
{
    const double off = *x - held, rate = *v;
    *x = held + step->keep_xx * off + step->keep_xv * rate;
    *v = step->keep_vx * off + step->keep_vv * rate;
}

/* A gimbal axis: stepping drive, servo, dry friction, backlash; angles on the sky. */
typedef struct dd_gimbal {
    dd_second_order servo;
    double step_s;
    double rate_scale_per_s; /* w, which turns the kept rate into rad/s */
    double quantum_rad;
    double backlash_rad;
    double friction_rad_per_s2;
} dd_gimbal;

typedef struct dd_gimbal_axis {
    double set_rad;
    double motor_rad, motor_rate_rad; /* rate over w */
    double output_rad;
} dd_gimbal_axis;

void dd_gimbal_step(const dd_gimbal *gimbal, dd_gimbal_axis *axis, double rate_rad_per_s);

#endif
