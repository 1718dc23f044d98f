/* Pumped loops on the thermal network: the coolant's way, and where the heat comes from. */
#include <math.h>
#include <string.h>

#include "hydraulics.h"
#include "lanes_sum.h"
#include "network.h"
#include "plant.h"
#include "vec.h"

/* Absorbed by one panel, both sides: Earth infrared, albedo, Sun on the edge-on face. */
static double absorbed_w(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const dd_world *world = &plant->world;
    const double area = p->radiator_area_m2 / DD_PANELS;
    const double infrared =
        p->radiator_emissivity_frac * p->earth_infrared_w_per_m2 * world->radiator_earth_frac;
    const double albedo = p->radiator_absorptance_frac * p->albedo_frac * world->flux_w_per_m2 *
                          world->albedo_cosine * world->radiator_earth_frac;
    const double sun = p->radiator_absorptance_frac * world->flux_w_per_m2 *
                       world->illumination_frac * world->radiator_sun_cosine;
    return area * (infrared + albedo + sun);
}

static double structure_absorbed_w(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const dd_world *world = &plant->world;
    const double view = world->structure_earth_frac;
    const double infrared = p->structure_emissivity_frac * p->earth_infrared_w_per_m2 * view;
    const double light =
        p->albedo_frac * world->albedo_cosine * view + 0.25 * world->illumination_frac;
    return p->structure_area_m2 *
           (infrared + p->structure_absorptance_frac * world->flux_w_per_m2 * light);
}

static void gather(dd_plant *plant, const dd_flow flows[DD_LOOPS], dd_network_load *load)
{
    const double share = plant->avionics_heat_w / DD_NODES;
    for (int i = 0; i < DD_NODES; i++) {
        load->plate_w[i] = plant->node_lanes.heat_w[i] + share;
    }
    memcpy(load->die_w, plant->sensed.accelerators.accelerator_power_w, sizeof load->die_w);
    for (int k = 0; k < DD_LOOPS; k++) {
        load->plate_w_per_k[k] = flows[k].plate_w_per_k;
        load->plate_coolant_k[k] = dd_leg_out(plant->loops[k].supply_k, flows[k].courant);
        load->panel_coolant_k[k] = dd_leg_out(plant->loops[k].back_k, flows[k].courant);
        memcpy(load->panel_w_per_k + k * DD_LOOP_PANELS, flows[k].panel_w_per_k,
               sizeof flows[k].panel_w_per_k);
    }
    load->panel_absorbed_w = absorbed_w(plant);
    load->structure_absorbed_w = structure_absorbed_w(plant);
    plant->hidden.heat.absorbed_w[0] =
        DD_PANELS * load->panel_absorbed_w + load->structure_absorbed_w;
    load->structure_absorbed_w += plant->hidden.heat.pack_structure_w[0];
    plant->hidden.heat.compute_heat_w[0] =
        sum_of_nodes(load->plate_w) + sum_of_accelerators(load->die_w);
}

/* All that a pump draws ends in the coolant behind it, however little of it flows. */
static void loop_step(dd_plant *plant, int index, const dd_flow *flow, const dd_network_flux *flux,
                      double dt_s)
{
    const dd_params *p = &plant->params;
    dd_loop *loop = &plant->loops[index];
    const double segment = p->leg_mass_kg / DD_SEGMENTS;
    const double pump_w = plant->hidden.ledger.switch_power_w[DD_SWITCH_PUMP + index];
    const double entering = dd_leg_out(loop->back_k, flow->courant);
    const double leaving = dd_leg_out(loop->supply_k, flow->courant);
    plant->hidden.heat.pump_heat_w[index] = pump_w;
    loop->radiator_out_k = entering;
    if (flow->capacity_w_per_k > 0.0) {
        const double taken = flux->panels_w[index];
        if (flow->panel_capacity_w_per_k > 0.0) {
            loop->radiator_out_k -= taken / flow->panel_capacity_w_per_k;
        }
        loop->mixed_k = entering - taken / flow->capacity_w_per_k;
        dd_push_leg(loop->supply_k, loop->mixed_k, flow->courant);
        dd_push_leg(loop->back_k, leaving + flux->plates_w[index] / flow->capacity_w_per_k,
                    flow->courant);
    }
    loop->supply_k[0] += pump_w * dt_s / (segment * p->coolant_j_per_kg_k);
}

static double sum_of_leg(const double k[DD_SEGMENTS])
{
    return ((k[0] + k[1]) + (k[2] + k[3])) + ((k[4] + k[5]) + (k[6] + k[7]));
}

static double stored_j(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double segment = p->leg_mass_kg / DD_SEGMENTS * p->coolant_j_per_kg_k;
    double total = dd_network_stored_j(p, &plant->network);
    for (int k = 0; k < DD_LOOPS; k++) {
        const dd_loop *loop = &plant->loops[k];
        total += segment * (sum_of_leg(loop->supply_k) + sum_of_leg(loop->back_k));
        total += loop->accumulator_kg * p->coolant_j_per_kg_k * p->coolant_initial_k;
    }
    return total;
}

static void publish_loop(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    const dd_loop *loop = &plant->loops[index];
    const double n = dd_pump_speed(plant, index);
    const double q = loop->flow_kg_per_s / p->flow_nominal_kg_per_s;
    const double head = dd_pump_head_frac(plant, index);
    plant->sensed.loops.supply_temperature_k[index] = loop->mixed_k;
    plant->sensed.loops.return_temperature_k[index] = loop->back_k[DD_SEGMENTS - 1];
    plant->sensed.loops.radiator_outlet_temperature_k[index] = loop->radiator_out_k;
    plant->sensed.loops.flow_kg_per_s[index] = loop->flow_kg_per_s;
    plant->sensed.loops.pump_speed_frac[index] = n;
    plant->sensed.loops.pump_pressure_pa[index] =
        p->pump_pressure_pa *
        (head * p->pump_shutoff_ratio * n * n - (p->pump_shutoff_ratio - 1.0) * q * q);
    plant->sensed.loops.pump_power_w[index] = dd_pump_power_w(plant, index);
    plant->sensed.loops.bypass_frac[index] = loop->bypass_frac;
    plant->sensed.loops.accumulator_mass_kg[index] = loop->accumulator_kg;
}

static void publish(dd_plant *plant)
{
    for (int k = 0; k < DD_LOOPS; k++) {
        publish_loop(plant, k);
    }
    for (int i = 0; i < DD_PANELS; i++) {
        plant->sensed.radiator.panel_temperature_k[i] = plant->network.panel_k[i];
    }
    plant->hidden.heat.loop_stored_j[0] = stored_j(plant);
}

void dd_thermal_step(dd_plant *plant, double dt_s)
{
    dd_flow flows[DD_LOOPS];
    dd_network_load load;
    dd_network_flux flux;
    plant->hidden.heat.vented_w[0] = 0.0;
    for (int k = 0; k < DD_LOOPS; k++) {
        dd_hydraulics_step(plant, k, dt_s, &flows[k]);
    }
    gather(plant, flows, &load);
    dd_network_step(&plant->params, &load, &plant->network, dt_s, &flux);
    plant->hidden.heat.radiated_w[0] = flux.radiated_w;
    for (int k = 0; k < DD_LOOPS; k++) {
        loop_step(plant, k, &flows[k], &flux, dt_s);
    }
    publish(plant);
}

void dd_thermal_start(dd_plant *plant)
{
    const double t = plant->params.coolant_initial_k;
    dd_network *network = &plant->network;
    for (int k = 0; k < DD_LOOPS; k++) {
        dd_loop *loop = &plant->loops[k];
        for (int i = 0; i < DD_SEGMENTS; i++) {
            loop->supply_k[i] = loop->back_k[i] = t;
        }
        loop->mixed_k = loop->radiator_out_k = t;
        loop->speed_set_frac[0] = loop->speed_frac[0] = 1.0;
        loop->bypass_frac = loop->bypass_set_frac = 0.5;
        loop->accumulator_kg = plant->params.accumulator_kg;
        loop->head_frac = 1.0;
        loop->flow_kg_per_s = plant->params.flow_nominal_kg_per_s;
    }
    for (int i = 0; i < DD_PANELS; i++) {
        network->panel_k[i] = t - 15.0;
        plant->panel_health_frac[i] = 1.0;
        plant->panel_valve_set[i] = 1;
    }
    for (int i = 0; i < DD_NODES; i++) {
        network->plate_k[i] = t;
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        network->die_k[i] = t;
    }
    network->structure_k = t;
    dd_panels_update(plant);
    publish(plant);
}
