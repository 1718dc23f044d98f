/* Faults of sections, converters, packs and bus, by number; hil/plant/faults.py names them. */
#include <math.h>

#include "inputs.h"
#include "vec.h"

static int unit_count(int fault)
{
    static const int counts[DD_FAULT_POWER_END - DD_FAULT_SECTION_SHADED] = {
        DD_SECTIONS, DD_SECTIONS, DD_SECTIONS, DD_SECTIONS, DD_PACKS, DD_PACKS, DD_PACKS, 1};
    return fault < DD_FAULT_POWER_END ? counts[fault - DD_FAULT_SECTION_SHADED] : 0;
}

static void section_fault(dd_array *array, int fault, int index, double value)
{
    switch (fault) {
    case DD_FAULT_SECTION_SHADED:
        array->shaded_frac[index] = dd_clamp(value, 0.0, 1.0);
        break;
    case DD_FAULT_SECTION_SHADE:
        array->shaded_light_frac[index] = dd_clamp(value, 0.0, 1.0);
        break;
    case DD_FAULT_CONVERTER_OFF:
        array->converter_off[index] = value > 0.5;
        break;
    default:
        array->converter_stuck[index] = value > 0.5;
        break;
    }
}

/* One series group of a pack becomes unlike the others; one cell at least stays connected. */
static void cell_fault(dd_plant *plant, int fault, int index, double value)
{
    dd_weak_group *weak = &plant->packs.weak[index];
    const double cells = plant->params.pack_capacity_ah / plant->params.cell_capacity_ah;
    switch (fault) {
    case DD_FAULT_CELL_SHORT:
        weak->short_s = value > 0.0 ? 1.0 / dd_max(value, 1e-4) : 0.0;
        break;
    case DD_FAULT_CELL_OPEN:
        weak->capacity_ratio = 1.0 - dd_clamp(value, 0.0, cells - 1.0) / cells;
        break;
    default:
        weak->resistance_ratio = dd_clamp(value, 0.0, 1e3);
        break;
    }
    dd_battery_weaken(plant, index);
}

/* Sets a fault of the power system to value, or back to health. */
int dd_fault_power(dd_plant *plant, int fault, int index, double value)
{
    if (!isfinite(value) || index < 0 || index >= unit_count(fault)) {
        return 0;
    }
    if (fault < DD_FAULT_CELL_SHORT) {
        section_fault(&plant->array, fault, index, value);
    } else if (fault < DD_FAULT_BUS_OVERLOAD) {
        cell_fault(plant, fault, index, value);
    } else {
        plant->overload_w = dd_clamp(value, 0.0, 1e6);
    }
    return 1;
}
