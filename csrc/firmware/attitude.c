#include "attitude.h"

#include <math.h>
#include <string.h>

#include "axis.h"

#define TRACKER_GAIN 0.3          /* of an innovation, to the attitude */
#define BIAS_GAIN_PER_S 0.005     /* and to the gyro's bias */
#define INNOVATION_MAX_RAD 0.02   /* beyond: the estimate starts anew */
#define TRACKER_AGE_MAX_S 60.0    /* the gyro alone bridges this */
#define TUMBLE_RAD_PER_S 0.01     /* DETUMBLE from here */
#define CALM_RAD_PER_S 0.002      /* to here */
#define INTEGRAL_REACH_RAD 0.005  /* the integral works near the target only */
#define DUMP_RATE_PER_S 1e-3      /* share of the wheels' momentum that torquers take */
#define WHEEL_FULL_FRAC 0.95      /* a wheel near its limit may rightly not follow */
#define FOLLOW_MIN_RAD_PER_S 0.05 /* smaller changes say nothing about a wheel */
#define SUSPECT_COUNT 10
#define ROOT 0.57735026918962576

static const double axes[DD_ATTITUDE_WHEELS][3] = {
    {ROOT, ROOT, ROOT}, {-ROOT, ROOT, ROOT}, {-ROOT, -ROOT, ROOT}, {ROOT, -ROOT, ROOT}};
static const double null_space[DD_ATTITUDE_WHEELS] = {1.0, -1.0, 1.0, -1.0};

static int finite3(const double a[3])
{
    return isfinite(a[0]) && isfinite(a[1]) && isfinite(a[2]);
}

/* Gyro, less its bias, carries the attitude; the tracker corrects both (fixed gains). */
static void estimate(dd_attitude_memory *m, const dd_attitude_sensors *s, int slow, double dt)
{
    double angle[3];
    for (int i = 0; i < 3; i++) {
        m->rate[i] = s->rate[i] - m->bias[i];
        angle[i] = m->rate[i] * dt;
    }
    m->tracker_age_s += dt;
    m->slow_s += dt;
    if (m->started) {
        dd_turn_by(m->q, angle);
        dd_turn_by(m->target, (const double[3]){m->target_rate[0] * dt, m->target_rate[1] * dt,
                                                m->target_rate[2] * dt});
    }
    const double norm = s->q[0] * s->q[0] + dd_axis_dot(s->q + 1, s->q + 1);
    if (!slow || !(fabs(norm - 1.0) < 0.01)) {
        return;
    }
    dd_turn_between(m->q, s->q, angle);
    if (!m->started || dd_axis_dot(angle, angle) > INNOVATION_MAX_RAD * INNOVATION_MAX_RAD) {
        memcpy(m->q, s->q, sizeof m->q);
        m->started = 1;
    } else {
        for (int i = 0; i < 3; i++) {
            m->bias[i] -= BIAS_GAIN_PER_S * m->slow_s * angle[i];
            angle[i] *= TRACKER_GAIN;
        }
        dd_turn_by(m->q, angle);
    }
    m->tracker_age_s = 0.0;
}

/* A vector's components in the body axes of the estimate. */
static void into_body(const double q[4], const double v[3], double out[3])
{
    double once[3], twice[3];
    dd_axis_cross(q + 1, v, once);
    dd_axis_cross(q + 1, once, twice);
    for (int i = 0; i < 3; i++) {
        out[i] = v[i] + 2.0 * (twice[i] - q[0] * once[i]);
    }
}

/* The order, unless the readings ask for less: DETUMBLE while fast, SUN_SAFE while blind. */
static void choose(dd_attitude_memory *m, int order)
{
    const double rate2 = dd_axis_dot(m->rate, m->rate);
    const double limit = m->mode == DD_ATTITUDE_DETUMBLE ? CALM_RAD_PER_S : TUMBLE_RAD_PER_S;
    const int blind = !m->started || m->tracker_age_s > TRACKER_AGE_MAX_S;
    int mode = order;
    if (order != m->order_last) {
        memset(m->excluded, 0, sizeof m->excluded);
        memset(m->suspect_count, 0, sizeof m->suspect_count);
        if (order == DD_ATTITUDE_INERTIAL && m->started) {
            memcpy(m->target, m->q, sizeof m->target);
            memset(m->target_rate, 0, sizeof m->target_rate);
        }
        m->order_last = order;
    }
    if (blind && order < DD_ATTITUDE_SUN_SAFE) {
        mode = DD_ATTITUDE_SUN_SAFE;
    }
    if (rate2 > limit * limit) {
        mode = DD_ATTITUDE_DETUMBLE;
    }
    if (mode != m->mode) {
        memset(m->integral, 0, sizeof m->integral);
        m->mode = mode;
    }
}

/* A wheel that again and again does not change its speed as ordered is left out. */
static void judge_wheels(dd_attitude_memory *m, const dd_attitude_model *model,
                         const dd_attitude_sensors *s)
{
    const double full = WHEEL_FULL_FRAC * model->wheel_speed_max_rad_per_s;
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        const double reading = s->wheel_rad_per_s[i];
        const double wanted = m->expected_rad_per_s[i];
        m->expected_rad_per_s[i] = 0.0;
        if (!isfinite(reading)) {
            continue;
        }
        const double moved = reading - m->wheel_rad_per_s[i];
        m->wheel_rad_per_s[i] = reading;
        if (fabs(wanted) > FOLLOW_MIN_RAD_PER_S && fabs(reading) < full) {
            const int strange = fabs(moved - wanted) > 0.5 * fabs(wanted);
            m->suspect_count[i] += strange ? 1 : (m->suspect_count[i] > 0 ? -1 : 0);
            m->excluded[i] |= m->suspect_count[i] >= SUSPECT_COUNT;
        }
    }
}

static void wheel_momentum(const dd_attitude_memory *m, const dd_attitude_model *model,
                           double out[3])
{
    out[0] = out[1] = out[2] = 0.0;
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        const double h = model->wheel_inertia_kg_m2 * m->wheel_rad_per_s[i];
        for (int k = 0; k < 3; k++) {
            out[k] += h * axes[i][k];
        }
    }
}

/* m = k (h x B) / B^2 makes m x B the part of -k h that a field can give (Wertz, eq. 19-11). */
static void dump(dd_attitude_memory *m, const dd_attitude_model *model)
{
    double momentum[3];
    const double strength2 = dd_axis_dot(m->field_t, m->field_t);
    memset(m->dipole_a_m2, 0, sizeof m->dipole_a_m2);
    if (!(strength2 > 1e-12)) {
        return;
    }
    wheel_momentum(m, model, momentum);
    for (int i = 0; i < 3; i++) {
        momentum[i] += m->mode == DD_ATTITUDE_DETUMBLE ? model->inertia[i] * m->rate[i] : 0.0;
    }
    dd_axis_cross(momentum, m->field_t, m->dipole_a_m2);
    double most = 0.0;
    for (int i = 0; i < 3; i++) {
        m->dipole_a_m2[i] *= DUMP_RATE_PER_S / strength2;
        most = fmax(most, fabs(m->dipole_a_m2[i]));
    }
    const double share = most > model->dipole_max_a_m2 ? model->dipole_max_a_m2 / most : 1.0;
    for (int i = 0; i < 3; i++) {
        m->dipole_a_m2[i] *= share;
    }
}

/* Once a second: what changes slowly. */
static void refresh(dd_attitude_memory *m, const dd_attitude_model *model,
                    const dd_attitude_sensors *s, int order)
{
    double rate[3], q[4], r[3];
    choose(m, order);
    if (m->mode == DD_ATTITUDE_NOMINAL && dd_attitude_target(model, s, q, rate)) {
        memcpy(m->target, q, sizeof q);
        memcpy(m->target_rate, rate, sizeof rate);
    }
    memset(m->gradient, 0, sizeof m->gradient);
    if (m->started && finite3(s->position_m) && dd_axis_dot(s->position_m, s->position_m) > 1.0) {
        into_body(m->q, s->position_m, r);
        const double radius2 = dd_axis_dot(r, r);
        const double k = 3.0 * model->earth_mu_m3_per_s2 / (radius2 * radius2 * sqrt(radius2));
        const double load[3] = {model->inertia[0] * r[0], model->inertia[1] * r[1],
                                model->inertia[2] * r[2]};
        dd_axis_cross(r, load, m->gradient);
        for (int i = 0; i < 3; i++) {
            m->gradient[i] *= k;
        }
    }
    for (int i = 0; i < 3; i++) {
        m->field_t[i] = isfinite(s->field_t[i]) ? s->field_t[i] : 0.0;
        m->sun[i] = isfinite(s->sun[i]) ? s->sun[i] : 0.0;
    }
    judge_wheels(m, model, s);
    dump(m, model);
    m->slow_s = 0.0;
}

/* Angle of the body past where it should be, rad; no more than a unit vector. */
static void deviation(const dd_attitude_memory *m, const dd_attitude_model *model, double angle[3])
{
    angle[0] = angle[1] = angle[2] = 0.0;
    if (m->mode == DD_ATTITUDE_NOMINAL || m->mode == DD_ATTITUDE_INERTIAL) {
        dd_turn_between(m->target, m->q, angle);
    } else if (m->mode == DD_ATTITUDE_SUN_SAFE && dd_axis_dot(m->sun, m->sun) > 0.25) {
        const double side = model->kind == 0 ? 1.0 : -1.0;
        const double wanted[3] = {model->kind == 0 ? side : 0.0, 0.0,
                                  model->kind == 0 ? 0.0 : side};
        dd_axis_cross(m->sun, wanted, angle);
        if (dd_axis_dot(m->sun, wanted) < 0.0 && !dd_axis_unit(angle)) {
            angle[1] = 1.0; /* the Sun is right behind: any way round */
        }
    }
}

/* Torque that the body is to get from the wheels, N m. */
static void law(dd_attitude_memory *m, const dd_attitude_model *model, double dt, double torque[3])
{
    double angle[3], momentum[3], spin[3], magnetic[3];
    const double stiff = model->bandwidth_rad_per_s / (2.0 * model->damping_ratio);
    const double damp = 2.0 * model->damping_ratio * model->bandwidth_rad_per_s;
    deviation(m, model, angle);
    const double size = sqrt(dd_axis_dot(angle, angle));
    const double gain =
        stiff * size > model->slew_max_rad_per_s ? model->slew_max_rad_per_s / size : stiff;
    wheel_momentum(m, model, momentum);
    for (int i = 0; i < 3; i++) {
        momentum[i] += model->inertia[i] * m->rate[i];
    }
    dd_axis_cross(m->rate, momentum, spin);
    dd_axis_cross(m->dipole_a_m2, m->field_t, magnetic);
    const int follows = m->mode <= DD_ATTITUDE_INERTIAL;
    for (int i = 0; i < 3; i++) {
        const double base = follows ? m->target_rate[i] : 0.0;
        if (follows && size < INTEGRAL_REACH_RAD) {
            m->integral[i] += 0.1 * stiff * damp * model->bandwidth_rad_per_s * angle[i] * dt;
        }
        torque[i] =
            model->inertia[i] * (damp * (base - gain * angle[i] - m->rate[i]) - m->integral[i]) +
            spin[i] - m->gradient[i] - magnetic[i];
    }
}

/* The pyramid's pseudo-inverse, with one wheel left out by motion in the null space. */
static void share_out(const dd_attitude_memory *m, const dd_attitude_model *model,
                      const double torque[3], double motor[DD_ATTITUDE_WHEELS])
{
    int out = 0, last = 0;
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        motor[i] = -0.75 * dd_axis_dot(axes[i], torque);
        if (m->excluded[i]) {
            out++;
            last = i;
        }
    }
    const double shift = out == 1 ? motor[last] * null_space[last] : 0.0;
    double most = 0.0;
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        motor[i] = m->excluded[i] ? 0.0 : motor[i] - shift * null_space[i];
        most = fmax(most, fabs(motor[i]));
    }
    const double limit = model->wheel_torque_max_n_m;
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        motor[i] *= most > limit ? limit / most : 1.0;
    }
}

void dd_attitude_control(dd_attitude_memory *memory, const dd_attitude_model *model,
                         const dd_attitude_sensors *sensors, int slow, int order, double period_s,
                         dd_attitude_order *out)
{
    double torque[3];
    memset(out, 0, sizeof *out);
    if (!finite3(sensors->rate)) {
        return; /* without rates every torque is a guess */
    }
    estimate(memory, sensors, slow, period_s);
    if (slow) {
        refresh(memory, model, sensors, order);
    }
    law(memory, model, period_s, torque);
    share_out(memory, model, torque, out->wheel_torque_n_m);
    memcpy(out->dipole_a_m2, memory->dipole_a_m2, sizeof out->dipole_a_m2);
    for (int i = 0; i < DD_ATTITUDE_WHEELS; i++) {
        memory->expected_rad_per_s[i] +=
            out->wheel_torque_n_m[i] * period_s / model->wheel_inertia_kg_m2;
    }
}
