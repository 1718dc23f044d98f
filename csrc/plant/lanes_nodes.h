/* Clocks and powers of all nodes and accelerators at once: compute.c's rules, lane by lane. */
#ifndef DD_LANES_NODES_H
#define DD_LANES_NODES_H

#include "clock.h"
#include "elementary.h"
#include "lanes.h"
#include "lanes_sum.h"

static void leakage(const dd_node_facts *restrict facts,
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
    double allowed[DD_NODES], going[DD_NODES];
    int64_t pending = 0;
    for (int i = 0; i < DD_NODES; i++) {
        const double static_w =
            nodes->host_w[i] + DD_NODE_ACCELERATORS * facts->idle_w + sum_of_node(leak_w, i);
        const double asked = nodes->util_frac[i] * nodes->full_w[i];
        const double busy = asked > 0.0 ? asked : 1.0;
        allowed[i] = asked > 0.0 ? (nodes->cap_w[i] - static_w) / busy : 1e9;
        nodes->duty_frac[i] = dd_clamp(allowed[i] * per_least, 0.0, 1.0);
    }
    for (int i = 0; i < DD_NODES; i++) {
        const double top = nodes->top_frac[i];
        const double guess = dd_max(nodes->clock_frac[i], DD_CLOCK_GUESS_MIN);
        const double most = allowed[i] >= dd_clock_power(top, floor) ? 1.0 : 0.0;
        const double slow = allowed[i] <= least_ratio ? 1.0 : 0.0;
        const double bound = slow > 0.0 ? least : top;
        going[i] = most + slow > 0.0 ? 0.0 : 1.0;
        nodes->clock_frac[i] = going[i] > 0.0 ? guess : bound;
        pending |= going[i] > 0.0 ? 1 : 0;
    }
    for (int step = 0; step < DD_CLOCK_STEPS_MAX && pending; step++) {
        pending = 0;
        for (int i = 0; i < DD_NODES; i++) {
            const double move = dd_clock_move(allowed[i], floor, nodes->clock_frac[i]);
            nodes->clock_frac[i] -= going[i] > 0.0 ? move : 0.0;
            going[i] = fabs(move) < DD_CLOCK_SETTLED ? 0.0 : going[i];
            pending |= going[i] > 0.0 ? 1 : 0;
        }
    }
}

static void work(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                 const double leak_w[restrict DD_ACCELERATORS],
                 const dd_accelerator_lanes *restrict lanes)
{
    double duty[DD_ACCELERATORS], clock[DD_ACCELERATORS], hot[DD_ACCELERATORS];
    const double floor = facts->voltage_floor_frac;
    for (int n = 0; n < DD_NODES; n++) {
        for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
            duty[n * DD_NODE_ACCELERATORS + k] = nodes->util_frac[n] * nodes->duty_frac[n];
            clock[n * DD_NODE_ACCELERATORS + k] = nodes->clock_frac[n];
        }
    }
    double *restrict power_w = lanes->power_w, *restrict clock_frac = lanes->clock_frac;
    const double *restrict die_k = lanes->die_k, *restrict spread = lanes->spread_ratio;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double f =
            dd_clock_throttled(clock[i], die_k[i], facts->throttle_k, facts->throttle_slope_per_k,
                               facts->memory_limit_k, facts->clock_min_frac);
        const double dynamic_w = facts->dynamic_w * spread[i] * duty[i] * dd_clock_power(f, floor);
        clock_frac[i] = f;
        power_w[i] = facts->idle_w + leak_w[i] + dynamic_w;
        hot[i] = f < clock[i] ? 1.0 : 0.0;
        duty[i] *= f * (1.0 / DD_NODE_ACCELERATORS);
    }
    for (int n = 0; n < DD_NODES; n++) {
        nodes->power_w[n] = nodes->host_w[n] + sum_of_node(power_w, n);
        nodes->hot_count[n] = sum_of_node(hot, n);
        nodes->work_frac[n] = sum_of_node(duty, n);
    }
}

static void run_nodes(const dd_node_facts *restrict facts, dd_node_lanes *restrict nodes,
                      const dd_accelerator_lanes *restrict accelerators)
{
    double leak_w[DD_ACCELERATORS];
    leakage(facts, accelerators->die_k, leak_w);
    set_clocks(facts, nodes, leak_w);
    work(facts, nodes, leak_w, accelerators);
}

#endif
