/*
 * Perturb and observe (Femia et al. 2005, IEEE Trans. Power Electron. 20(4)) with a start from the
 * data sheet, and a search for a higher peak elsewhere (Patel and Agarwal 2008, IEEE Trans. Ind.
 * Electron. 55(4)): a probe near short circuit tells in one sample what the section could give
 * without a shadow. Only a section that gives clearly less is scanned, upwards, and every sample
 * bounds from above what the voltages behind it can give, so the scan jumps over the valleys.
 */
#include "tracker.h"

#include <math.h>

#define PROBE_RATIO 0.2 /* of the expected voltage: left of every peak worth having */
#define SCAN_RATIO 1.03 /* from one sample of a scan to the next */
#define SCAN_END 1.15   /* of the expected voltage */
#define HEALTHY_RATIO                                                                              \
    0.9                   /* of current near short circuit times expected voltage; 0.94 is usual   \
                           */
#define CHANGE_RATIO 0.03 /* of power or current: less is nothing new */
#define DROP_RATIO                                                                                 \
    0.9              /* power that falls below this from one call to the next asks for a probe     \
                      */
#define SKIP_MAX 10  /* probes after which a section in shadow is scanned in any case */
#define DARK_WAIT 20 /* calls from the first light to the first probe */

static void hold(dd_tracker *tracker, double expected_v)
{
    const double low = PROBE_RATIO * expected_v - expected_v;
    const double high = (SCAN_END - 1.0) * expected_v;
    const double above = tracker->offset_v > low ? tracker->offset_v : low;
    tracker->offset_v = above < high ? above : high;
    tracker->reference_v = expected_v + tracker->offset_v;
}

static void resume(dd_tracker *tracker, const dd_tracker_model *model, double expected_v)
{
    tracker->phase = DD_TRACKER_CLIMB;
    tracker->wait_count = model->period_count;
    tracker->power_last_w = 0.0;
    hold(tracker, expected_v);
}

/* Dark at the expected voltage: it is night, or only a lower peak gives current, which a probe
 * sees. */
static void wait_for_light(dd_tracker *tracker, const dd_tracker_model *model, double expected_v)
{
    const int32_t most = DARK_WAIT + tracker->stagger_count;
    const int32_t wait = (tracker->wait_count < most ? tracker->wait_count : most) - 1;
    tracker->offset_v = 0.0;
    tracker->direction = 1.0;
    resume(tracker, model, expected_v);
    tracker->wait_count = wait;
    if (wait <= 0) {
        tracker->phase = DD_TRACKER_PROBE;
        tracker->reference_v = PROBE_RATIO * expected_v;
    }
}

static void climb(dd_tracker *tracker, const dd_tracker_model *model, double expected_v,
                  double power_w)
{
    const double last = tracker->power_last_w;
    tracker->direction = power_w < last ? -tracker->direction : tracker->direction;
    tracker->wait_count = power_w < DROP_RATIO * last ? 0 : tracker->wait_count - 1;
    tracker->power_last_w = power_w;
    if (tracker->wait_count <= 0) {
        tracker->phase = DD_TRACKER_PROBE;
        tracker->reference_v = PROBE_RATIO * expected_v;
        return;
    }
    tracker->offset_v += tracker->direction * model->step_v;
    hold(tracker, expected_v);
}

static int is_new(double value, double known)
{
    return fabs(value - known) > CHANGE_RATIO * known;
}

/* One more sample: from here on no voltage below best_w / current_a can beat the best. */
static void scan(dd_tracker *tracker, const dd_tracker_model *model, double expected_v,
                 double power_w, double current_a)
{
    if (power_w > tracker->best_w) {
        tracker->best_w = power_w;
        tracker->best_v = tracker->reference_v;
    }
    const double bound = tracker->best_w / fmax(current_a, model->dark_a);
    tracker->reference_v = fmax(SCAN_RATIO * tracker->reference_v, bound);
    if (tracker->reference_v > SCAN_END * expected_v) {
        tracker->offset_v = tracker->best_v - expected_v;
        tracker->settled_w = 0.0;
        tracker->skip_count = 0;
        resume(tracker, model, expected_v);
    }
}

static void probe(dd_tracker *tracker, const dd_tracker_model *model, double expected_v,
                  double power_w, double current_a)
{
    const double light = fmax(current_a / model->full_a, 1e-3);
    const double ideal = current_a * (expected_v + model->light_v * log(light));
    const double given = tracker->power_last_w;
    const int first = tracker->settled_w <= 0.0 && tracker->settled_a > 0.0;
    const int stale = is_new(given, tracker->settled_w) || is_new(current_a, tracker->settled_a) ||
                      ++tracker->skip_count >= SKIP_MAX;
    if (given >= HEALTHY_RATIO * ideal) {
        tracker->settled_a = tracker->settled_w = 0.0;
        resume(tracker, model, expected_v);
    } else if (stale && !first) {
        tracker->phase = DD_TRACKER_SCAN;
        tracker->settled_a = current_a;
        tracker->best_w = 0.0;
        tracker->best_v = tracker->reference_v;
        scan(tracker, model, expected_v, power_w, current_a);
    } else {
        tracker->settled_w = given;
        tracker->settled_a = current_a;
        resume(tracker, model, expected_v);
    }
}

/*
 * Held back, a converter says nothing about its reference. The last move, not judged yet, is taken
 * back: a converter that is held back now and then would else walk off with what it cannot see. A
 * search that is cut off has found nothing and is not begun again at once: sections that search
 * together, are cut off together as soon as they give enough, and begin again would do so for ever.
 */
static void be_held(dd_tracker *tracker, const dd_tracker_model *model, double expected_v)
{
    int32_t wait = tracker->wait_count;
    if (tracker->phase != DD_TRACKER_CLIMB) {
        wait = model->period_count + tracker->stagger_count;
        tracker->offset_v = 0.0;
    } else if (tracker->power_last_w > 0.0) {
        tracker->offset_v -= tracker->direction * model->step_v;
    }
    resume(tracker, model, expected_v);
    tracker->wait_count = wait > 1 ? wait : 1;
}

void dd_tracker_update(dd_tracker *tracker, const dd_tracker_model *model, double voltage_v,
                       double current_a, double temperature_k, int held_back)
{
    const double power_w = voltage_v * current_a;
    const double expected_v =
        model->maximum_v + model->slope_v_per_k * (temperature_k - model->reference_k);
    if (held_back) {
        be_held(tracker, model, expected_v);
    } else if (current_a < model->dark_a && tracker->phase == DD_TRACKER_CLIMB) {
        wait_for_light(tracker, model, expected_v);
    } else if (tracker->phase == DD_TRACKER_CLIMB) {
        climb(tracker, model, expected_v, power_w);
    } else if (tracker->phase == DD_TRACKER_PROBE) {
        probe(tracker, model, expected_v, power_w, current_a);
    } else {
        scan(tracker, model, expected_v, power_w, current_a);
    }
}
