#include "inputs.h"

#include <math.h>
#include <string.h>

#include "acquisition.h"
#include "channels.h"
#include "upsets.h"

#define NODE_CAP_MAX_W 10000.0
#define PACK_VOLTAGE_MAX_V 500.0
#define RATE_MAX_RAD_PER_S 0.2
#define AHEAD_MAX_RAD 1e-3

/* Stores a setpoint within its range; what is not finite leaves the old one, and both are counted.
 */
static void put(dd_plant *plant, double *target, double value, double low, double high)
{
    if (!isfinite(value)) {
        plant->input_rejects_count++;
        return;
    }
    if (value < low || value > high) {
        plant->input_rejects_count++;
    }
    *target = value < low ? low : (value > high ? high : value);
}

static int within(dd_plant *plant, int index, int count)
{
    if (index >= 0 && index < count) {
        return 1;
    }
    plant->input_rejects_count++;
    return 0;
}

void dd_set_section(dd_plant *plant, int section, int mode, double voltage_v, double current_max_a)
{
    if (!within(plant, section, DD_SECTIONS) || !within(plant, mode, DD_SECTION_LIMITED)) {
        return;
    }
    dd_array *array = &plant->array;
    array->mode[section] = mode;
    put(plant, &array->fixed_v[section], voltage_v, 0.0, 2.0 * plant->params.section_voc_v);
    put(plant, &array->current_max_a[section], current_max_a, 0.0,
        plant->params.converter_current_max_a);
}

void dd_set_bus_limit(dd_plant *plant, double voltage_max_v)
{
    const double nominal = plant->params.bus_nominal_v;
    put(plant, &plant->array.bus_limit_v, voltage_max_v, nominal, 1.08 * nominal);
}

void dd_set_wing(dd_plant *plant, int wing, double angle_rad)
{
    const double step = plant->params.wing_step_rad;
    if (!within(plant, wing, DD_WINGS)) {
        return;
    }
    double *target = &plant->array.wing_set_rad[wing];
    put(plant, target, angle_rad, -3.1415926535897931, 3.1415926535897931);
    *target = step > 0.0 ? step * floor(*target / step + 0.5) : *target; /* whole motor steps */
}

void dd_set_pack(dd_plant *plant, int pack, int enabled, double charge_voltage_max_v,
                 double charge_current_max_a, double discharge_current_max_a)
{
    if (!within(plant, pack, (int)plant->params.pack_count)) {
        return;
    }
    dd_packs *target = &plant->packs;
    const double most = plant->params.pack_current_max_a;
    target->enabled[pack] = enabled != 0;
    put(plant, &target->charge_voltage_max_v[pack], charge_voltage_max_v, 0.0, PACK_VOLTAGE_MAX_V);
    put(plant, &target->charge_current_max_a[pack], charge_current_max_a, 0.0, most);
    put(plant, &target->discharge_current_max_a[pack], discharge_current_max_a, 0.0, most);
}

void dd_set_pack_heater(dd_plant *plant, int pack, double heater_w)
{
    if (within(plant, pack, (int)plant->params.pack_count)) {
        put(plant, &plant->packs.heater_w[pack], heater_w, 0.0, plant->params.pack_heater_max_w);
    }
}

void dd_set_switch(dd_plant *plant, int index, int closed)
{
    if (!within(plant, index, DD_SWITCHES)) {
        return;
    }
    if (closed && !plant->switch_closed[index] && plant->lockout) {
        plant->input_rejects_count++; /* the lock-out holds what has been shed */
        return;
    }
    plant->switch_closed[index] = closed != 0;
}

/* Lifts the undervoltage lock-out at once, if the bus is back and its comparator in order. */
void dd_reset_lockout(dd_plant *plant)
{
    const int good = plant->sensed.bus.bus_voltage_v[0] >= plant->params.lockout_clear_v;
    if (good && !plant->comparator_stuck) {
        plant->lockout = 0;
    } else {
        plant->input_rejects_count++;
    }
}

void dd_set_panel_valve(dd_plant *plant, int panel, int open)
{
    if (within(plant, panel, DD_PANELS)) {
        plant->panel_valve_set[panel] = open != 0;
        dd_panels_update(plant);
    }
}

void dd_set_pump(dd_plant *plant, int loop, int unit, double speed_frac)
{
    if (within(plant, loop, DD_LOOPS) && within(plant, unit, DD_PUMP_UNITS)) {
        put(plant, &plant->loops[loop].speed_set_frac[unit], speed_frac, 0.0, 1.0);
    }
}

void dd_set_bypass(dd_plant *plant, int loop, double bypass_frac)
{
    if (within(plant, loop, DD_LOOPS)) {
        put(plant, &plant->loops[loop].bypass_set_frac, bypass_frac, 0.0, 1.0);
    }
}

void dd_set_node(dd_plant *plant, int node, int state, double cap_w, int64_t lease_until_ns,
                 double fallback_w)
{
    const int reading_only = state == DD_NODE_BOOT || state == DD_NODE_HUNG;
    if (!within(plant, node, DD_NODES) ||
        !within(plant, reading_only ? -1 : state, DD_NODE_BOOST + 1)) {
        return;
    }
    dd_node *target = &plant->nodes[node];
    dd_node_stir(plant, node);
    target->state_set = state;
    target->lease_until_ns = lease_until_ns;
    put(plant, &target->cap_w, cap_w, 0.0, NODE_CAP_MAX_W);
    put(plant, &target->fallback_w, fallback_w, 0.0, NODE_CAP_MAX_W);
}

void dd_set_job_load(dd_plant *plant, int node, double util_frac)
{
    if (within(plant, node, DD_NODES)) {
        put(plant, &plant->nodes[node].util_frac, util_frac, 0.0, 1.0);
        dd_node_stir(plant, node);
    }
}

void dd_set_terminal(dd_plant *plant, int terminal, int mode, double azimuth_rad,
                     double elevation_rad, double azimuth_rate_rad_per_s,
                     double elevation_rate_rad_per_s, double point_ahead_x_rad,
                     double point_ahead_y_rad, int laser_on, int partner)
{
    if (!within(plant, terminal, DD_TERMINALS) || !within(plant, mode, DD_TERMINAL_FAULT) ||
        !within(plant, partner, DD_TERMINALS)) {
        return;
    }
    dd_terminal *target = &plant->terminals[terminal];
    const dd_params *p = &plant->params;
    const int other = target->partner != partner;
    const int fresh = mode == DD_TERMINAL_ACQUIRE && target->mode < DD_TERMINAL_ACQUIRE;
    put(plant, &target->azimuth_set_rad, azimuth_rad, -p->azimuth_limit_rad, p->azimuth_limit_rad);
    put(plant, &target->elevation_set_rad, elevation_rad, p->elevation_min_rad,
        p->elevation_max_rad);
    put(plant, &target->azimuth_rate_rad_per_s, azimuth_rate_rad_per_s, -RATE_MAX_RAD_PER_S,
        RATE_MAX_RAD_PER_S);
    put(plant, &target->elevation_rate_rad_per_s, elevation_rate_rad_per_s, -RATE_MAX_RAD_PER_S,
        RATE_MAX_RAD_PER_S);
    put(plant, &target->point_ahead_rad[0], point_ahead_x_rad, -AHEAD_MAX_RAD, AHEAD_MAX_RAD);
    put(plant, &target->point_ahead_rad[1], point_ahead_y_rad, -AHEAD_MAX_RAD, AHEAD_MAX_RAD);
    target->set_age_s = 0.0;
    target->laser_on = laser_on != 0;
    target->partner = partner;
    target->mode = mode;
    if (other || fresh) {
        dd_acquisition_begin(plant, terminal);
    }
}

void dd_set_attitude(dd_plant *plant, int mode)
{
    if (within(plant, mode, DD_ATTITUDE_DETUMBLE + 1)) {
        plant->world.attitude_mode = mode;
        memcpy(plant->world.held, plant->world.attitude, sizeof plant->world.held);
    }
}

int dd_fault_sensor(dd_plant *plant, int channel, int kind, double value)
{
    if (channel < 0 || channel >= (int)DD_CHANNEL_COUNT || kind < DD_SENSOR_STUCK ||
        kind > DD_SENSOR_SCALE) {
        return 0;
    }
    return dd_channels_inject(plant, channel, kind, value);
}

int dd_fault_sensor_clear(dd_plant *plant, int channel)
{
    return channel >= 0 && channel < (int)DD_CHANNEL_COUNT && dd_channels_clear(plant, channel);
}

/* A panel frozen through, 5 K below its freezing point; or, its ice melted, as warm as it is. */
static void freeze_panel(dd_plant *plant, int panel, int frozen)
{
    const dd_params *p = &plant->params;
    plant->network.panel_ice_j[panel] =
        frozen ? p->panel_coolant_kg * p->coolant_fusion_j_per_kg : 0.0;
    if (frozen) {
        plant->network.panel_k[panel] = p->coolant_freeze_k - 5.0;
    }
}

/* Strikes an accelerator as radiation would, or takes away what a strike has left. */
static int upset(dd_plant *plant, int accelerator, double kind)
{
    if (kind < 0.0) {
        plant->accelerators.fault[accelerator] = 0;
        dd_node_stir(plant, accelerator / DD_NODE_ACCELERATORS);
        return 1;
    }
    if (kind > DD_UPSET_LATCHUP) {
        return 0;
    }
    dd_upset_strike(plant, accelerator, (int)kind);
    return 1;
}

static int unit_count(int fault)
{
    static const int counts[DD_FAULT_KINDS] = {DD_SECTIONS,
                                               DD_SECTIONS,
                                               DD_WINGS,
                                               DD_PACKS,
                                               DD_LOOPS * DD_PUMP_UNITS,
                                               DD_LOOPS,
                                               DD_LOOPS,
                                               DD_PANELS,
                                               DD_NODES,
                                               DD_TERMINALS,
                                               DD_TERMINALS,
                                               DD_TERMINALS,
                                               DD_LOOPS,
                                               DD_PANELS,
                                               DD_ACCELERATORS,
                                               1,
                                               DD_TERMINALS};
    return fault >= 0 && fault < DD_FAULT_KINDS ? counts[fault] : 0;
}

/* Clears or sets one fault; the index is in range. */
static int set_unit_fault(dd_plant *plant, int fault, int index, double value)
{
    dd_loop *loops = plant->loops;
    switch (fault) {
    case DD_FAULT_SECTION_LIGHT:
        plant->array.health_frac[index] = value;
        break;
    case DD_FAULT_SECTION_SHORT:
        plant->array.shorted[index] = value > 0.5;
        break;
    case DD_FAULT_WING_STUCK:
        plant->array.wing_stuck[index] = value > 0.5;
        break;
    case DD_FAULT_PACK_OPEN:
        plant->packs.isolated[index] = value;
        break;
    case DD_FAULT_PUMP_STOP:
        loops[index / DD_PUMP_UNITS].stopped[index % DD_PUMP_UNITS] = value;
        break;
    case DD_FAULT_VALVE_STUCK:
        loops[index].valve_stuck = value;
        break;
    case DD_FAULT_LEAK:
        loops[index].leak_kg_per_s = value;
        break;
    case DD_FAULT_PANEL_BLOCKED:
        plant->panel_health_frac[index] = value;
        break;
    case DD_FAULT_NODE_HANG:
        plant->nodes[index].hung = value > 0.5;
        dd_node_stir(plant, index);
        break;
    case DD_FAULT_CAVITATION:
        loops[index].head_frac = value < 0.0 ? 0.0 : (value > 1.0 ? 1.0 : value);
        break;
    case DD_FAULT_PANEL_FROZEN:
        freeze_panel(plant, index, value > 0.5);
        break;
    case DD_FAULT_UPSET:
        return upset(plant, index, value);
    case DD_FAULT_SOLAR:
        dd_upset_solar(plant, value);
        break;
    case DD_FAULT_GIMBAL_STUCK:
        plant->terminals[index].gimbal_stuck = value;
        break;
    case DD_FAULT_PARTNER_LOST:
        plant->terminals[index].partner_lost = value;
        break;
    case DD_FAULT_MIRROR_STUCK:
        plant->terminals[index].mirror_stuck = value;
        break;
    default:
        plant->terminals[index].fade_db = value;
        break;
    }
    return 1;
}

/* Sets a unit's fault to value, or back to health: 1 for what remains in order, 0 for flags. */
int dd_fault_unit(dd_plant *plant, int fault, int index, double value)
{
    if (fault >= DD_FAULT_SHADOW) {
        return dd_fault_world(plant, fault, index, value);
    }
    if (fault >= DD_FAULT_SECTION_SHADED) {
        return dd_fault_power(plant, fault, index, value);
    }
    const int count = fault == DD_FAULT_WHEEL ? DD_WHEELS : unit_count(fault);
    if (index < 0 || index >= count || !isfinite(value)) {
        return 0;
    }
    if (fault == DD_FAULT_WHEEL) {
        plant->world.wheel_fault[index] = value;
        return 1;
    }
    return set_unit_fault(plant, fault, index, value);
}
