/* The satellite turns: outside torques, the attitude unit's sensors and actuators, one step. */
#include "attitude.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "channels.h"
#include "forces.h"
#include "frames.h"
#include "plant.h"
#include "vec.h"

#define LIGHT_M_PER_S 299792458.0
#define CONTROL_S 0.1 /* period of the attitude unit; longer plant steps make it slower */
#define SLOW_S 1.0
#define SEIZE_S 5.0 /* a seized wheel has stopped to 1/e */
#define RATE_MAX_RAD_PER_S 1.0
#define DISTURBANCE_MAX_N_M 1e3
#define CHANNEL(field) ((int)(offsetof(dd_sensed, field) / sizeof(double)))

/* Which body axis is the array's normal, the wings' line, the radiators' normal. */
typedef struct body_axes {
    int normal, wing, radiator;
    double sun_side;
} body_axes;

static body_axes axes_of(const dd_plant *plant)
{
    static const body_axes ahead = {0, 1, 2, 1.0}, behind = {2, 0, 1, -1.0};
    return plant->params.attitude_kind_count < 0.5 ? ahead : behind;
}

static void prepare_body(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const body_axes axis = axes_of(plant);
    dd_rigid_model *model = &plant->world.rigid_model;
    model->inertia[axis.normal] = p->inertia_normal_kg_m2;
    model->inertia[axis.wing] = p->inertia_wing_kg_m2;
    model->inertia[axis.radiator] = p->inertia_radiator_kg_m2;
    for (int k = 0; k < DD_MODES; k++) {
        /* Modes 0 and 1: wings bend out of the array's plane; 2 and 3: within it. */
        const int out_of_plane = k < 2;
        const double side = k % 2 == 0 ? 1.0 : -1.0;
        const double omega = 2.0 * 3.14159265358979323846 *
                             (out_of_plane ? p->bend_frequency_hz : p->sway_frequency_hz);
        model->mode_axis[k] = out_of_plane ? axis.radiator : axis.normal;
        model->coupling[k] =
            side * sqrt((out_of_plane ? p->bend_inertia_frac : p->sway_inertia_frac) *
                        model->inertia[model->mode_axis[k]]);
        model->stiffness[k] = omega * omega;
        model->damping[k] = 2.0 * p->bend_damping_ratio * omega;
    }
    dd_rigid_prepare(model);
}

static void prepare_control(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    dd_attitude_model *model = &plant->world.control_model;
    memcpy(model->inertia, plant->world.rigid_model.inertia, sizeof model->inertia);
    model->wheel_inertia_kg_m2 = p->wheel_inertia_kg_m2;
    model->wheel_torque_max_n_m = p->wheel_torque_max_n_m;
    model->wheel_speed_max_rad_per_s = p->wheel_momentum_max_n_m_s / p->wheel_inertia_kg_m2;
    model->dipole_max_a_m2 = p->torquer_dipole_max_a_m2;
    model->bandwidth_rad_per_s = p->control_bandwidth_rad_per_s;
    model->damping_ratio = p->control_damping_ratio;
    model->slew_max_rad_per_s = p->slew_max_rad_per_s;
    model->earth_mu_m3_per_s2 = p->earth_mu_m3_per_s2;
    model->kind = p->attitude_kind_count >= 0.5;
}

/* At rest on the nominal attitude, apart from the rate that this attitude itself has. */
void dd_attitude_start(dd_plant *plant)
{
    dd_world *world = &plant->world;
    dd_attitude_sensors fix = {0};
    double q[4];
    prepare_body(plant);
    prepare_control(plant);
    memcpy(fix.position_m, world->bodies[0].r, sizeof fix.position_m);
    memcpy(fix.velocity_m_per_s, world->bodies[0].v, sizeof fix.velocity_m_per_s);
    fix.days = dd_plant_days(plant);
    (void)dd_attitude_target(&world->control_model, &fix, q, world->rigid.rate);
    dd_matrix_to_quaternion(world->attitude, world->rigid.q);
}

static void light_torque(const dd_plant *plant, const double arm[3], double torque[3])
{
    const dd_params *p = &plant->params;
    const dd_world *world = &plant->world;
    const body_axes axis = axes_of(plant);
    const double pressure = world->illumination_frac * world->flux_w_per_m2 / LIGHT_M_PER_S;
    double sun[3], normal[3] = {0.0, 0.0, 0.0}, force[3], side[3] = {0.0, 0.0, 0.0}, edge[3];
    dd_matrix_apply(world->attitude, world->sun_dir_eci, sun);
    normal[axis.normal] = sun[axis.normal] < 0.0 ? -1.0 : 1.0;
    side[axis.radiator] = sun[axis.radiator] < 0.0 ? -1.0 : 1.0;
    dd_light_force(pressure, p->array_area_m2, p->light_specular_frac, p->light_diffuse_frac,
                   normal, sun, force);
    dd_light_force(pressure, p->radiator_area_m2, p->light_specular_frac, p->light_diffuse_frac,
                   side, sun, edge);
    for (int i = 0; i < 3; i++) {
        force[i] += edge[i];
    }
    dd_cross(arm, force, torque);
}

static void drag_torque(const dd_plant *plant, const double arm[3], double torque[3])
{
    const dd_params *p = &plant->params;
    const dd_body *self = &plant->world.bodies[0];
    const double past[3] = {self->v[0] + p->earth_rate_rad_per_s * self->r[1],
                            self->v[1] - p->earth_rate_rad_per_s * self->r[0], self->v[2]};
    double wind[3], force[3];
    dd_matrix_apply(plant->world.attitude, past, wind);
    dd_drag_force(dd_air_density(dd_norm(self->r) - p->earth_radius_m, p->air_reference_m,
                                 p->air_density_kg_per_m3, p->air_scale_m),
                  p->drag_ratio, dd_frontal_area(plant, wind), wind, force);
    dd_cross(arm, force, torque);
}

double dd_frontal_area(const dd_plant *plant, const double wind_body[3])
{
    const body_axes axis = axes_of(plant);
    const double speed = dd_max(dd_norm(wind_body), 1e-9);
    return (plant->params.array_area_m2 * fabs(wind_body[axis.normal]) +
            plant->params.radiator_area_m2 * fabs(wind_body[axis.radiator])) /
           speed;
}

static void outside_torque(dd_plant *plant, const double dipole[3], double torque[3])
{
    const dd_params *p = &plant->params;
    dd_world *world = &plant->world;
    const body_axes axis = axes_of(plant);
    double arm[3], r[3], field[3], part[3];
    arm[axis.normal] = 0.0;
    arm[axis.wing] = p->pressure_centre_wing_m;
    arm[axis.radiator] = p->pressure_centre_radiator_m;
    dd_matrix_apply(world->attitude, world->bodies[0].r, r);
    dd_gravity_gradient(p->earth_mu_m3_per_s2, r, world->rigid_model.inertia, torque);
    light_torque(plant, arm, part);
    for (int i = 0; i < 3; i++) {
        torque[i] += part[i];
    }
    if (p->drag_ratio > 0.0) {
        drag_torque(plant, arm, part);
        for (int i = 0; i < 3; i++) {
            torque[i] += part[i];
        }
    }
    for (int i = 0; i < 3; i++) {
        torque[i] = dd_clamp(torque[i], -DISTURBANCE_MAX_N_M, DISTURBANCE_MAX_N_M);
        world->disturbance_n_m[i] = torque[i];
    }
    dd_matrix_apply(world->attitude, world->field_eci_t, field);
    dd_cross(dipole, field, part);
    for (int i = 0; i < 3; i++) {
        torque[i] += part[i];
    }
}

/* What the wings' gimbals take from the body: it keeps the sum of both angular momenta. */
static void add_gimbal_torque(dd_plant *plant, double dt_s, double torque[3])
{
    dd_world *world = &plant->world;
    const body_axes axis = axes_of(plant);
    double wings[3] = {0.0, 0.0, 0.0}, turned[3], rate = 0.0;
    for (int i = 0; i < DD_WINGS; i++) {
        rate += plant->array.wing_rate_rad_per_s[i];
    }
    const double momentum = plant->params.gimbal_inertia_kg_m2 * rate;
    if (momentum == 0.0 && world->gimbal_n_m_s == 0.0) {
        return;
    }
    wings[axis.wing] = momentum;
    dd_cross(world->rigid.rate, wings, turned);
    for (int i = 0; i < 3; i++) {
        torque[i] -= turned[i];
    }
    torque[axis.wing] -= (momentum - world->gimbal_n_m_s) / dt_s;
    world->gimbal_n_m_s = momentum;
}

/* What the motors do: order, limit of torque and speed, friction, faults. */
static void drive_wheels(dd_plant *plant, double dt_s, double motor[DD_WHEELS])
{
    const dd_params *p = &plant->params;
    const dd_rigid *rigid = &plant->world.rigid;
    const double most = p->wheel_momentum_max_n_m_s;
    for (int i = 0; i < DD_WHEELS; i++) {
        const double h = rigid->momentum[i];
        const double speed = h / p->wheel_inertia_kg_m2 - dd_dot(dd_wheel_axes[i], rigid->rate);
        const double order = plant->world.order.wheel_torque_n_m[i];
        double torque = plant->world.wheel_fault[i] > 0.5 ? 0.0 : order;
        torque -= p->wheel_friction_n_m_s * speed;
        torque = dd_clamp(torque, (-most - h) / dt_s, (most - h) / dt_s);
        motor[i] = plant->world.wheel_fault[i] > 1.5 ? -h / dd_max(SEIZE_S, dt_s) : torque;
    }
}

/* The unit reads its channels as everybody else does, the gyro each time, the others once a second.
 */
static void control(dd_plant *plant, double dt_s)
{
    dd_world *world = &plant->world;
    dd_attitude_sensors s = {.days = dd_plant_days(plant)};
    world->control_s += dt_s;
    if (world->control_s < CONTROL_S - 1e-9) {
        return;
    }
    world->slow_s += world->control_s;
    const int slow = world->slow_s >= SLOW_S - 1e-9 || !world->control.started;
    dd_channels_read(plant, CHANNEL(navigation.rate_body_rad_per_s), 3, s.rate);
    if (slow) {
        dd_channels_read(plant, CHANNEL(navigation.q_body_from_eci), 4, s.q);
        dd_channels_read(plant, CHANNEL(navigation.sun_dir_body), 3, s.sun);
        dd_channels_read(plant, CHANNEL(navigation.position_eci_m), 3, s.position_m);
        dd_channels_read(plant, CHANNEL(navigation.velocity_eci_m_per_s), 3, s.velocity_m_per_s);
        dd_channels_read(plant, CHANNEL(attitude.wheel_speed_rad_per_s), DD_WHEELS,
                         s.wheel_rad_per_s);
        dd_channels_read(plant, CHANNEL(attitude.magnetic_field_body_t), 3, s.field_t);
        world->slow_s = 0.0;
    }
    dd_attitude_control(&world->control, &world->control_model, &s, slow, world->attitude_mode,
                        world->control_s, &world->order);
    world->control_s = 0.0;
}

/* The wings are gone long before this rate; to stop here keeps the numbers finite whatever comes.
 */
static void bound_rate(double rate[3])
{
    const double size = dd_norm(rate);
    if (size > RATE_MAX_RAD_PER_S) {
        for (int i = 0; i < 3; i++) {
            rate[i] *= RATE_MAX_RAD_PER_S / size;
        }
    }
}

void dd_attitude_step(dd_plant *plant, double dt_s)
{
    dd_world *world = &plant->world;
    double torque[3], motor[DD_WHEELS];
    const int count = (int)ceil(dt_s / CONTROL_S - 1e-9);
    const double h_s = dt_s / count;
    control(plant, dt_s);
    outside_torque(plant, world->order.dipole_a_m2, torque);
    add_gimbal_torque(plant, dt_s, torque);
    for (int i = 0; i < count; i++) {
        drive_wheels(plant, h_s, motor);
        dd_rigid_step(&world->rigid_model, &world->rigid, torque, motor, h_s);
        bound_rate(world->rigid.rate);
    }
    dd_quaternion_to_matrix(world->rigid.q, world->attitude);
}

void dd_attitude_publish(dd_plant *plant)
{
    const dd_world *world = &plant->world;
    double momentum[3];
    for (int i = 0; i < DD_WHEELS; i++) {
        plant->sensed.attitude.wheel_speed_rad_per_s[i] =
            world->rigid.momentum[i] / plant->params.wheel_inertia_kg_m2 -
            dd_dot(dd_wheel_axes[i], world->rigid.rate);
        plant->hidden.motion.bending_m_kg[i] = world->rigid.bend[i];
    }
    dd_matrix_apply(world->attitude, world->field_eci_t,
                    plant->sensed.attitude.magnetic_field_body_t);
    dd_rigid_momentum(&world->rigid_model, &world->rigid, momentum);
    momentum[axes_of(plant).wing] += world->gimbal_n_m_s;
    for (int i = 0; i < 3; i++) {
        plant->sensed.attitude.torquer_dipole_a_m2[i] = world->order.dipole_a_m2[i];
        plant->hidden.motion.disturbance_n_m[i] = world->disturbance_n_m[i];
    }
    dd_matrix_apply_back(world->attitude, momentum, plant->hidden.motion.momentum_eci_n_m_s);
    plant->sensed.attitude.attitude_mode[0] = world->control.mode;
}
