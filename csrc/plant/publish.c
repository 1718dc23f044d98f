/* The readings that no model owns: nodes, accelerators, navigation, partners, world. */
#include <math.h>
#include <string.h>

#include "frames.h"
#include "lanes_sum.h"
#include "plant.h"
#include "vec.h"

static void show(double target[DD_NODES], const double lanes[DD_NODE_LANES])
{
    memcpy(target, lanes, DD_NODES * sizeof *target);
}

static void nodes(dd_plant *plant)
{
    const dd_node_lanes *lanes = &plant->node_lanes;
    memcpy(plant->sensed.accelerators.die_temperature_k, plant->network.die_k,
           sizeof plant->network.die_k);
    memcpy(plant->sensed.nodes.plate_temperature_k, plant->network.plate_k,
           sizeof plant->network.plate_k);
    for (int i = 0; i < DD_NODES; i++) {
        const double *die_k = plant->network.die_k + i * DD_NODE_ACCELERATORS;
        plant->sensed.nodes.die_temperature_max_k[i] =
            dd_max(dd_max(die_k[0], die_k[1]), dd_max(die_k[2], die_k[3]));
    }
    show(plant->sensed.nodes.node_power_w, lanes->power_w);
    show(plant->sensed.nodes.node_cap_w, lanes->cap_w);
    show(plant->sensed.nodes.node_throughput_frac, lanes->work_frac);
    show(plant->sensed.nodes.throttled_count, lanes->hot_count);
    show(plant->sensed.nodes.heartbeat_count, lanes->heartbeat_count);
    show(plant->sensed.nodes.job_progress_s, lanes->progress_s);
    plant->hidden.ledger.compute_power_w[0] = sum_of_nodes(lanes->power_w);
}

/* Body rates from the last two attitudes: the small rotation between them, exact to first order. */
static void rates(dd_plant *plant)
{
    const double *now = plant->world.attitude, *last = plant->world.attitude_last;
    const double scale = 0.5 / plant->step_s;
    double *rate = plant->sensed.navigation.rate_body_rad_per_s;
    rate[0] = scale * (dd_dot(now + 6, last + 3) - dd_dot(now + 3, last + 6)) * -1.0;
    rate[1] = scale * (dd_dot(now, last + 6) - dd_dot(now + 6, last)) * -1.0;
    rate[2] = scale * (dd_dot(now + 3, last) - dd_dot(now, last + 3)) * -1.0;
}

static void navigation(dd_plant *plant)
{
    const dd_world *world = &plant->world;
    double sun[3];
    dd_matrix_apply(world->attitude, world->sun_dir_eci, sun);
    for (int i = 0; i < 3; i++) {
        plant->sensed.navigation.position_eci_m[i] = world->bodies[0].r[i];
        plant->sensed.navigation.velocity_eci_m_per_s[i] = world->bodies[0].v[i];
        plant->sensed.navigation.sun_dir_body[i] = world->illumination_frac > 0.05 ? sun[i] : 0.0;
        plant->hidden.world.sun_dir_eci[i] = world->sun_dir_eci[i];
    }
    if (plant->params.attitude_coupled_count > 0.5) {
        const double side = world->rigid.q[0] < 0.0 ? -1.0 : 1.0;
        for (int i = 0; i < 4; i++) {
            plant->sensed.navigation.q_body_from_eci[i] = side * world->rigid.q[i];
        }
        memcpy(plant->sensed.navigation.rate_body_rad_per_s, world->rigid.rate,
               sizeof world->rigid.rate);
    } else {
        dd_matrix_to_quaternion(world->attitude, plant->sensed.navigation.q_body_from_eci);
        rates(plant);
    }
    dd_attitude_publish(plant);
    plant->sensed.navigation.sun_presence_frac[0] = world->illumination_frac;
    plant->hidden.world.illumination_frac[0] = world->illumination_frac;
    plant->hidden.world.sun_distance_m[0] = world->sun_distance_m;
    plant->hidden.world.earth_infrared_w_per_m2[0] = plant->params.earth_infrared_w_per_m2;
    plant->hidden.world.albedo_w_per_m2[0] =
        plant->params.albedo_frac * world->flux_w_per_m2 * world->albedo_cosine;
}

void dd_publish(dd_plant *plant)
{
    nodes(plant);
    navigation(plant);
    for (int i = 0; i < DD_TERMINALS; i++) {
        for (int k = 0; k < 3; k++) {
            plant->sensed.partners.partner_position_eci_m[3 * i + k] =
                plant->world.bodies[1 + i].r[k];
            plant->sensed.partners.partner_velocity_eci_m_per_s[3 * i + k] =
                plant->world.bodies[1 + i].v[k];
        }
    }
}
