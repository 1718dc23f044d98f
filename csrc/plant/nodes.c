/*
 * 18 nodes of four accelerators: states, leases, checkpoints, faults. What is the same for all is
 * done in lanes; a node that is quiet, because nothing about it can change before its lease ends or
 * its next checkpoint is due, is nowhere looked at alone.
 */
#include <math.h>
#include <string.h>

#include "compute.h"
#include "guard.h"
#include "lanes.h"
#include "plant.h"
#include "rng.h"
#include "vec.h"

static double idle_power_w(const dd_params *p)
{
    return p->host_power_w + DD_NODE_ACCELERATORS * p->accelerator_idle_power_w;
}

static void change_state(dd_node *node, const dd_params *p, int32_t wanted, double dt_s)
{
    if (node->hung && wanted >= DD_NODE_SLEEP) {
        node->state = DD_NODE_HUNG;
        return;
    }
    if (wanted == DD_NODE_OFF || wanted == DD_NODE_BMC) {
        node->hung = 0;
    }
    const int up =
        node->state == DD_NODE_IDLE || node->state == DD_NODE_RUN || node->state == DD_NODE_BOOST;
    if (wanted < DD_NODE_IDLE || up) {
        node->state = wanted;
        return;
    }
    if (node->state != DD_NODE_BOOT) {
        node->timer_s = node->state == DD_NODE_SLEEP ? p->wake_s : p->start_s;
        node->state = DD_NODE_BOOT;
    }
    node->timer_s -= dt_s;
    if (node->timer_s <= 1e-9) {
        node->state = wanted;
    }
}

/* Whether a latched accelerator draws, or has just drawn, what nothing explains. */
static void guard_supply(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    const double measured_w = plant->node_lanes.power_w[index];
    const dd_supply supply = {measured_w, dd_max(0.0, measured_w - node->excess_w),
                              p->latchup_margin_w, p->latchup_off_s};
    const double before = node->trip_s;
    node->trip_s = dd_guard_trip(before, &supply, dt_s);
    plant->sensed.nodes.trip_count[index] += node->trip_s > before ? 1.0 : 0.0;
}

/* Share of the step in which a job computes, between restarts and the writing of checkpoints. */
static double computing_frac(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    dd_node_lanes *lanes = &plant->node_lanes;
    if (node->stall_s <= 0.0 && lanes->progress_s[index] >= lanes->due_s[index]) {
        node->stall_s = p->checkpoint_write_s;
        node->writing = 1;
    }
    if (node->stall_s <= 0.0) {
        return 1.0;
    }
    const double stall = dd_min(node->stall_s, dt_s);
    node->stall_s -= stall;
    if (node->writing && node->stall_s <= 0.0) {
        node->writing = 0;
        node->saved_s = lanes->progress_s[index];
        lanes->due_s[index] = node->saved_s + p->checkpoint_interval_s;
    }
    return 1.0 - stall / dt_s;
}

/* Share of the time that the job would use if nothing held it up. */
static double works_at(const dd_node *node)
{
    const int works = node->state >= DD_NODE_RUN && node->state != DD_NODE_HUNG;
    return works ? dd_max(0.0, node->util_frac) : 0.0;
}

static int has_fault(const dd_plant *plant, int index)
{
    const int32_t *own = plant->accelerators.fault + index * DD_NODE_ACCELERATORS;
    return own[0] | own[1] | own[2] | own[3];
}

/* How long nothing will change by itself; -1: not even now. A job that computed for a part of the
 * step alone will compute more in the next. */
static int64_t quiet_until_ns(const dd_plant *plant, int index, int32_t wanted, int64_t now_ns)
{
    const dd_node *node = &plant->nodes[index];
    const int stalled = works_at(node) > plant->node_lanes.util_frac[index];
    const int waits = stalled || node->trip_s > 0.0 || node->excess_w > 0.0;
    const int up = wanted >= DD_NODE_IDLE && node->state == wanted && !node->hung;
    if (waits || !up || has_fault(plant, index)) {
        return -1;
    }
    return now_ns > node->lease_until_ns ? INT64_MAX : node->lease_until_ns;
}

/* Guard, state and job of one node, and what they bring to the lanes. */
DD_SELDOM static void decide(dd_plant *plant, int index, const dd_guard_levels *levels,
                             int64_t now_ns, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    dd_node_lanes *lanes = &plant->node_lanes;
    const dd_lease lease = {node->cap_w, node->fallback_w, node->lease_until_ns, node->state_set};
    const dd_guard_order order = dd_guard_decide(&lease, levels, now_ns);
    if (node->excess_w > 0.0 || node->trip_s > 0.0) {
        guard_supply(plant, index, dt_s);
    }
    const int powered = plant->switch_closed[index] && node->trip_s <= 0.0;
    const int32_t wanted = powered ? order.state : DD_NODE_OFF;
    change_state(node, p, wanted, dt_s);
    const double asked = works_at(node);
    const double util = asked > 0.0 ? asked * computing_frac(plant, index, dt_s) : 0.0;
    lanes->order_w[index] = order.cap_w;
    lanes->util_frac[index] = util;
    lanes->host_w[index] = p->host_power_w + p->host_load_power_w * util;
    lanes->top_frac[index] = node->state == DD_NODE_BOOST ? p->clock_boost_frac : 1.0;
    lanes->alive[index] = node->state >= DD_NODE_SLEEP && node->state != DD_NODE_HUNG ? 1.0 : 0.0;
    plant->quiet_until_ns[index] = quiet_until_ns(plant, index, wanted, now_ns);
    plant->sensed.nodes.node_state[index] = node->state;
    plant->sensed.nodes.lost_mask[index] = 0.0;
    node->excess_w = 0.0;
}

/* A lost accelerator idles, a latched one draws more; both compute nothing, and all four work on
 * one job. The node misses a lost one at once; a latched one its guard has cut before that. */
DD_SELDOM static void with_faults(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    double *power_w = plant->sensed.accelerators.accelerator_power_w;
    double total = plant->node_lanes.host_w[index], lost = 0.0;
    for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
        const int i = index * DD_NODE_ACCELERATORS + k;
        const int fault = plant->accelerators.fault[i];
        if (fault) {
            const double latched_w = fault == DD_UPSET_LATCHUP ? p->latchup_power_w : 0.0;
            power_w[i] = p->accelerator_idle_power_w +
                         dd_leak_power_w(p->accelerator_leak_power_w, plant->network.die_k[i],
                                         p->leak_reference_k, p->leak_doubling_k) +
                         latched_w;
            node->excess_w += latched_w;
            lost += fault == DD_UPSET_FUNCTIONAL ? (double)(1 << k) : 0.0;
        }
        total += power_w[i];
    }
    plant->node_lanes.power_w[index] = total;
    plant->node_lanes.work_frac[index] = 0.0;
    plant->sensed.nodes.lost_mask[index] = lost;
}

DD_SELDOM static void rest(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    const int32_t state = plant->nodes[index].state;
    const double power = state == DD_NODE_OFF     ? 0.0
                         : state == DD_NODE_SLEEP ? p->sleep_power_w
                         : state == DD_NODE_BOOT  ? idle_power_w(p)
                                                  : p->bmc_power_w;
    for (int i = index * DD_NODE_ACCELERATORS; i < (index + 1) * DD_NODE_ACCELERATORS; i++) {
        plant->accelerators.fault[i] = 0;
        plant->sensed.accelerators.accelerator_power_w[i] = 0.0;
        plant->sensed.accelerators.clock_frac[i] = 0.0;
    }
    plant->node_lanes.power_w[index] = power;
    plant->node_lanes.host_w[index] = power;
    plant->node_lanes.work_frac[index] = 0.0;
    plant->node_lanes.hot_count[index] = 0.0;
}

static dd_node_facts facts_of(const dd_plant *plant, double dt_s)
{
    const dd_params *p = &plant->params;
    const dd_node_facts facts = {p->accelerator_idle_power_w,
                                 p->accelerator_dynamic_power_w,
                                 p->accelerator_leak_power_w,
                                 p->leak_reference_k,
                                 p->leak_doubling_k,
                                 p->voltage_floor_frac,
                                 p->clock_min_frac,
                                 p->throttle_k,
                                 p->throttle_slope_per_k,
                                 p->memory_limit_k,
                                 1.0 - plant->cap_decay,
                                 1.0 / p->node_converter_efficiency_frac - 1.0,
                                 dt_s};
    return facts;
}

void dd_compute_step(dd_plant *plant, double dt_s)
{
    const dd_guard_levels levels = {0.9 * idle_power_w(&plant->params),
                                    plant->params.sleep_power_w};
    const int64_t now_ns = plant->epoch_ns + plant->elapsed_ns;
    const dd_node_facts facts = facts_of(plant, dt_s);
    dd_node_lanes *lanes = &plant->node_lanes;
    const dd_accelerator_lanes accelerators = {
        plant->network.die_k, plant->accelerators.spread_ratio,
        plant->sensed.accelerators.accelerator_power_w, plant->sensed.accelerators.clock_frac};
    int loud[DD_NODES], loud_count = 0;
    dd_upsets_step(plant, dt_s);
    for (int i = 0; i < DD_NODES; i++) {
        if (now_ns > plant->quiet_until_ns[i] || !plant->switch_closed[i] ||
            lanes->progress_s[i] >= lanes->due_s[i]) {
            decide(plant, i, &levels, now_ns, dt_s);
            loud[loud_count++] = i;
        }
    }
    dd_lanes_now()->run_nodes(&facts, lanes, &accelerators);
    for (int k = 0; k < loud_count; k++) {
        if (plant->nodes[loud[k]].state < DD_NODE_IDLE) {
            rest(plant, loud[k]);
        } else if (has_fault(plant, loud[k])) {
            with_faults(plant, loud[k]);
        }
    }
    dd_lanes_now()->count_nodes(&facts, lanes);
}

void dd_node_stir(dd_plant *plant, int index)
{
    plant->quiet_until_ns[index] = -1;
}

void dd_compute_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    dd_node_lanes *lanes = &plant->node_lanes;
    for (int i = 0; i < DD_NODE_LANES; i++) {
        lanes->order_w[i] = lanes->cap_w[i] = p->sleep_power_w;
        lanes->clock_frac[i] = lanes->top_frac[i] = 1.0;
    }
    for (int i = 0; i < DD_NODES; i++) {
        dd_node *node = &plant->nodes[i];
        node->state = node->state_set = DD_NODE_SLEEP;
        node->cap_w = node->fallback_w = p->sleep_power_w;
        lanes->due_s[i] = p->checkpoint_interval_s * (i + 1) / DD_NODES; /* not all at once */
        plant->sensed.nodes.node_state[i] = node->state;
        dd_node_stir(plant, i);
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double spread =
            1.0 + p->accelerator_spread_frac *
                      dd_random_normal(plant->seed, DD_STREAM_ACCELERATOR + (uint64_t)i, 0);
        plant->accelerators.spread_ratio[i] = spread;
        lanes->full_w[i / DD_NODE_ACCELERATORS] += p->accelerator_dynamic_power_w * spread;
    }
    dd_upsets_start(plant);
}
