#include "hydraulics.h"

#include <math.h>

#include "vec.h"

double dd_open_frac(double panel_k, double freeze_k, double span_k)
{
    return dd_clamp((panel_k - freeze_k) / span_k, 0.0, 1.0);
}

double dd_loop_flow(double speed_frac, double head_frac, double ways_frac, double shutoff_ratio,
                    double pipe_frac)
{
    if (ways_frac <= 0.0) {
        return 0.0;
    }
    const double resistance = pipe_frac + (1.0 - pipe_frac) / (ways_frac * ways_frac);
    return speed_frac * sqrt(head_frac * shutoff_ratio / (shutoff_ratio - 1.0 + resistance));
}

double dd_exchanger(double capacity_w_per_k, double ua_w_per_k)
{
    return capacity_w_per_k > 0.0 ? capacity_w_per_k * -expm1(-ua_w_per_k / capacity_w_per_k) : 0.0;
}

double dd_leg_out(const double segment_k[DD_SEGMENTS], double courant)
{
    const double last = segment_k[DD_SEGMENTS - 1];
    return last + 0.5 * courant * (segment_k[DD_SEGMENTS - 2] - last);
}

void dd_push_leg(double segment_k[DD_SEGMENTS], double entering_k, double courant)
{
    for (int i = DD_SEGMENTS - 1; i >= 0; i--) {
        const double here = segment_k[i];
        const double behind = i > 0 ? segment_k[i - 1] : entering_k;
        const double before = i > 1 ? segment_k[i - 2] : entering_k;
        segment_k[i] +=
            courant * (behind - here) + 0.5 * courant * courant * (before - 2.0 * behind + here);
    }
}

static int pump_powered(const dd_plant *plant, int loop)
{
    return plant->switch_closed[DD_SWITCH_PUMP + loop];
}

/* Units in parallel do not add flow here: the fastest one drives the loop. */
double dd_pump_speed(const dd_plant *plant, int loop)
{
    double best = 0.0;
    for (int i = 0; i < DD_PUMP_UNITS; i++) {
        best = dd_max(best, plant->loops[loop].speed_frac[i]);
    }
    return best;
}

/* Below cavitation_kg the accumulator no longer holds the inlet above the vapour pressure. */
double dd_pump_head_frac(const dd_plant *plant, int loop)
{
    const dd_loop *own = &plant->loops[loop];
    const double full_kg = plant->params.cavitation_kg;
    const double filled = own->accumulator_kg < full_kg ? own->accumulator_kg / full_kg : 1.0;
    return own->head_frac * filled;
}

/* Affinity laws: power with the cube of speed; a pump that runs dry takes a part of it. */
double dd_pump_power_w(const dd_plant *plant, int loop)
{
    const dd_params *p = &plant->params;
    const double dry = p->pump_dry_power_frac;
    const double load = dry + (1.0 - dry) * dd_pump_head_frac(plant, loop);
    double total = 0.0;
    for (int i = 0; i < DD_PUMP_UNITS; i++) {
        const double n = plant->loops[loop].speed_frac[i];
        total += n * n * n;
    }
    return p->pump_power_w * load * total;
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
}

/* A valve moves at once, unless it is stuck; an isolated panel loses nothing more. */
void dd_panels_update(dd_plant *plant)
{
    for (int k = 0; k < DD_LOOPS; k++) {
        plant->loops[k].panel_leak_kg_per_s = 0.0;
    }
    for (int i = 0; i < DD_PANELS; i++) {
        if (!plant->panel_valve_stuck[i]) {
            plant->panel_valve_open[i] = plant->panel_valve_set[i];
        }
        plant->loops[i / DD_LOOP_PANELS].panel_leak_kg_per_s +=
            plant->panel_valve_open[i] ? plant->panel_leak_kg_per_s[i] : 0.0;
        plant->sensed.radiator.panel_valve_open[i] = plant->panel_valve_open[i];
    }
}

/* What leaks out of the return leg is made up by the accumulator, at the temperature of filling. */
static void leak(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_loop *loop = &plant->loops[index];
    const double rate = loop->leak_kg_per_s + loop->panel_leak_kg_per_s;
    const double lost = dd_min(rate * dt_s, loop->accumulator_kg);
    if (lost <= 0.0) {
        return;
    }
    double *segment_k = &loop->back_k[DD_SEGMENTS - 1];
    plant->hidden.heat.vented_w[0] += lost * p->coolant_j_per_kg_k * *segment_k / dt_s;
    *segment_k +=
        (p->coolant_initial_k - *segment_k) * dd_min(1.0, lost / (p->leg_mass_kg / DD_SEGMENTS));
    loop->accumulator_kg -= lost;
}

/* How far each panel lets coolant through; returns the sum. */
static double open_panels(const dd_plant *plant, int index, double open[DD_LOOP_PANELS])
{
    const dd_params *p = &plant->params;
    double total = 0.0;
    for (int i = 0; i < DD_LOOP_PANELS; i++) {
        const int panel = index * DD_LOOP_PANELS + i;
        const double panel_k = plant->network.panel_k[panel];
        const int is_wide = panel_k - p->coolant_freeze_k >= p->viscosity_span_k;
        open[i] = is_wide ? 1.0 : dd_open_frac(panel_k, p->coolant_freeze_k, p->viscosity_span_k);
        open[i] = plant->panel_valve_open[panel] ? open[i] : 0.0;
        total += open[i];
    }
    return total;
}

/* Film coefficient of turbulent flow with the flow to the 0.8 (Dittus and Boelter). */
static double turbulent(double ratio)
{
    return ratio > 0.0 ? pow(ratio, 0.8) : 0.0;
}

/* Exchange with each panel, without what blocks it. */
static void spread_over_panels(const dd_params *p, double ratio, double total,
                               const double open[DD_LOOP_PANELS], dd_flow *flow)
{
    double even = -1.0;
    for (int i = 0; i < DD_LOOP_PANELS; i++) {
        const double share = total > 0.0 ? open[i] / total : 0.0;
        if (i == 0 || open[i] != open[i - 1]) {
            even = dd_exchanger(flow->panel_capacity_w_per_k * share,
                                p->panel_ua_w_per_k * turbulent(ratio * share * DD_LOOP_PANELS));
        }
        flow->panel_w_per_k[i] = even;
    }
}

DD_SELDOM static void find_flow(const dd_params *p, const dd_flow_cause *cause,
                                const double open[DD_LOOP_PANELS], double total, dd_flow *flow)
{
    const double through = (1.0 - cause->bypass_frac) * total / DD_LOOP_PANELS;
    const double ways = cause->bypass_frac + through;
    const double ratio = dd_loop_flow(cause->speed_frac, cause->head_frac, ways,
                                      p->pump_shutoff_ratio, p->pipe_resistance_frac);
    const double one_segment = p->leg_mass_kg / DD_SEGMENTS / cause->step_s;
    const double flow_kg_per_s = dd_min(p->flow_nominal_kg_per_s * ratio, one_segment);
    flow->courant = flow_kg_per_s / one_segment;
    flow->capacity_w_per_k = flow_kg_per_s * p->coolant_j_per_kg_k;
    flow->panel_capacity_w_per_k = ways > 0.0 ? flow->capacity_w_per_k * through / ways : 0.0;
    flow->plate_w_per_k =
        dd_exchanger(flow->capacity_w_per_k / DD_NODES, p->plate_ua_w_per_k * turbulent(ratio));
    spread_over_panels(p, ways > 0.0 ? ratio * through / ways : 0.0, total, open, flow);
}

static int is_same(const dd_flow_cause *a, const dd_flow_cause *b)
{
    return a->bypass_frac == b->bypass_frac && a->speed_frac == b->speed_frac &&
           a->head_frac == b->head_frac && a->step_s == b->step_s;
}

void dd_hydraulics_step(dd_plant *plant, int index, double dt_s, dd_flow *flow)
{
    const dd_params *p = &plant->params;
    dd_loop *loop = &plant->loops[index];
    const double *health = plant->panel_health_frac + index * DD_LOOP_PANELS;
    double open[DD_LOOP_PANELS];
    const double before = loop->bypass_frac;
    move_actuators(plant, index, dt_s);
    leak(plant, index, dt_s);
    const double total = open_panels(plant, index, open);
    const int is_wide = total >= DD_LOOP_PANELS;
    /* The valve's mean over the step. */
    const dd_flow_cause cause = {0.5 * (before + loop->bypass_frac), dd_pump_speed(plant, index),
                                 dd_pump_head_frac(plant, index), dt_s};
    if (!is_wide || !is_same(&cause, &loop->cause)) {
        find_flow(p, &cause, open, total, &loop->flow);
        loop->cause = cause;
        loop->cause.step_s = is_wide ? dt_s : 0.0;
        loop->flow_kg_per_s = loop->flow.capacity_w_per_k / p->coolant_j_per_kg_k;
    }
    *flow = loop->flow;
    for (int i = 0; i < DD_LOOP_PANELS; i++) {
        flow->panel_w_per_k[i] *= health[i];
    }
}
