/*
 * Upsets as non-homogeneous Poisson processes by thinning (P. A. W. Lewis and G. S. Shedler, Naval
 * Research Logistics Quarterly 26, 1979): candidates of each accelerator come at a constant rate
 * that is nowhere exceeded, from a stream of its own, and one is kept with the chance that the
 * local rate has of it. A dark accelerator takes none.
 */
#include "upsets.h"

#include <math.h>

#include "rng.h"
#include "vec.h"

static void rates(const dd_params *p, double per_s[DD_UPSET_KINDS])
{
    per_s[DD_UPSET_CORRECTABLE] = p->correctable_per_s;
    per_s[DD_UPSET_UNCORRECTABLE] = p->uncorrectable_per_s;
    per_s[DD_UPSET_HANG] = p->hang_per_s;
    per_s[DD_UPSET_FUNCTIONAL] = p->functional_per_s;
    per_s[DD_UPSET_SILENT] = p->silent_per_s;
    per_s[DD_UPSET_LATCHUP] = p->latchup_per_s;
}

double dd_upset_ratio(const dd_params *p, double magnetic_latitude_rad, int south_atlantic,
                      double solar_ratio)
{
    const int polar = fabs(magnetic_latitude_rad) > p->polar_latitude_rad;
    const double trapped = south_atlantic ? p->south_atlantic_upset_ratio
                           : polar        ? p->polar_upset_ratio
                                          : p->elsewhere_upset_ratio;
    return trapped + (polar ? solar_ratio : 0.0);
}

/* A running job falls back to its checkpoint and starts again. */
static void lose_work(dd_plant *plant, int index)
{
    dd_node *node = &plant->nodes[index];
    dd_node_lanes *lanes = &plant->node_lanes;
    plant->hidden.upsets.lost_work_s[0] += lanes->progress_s[index] - node->saved_s;
    lanes->progress_s[index] = node->saved_s;
    lanes->due_s[index] = node->saved_s + plant->params.checkpoint_interval_s;
    node->stall_s = plant->params.job_restart_s;
    node->writing = 0;
    dd_node_stir(plant, index);
}

void dd_upset_strike(dd_plant *plant, int accelerator, int kind)
{
    const int index = accelerator / DD_NODE_ACCELERATORS;
    dd_node *node = &plant->nodes[index];
    plant->hidden.upsets.upset_count[kind] += 1.0;
    if (kind == DD_UPSET_CORRECTABLE) {
        plant->sensed.nodes.correctable_count[index] += 1.0;
        return;
    }
    if (kind == DD_UPSET_SILENT) {
        return;
    }
    if (kind == DD_UPSET_UNCORRECTABLE) {
        plant->sensed.nodes.uncorrectable_count[index] += 1.0;
    } else if (kind == DD_UPSET_HANG) {
        node->hung = 1;
    } else {
        plant->accelerators.fault[accelerator] = kind;
    }
    lose_work(plant, index);
}

static double next_after(dd_plant *plant, int accelerator, double time_s)
{
    uint32_t *count = &plant->accelerators.draw_count[accelerator];
    const uint64_t stream = DD_STREAM_UPSET + (uint64_t)accelerator;
    *count += 1U;
    const double u = dd_random_uniform(plant->seed, stream, 2U * (uint64_t)*count);
    return time_s - log(u) / plant->radiation.majorant_per_s;
}

static void earliest(dd_plant *plant)
{
    double first = (double)INFINITY;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        first = dd_min(first, plant->accelerators.next_s[i]);
    }
    plant->radiation.next_s = first;
}

/* Candidates from now on, at the rate of the worst place under the present Sun. */
DD_SELDOM static void draw_all(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double worst = dd_max(p->south_atlantic_upset_ratio,
                                dd_max(p->polar_upset_ratio, p->elsewhere_upset_ratio));
    double per_s[DD_UPSET_KINDS], total = 0.0;
    rates(p, per_s);
    for (int i = 0; i < DD_UPSET_KINDS; i++) {
        total += per_s[i];
    }
    plant->radiation.majorant_per_s = total * (worst + plant->radiation.solar_ratio);
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        plant->accelerators.next_s[i] = plant->radiation.majorant_per_s > 0.0
                                            ? next_after(plant, i, 1e-9 * (double)plant->elapsed_ns)
                                            : (double)INFINITY;
    }
    earliest(plant);
}

void dd_upset_solar(dd_plant *plant, double ratio)
{
    plant->radiation.solar_ratio = dd_clamp(ratio, 0.0, 1e4);
    draw_all(plant);
}

/* Keeps the candidate as one of the kinds, or not at all. */
DD_SELDOM static void judge(dd_plant *plant, int accelerator, double ratio)
{
    const dd_node *node = &plant->nodes[accelerator / DD_NODE_ACCELERATORS];
    const uint64_t stream = DD_STREAM_UPSET + (uint64_t)accelerator;
    const uint64_t counter = 2U * (uint64_t)plant->accelerators.draw_count[accelerator] + 1U;
    double left = dd_random_uniform(plant->seed, stream, counter) * plant->radiation.majorant_per_s;
    double per_s[DD_UPSET_KINDS];
    rates(&plant->params, per_s);
    for (int kind = 0; kind < DD_UPSET_KINDS; kind++) {
        left -= ratio * per_s[kind];
        if (left < 0.0) {
            const int works = node->state == DD_NODE_RUN || node->state == DD_NODE_BOOST;
            if (node->state >= DD_NODE_IDLE && (works || kind != DD_UPSET_SILENT)) {
                dd_upset_strike(plant, accelerator, kind);
            }
            return;
        }
    }
}

void dd_upsets_step(dd_plant *plant, double dt_s)
{
    const double until_s = 1e-9 * (double)plant->elapsed_ns + dt_s;
    const double ratio =
        dd_upset_ratio(&plant->params, plant->hidden.world.magnetic_latitude_rad[0],
                       plant->hidden.world.south_atlantic[0] > 0.5, plant->radiation.solar_ratio);
    plant->hidden.upsets.upset_ratio[0] = ratio;
    plant->hidden.upsets.solar_ratio[0] = plant->radiation.solar_ratio;
    if (plant->radiation.next_s > until_s) {
        return;
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        while (plant->accelerators.next_s[i] <= until_s) {
            judge(plant, i, ratio);
            plant->accelerators.next_s[i] = next_after(plant, i, plant->accelerators.next_s[i]);
        }
    }
    earliest(plant);
}

void dd_upsets_start(dd_plant *plant)
{
    draw_all(plant);
}
