/* The 160 V bus: quasi-static balance of sections, regulators and loads, switches and the shed. */
#include <math.h>
#include <string.h>

#include "lanes.h"
#include "lanes_sum.h"
#include "plant.h"
#include "shed.h"
#include "vec.h"

/* Payload goes first, from the last node to the first; the pumps go last, housekeeping never. */
static const int32_t shed_order[DD_SWITCHES] = {17, 16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,
                                                4,  3,  2,  1,  0,  25, 21, 20, 19, 18, 22, 24, 23};

static double tray_power_w(const dd_plant *plant)
{
    int pairs = 0;
    for (int i = 0; i < DD_NODES; i += 2) {
        pairs += plant->nodes[i].state != DD_NODE_OFF || plant->nodes[i + 1].state != DD_NODE_OFF;
    }
    return pairs * plant->params.tray_power_w;
}

static int are_all_closed(const dd_plant *plant)
{
    int open = 0;
    for (int i = 0; i < DD_SWITCHES; i++) {
        open |= plant->switch_closed[i] ^ 1;
    }
    return !open;
}

static void gather(dd_plant *plant, double power_w[DD_SWITCHES])
{
    const dd_params *p = &plant->params;
    const double per_efficiency = 1.0 / p->node_converter_efficiency_frac;
    double heaters = 0.0;
    for (int i = 0; i < DD_NODES; i++) {
        power_w[i] = plant->node_lanes.power_w[i] * per_efficiency;
    }
    for (int i = 0; i < DD_TERMINALS; i++) {
        const int mode = plant->terminals[i].mode;
        const double on = mode >= DD_TERMINAL_ACQUIRE && plant->terminals[i].laser_on
                              ? p->terminal_power_w
                              : p->terminal_idle_power_w;
        power_w[DD_SWITCH_TERMINAL + i] = mode == DD_TERMINAL_STOW ? 0.2 * on : on;
    }
    for (int i = 0; i < (int)p->pack_count; i++) {
        heaters += plant->packs.heater_w[i];
    }
    power_w[DD_SWITCH_HEATERS] = heaters;
    for (int i = 0; i < DD_LOOPS; i++) {
        power_w[DD_SWITCH_PUMP + i] = dd_pump_power_w(plant, i);
    }
    power_w[DD_SWITCH_TRAYS] = tray_power_w(plant);
    if (!are_all_closed(plant)) {
        for (int i = 0; i < DD_SWITCHES; i++) {
            power_w[i] = plant->switch_closed[i] ? power_w[i] : 0.0;
        }
    }
}

/* A node whose switch opens is dark at once. */
static void open_nodes(dd_plant *plant)
{
    if (are_all_closed(plant)) {
        return;
    }
    for (int i = 0; i < DD_NODES; i++) {
        if (!plant->switch_closed[i] && plant->nodes[i].state != DD_NODE_OFF) {
            dd_node *node = &plant->nodes[i];
            node->state = DD_NODE_OFF;
            plant->node_lanes.power_w[i] = plant->node_lanes.heat_w[i] = 0.0;
            plant->sensed.nodes.node_state[i] = DD_NODE_OFF;
            dd_node_stir(plant, i);
            for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
                plant->sensed.accelerators.accelerator_power_w[i * DD_NODE_ACCELERATORS + k] = 0.0;
            }
        }
    }
}

/* i2t: heat above the rating opens the switch, after switch_trip_s at twice the rating; it cools in
 * 10 s. */
static void trip(dd_plant *plant, const double power_w[DD_SWITCHES], double bus_v, double dt_s)
{
    const double rating2 = plant->params.switch_rating_a * plant->params.switch_rating_a;
    const double budget = 3.0 * rating2 * plant->params.switch_trip_s;
    const dd_switch_facts facts = {1.0 / bus_v, rating2, -budget / 10.0, budget, dt_s};
    if (dd_lanes_now()->heat_switches(&facts, power_w, plant->sensed.bus.switch_current_a,
                                      plant->switch_heat_a2s)) {
        for (int i = 0; i < DD_SWITCHES; i++) {
            if (plant->switch_heat_a2s[i] > budget) {
                plant->switch_closed[i] = 0;
                plant->switch_heat_a2s[i] = 0.0;
            }
        }
    }
    for (int i = 0; i < DD_SWITCHES; i++) {
        plant->sensed.bus.switch_closed[i] = plant->switch_closed[i];
    }
    memcpy(plant->hidden.ledger.switch_power_w, power_w,
           sizeof plant->hidden.ledger.switch_power_w);
}

/* Of neighbouring values, in two lanes. */
static double sum_of(const double *values, int first, int count)
{
    double even = 0.0, odd = 0.0;
    for (int i = first; i + 1 < first + count; i += 2) {
        even += values[i];
        odd += values[i + 1];
    }
    return even + odd + (count % 2 ? values[first + count - 1] : 0.0);
}

static double section_power_w(const dd_plant *plant)
{
    double power_w[DD_SECTIONS];
    for (int i = 0; i < DD_SECTIONS; i++) {
        power_w[i] =
            plant->sensed.array.section_voltage_v[i] * plant->sensed.array.section_current_a[i];
    }
    return sum_of_sections(power_w);
}

static void publish(dd_plant *plant, const double power_w[DD_SWITCHES], double given_w,
                    double housekeeping_w, double unserved_w)
{
    dd_hidden *hidden = &plant->hidden;
    const double section_power = section_power_w(plant);
    const double output = section_power * plant->params.converter_efficiency_frac;
    hidden->ledger.array_power_w[0] = section_power;
    hidden->ledger.converter_output_w[0] = output;
    hidden->ledger.converter_loss_w[0] = section_power - output;
    hidden->ledger.housekeeping_power_w[0] = housekeeping_w;
    hidden->ledger.unserved_power_w[0] = unserved_w;
    plant->sensed.bus.array_power_w[0] = output;
    plant->sensed.bus.battery_power_w[0] = given_w;
    plant->sensed.bus.compute_power_w[0] = sum_of(power_w, 0, DD_NODES) + power_w[DD_SWITCH_TRAYS];
    plant->sensed.bus.optical_power_w[0] = sum_of(power_w, DD_SWITCH_TERMINAL, DD_TERMINALS);
    plant->sensed.bus.thermal_power_w[0] =
        power_w[DD_SWITCH_HEATERS] + sum_of(power_w, DD_SWITCH_PUMP, DD_LOOPS);
    plant->sensed.bus.housekeeping_power_w[0] = housekeeping_w;
    plant->sensed.bus.shed_count[0] = plant->shed_count;
    plant->avionics_heat_w =
        housekeeping_w + power_w[DD_SWITCH_TRAYS] + dd_max(0.0, hidden->ledger.regulator_loss_w[0]);
}

/* A tripped comparator holds what it has opened until the bus has been back for a while. */
static void lock_out(dd_plant *plant, int tripped, double bus_v, double dt_s)
{
    const dd_params *p = &plant->params;
    const int good = !tripped && bus_v >= p->lockout_clear_v;
    plant->lockout_ok_s = good ? plant->lockout_ok_s + dt_s : 0.0;
    plant->lockout = tripped || (plant->lockout && plant->lockout_ok_s < p->lockout_hold_s);
    plant->sensed.bus.lockout_active[0] = plant->lockout;
}

/* Opens switches until the deficit is covered; returns what is left of it. */
DD_SELDOM static double shed(dd_plant *plant, double power_w[DD_SWITCHES], double deficit_w)
{
    double rest = 0.0;
    plant->shed_count +=
        dd_shed(shed_order, DD_SWITCHES, power_w, plant->switch_closed, deficit_w, &rest);
    for (int i = 0; i < DD_SWITCHES; i++) {
        power_w[i] = plant->switch_closed[i] ? power_w[i] : 0.0;
    }
    open_nodes(plant);
    return rest;
}

/* Undervoltage: the bus falls on its capacitors until the comparator has opened enough switches. */
DD_SELDOM static double undervoltage(dd_plant *plant, double power_w[DD_SWITCHES], double deficit_w,
                                     double *bus_v)
{
    const dd_params *p = &plant->params;
    const double energy = 0.5 * p->bus_capacitance_f * p->bus_nominal_v * p->bus_nominal_v;
    const double rest = shed(plant, power_w, deficit_w);
    const double flagged = 0.5 * p->bus_capacitance_f * p->bus_shed_v * p->bus_shed_v;
    const double left = rest > 0.0 ? 0.0 : dd_min(energy, flagged) - deficit_w * p->shed_delay_s;
    *bus_v = sqrt(dd_max(0.0, 2.0 * left / p->bus_capacitance_f));
    return rest;
}

void dd_bus_step(dd_plant *plant, double dt_s)
{
    const dd_params *p = &plant->params;
    const double array_w = section_power_w(plant) * p->converter_efficiency_frac;
    double power_w[DD_SWITCHES], unserved = 0.0;
    double housekeeping = p->housekeeping_power_w + plant->overload_w;
    gather(plant, power_w);
    if (plant->comparator_stuck) {
        (void)shed(plant, power_w, HUGE_VAL);
    }
    double need = housekeeping + sum_of(power_w, 0, DD_SWITCHES) - array_w;
    double bus_v = p->bus_nominal_v - p->bus_droop_ohm * need / p->bus_nominal_v;
    dd_battery_refresh(plant);
    const double source = dd_battery_discharge_limit_w(plant);
    const int tripped = plant->comparator_stuck || need > source;
    if (need > source) {
        unserved = undervoltage(plant, power_w, need - source, &bus_v);
        need = housekeeping + sum_of(power_w, 0, DD_SWITCHES) - array_w;
        if (need > source) {
            unserved = need - source;
            housekeeping = dd_max(0.0, housekeeping - unserved);
            need = source;
        }
    }
    const double sink = need < 0.0 ? dd_battery_charge_limit_w(plant) : 0.0;
    if (need < -sink) {
        dd_array_limit(plant, (array_w + need + sink) / p->converter_efficiency_frac);
        need = -sink;
        bus_v = plant->array.bus_limit_v;
    }
    dd_battery_apply(plant, need, dt_s);
    plant->sensed.bus.bus_voltage_v[0] = bus_v;
    lock_out(plant, tripped, bus_v, dt_s);
    trip(plant, power_w, dd_max(bus_v, 1.0), dt_s);
    open_nodes(plant);
    publish(plant, power_w, need, housekeeping, unserved);
}
