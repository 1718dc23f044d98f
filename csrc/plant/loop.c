/* Pumped loops, cold plates, dies and radiator panels: linearly implicit, fluxes booked as
 * computed. */
#include <math.h>

#include "plant.h"
#include "vec.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8

/* Conductances of one loop at its flow of this step. */
typedef struct dd_flow {
    double capacity_w_per_k;       /* flow times heat capacity */
    double plate_w_per_k;          /* per plate, from plate to entering coolant */
    double panel_w_per_k;          /* per panel, from entering coolant to panel */
    double panel_capacity_w_per_k; /* flow through all panels times heat capacity */
    double pump_heat_w;
} dd_flow;

static int pump_powered(const dd_plant *plant, int loop)
{
    return plant->switch_closed[DD_SWITCH_PUMP + loop];
}

/* Affinity laws: flow with speed, power with its cube. Units in parallel do not add flow here. */
static double pump_speed(const dd_plant *plant, int loop)
{
    double best = 0.0;
    for (int i = 0; i < DD_PUMP_UNITS; i++) {
        best = dd_max(best, plant->loops[loop].speed_frac[i]);
    }
    return best;
}

double dd_pump_power_w(const dd_plant *plant, int loop)
{
    double total = 0.0;
    for (int i = 0; i < DD_PUMP_UNITS; i++) {
        const double n = plant->loops[loop].speed_frac[i];
        total += plant->params.pump_power_w * n * n * n;
    }
    return total;
}

static void move_actuators(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_loop *loop = &plant->loops[index];
    for (int i = 0; i < DD_PUMP_UNITS; i++) {
        const int dead = loop->stopped[i] > 0.5 || !pump_powered(plant, index);
        const double target = dead ? 0.0 : loop->speed_set_frac[i];
        const double reach = (dead ? 1.0 : p->pump_ramp_frac_per_s) * dt_s;
        loop->speed_frac[i] += dd_clamp(target - loop->speed_frac[i], -reach, reach);
    }
    if (loop->valve_stuck < 0.5) {
        const double reach = dt_s / p->bypass_stroke_s;
        loop->bypass_frac += dd_clamp(loop->bypass_set_frac - loop->bypass_frac, -reach, reach);
    }
    loop->accumulator_kg = dd_max(0.0, loop->accumulator_kg - loop->leak_kg_per_s * dt_s);
    const double filled = loop->accumulator_kg > 0.0 ? 1.0 : 0.0;
    loop->flow_kg_per_s = p->flow_nominal_kg_per_s * pump_speed(plant, index) * filled;
}

/* Effectiveness of an exchanger at constant wall temperature, UA growing with flow to the 0.8. */
static double conductance(double capacity, double ua)
{
    return capacity > 0.0 ? capacity * -expm1(-ua / capacity) : 0.0;
}

static void flow_of(const dd_plant *plant, int index, dd_flow *flow)
{
    const dd_params *p = &plant->params;
    const dd_loop *loop = &plant->loops[index];
    const double ratio = loop->flow_kg_per_s / p->flow_nominal_kg_per_s;
    const double turbulent = ratio > 0.0 ? pow(ratio, 0.8) : 0.0;
    const double through = dd_max(0.0, 1.0 - loop->bypass_frac);
    flow->capacity_w_per_k = loop->flow_kg_per_s * p->coolant_j_per_kg_k;
    flow->plate_w_per_k =
        conductance(flow->capacity_w_per_k / DD_NODES, p->plate_ua_w_per_k * turbulent);
    flow->panel_capacity_w_per_k = flow->capacity_w_per_k * through;
    flow->panel_w_per_k =
        conductance(flow->panel_capacity_w_per_k / DD_LOOP_PANELS,
                    p->panel_ua_w_per_k * (through > 0.0 ? turbulent * pow(through, 0.8) : 0.0));
    flow->pump_heat_w = ratio > 0.0 ? dd_pump_power_w(plant, index) : 0.0;
}

/* Four dies on one plate, eliminated exactly; returns the heat given to each loop. */
static void plate_step(dd_plant *plant, int node, const dd_flow flows[DD_LOOPS], double share_w,
                       double dt_s, double given_w[DD_LOOPS])
{
    const dd_params *p = &plant->params;
    const double g = 1.0 / p->die_plate_k_per_w;
    const double die = p->die_heat_j_per_k / dt_s;
    const double inverse = 1.0 / (die + g);
    dd_accelerator *dies = plant->accelerators + node * DD_NODE_ACCELERATORS;
    double matrix = p->plate_heat_j_per_k / dt_s;
    double right = matrix * plant->plate_k[node] + plant->nodes[node].host_heat_w + share_w;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        right += g * inverse * (die * dies[i].temperature_k + dies[i].power_w);
    }
    matrix += DD_NODE_ACCELERATORS * g * die * inverse;
    for (int k = 0; k < DD_LOOPS; k++) {
        matrix += flows[k].plate_w_per_k;
        right += flows[k].plate_w_per_k * plant->loops[k].supply_k[DD_SEGMENTS - 1];
    }
    const double plate = right / matrix;
    plant->plate_k[node] = plate;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        dies[i].temperature_k =
            (die * dies[i].temperature_k + g * plate + dies[i].power_w) * inverse;
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        given_w[k] += flows[k].plate_w_per_k * (plate - plant->loops[k].supply_k[DD_SEGMENTS - 1]);
    }
}

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

/* Panels of one loop; returns the heat they take from the coolant. */
static double panels_step(dd_plant *plant, int index, const dd_flow *flow, double entering_k,
                          double dt_s)
{
    const dd_params *p = &plant->params;
    const double absorbed = absorbed_w(plant);
    const double space4 = p->space_k * p->space_k * p->space_k * p->space_k;
    double taken = 0.0;
    for (int i = 0; i < DD_LOOP_PANELS; i++) {
        const int panel = index * DD_LOOP_PANELS + i;
        const double t = plant->panel_k[panel];
        const double g = flow->panel_w_per_k * plant->panel_health_frac[panel];
        const double emission =
            2.0 * p->radiator_area_m2 / DD_PANELS * p->radiator_emissivity_frac * SIGMA_W_PER_M2K4;
        const double slope = 4.0 * emission * t * t * t;
        const double flat = emission * (t * t * t * t - space4);
        const double mass = p->panel_heat_j_per_k / dt_s;
        const double change = (g * (entering_k - t) + absorbed - flat) / (mass + g + slope);
        plant->panel_k[panel] = t + change;
        plant->hidden.heat.radiated_w[0] += flat + slope * change;
        plant->hidden.heat.absorbed_w[0] += absorbed;
        taken += g * (entering_k - t - change);
    }
    return taken;
}

/* First-order upwind along a leg: what enters pushes, energy is conserved exactly. */
static void push_leg(double segment_k[DD_SEGMENTS], double entering_k, double courant)
{
    for (int i = DD_SEGMENTS - 1; i > 0; i--) {
        segment_k[i] += courant * (segment_k[i - 1] - segment_k[i]);
    }
    segment_k[0] += courant * (entering_k - segment_k[0]);
}

static void loop_step(dd_plant *plant, int index, const dd_flow *flow, double plates_w, double dt_s)
{
    dd_loop *loop = &plant->loops[index];
    const double entering = loop->back_k[DD_SEGMENTS - 1];
    const double leaving = loop->supply_k[DD_SEGMENTS - 1];
    const double taken = panels_step(plant, index, flow, entering, dt_s);
    if (flow->capacity_w_per_k <= 0.0) {
        return;
    }
    const double courant = loop->flow_kg_per_s * dt_s / (plant->params.leg_mass_kg / DD_SEGMENTS);
    loop->radiator_out_k = flow->panel_capacity_w_per_k > 0.0
                               ? entering - taken / flow->panel_capacity_w_per_k
                               : entering;
    loop->mixed_k = entering + (flow->pump_heat_w - taken) / flow->capacity_w_per_k;
    push_leg(loop->supply_k, loop->mixed_k, dd_min(courant, 1.0));
    push_leg(loop->back_k, leaving + plates_w / flow->capacity_w_per_k, dd_min(courant, 1.0));
}

static double stored_j(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    double total = 0.0;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        total += p->die_heat_j_per_k * plant->accelerators[i].temperature_k;
    }
    for (int i = 0; i < DD_NODES; i++) {
        total += p->plate_heat_j_per_k * plant->plate_k[i];
    }
    for (int i = 0; i < DD_PANELS; i++) {
        total += p->panel_heat_j_per_k * plant->panel_k[i];
    }
    const double segment = p->leg_mass_kg / DD_SEGMENTS * p->coolant_j_per_kg_k;
    for (int k = 0; k < DD_LOOPS; k++) {
        for (int i = 0; i < DD_SEGMENTS; i++) {
            total += segment * (plant->loops[k].supply_k[i] + plant->loops[k].back_k[i]);
        }
    }
    return total;
}

static void publish(dd_plant *plant, const dd_flow flows[DD_LOOPS])
{
    for (int k = 0; k < DD_LOOPS; k++) {
        const dd_loop *loop = &plant->loops[k];
        const double speed = pump_speed(plant, k);
        plant->sensed.loops.supply_temperature_k[k] = loop->mixed_k;
        plant->sensed.loops.return_temperature_k[k] = loop->back_k[DD_SEGMENTS - 1];
        plant->sensed.loops.radiator_outlet_temperature_k[k] = loop->radiator_out_k;
        plant->sensed.loops.flow_kg_per_s[k] = loop->flow_kg_per_s;
        plant->sensed.loops.pump_speed_frac[k] = speed;
        plant->sensed.loops.pump_pressure_pa[k] = plant->params.pump_pressure_pa * speed * speed *
                                                  (loop->accumulator_kg > 0.0 ? 1.0 : 0.1);
        plant->sensed.loops.pump_power_w[k] = dd_pump_power_w(plant, k);
        plant->sensed.loops.bypass_frac[k] = loop->bypass_frac;
        plant->sensed.loops.accumulator_mass_kg[k] = loop->accumulator_kg;
        plant->hidden.heat.pump_heat_w[k] = flows[k].pump_heat_w;
    }
    for (int i = 0; i < DD_PANELS; i++) {
        plant->sensed.radiator.panel_temperature_k[i] = plant->panel_k[i];
    }
    for (int i = 0; i < DD_NODES; i++) {
        plant->sensed.nodes.plate_temperature_k[i] = plant->plate_k[i];
    }
}

void dd_thermal_step(dd_plant *plant, double dt_s)
{
    dd_flow flows[DD_LOOPS];
    double given[DD_LOOPS] = {0.0, 0.0}, input = plant->avionics_heat_w;
    const double share = plant->avionics_heat_w / DD_NODES;
    plant->hidden.heat.radiated_w[0] = 0.0;
    plant->hidden.heat.absorbed_w[0] = 0.0;
    for (int k = 0; k < DD_LOOPS; k++) {
        move_actuators(plant, k, dt_s);
        flow_of(plant, k, &flows[k]);
    }
    for (int i = 0; i < DD_NODES; i++) {
        input += plant->nodes[i].host_heat_w;
        for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
            input += plant->accelerators[i * DD_NODE_ACCELERATORS + k].power_w;
        }
        plate_step(plant, i, flows, share, dt_s, given);
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        loop_step(plant, k, &flows[k], given[k], dt_s);
    }
    plant->hidden.heat.compute_heat_w[0] = input;
    plant->hidden.heat.loop_stored_j[0] = stored_j(plant);
    publish(plant, flows);
}

void dd_thermal_start(dd_plant *plant)
{
    const double t = plant->params.coolant_initial_k;
    for (int k = 0; k < DD_LOOPS; k++) {
        dd_loop *loop = &plant->loops[k];
        for (int i = 0; i < DD_SEGMENTS; i++) {
            loop->supply_k[i] = loop->back_k[i] = t;
        }
        loop->mixed_k = loop->radiator_out_k = t;
        loop->speed_set_frac[0] = loop->speed_frac[0] = 1.0;
        loop->bypass_frac = loop->bypass_set_frac = 0.5;
        loop->accumulator_kg = plant->params.accumulator_kg;
    }
    for (int i = 0; i < DD_PANELS; i++) {
        plant->panel_k[i] = t - 15.0;
        plant->panel_health_frac[i] = 1.0;
    }
    for (int i = 0; i < DD_NODES; i++) {
        plant->plate_k[i] = t;
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        plant->accelerators[i].temperature_k = t;
    }
    dd_flow flows[DD_LOOPS];
    for (int k = 0; k < DD_LOOPS; k++) {
        plant->loops[k].flow_kg_per_s = plant->params.flow_nominal_kg_per_s;
        flow_of(plant, k, &flows[k]);
    }
    plant->hidden.heat.loop_stored_j[0] = stored_j(plant);
    publish(plant, flows);
}
