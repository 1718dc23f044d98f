#include "tracker.h"

#include <math.h>

/*
 * Perturb and observe (Femia et al. 2005, IEEE Trans. Power Electron. 20(4)) with a start from the
 * data sheet: in the dark, and while the reference is far from what the temperature allows, the
 * reference is the model's; in the light it climbs the measured power in fixed steps.
 */
void dd_tracker_update(dd_tracker *tracker, const dd_tracker_model *model, double voltage_v,
                       double current_a, double temperature_k)
{
    const double power_w = voltage_v * current_a;
    const double expected_v =
        model->maximum_v + model->slope_v_per_k * (temperature_k - model->reference_k);
    if (current_a < model->dark_a || tracker->power_last_w <= 0.0) {
        tracker->reference_v = expected_v;
        tracker->direction = 1.0;
        tracker->power_last_w = current_a < model->dark_a ? 0.0 : power_w;
        return;
    }
    if (power_w < tracker->power_last_w) {
        tracker->direction = -tracker->direction;
    }
    tracker->power_last_w = power_w;
    const double reference = tracker->reference_v + tracker->direction * model->step_v;
    const double low = 0.6 * expected_v, high = 1.2 * expected_v;
    tracker->reference_v = fmin(fmax(reference, low), high);
}
