/* 18 nodes of four accelerators: states, power against clock, leakage, throttle, caps and work
 * done. */
#include "compute.h"

#include <math.h>

#include "clock.h"
#include "elementary.h"
#include "guard.h"
#include "lanes.h"
#include "plant.h"
#include "rng.h"

double dd_accelerator_power_w(double static_w, double dynamic_w, double duty_frac,
                              double clock_frac, double voltage_floor_frac)
{
    return static_w + dynamic_w * duty_frac * dd_clock_power(clock_frac, voltage_floor_frac);
}

double dd_leak_power_w(double leak_w, double die_k, double reference_k, double doubling_k)
{
    const double doublings = (die_k - reference_k) * (1.0 / doubling_k);
    return leak_w * dd_exp2(dd_clamp(doublings, -8.0, 4.0));
}

double dd_throttled_clock(double clock_frac, double die_k, double throttle_k, double slope_per_k,
                          double limit_k, double clock_min_frac)
{
    return dd_clock_throttled(clock_frac, die_k, throttle_k, slope_per_k, limit_k, clock_min_frac);
}

/* Inverse of dd_clock_power. */
static double clock_for(double power, double floor, double guess)
{
    double f = dd_max(guess, DD_CLOCK_GUESS_MIN);
    for (int i = 0; i < DD_CLOCK_STEPS_MAX; i++) {
        const double move = dd_clock_move(power, floor, f);
        f -= move;
        if (fabs(move) < DD_CLOCK_SETTLED) {
            break;
        }
    }
    return f;
}

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
    const dd_supply supply = {node->power_w, dd_max(0.0, node->power_w - node->excess_w),
                              p->latchup_margin_w, p->latchup_off_s};
    const double before = node->trip_s;
    node->trip_s = dd_guard_trip(before, &supply, dt_s);
    plant->sensed.nodes.trip_count[index] += node->trip_s > before ? 1.0 : 0.0;
}

static void guard(dd_plant *plant, int index, const dd_guard_levels *levels, int64_t now_ns,
                  double dt_s)
{
    dd_node *node = &plant->nodes[index];
    const dd_lease lease = {node->cap_w, node->fallback_w, node->lease_until_ns, node->state_set};
    const dd_guard_order order = dd_guard_decide(&lease, levels, now_ns);
    if (node->excess_w > 0.0 || node->trip_s > 0.0) {
        guard_supply(plant, index, dt_s);
    }
    const int powered = plant->switch_closed[index] && node->trip_s <= 0.0;
    const int32_t wanted = powered ? order.state : DD_NODE_OFF;
    change_state(node, &plant->params, wanted, dt_s);
    node->cap_effective_w += (order.cap_w - node->cap_effective_w) * (1.0 - plant->cap_decay);
}

double dd_clock_frac(double allowed_ratio, double top_frac, double least_frac, double floor_frac,
                     double guess_frac)
{
    if (allowed_ratio <= dd_clock_power(least_frac, floor_frac)) {
        return least_frac;
    }
    if (allowed_ratio >= dd_clock_power(top_frac, floor_frac)) {
        return top_frac;
    }
    return clock_for(allowed_ratio, floor_frac, guess_frac);
}

double dd_duty_frac(double allowed_ratio, double least_frac, double floor_frac)
{
    return dd_clamp(allowed_ratio / dd_clock_power(least_frac, floor_frac), 0.0, 1.0);
}

/* Share of the step in which a job computes, between restarts and the writing of checkpoints. */
static double computing_frac(dd_node *node, const dd_params *p, double dt_s)
{
    if (node->stall_s <= 0.0 && node->progress_s >= node->due_s) {
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
        node->saved_s = node->progress_s;
        node->due_s = node->saved_s + p->checkpoint_interval_s;
    }
    return 1.0 - stall / dt_s;
}

/* A lost accelerator idles, a latched one draws more; both compute nothing, and all four work on
 * one job. The node misses a lost one at once; a latched one its guard has cut before that. */
static void with_faults(dd_plant *plant, int index, double host_w)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    double *power_w = plant->sensed.accelerators.accelerator_power_w;
    double total = host_w, lost = 0.0;
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
    node->power_w = total;
    plant->sensed.nodes.lost_mask[index] = lost;
    plant->sensed.nodes.node_throughput_frac[index] = 0.0;
}

static int has_fault(const dd_plant *plant, int index)
{
    const int32_t *own = plant->accelerators.fault + index * DD_NODE_ACCELERATORS;
    return own[0] | own[1] | own[2] | own[3];
}

/* What the lanes found for a node that is up. */
static void working(dd_plant *plant, int index, const dd_node_lanes *lanes, double dt_s)
{
    dd_node *node = &plant->nodes[index];
    node->clock_frac = lanes->clock_frac[index];
    node->duty_frac = lanes->duty_frac[index];
    node->power_w = lanes->power_w[index];
    node->host_heat_w = lanes->host_w[index];
    node->excess_w = 0.0;
    plant->sensed.nodes.lost_mask[index] = 0.0;
    plant->sensed.nodes.node_throughput_frac[index] = lanes->work_frac[index];
    plant->sensed.nodes.throttled_count[index] = lanes->hot_count[index];
    if (has_fault(plant, index)) {
        with_faults(plant, index, lanes->host_w[index]);
    }
    node->progress_s += plant->sensed.nodes.node_throughput_frac[index] * dt_s;
}

static void resting(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    const double power = node->state == DD_NODE_OFF     ? 0.0
                         : node->state == DD_NODE_SLEEP ? p->sleep_power_w
                         : node->state == DD_NODE_BOOT  ? idle_power_w(p)
                                                        : p->bmc_power_w;
    for (int i = index * DD_NODE_ACCELERATORS; i < (index + 1) * DD_NODE_ACCELERATORS; i++) {
        plant->accelerators.fault[i] = 0;
        plant->sensed.accelerators.accelerator_power_w[i] = 0.0;
        plant->sensed.accelerators.clock_frac[i] = 0.0;
    }
    node->power_w = power;
    node->host_heat_w = power;
    node->excess_w = 0.0;
    plant->sensed.nodes.lost_mask[index] = 0.0;
    plant->sensed.nodes.node_throughput_frac[index] = 0.0;
    plant->sensed.nodes.throttled_count[index] = 0.0;
}

/* What a node brings to the lanes; returns whether it is up. */
static int offer(dd_plant *plant, int index, dd_node_lanes *lanes, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    const int works = node->state >= DD_NODE_RUN && node->state != DD_NODE_HUNG;
    const double util =
        works && node->util_frac > 0.0 ? node->util_frac * computing_frac(node, p, dt_s) : 0.0;
    lanes->util_frac[index] = util;
    lanes->host_w[index] = p->host_power_w + p->host_load_power_w * util;
    lanes->cap_w[index] = node->cap_effective_w;
    lanes->full_w[index] = node->full_w;
    lanes->top_frac[index] = node->state == DD_NODE_BOOST ? p->clock_boost_frac : 1.0;
    lanes->clock_frac[index] = node->clock_frac;
    return node->state >= DD_NODE_IDLE;
}

static void run_lanes(dd_plant *plant, dd_node_lanes *nodes)
{
    const dd_params *p = &plant->params;
    const dd_node_facts facts = {p->accelerator_idle_power_w, p->accelerator_dynamic_power_w,
                                 p->accelerator_leak_power_w, p->leak_reference_k,
                                 p->leak_doubling_k,          p->voltage_floor_frac,
                                 p->clock_min_frac,           p->throttle_k,
                                 p->throttle_slope_per_k,     p->memory_limit_k};
    const dd_accelerator_lanes accelerators = {
        plant->network.die_k, plant->accelerators.spread_ratio,
        plant->sensed.accelerators.accelerator_power_w, plant->sensed.accelerators.clock_frac};
    dd_lanes_now()->run_nodes(&facts, nodes, &accelerators);
}

void dd_compute_step(dd_plant *plant, double dt_s)
{
    const double loss = 1.0 / plant->params.node_converter_efficiency_frac - 1.0;
    const dd_guard_levels levels = {0.9 * idle_power_w(&plant->params),
                                    plant->params.sleep_power_w};
    const int64_t now_ns = plant->epoch_ns + plant->elapsed_ns;
    dd_node_lanes lanes = {0};
    int up_count = 0;
    dd_upsets_step(plant, dt_s);
    for (int i = 0; i < DD_NODES; i++) {
        guard(plant, i, &levels, now_ns, dt_s);
        up_count += offer(plant, i, &lanes, dt_s);
    }
    if (up_count > 0) {
        run_lanes(plant, &lanes);
    }
    for (int i = 0; i < DD_NODES; i++) {
        dd_node *node = &plant->nodes[i];
        if (node->state >= DD_NODE_IDLE) {
            working(plant, i, &lanes, dt_s);
        } else {
            resting(plant, i);
        }
        node->host_heat_w += loss * node->power_w;
        const int alive = node->state >= DD_NODE_SLEEP && node->state != DD_NODE_HUNG;
        node->heartbeat_count += alive ? 1.0 : 0.0;
    }
}

void dd_compute_start(dd_plant *plant)
{
    for (int i = 0; i < DD_NODES; i++) {
        dd_node *node = &plant->nodes[i];
        node->state = node->state_set = DD_NODE_SLEEP;
        node->cap_w = node->cap_effective_w = node->fallback_w = plant->params.sleep_power_w;
        node->clock_frac = 1.0;
        node->due_s =
            plant->params.checkpoint_interval_s * (i + 1) / DD_NODES; /* not all at once */
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double spread =
            1.0 + plant->params.accelerator_spread_frac *
                      dd_random_normal(plant->seed, DD_STREAM_ACCELERATOR + (uint64_t)i, 0);
        plant->accelerators.spread_ratio[i] = spread;
        plant->nodes[i / DD_NODE_ACCELERATORS].full_w +=
            plant->params.accelerator_dynamic_power_w * spread;
    }
    dd_upsets_start(plant);
}
