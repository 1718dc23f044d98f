#include "undervoltage.h"

#include "shed.h"

/*
 * A bus on its capacitors falls by the power that is missing: C V dV/dt = -P. What two samples show
 * is shed at once, in the order of the table; while the switches open nothing more is judged, and a
 * bus that still lies below the threshold without rising loses one more load per turn.
 */
int dd_undervoltage_sample(dd_undervoltage *unit, const dd_undervoltage_model *model, double bus_v,
                           const int32_t *order, int count, const double *power_w, int32_t *closed)
{
    const double last = unit->last_v > 0.0 ? unit->last_v : bus_v;
    const double missing =
        model->capacitance_f * 0.5 * (last + bus_v) * (last - bus_v) / model->sample_s;
    unit->last_v = bus_v;
    unit->flag = bus_v < model->threshold_v;
    if (unit->hold_count > 0) {
        unit->hold_count--;
        return 0;
    }
    if (!unit->flag || missing + model->margin_w <= 0.0) {
        return 0;
    }
    double rest = 0.0;
    const int opened = dd_shed(order, count, power_w, closed, missing + model->margin_w, &rest);
    unit->hold_count = model->settle_count;
    return opened;
}
