/* Clocks and powers of all nodes and accelerators at once: compute.c's rules, lane by lane. */
#ifndef DD_LANES_NODES_H
#define DD_LANES_NODES_H

#include <math.h>

#include "clock.h"
#include "elementary.h"
#include "lanes.h"
#include "lanes_sum.h"

#define UNBOUNDED 1e9 /* power ratio of a node that nothing is asked of */

static inline void leakage(const dd_node_facts *restrict facts,
                           const double die_k[restrict DD_ACCELERATORS],
                           double leak_w[restrict DD_ACCELERATORS])
{
    const double per_k = 1.0 / facts->leak_doubling_k;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double doublings = (die_k[i] - facts->leak_reference_k) * per_k;
        leak_w[i] = facts->leak_w * dd_exp2(dd_clamp(doublings, -8.0, 4.0));
    }
}

/* Clock and duty that hold each node within its effective cap; a clock that has settled stays. */
static void set_clocks(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                       const double leak_w[restrict DD_ACCELERATORS])
{
    const double floor = facts->voltage_floor_frac, least = facts->clock_min_frac;
    const double least_ratio = dd_clock_power(least, floor);
    const double per_least = 1.0 / least_ratio;
    double allowed[DD_NODE_LANES], going[DD_NODE_LANES], static_w[DD_NODE_LANES];
    int64_t pending = 0;
    for (int i = 0; i < DD_NODES; i++) {
        static_w[i] =
            nodes->host_w[i] + DD_NODE_ACCELERATORS * facts->idle_w + sum_of_node(leak_w, i);
    }
    for (int i = DD_NODES; i < DD_NODE_LANES; i++) {
        static_w[i] = 0.0;
    }
    for (int i = 0; i < DD_NODE_LANES; i++) {
        const double asked = nodes->util_frac[i] * nodes->full_w[i];
        const double left_w = nodes->cap_w[i] - static_w[i];
        const double ratio = left_w / (asked > 0.0 ? asked : 1.0);
        allowed[i] = asked > 0.0 ? ratio : UNBOUNDED;
        nodes->duty_frac[i] = dd_clamp(allowed[i] * per_least, 0.0, 1.0);
    }
    for (int i = 0; i < DD_NODE_LANES; i++) {
        const double top = nodes->top_frac[i];
        const double guess = dd_max(nodes->clock_frac[i], DD_CLOCK_GUESS_MIN);
        const double most = allowed[i] >= dd_clock_power(top, floor) ? 1.0 : 0.0;
        const double slow = allowed[i] <= least_ratio ? 1.0 : 0.0;
        const double bound = slow > 0.0 ? least : top;
        const double on = most + slow > 0.0 ? 0.0 : 1.0;
        nodes->clock_frac[i] = on > 0.0 ? guess : bound;
        going[i] = on;
        pending |= on > 0.0 ? 1 : 0;
    }
    for (int step = 0; step < DD_CLOCK_STEPS_MAX && pending; step++) {
        pending = 0;
        for (int i = 0; i < DD_NODE_LANES; i++) {
            const double move = dd_clock_move(allowed[i], floor, nodes->clock_frac[i]);
            const double on = going[i];
            const double still = fabs(move) < DD_CLOCK_SETTLED ? 0.0 : on;
            nodes->clock_frac[i] -= on > 0.0 ? move : 0.0;
            going[i] = still;
            pending |= still > 0.0 ? 1 : 0;
        }
    }
}

/* Whether a die is so warm that its clock is not its node's. */
static inline int is_hot(const dd_node_facts *restrict facts,
                         const double die_k[restrict DD_ACCELERATORS])
{
    const double least_k = dd_min(facts->throttle_k, facts->memory_limit_k);
    int64_t hot = 0;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        hot |= die_k[i] >= least_k ? 1 : 0;
    }
    return hot != 0;
}

/* One value of each node for each of its accelerators. */
static inline void spread_out(const double node[restrict DD_NODES],
                              double each[restrict DD_ACCELERATORS])
{
    for (int n = 0; n < DD_NODES; n++) {
        for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
            each[n * DD_NODE_ACCELERATORS + k] = node[n];
        }
    }
}

/* All accelerators at their nodes' clocks. */
static void work_cool(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                      const double leak_w[restrict DD_ACCELERATORS],
                      const dd_accelerator_lanes *restrict lanes)
{
    double busy[DD_NODE_LANES], drive[DD_ACCELERATORS];
    double *restrict power_w = lanes->power_w;
    const double *restrict spread = lanes->spread_ratio;
    const double idle_w = facts->idle_w, floor = facts->voltage_floor_frac;
    for (int n = 0; n < DD_NODE_LANES; n++) {
        const double duty = nodes->util_frac[n] * nodes->duty_frac[n];
        busy[n] = facts->dynamic_w * duty * dd_clock_power(nodes->clock_frac[n], floor);
        nodes->work_frac[n] = duty * nodes->clock_frac[n];
        nodes->hot_count[n] = 0.0;
    }
    spread_out(nodes->clock_frac, lanes->clock_frac);
    spread_out(busy, drive);
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        power_w[i] = idle_w + leak_w[i] + spread[i] * drive[i];
    }
}

static void work_hot(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                     const double leak_w[restrict DD_ACCELERATORS],
                     const dd_accelerator_lanes *restrict lanes)
{
    double duty[DD_ACCELERATORS], clock[DD_ACCELERATORS], hot[DD_ACCELERATORS];
    double node_duty[DD_NODE_LANES];
    double *restrict power_w = lanes->power_w, *restrict clock_frac = lanes->clock_frac;
    const double *restrict die_k = lanes->die_k, *restrict spread = lanes->spread_ratio;
    const double floor = facts->voltage_floor_frac;
    for (int n = 0; n < DD_NODE_LANES; n++) {
        node_duty[n] = nodes->util_frac[n] * nodes->duty_frac[n];
    }
    spread_out(nodes->clock_frac, clock);
    spread_out(node_duty, duty);
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double f =
            dd_clock_throttled(clock[i], die_k[i], facts->throttle_k, facts->throttle_slope_per_k,
                               facts->memory_limit_k, facts->clock_min_frac);
        const double busy = facts->dynamic_w * duty[i] * dd_clock_power(f, floor);
        clock_frac[i] = f;
        power_w[i] = facts->idle_w + leak_w[i] + spread[i] * busy;
        hot[i] = f < clock[i] ? 1.0 : 0.0;
        duty[i] *= f * (1.0 / DD_NODE_ACCELERATORS);
    }
    for (int n = 0; n < DD_NODES; n++) {
        nodes->hot_count[n] = sum_of_node(hot, n);
        nodes->work_frac[n] = sum_of_node(duty, n);
    }
}

static void run_nodes(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                      const dd_accelerator_lanes *restrict accelerators)
{
    double leak_w[DD_ACCELERATORS];
    for (int i = 0; i < DD_NODE_LANES; i++) {
        nodes->cap_w[i] += (nodes->order_w[i] - nodes->cap_w[i]) * facts->cap_frac;
    }
    leakage(facts, accelerators->die_k, leak_w);
    set_clocks(facts, nodes, leak_w);
    if (is_hot(facts, accelerators->die_k)) {
        work_hot(facts, nodes, leak_w, accelerators);
    } else {
        work_cool(facts, nodes, leak_w, accelerators);
    }
    for (int n = 0; n < DD_NODES; n++) {
        nodes->power_w[n] = nodes->host_w[n] + sum_of_node(accelerators->power_w, n);
    }
}

static void count_nodes(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes)
{
    for (int i = 0; i < DD_NODE_LANES; i++) {
        nodes->heat_w[i] = nodes->host_w[i] + facts->loss_ratio * nodes->power_w[i];
        nodes->progress_s[i] += nodes->work_frac[i] * facts->step_s;
        nodes->heartbeat_count[i] += nodes->alive[i];
    }
}

#endif
