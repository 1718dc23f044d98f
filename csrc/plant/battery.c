/* Battery packs: limits, steps, ledgers; the spread of their groups; one weak group by a fault. */
#include <math.h>
#include <string.h>

#include "cell.h"
#include "elementary.h"
#include "lanes.h"
#include "plant.h"
#include "rng.h"
#include "vec.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8
#define PI 3.1415926535897931

static double parallel_count(const dd_params *p)
{
    return p->pack_capacity_ah / p->cell_capacity_ah;
}

static int pack_count(const dd_plant *plant)
{
    return (int)plant->params.pack_count;
}

/* Resistance of the weak group against the others': its own, on the cells that it has left. */
static double weak_ratio(const dd_packs *packs, int index)
{
    const dd_weak_group *weak = &packs->weak[index];
    return weak->active > 0.0 ? weak->resistance_ratio / weak->capacity_ratio : 1.0;
}

/* Voltages at the present charge; the weak group's above the others', per unit of their charge. */
static void rest(dd_packs *packs, int index)
{
    const double charge = packs->charge_frac[index];
    const dd_weak_group *weak = &packs->weak[index];
    double volts = 0.0, integral = 0.0;
    dd_cell_open(charge, &packs->rest_v[index], &packs->integral_v[index]);
    if (weak->active > 0.0) {
        dd_cell_open(charge + weak->shift_frac, &volts, &integral);
        packs->weak_v[index] = volts - packs->rest_v[index];
        packs->weak_integral_v[index] = weak->capacity_ratio * integral - packs->integral_v[index];
    }
}

/* Capacity and resistance at 25 C, at the pack's age. */
static void rate(const dd_params *p, dd_packs *packs, int index)
{
    const dd_ageing *ageing = &packs->ageing[index];
    packs->capacity_as[index] = 3600.0 * p->pack_capacity_ah * ageing->capacity_ratio;
    packs->warm_ohm[index] = (DD_SERIES - 1.0 + weak_ratio(packs, index)) / parallel_count(p) *
                             ageing->resistance_ratio * p->cell_r0_ohm;
}

static dd_pack_facts facts_of(const dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double n = parallel_count(p);
    const double emission =
        p->pack_radiator_emissivity_frac * SIGMA_W_PER_M2K4 * p->pack_radiator_area_m2;
    const dd_pack_facts facts = {
        .step_s = plant->step_s,
        .decay1 = plant->decay1,
        .decay2 = plant->decay2,
        .cold_per_k = plant->cold_per_k,
        .cell_voltage_max_v = p->cell_voltage_max_v,
        .cell_voltage_min_v = p->cell_voltage_min_v,
        .current_max_a = p->pack_current_max_a,
        .efficiency_frac = p->regulator_efficiency_frac,
        .charge_efficiency_frac = p->charge_efficiency_frac,
        .r1_ohm = p->cell_r1_ohm / n,
        .r2_ohm = p->cell_r2_ohm / n,
        .capacity1_f = p->cell_r1_ohm > 0.0 ? p->cell_tau1_s * n / p->cell_r1_ohm : 0.0,
        .capacity2_f = p->cell_r2_ohm > 0.0 ? p->cell_tau2_s * n / p->cell_r2_ohm : 0.0,
        .entropy_v_per_k = p->cell_entropy_v_per_k,
        .heat_j_per_k = p->pack_heat_j_per_k,
        .emission_w_per_k4 = emission,
        .leak_w_per_k = p->pack_leak_w_per_k,
        .louvre_closed_k = p->louvre_closed_k,
        .louvre_open_k = p->louvre_open_k,
        .space_k = p->space_k,
        .structure_k = plant->network.structure_k,
        .heaters_on = plant->switch_closed[DD_SWITCH_HEATERS] ? 1.0 : 0.0};
    return facts;
}

void dd_battery_refresh(dd_plant *plant)
{
    const dd_pack_facts facts = facts_of(plant);
    dd_packs *packs = &plant->packs;
    for (int i = 0; i < pack_count(plant); i++) {
        packs->usable[i] = packs->enabled[i] && packs->isolated[i] < 0.5 ? 1.0 : 0.0;
    }
    dd_lanes_now()->refresh_packs(&facts, packs);
}

static double total_of(const dd_plant *plant, const double values[DD_PACKS])
{
    double total = 0.0;
    for (int i = 0; i < pack_count(plant); i++) {
        total += values[i];
    }
    return total;
}

double dd_battery_discharge_limit_w(const dd_plant *plant)
{
    return total_of(plant, plant->packs.discharge_limit_w);
}

double dd_battery_charge_limit_w(const dd_plant *plant)
{
    return total_of(plant, plant->packs.charge_limit_w);
}

/* Every group's voltage, exactly; one pack a step is scanned, as a cell monitor does. */
static void scan(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    dd_packs *packs = &plant->packs;
    const int is_weak = packs->weak[index].active > 0.0;
    const double ohm =
        packs->ageing[index].resistance_ratio / parallel_count(p) * p->cell_r0_ohm *
        dd_exp(plant->cold_per_k * (DD_CELL_REFERENCE_K - packs->temperature_k[index]));
    const dd_group_facts facts = {packs->charge_start_frac[index],
                                  packs->charge_frac[index] - packs->charge_start_frac[index],
                                  ohm * packs->current_a[index],
                                  packs->polarisation1_v[index] + packs->polarisation2_v[index],
                                  is_weak ? packs->weak[index].shift_frac : 0.0,
                                  weak_ratio(packs, index),
                                  packs->per_capacity[index],
                                  packs->charge_offset[index],
                                  packs->resistance_ratio[index]};
    dd_group_scan result;
    dd_lanes_now()->scan_groups(&facts, &result);
    packs->cell_min_v[index] = result.min_v;
    packs->cell_max_v[index] = result.max_v;
    packs->cell_mean_v[index] = result.mean_v;
    packs->cell_charge_min_frac[index] = result.charge_min_frac;
}

/* The weak group's own current: fewer cells move further, and a short drains it. */
DD_SELDOM static void weak_step(dd_packs *packs, int index, double charge_frac, double moved_frac,
                                double dt_s)
{
    dd_weak_group *weak = &packs->weak[index];
    const double volts = dd_max(0.0, dd_cell_ocv(charge_frac + weak->shift_frac));
    const double drained = volts * weak->short_s * dt_s / packs->capacity_as[index];
    weak->shift_frac += moved_frac * (1.0 / weak->capacity_ratio - 1.0);
    weak->shift_frac -= drained / weak->capacity_ratio;
}

/* Sums over an orbit what ages the cells, and lets them age at its end. */
DD_SELDOM static void age(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_packs *packs = &plant->packs;
    dd_cycle *cycle = &packs->cycle[index];
    const double days = dt_s / 86400.0, charge = packs->charge_frac[index];
    const double current = packs->current_a[index];
    const double volts =
        (packs->open_v[index] - current * packs->resistance_ohm[index]) / DD_SERIES;
    const int first = cycle->days <= 0.0;
    const double low = packs->cycle_low_frac[index], high = packs->cycle_high_frac[index];
    packs->cycle_low_frac[index] = first ? charge : dd_min(low, charge);
    packs->cycle_high_frac[index] = first ? charge : dd_max(high, charge);
    cycle->days += days;
    cycle->voltage_v += volts * days;
    cycle->temperature_k += packs->temperature_k[index] * days;
    cycle->throughput_frac += fabs(current) * dt_s / (3600.0 * p->pack_capacity_ah);
    if (cycle->days * 86400.0 >= plant->period_s) {
        cycle->voltage_v /= cycle->days;
        cycle->temperature_k /= cycle->days;
        cycle->depth_frac = packs->cycle_high_frac[index] - packs->cycle_low_frac[index];
        dd_cell_age(&packs->ageing[index], cycle, p->ageing_speed_ratio);
        *cycle = (dd_cycle){0};
        rate(p, packs, index);
    }
}

/* Copies all lanes; packs that the satellite does not have read 0. */
static void show(double target[DD_PACKS], const double values[DD_PACKS], int count)
{
    memcpy(target, values, DD_PACKS * sizeof *target);
    for (int i = count; i < DD_PACKS; i++) {
        target[i] = 0.0;
    }
}

static void publish(dd_plant *plant, const double voltage_v[DD_PACKS])
{
    const dd_packs *packs = &plant->packs;
    const int count = pack_count(plant);
    show(plant->sensed.battery.pack_voltage_v, voltage_v, count);
    show(plant->sensed.battery.pack_current_a, packs->current_a, count);
    show(plant->sensed.battery.pack_temperature_k, packs->temperature_k, count);
    show(plant->sensed.battery.cell_voltage_min_v, packs->cell_min_v, count);
    show(plant->sensed.battery.cell_voltage_max_v, packs->cell_max_v, count);
    show(plant->sensed.battery.pack_enabled, packs->usable, count);
    show(plant->hidden.storage.pack_charge_frac, packs->charge_frac, count);
    show(plant->hidden.storage.cell_charge_min_frac, packs->cell_charge_min_frac, count);
}

static void publish_step(dd_plant *plant, const dd_pack_lanes *lanes)
{
    const int count = pack_count(plant);
    show(plant->hidden.ledger.pack_terminal_power_w, lanes->terminal_w, count);
    show(plant->hidden.ledger.pack_heat_w, lanes->heat_w, count);
    show(plant->hidden.ledger.pack_reversible_w, lanes->reversible_w, count);
    show(plant->hidden.storage.pack_stored_j, lanes->stored_j, count);
    show(plant->hidden.heat.pack_rejected_w, lanes->rejected_w, count);
    show(plant->sensed.battery.heater_power_w, lanes->heater_w, count);
    publish(plant, lanes->voltage_v);
}

/* What the packs give to the structure through mounts, harness and blanket. */
static double to_structure_w(const dd_plant *plant)
{
    const double others_k = (double)pack_count(plant) * plant->network.structure_k;
    return plant->params.pack_leak_w_per_k *
           (total_of(plant, plant->packs.temperature_k) - others_k);
}

/* bus_power_w: what the regulators give to the bus (negative: take), already within the limits. */
void dd_battery_apply(dd_plant *plant, double bus_power_w, double dt_s)
{
    const dd_pack_facts facts = facts_of(plant);
    const int discharging = bus_power_w >= 0.0;
    dd_packs *packs = &plant->packs;
    const double *limits = discharging ? packs->discharge_limit_w : packs->charge_limit_w;
    const double total = total_of(plant, limits);
    const double share = total > 0.0 ? bus_power_w / total : 0.0;
    const double scale =
        discharging ? share / facts.efficiency_frac : share * facts.efficiency_frac;
    double charge_frac[DD_PACKS];
    dd_pack_lanes lanes;
    for (int i = 0; i < DD_PACKS; i++) {
        lanes.terminal_w[i] = scale * limits[i];
        lanes.stored_j[i] = plant->hidden.storage.pack_stored_j[i];
        charge_frac[i] = packs->charge_frac[i];
    }
    dd_lanes_now()->drive_packs(&facts, packs, &lanes);
    for (int i = 0; i < pack_count(plant); i++) {
        if (packs->weak[i].active > 0.0) {
            weak_step(packs, i, charge_frac[i], lanes.moved_frac[i], dt_s);
        }
        if (plant->params.ageing_speed_ratio > 0.0) {
            age(plant, i, dt_s);
        }
        rest(packs, i);
    }
    plant->hidden.heat.pack_structure_w[0] = to_structure_w(plant);
    dd_lanes_now()->warm_packs(&facts, packs, &lanes);
    scan(plant, (int)(plant->step_count % pack_count(plant)));
    publish_step(plant, &lanes);
    const double given = total > 0.0 ? bus_power_w : 0.0;
    plant->hidden.ledger.regulator_output_w[0] = given;
    plant->hidden.ledger.regulator_loss_w[0] = total_of(plant, lanes.terminal_w) - given;
}

/* What the packs hold now, J: chemical energy plus that of the polarisation capacitors. */
static void store(dd_plant *plant)
{
    const dd_pack_facts facts = facts_of(plant);
    const dd_packs *packs = &plant->packs;
    for (int i = 0; i < pack_count(plant); i++) {
        const double v1 = packs->polarisation1_v[i], v2 = packs->polarisation2_v[i];
        const double polarised = 0.5 * (facts.capacity1_f * v1 * v1 + facts.capacity2_f * v2 * v2);
        plant->hidden.storage.pack_stored_j[i] =
            DD_SERIES * (packs->capacity_as[i] * packs->integral_v[i] + polarised) +
            packs->capacity_as[i] * packs->weak_integral_v[i];
    }
}

/* What a fault of a pack's weak group changes of the stored energy is no heat. */
void dd_battery_weaken(dd_plant *plant, int index)
{
    plant->packs.weak[index].active = 1.0;
    rate(&plant->params, &plant->packs, index);
    rest(&plant->packs, index);
    store(plant);
}

static void start_groups(dd_plant *plant, int index)
{
    const dd_params *p = &plant->params;
    dd_packs *packs = &plant->packs;
    for (int k = 0; k < DD_SERIES; k++) {
        const uint64_t stream = DD_STREAM_GROUP + (uint64_t)(index * DD_SERIES + k);
        const float capacity = (float)dd_max(
            0.5, 1.0 + p->group_capacity_sigma_frac * dd_random_normal(plant->seed, stream, 0));
        packs->per_capacity[index][k] = 1.0 / (double)capacity;
        packs->resistance_ratio[index][k] = (float)dd_max(
            0.5, 1.0 + p->group_resistance_sigma_frac * dd_random_normal(plant->seed, stream, 1));
        packs->charge_offset[index][k] =
            (float)(p->group_charge_sigma_frac * dd_random_normal(plant->seed, stream, 2));
    }
}

/* All lanes get a state, also those of packs that the satellite does not have: they stay unused. */
void dd_battery_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    const double radius = p->semi_major_axis_m;
    dd_packs *packs = &plant->packs;
    double voltage_v[DD_PACKS];
    plant->cold_per_k = dd_cell_cold_per_k(p->cell_r0_cold_ratio);
    plant->period_s = 2.0 * PI * sqrt(radius * radius * radius / p->earth_mu_m3_per_s2);
    for (int i = 0; i < DD_PACKS; i++) {
        start_groups(plant, i);
        packs->charge_frac[i] = packs->charge_start_frac[i] = p->charge_initial_frac;
        packs->temperature_k[i] = p->pack_initial_k;
        packs->charge_voltage_max_v[i] = p->pack_charge_voltage_max_v;
        packs->charge_current_max_a[i] = p->pack_current_max_a;
        packs->discharge_current_max_a[i] = p->pack_current_max_a;
        packs->enabled[i] = i < pack_count(plant);
        packs->weak[i] = (dd_weak_group){0.0, 0.0, 1.0, 1.0, 0.0};
        packs->ageing[i] = (dd_ageing){1.0, 1.0, 0.0, 0.0};
        rate(p, packs, i);
        rest(packs, i);
        scan(plant, i);
        voltage_v[i] = DD_SERIES * packs->rest_v[i];
    }
    dd_battery_refresh(plant);
    store(plant);
    publish(plant, voltage_v);
}
