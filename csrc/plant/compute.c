/* 18 nodes of four accelerators: states, power against clock, leakage, throttle, caps and work
 * done. */
#include <math.h>

#include "guard.h"
#include "plant.h"
#include "rng.h"
#include "vec.h"

/* Dynamic power against clock, 1 at full clock: f V(f)^2 with V = floor + (1 - floor) f. */
static double clock_power(double clock, double floor)
{
    const double v = floor + (1.0 - floor) * clock;
    return clock * v * v;
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
    const int32_t wanted = plant->switch_closed[index] ? order.state : DD_NODE_OFF;
    change_state(node, p, wanted, dt_s);
    node->cap_effective_w += (order.cap_w - node->cap_effective_w) * (1.0 - plant->cap_decay);
}

/* Leakage doubles per leak_doubling_k; below 3 W of change per K it is the only use of exp2 here.
 */
static double leak_w(const dd_params *p, double die_k)
{
    const double warm = die_k - p->leak_reference_k;
    return p->accelerator_leak_power_w * exp2(dd_clamp(warm / p->leak_doubling_k, -8.0, 4.0));
}

static double throttled_clock(const dd_params *p, double clock, double temperature_k)
{
    const double over = temperature_k - p->throttle_k;
    const double allowed = over > 0.0 ? 1.0 - p->throttle_slope_per_k * over : 2.0;
    return dd_max(dd_min(clock, allowed), dd_min(clock, p->clock_min_frac));
}

/* Clock and duty that hold the node within its effective cap. */
static void set_clock(dd_node *node, const dd_params *p, double static_w, double full_w)
{
    const double top = node->state == DD_NODE_BOOST ? p->clock_boost_frac : 1.0;
    const double budget = node->cap_effective_w - static_w;
    const double wanted = node->util_frac * full_w;
    node->duty_frac = 1.0;
    if (wanted <= 0.0) {
        node->clock_frac = top;
        return;
    }
    const double least = clock_power(p->clock_min_frac, p->voltage_floor_frac);
    const double allowed = budget / wanted;
    if (allowed <= least) {
        node->clock_frac = p->clock_min_frac;
        node->duty_frac = dd_clamp(allowed / least, 0.0, 1.0);
    } else if (allowed >= clock_power(top, p->voltage_floor_frac)) {
        node->clock_frac = top;
    } else {
        node->clock_frac = clock_for(allowed, p->voltage_floor_frac, node->clock_frac);
    }
}

static void working(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_node *node = &plant->nodes[index];
    dd_accelerator *accelerators = plant->accelerators + index * DD_NODE_ACCELERATORS;
    const int first = index * DD_NODE_ACCELERATORS;
    const double util =
        node->state == DD_NODE_IDLE || node->state == DD_NODE_HUNG ? 0.0 : node->util_frac;
    const double host = p->host_power_w + p->host_load_power_w * util;
    double static_w = host, full_w = 0.0, leaks[DD_NODE_ACCELERATORS];
    double work = 0.0, hot = 0.0, total = host;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        leaks[i] = leak_w(p, plant->network.die_k[first + i]);
        static_w += p->accelerator_idle_power_w + leaks[i];
        full_w += p->accelerator_dynamic_power_w * accelerators[i].spread_ratio;
    }
    set_clock(node, p, static_w, full_w);
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        const double clock = throttled_clock(p, node->clock_frac, plant->network.die_k[first + i]);
        const double dynamic = p->accelerator_dynamic_power_w * accelerators[i].spread_ratio *
                               util * node->duty_frac * clock_power(clock, p->voltage_floor_frac);
        accelerators[i].power_w = p->accelerator_idle_power_w + leaks[i] + dynamic;
        plant->sensed.accelerators.clock_frac[first + i] = clock;
        hot += clock < node->clock_frac ? 1.0 : 0.0;
        work += util * node->duty_frac * clock / DD_NODE_ACCELERATORS;
        total += accelerators[i].power_w;
    }
    node->power_w = total;
    node->host_heat_w = host;
    node->progress_s += work * dt_s;
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
        plant->sensed.accelerators.clock_frac[index * DD_NODE_ACCELERATORS + i] = 0.0;
    }
    node->power_w = power;
    node->host_heat_w = power;
    plant->sensed.nodes.node_throughput_frac[index] = 0.0;
    plant->sensed.nodes.throttled_count[index] = 0.0;
}

void dd_compute_step(dd_plant *plant, double dt_s)
{
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
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        plant->accelerators[i].spread_ratio =
            1.0 + plant->params.accelerator_spread_frac *
                      dd_random_normal(plant->seed, DD_STREAM_ACCELERATOR + (uint64_t)i, 0);
    }
}
