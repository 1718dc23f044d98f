/* Attitude control: estimator, guidance, wheels and torquers, as it runs in the attitude unit. */
#ifndef DD_ATTITUDE_H
#define DD_ATTITUDE_H

#include <stdint.h>

enum { DD_ATTITUDE_WHEELS = 4 };

typedef enum dd_attitude_mode {
    DD_ATTITUDE_NOMINAL = 0,  /* array to the Sun, radiators edge-on */
    DD_ATTITUDE_INERTIAL = 1, /* what it was when the order came */
    DD_ATTITUDE_SUN_SAFE = 2, /* array to the Sun by Sun sensors and gyro alone */
    DD_ATTITUDE_DETUMBLE = 3  /* no rate */
} dd_attitude_mode;

/* Readings; what is not finite is not there. Body axes unless said otherwise. */
typedef struct dd_attitude_sensors {
    double q[4]; /* star tracker: v_eci = q v_body q* */
    double rate[3];
    double sun[3]; /* zero in the dark */
    double field_t[3];
    double wheel_rad_per_s[DD_ATTITUDE_WHEELS];
    double position_m[3]; /* J2000 */
    double velocity_m_per_s[3];
    double days; /* TT days since J2000 */
} dd_attitude_sensors;

/* The satellite as the controller knows it, and its tuning. */
typedef struct dd_attitude_model {
    double inertia[3];
    double wheel_inertia_kg_m2, wheel_torque_max_n_m, wheel_speed_max_rad_per_s;
    double dipole_max_a_m2;
    double bandwidth_rad_per_s, damping_ratio, slew_max_rad_per_s;
    double earth_mu_m3_per_s2;
    int32_t kind; /* 0: array on +X, radiator normal +Z; 1: array on -Z, +X down */
    int32_t pad;
} dd_attitude_model;

typedef struct dd_attitude_memory {
    double q[4];    /* estimate */
    double bias[3]; /* of the gyro */
    double rate[3]; /* estimate */
    double target[4];
    double target_rate[3];
    double integral[3];
    double gradient[3]; /* gravity-gradient torque that is expected */
    double field_t[3];
    double wheel_rad_per_s[DD_ATTITUDE_WHEELS];
    double expected_rad_per_s[DD_ATTITUDE_WHEELS]; /* change since the last reading */
    double sun[3];
    double dipole_a_m2[3];
    double tracker_age_s, slow_s;
    int32_t suspect_count[DD_ATTITUDE_WHEELS];
    int32_t excluded[DD_ATTITUDE_WHEELS];
    int32_t mode, order_last, started, pad;
} dd_attitude_memory;

typedef struct dd_attitude_order {
    double wheel_torque_n_m[DD_ATTITUDE_WHEELS]; /* on the wheels */
    double dipole_a_m2[3];
} dd_attitude_order;

/*
 * One control step. slow: the readings but the gyro's are new, wanted once a second; between, they
 * are not looked at. order: the mode that is asked for.
 */
void dd_attitude_control(dd_attitude_memory *memory, const dd_attitude_model *model,
                         const dd_attitude_sensors *sensors, int slow, int order, double period_s,
                         dd_attitude_order *out);

/* Attitude and body rate that NOMINAL wants, from a fix and the almanac; 0 if there is none. */
int dd_attitude_target(const dd_attitude_model *model, const dd_attitude_sensors *sensors,
                       double q[4], double rate[3]);

#endif
