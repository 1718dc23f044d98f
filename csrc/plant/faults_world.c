/* Faults of shadow, body, mirrors, radiator valves and comparator; hil/plant/faults.py names them.
 */
#include <math.h>

#include "inputs.h"
#include "vec.h"

#define SHADOW_MAX_M 2e6
#define TUMBLE_MAX_RAD_PER_S 0.5

static int unit_count(int fault)
{
    static const int counts[DD_FAULT_WORLD_END - DD_FAULT_SHADOW] = {
        1, 3, DD_TERMINALS, DD_PANELS, DD_PANELS, 1};
    return fault < DD_FAULT_WORLD_END ? counts[fault - DD_FAULT_SHADOW] : 0;
}

/* A push to the coupled body; an ideal attitude has none. Health takes nothing back. */
static int tumble(dd_plant *plant, int axis, double rate_rad_per_s)
{
    if (plant->params.attitude_coupled_count < 0.5) {
        return 0;
    }
    plant->world.rigid.rate[axis] +=
        dd_clamp(rate_rad_per_s, -TUMBLE_MAX_RAD_PER_S, TUMBLE_MAX_RAD_PER_S);
    return 1;
}

/* Sets a fault to value, or back to health. */
int dd_fault_world(dd_plant *plant, int fault, int index, double value)
{
    if (!isfinite(value) || index < 0 || index >= unit_count(fault)) {
        return 0;
    }
    switch (fault) {
    case DD_FAULT_SHADOW:
        plant->world.shadow_extra_m = dd_clamp(value, 0.0, SHADOW_MAX_M);
        break;
    case DD_FAULT_TUMBLE:
        return tumble(plant, index, value);
    case DD_FAULT_MIRROR_STROKE:
        plant->terminals[index].stroke_frac = dd_clamp(value, 0.0, 1.0);
        break;
    case DD_FAULT_PANEL_LEAK:
        plant->panel_leak_kg_per_s[index] = dd_clamp(value, 0.0, 10.0);
        dd_panels_update(plant);
        break;
    case DD_FAULT_PANEL_VALVE:
        plant->panel_valve_stuck[index] = value > 0.5;
        dd_panels_update(plant);
        break;
    default:
        plant->comparator_stuck = value > 0.5;
        break;
    }
    return 1;
}
