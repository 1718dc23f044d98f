/* 18 nodes of four accelerators: states, power against clock, leakage, throttle, caps and work
 * done. */
#include "compute.h"

#include <math.h>

#include "guard.h"
#include "plant.h"
#include "rng.h"
#include "vec.h"

static double clock_power(double clock, double floor)
{
    const double v = floor + (1.0 - floor) * clock;
    return clock * v * v;
}

double dd_accelerator_power_w(double static_w, double dynamic_w, double duty_frac,
                              double clock_frac, double voltage_floor_frac)
{
    return static_w + dynamic_w * duty_frac * clock_power(clock_frac, voltage_floor_frac);
}

double dd_leak_power_w(double leak_w, double die_k, double reference_k, double doubling_k)
{
    return leak_w * exp2(dd_clamp((die_k - reference_k) / doubling_k, -8.0, 4.0));
}

double dd_throttled_clock(double clock_frac, double die_k, double throttle_k, double slope_per_k,
                          double limit_k, double clock_min_frac)
{
    const double over = die_k - throttle_k;
    const double slowed = over > 0.0 ? 1.0 - slope_per_k * over : 2.0;
    const double allowed = die_k >= limit_k ? clock_min_frac : slowed;
    return dd_max(dd_min(clock_frac, allowed), dd_min(clock_frac, clock_min_frac));
}

/* Inverse of clock_power by Newton from above, where the convex cubic always converges. */
static double clock_for(double power, double floor, double guess)
{
    double f = dd_max(guess, 0.3);
    for (int i = 0; i < 12; i++) {
        const double v = floor + (1.0 - floor) * f;
        const double slope = v * v + 2.0 * f * v * (1.0 - floor);
        const double move = (f * v * v - power) / slope;
        f -= move;
        if (fabs(move) < 1e-9) {
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

static void guard(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    const int64_t now_ns = plant->epoch_ns + plant->elapsed_ns;
    const dd_lease lease = {node->cap_w, node->fallback_w, node->lease_until_ns, node->state_set};
    const dd_guard_levels levels = {0.9 * idle_power_w(p), p->sleep_power_w};
    const dd_guard_order order = dd_guard_decide(&lease, &levels, now_ns);
    const dd_supply supply = {node->power_w, dd_max(0.0, node->power_w - node->excess_w),
                              p->latchup_margin_w, p->latchup_off_s};
    const double before = node->trip_s;
    node->trip_s = dd_guard_trip(before, &supply, dt_s);
    plant->sensed.nodes.trip_count[index] += node->trip_s > before ? 1.0 : 0.0;
    const int powered = plant->switch_closed[index] && node->trip_s <= 0.0;
    const int32_t wanted = powered ? order.state : DD_NODE_OFF;
    change_state(node, p, wanted, dt_s);
    node->cap_effective_w += (order.cap_w - node->cap_effective_w) * (1.0 - plant->cap_decay);
}

double dd_clock_frac(double allowed_ratio, double top_frac, double least_frac, double floor_frac,
                     double guess_frac)
{
    if (allowed_ratio <= clock_power(least_frac, floor_frac)) {
        return least_frac;
    }
    if (allowed_ratio >= clock_power(top_frac, floor_frac)) {
        return top_frac;
    }
    return clock_for(allowed_ratio, floor_frac, guess_frac);
}

double dd_duty_frac(double allowed_ratio, double least_frac, double floor_frac)
{
    return dd_clamp(allowed_ratio / clock_power(least_frac, floor_frac), 0.0, 1.0);
}

/* Clock and duty that hold the node within its effective cap. */
static void set_clock(dd_node *node, const dd_params *p, double util, double static_w,
                      double full_w)
{
    const double top = node->state == DD_NODE_BOOST ? p->clock_boost_frac : 1.0;
    node->duty_frac = 1.0;
    if (util <= 0.0) {
        node->clock_frac = top;
        return;
    }
    const double allowed = (node->cap_effective_w - static_w) / (util * full_w);
    node->duty_frac = dd_duty_frac(allowed, p->clock_min_frac, p->voltage_floor_frac);
    node->clock_frac =
        dd_clock_frac(allowed, top, p->clock_min_frac, p->voltage_floor_frac, node->clock_frac);
}

/* Share of the step in which a job computes, between restarts and the writing of checkpoints. */
static double computing_frac(dd_node *node, const dd_params *p, double dt_s)
{
    if (node->stall_s <= 0.0 && node->progress_s >= node->due_s) {
        node->stall_s = p->checkpoint_write_s;
        node->writing = 1;
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

/* What one accelerator draws; a lost one idles, a latched one draws more and computes nothing. */
static double accelerator_w(const dd_params *p, const dd_accelerator *accelerator, double leak,
                            double duty, double clock)
{
    if (accelerator->fault) {
        const int latched = accelerator->fault == DD_UPSET_LATCHUP;
        return p->accelerator_idle_power_w + leak + (latched ? p->latchup_power_w : 0.0);
    }
    return dd_accelerator_power_w(p->accelerator_idle_power_w + leak,
                                  p->accelerator_dynamic_power_w * accelerator->spread_ratio, duty,
                                  clock, p->voltage_floor_frac);
}

static void working(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    dd_accelerator *accelerators = plant->accelerators + index * DD_NODE_ACCELERATORS;
    const int first = index * DD_NODE_ACCELERATORS;
    const int idle = node->state == DD_NODE_IDLE || node->state == DD_NODE_HUNG;
    const double util =
        idle || node->util_frac <= 0.0 ? 0.0 : node->util_frac * computing_frac(node, p, dt_s);
    const double host = p->host_power_w + p->host_load_power_w * util;
    double static_w = host, full_w = 0.0, leaks[DD_NODE_ACCELERATORS];
    double work = 0.0, hot = 0.0, total = host, lost = 0.0;
    int idle_count = 0;
    node->excess_w = 0.0;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        leaks[i] = dd_leak_power_w(p->accelerator_leak_power_w, plant->network.die_k[first + i],
                                   p->leak_reference_k, p->leak_doubling_k);
        static_w += p->accelerator_idle_power_w + leaks[i];
        full_w += p->accelerator_dynamic_power_w * accelerators[i].spread_ratio;
    }
    set_clock(node, p, util, static_w, full_w);
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        const double clock =
            dd_throttled_clock(node->clock_frac, plant->network.die_k[first + i], p->throttle_k,
                               p->throttle_slope_per_k, p->memory_limit_k, p->clock_min_frac);
        const double duty = util * node->duty_frac;
        accelerators[i].power_w = accelerator_w(p, &accelerators[i], leaks[i], duty, clock);
        idle_count += accelerators[i].fault != 0;
        /* The node misses a lost one at once; a latched one its guard has cut before that. */
        lost += accelerators[i].fault == DD_UPSET_FUNCTIONAL ? (double)(1 << i) : 0.0;
        node->excess_w += accelerators[i].fault == DD_UPSET_LATCHUP ? p->latchup_power_w : 0.0;
        plant->sensed.accelerators.clock_frac[first + i] = clock;
        hot += clock < node->clock_frac ? 1.0 : 0.0;
        work += duty * clock / DD_NODE_ACCELERATORS;
        total += accelerators[i].power_w;
    }
    work = idle_count > 0 ? 0.0 : work; /* all four work on one job */
    node->power_w = total;
    node->host_heat_w = host;
    node->progress_s += work * dt_s;
    plant->sensed.nodes.lost_mask[index] = lost;
    plant->sensed.nodes.node_throughput_frac[index] = work;
    plant->sensed.nodes.throttled_count[index] = hot;
}

static void resting(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    const double power = node->state == DD_NODE_OFF     ? 0.0
                         : node->state == DD_NODE_SLEEP ? p->sleep_power_w
                         : node->state == DD_NODE_BOOT  ? idle_power_w(p)
                                                        : p->bmc_power_w;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        plant->accelerators[index * DD_NODE_ACCELERATORS + i].power_w = 0.0;
        plant->accelerators[index * DD_NODE_ACCELERATORS + i].fault = 0;
        plant->sensed.accelerators.clock_frac[index * DD_NODE_ACCELERATORS + i] = 0.0;
    }
    node->power_w = power;
    node->host_heat_w = power;
    node->excess_w = 0.0;
    plant->sensed.nodes.lost_mask[index] = 0.0;
    plant->sensed.nodes.node_throughput_frac[index] = 0.0;
    plant->sensed.nodes.throttled_count[index] = 0.0;
}

void dd_compute_step(dd_plant *plant, double dt_s)
{
    dd_upsets_step(plant, dt_s);
    const double loss = 1.0 / plant->params.node_converter_efficiency_frac - 1.0;
    for (int i = 0; i < DD_NODES; i++) {
        dd_node *node = &plant->nodes[i];
        guard(plant, i, dt_s);
        if (node->state >= DD_NODE_IDLE) {
            working(plant, i, dt_s);
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
        plant->accelerators[i].spread_ratio =
            1.0 + plant->params.accelerator_spread_frac *
                      dd_random_normal(plant->seed, DD_STREAM_ACCELERATOR + (uint64_t)i, 0);
    }
    dd_upsets_start(plant);
}
