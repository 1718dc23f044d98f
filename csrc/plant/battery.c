/* Battery packs of 40 series groups: 2RC equivalent circuit, group spread, limits of the
 * regulators. */
#include <math.h>

#include "cell.h"
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

static double capacity_as(const dd_params *p, const dd_pack *pack)
{
    return 3600.0 * p->pack_capacity_ah * pack->ageing.capacity_ratio;
}

/* Resistance of the weak group against the others': its own, on the cells that it has left. */
static double weak_ratio(const dd_pack *pack)
{
    return pack->weak.active > 0.0 ? pack->weak.resistance_ratio / pack->weak.capacity_ratio : 1.0;
}

/* Open-circuit voltage of the weak group above the others'. */
static double weak_v(const dd_pack *pack)
{
    return pack->weak.active > 0.0 ? dd_cell_ocv(pack->charge_frac + pack->weak.shift_frac) -
                                         dd_cell_ocv(pack->charge_frac)
                                   : 0.0;
}

/* Energy of the weak group above the others', per unit of charge. */
static double weak_integral_v(const dd_pack *pack)
{
    const double charge = pack->charge_frac;
    return pack->weak.active > 0.0
               ? pack->weak.capacity_ratio * dd_cell_ocv_integral(charge + pack->weak.shift_frac) -
                     dd_cell_ocv_integral(charge)
               : 0.0;
}

/* Chemical energy plus what the polarisation capacitors hold, J. */
static double stored_j(const dd_params *p, const dd_pack *pack)
{
    const double capacity = capacity_as(p, pack);
    const double chemical = capacity * dd_cell_ocv_integral(pack->charge_frac);
    const double n = parallel_count(p);
    const double c1 = p->cell_r1_ohm > 0.0 ? p->cell_tau1_s * n / p->cell_r1_ohm : 0.0;
    const double c2 = p->cell_r2_ohm > 0.0 ? p->cell_tau2_s * n / p->cell_r2_ohm : 0.0;
    const double v1 = pack->polarisation1_v, v2 = pack->polarisation2_v;
    return DD_SERIES * (chemical + 0.5 * (c1 * v1 * v1 + c2 * v2 * v2)) +
           capacity * weak_integral_v(pack);
}

/* What the regulators see at the start of a step. */
static void refresh(const dd_params *p, dd_pack *pack)
{
    const double mean =
        dd_cell_ocv(pack->charge_frac) - pack->polarisation1_v - pack->polarisation2_v;
    pack->open_v = DD_SERIES * mean + weak_v(pack);
    pack->resistance_ohm =
        (DD_SERIES - 1.0 + weak_ratio(pack)) / parallel_count(p) * pack->ageing.resistance_ratio *
        dd_cell_resistance(p->cell_r0_ohm, p->cell_r0_cold_ratio, pack->temperature_k);
}

static int usable(const dd_pack *pack)
{
    return pack->enabled && pack->isolated < 0.5;
}

/* Largest charge current: setpoint, hardware, and the taper that holds pack and highest group. */
static double charge_limit_a(const dd_params *p, const dd_pack *pack)
{
    const double spread = dd_max(0.0, pack->cell_max_v - pack->cell_mean_v);
    const double by_cell = DD_SERIES * (p->cell_voltage_max_v - spread);
    const double ceiling = dd_min(pack->charge_voltage_max_v, by_cell);
    const double taper = (ceiling - pack->open_v) / pack->resistance_ohm;
    return dd_max(0.0, dd_min(dd_min(pack->charge_current_max_a, p->pack_current_max_a), taper));
}

static double discharge_limit_a(const dd_params *p, const dd_pack *pack)
{
    const double spread = dd_max(0.0, pack->cell_mean_v - pack->cell_min_v);
    const double floor = DD_SERIES * (p->cell_voltage_min_v + spread);
    const double cut = (pack->open_v - floor) / pack->resistance_ohm;
    const double half = 0.5 * pack->open_v / pack->resistance_ohm; /* maximum power transfer */
    const double limit = dd_min(dd_min(pack->discharge_current_max_a, p->pack_current_max_a), cut);
    return dd_max(0.0, dd_min(limit, half));
}

static double charge_limit_w(const dd_plant *plant, const dd_pack *pack)
{
    const double current = usable(pack) ? charge_limit_a(&plant->params, pack) : 0.0;
    const double terminal = current * (pack->open_v + current * pack->resistance_ohm);
    return terminal / plant->params.regulator_efficiency_frac;
}

static double discharge_limit_w(const dd_plant *plant, const dd_pack *pack)
{
    const double current = usable(pack) ? discharge_limit_a(&plant->params, pack) : 0.0;
    const double terminal = current * (pack->open_v - current * pack->resistance_ohm);
    return terminal * plant->params.regulator_efficiency_frac;
}

void dd_battery_refresh(dd_plant *plant)
{
    for (int i = 0; i < pack_count(plant); i++) {
        refresh(&plant->params, &plant->packs[i]);
    }
}

double dd_battery_discharge_limit_w(const dd_plant *plant)
{
    double total = 0.0;
    for (int i = 0; i < pack_count(plant); i++) {
        total += discharge_limit_w(plant, &plant->packs[i]);
    }
    return total;
}

double dd_battery_charge_limit_w(const dd_plant *plant)
{
    double total = 0.0;
    for (int i = 0; i < pack_count(plant); i++) {
        total += charge_limit_w(plant, &plant->packs[i]);
    }
    return total;
}

/* Every group's voltage, exactly; one pack a step is scanned, as a cell monitor does. */
static void scan_groups(const dd_params *p, dd_pack *pack)
{
    const double ohm =
        pack->ageing.resistance_ratio / parallel_count(p) *
        dd_cell_resistance(p->cell_r0_ohm, p->cell_r0_cold_ratio, pack->temperature_k);
    const double polarisation = pack->polarisation1_v + pack->polarisation2_v;
    const double moved = pack->charge_frac - pack->charge_start_frac;
    const int weak = pack->weak.active > 0.0 ? 0 : -1;
    double low = 1e9, high = -1e9, sum = 0.0, least = 1e9;
    for (int i = 0; i < DD_SERIES; i++) {
        const double charge = pack->charge_start_frac + (double)pack->charge_offset[i] +
                              moved / (double)pack->capacity_ratio[i] +
                              (i == weak ? pack->weak.shift_frac : 0.0);
        const double drop = ohm * (double)pack->resistance_ratio[i] * pack->current_a *
                            (i == weak ? weak_ratio(pack) : 1.0);
        const double v = dd_cell_ocv(charge) - polarisation - drop;
        low = dd_min(low, v);
        high = dd_max(high, v);
        least = dd_min(least, charge);
        sum += v;
    }
    pack->cell_min_v = low;
    pack->cell_max_v = high;
    pack->cell_mean_v = sum / DD_SERIES;
    pack->cell_charge_min_frac = least;
}

/* The weak group's own current: fewer cells move further, and a short drains it. */
static void weak_step(const dd_params *p, dd_pack *pack, double mean_move, double dt_s)
{
    dd_weak_group *weak = &pack->weak;
    const double volts = dd_max(0.0, dd_cell_ocv(pack->charge_frac + weak->shift_frac));
    const double drained = volts * weak->short_s * dt_s / capacity_as(p, pack);
    weak->shift_frac += mean_move * (1.0 / weak->capacity_ratio - 1.0);
    weak->shift_frac -= drained / weak->capacity_ratio;
}

/* Sums over an orbit what ages the cells, and lets them age at its end. */
static void age(dd_plant *plant, dd_pack *pack, double dt_s)
{
    const dd_params *p = &plant->params;
    const double radius = p->semi_major_axis_m;
    const double period_s = 2.0 * PI * sqrt(radius * radius * radius / p->earth_mu_m3_per_s2);
    dd_cycle *cycle = &pack->cycle;
    const double days = dt_s / 86400.0;
    const double volts = (pack->open_v - pack->current_a * pack->resistance_ohm) / DD_SERIES;
    const int first = cycle->days <= 0.0;
    pack->cycle_low_frac =
        first ? pack->charge_frac : dd_min(pack->cycle_low_frac, pack->charge_frac);
    pack->cycle_high_frac =
        first ? pack->charge_frac : dd_max(pack->cycle_high_frac, pack->charge_frac);
    cycle->days += days;
    cycle->voltage_v += volts * days;
    cycle->temperature_k += pack->temperature_k * days;
    cycle->throughput_frac += fabs(pack->current_a) * dt_s / (3600.0 * p->pack_capacity_ah);
    if (cycle->days * 86400.0 >= period_s) {
        cycle->voltage_v /= cycle->days;
        cycle->temperature_k /= cycle->days;
        cycle->depth_frac = pack->cycle_high_frac - pack->cycle_low_frac;
        dd_cell_age(&pack->ageing, cycle, p->ageing_speed_ratio);
        *cycle = (dd_cycle){0};
    }
}

/* Constant current over the step; heat is what the stored energy loses beyond the terminal energy.
 */
static void pack_step(dd_plant *plant, int index, double current_a, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_pack *pack = &plant->packs[index];
    const double n = parallel_count(p);
    const double efficiency = current_a < 0.0 ? p->charge_efficiency_frac : 1.0;
    const double before = plant->hidden.storage.pack_stored_j[index];
    const double terminal = current_a * (pack->open_v - current_a * pack->resistance_ohm);
    pack->current_a = current_a;
    const double move = -efficiency * current_a * dt_s / capacity_as(p, pack);
    if (pack->weak.active > 0.0) {
        weak_step(p, pack, move, dt_s);
    }
    pack->charge_frac += move;
    pack->polarisation1_v =
        dd_cell_polarised(pack->polarisation1_v, p->cell_r1_ohm / n, current_a, plant->decay1);
    pack->polarisation2_v =
        dd_cell_polarised(pack->polarisation2_v, p->cell_r2_ohm / n, current_a, plant->decay2);
    if (p->ageing_speed_ratio > 0.0) {
        age(plant, pack, dt_s);
    }
    const double after = stored_j(p, pack);
    const double reversible =
        -current_a * DD_SERIES * pack->temperature_k * p->cell_entropy_v_per_k;
    const double heat = (before - after) / dt_s - terminal + reversible;
    plant->hidden.ledger.pack_terminal_power_w[index] = terminal;
    plant->hidden.ledger.pack_heat_w[index] = heat;
    plant->hidden.ledger.pack_reversible_w[index] = reversible;
    plant->hidden.storage.pack_stored_j[index] = after;
}

static void pack_heat_step(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_pack *pack = &plant->packs[index];
    const double t = pack->temperature_k;
    const double span = p->louvre_open_k - p->louvre_closed_k;
    const double opening = dd_clamp((t - p->louvre_closed_k) / span, 0.0, 1.0);
    const double space = p->space_k * p->space_k * p->space_k * p->space_k;
    const double rejected = opening * p->pack_radiator_emissivity_frac * SIGMA_W_PER_M2K4 *
                                p->pack_radiator_area_m2 * (t * t * t * t - space) +
                            p->pack_leak_w_per_k * (t - p->pack_structure_k);
    const double heater = plant->switch_closed[DD_SWITCH_HEATERS] ? pack->heater_w : 0.0;
    const double heat = plant->hidden.ledger.pack_heat_w[index];
    pack->temperature_k += (heat + heater - rejected) * dt_s / p->pack_heat_j_per_k;
    plant->hidden.heat.pack_rejected_w[index] = rejected;
    plant->sensed.battery.heater_power_w[index] = heater;
}

static void publish(dd_plant *plant, int index)
{
    const dd_pack *pack = &plant->packs[index];
    const double mean =
        dd_cell_ocv(pack->charge_frac) - pack->polarisation1_v - pack->polarisation2_v;
    plant->sensed.battery.pack_voltage_v[index] =
        DD_SERIES * mean + weak_v(pack) - pack->current_a * pack->resistance_ohm;
    plant->sensed.battery.pack_current_a[index] = pack->current_a;
    plant->sensed.battery.pack_temperature_k[index] = pack->temperature_k;
    plant->sensed.battery.cell_voltage_min_v[index] = pack->cell_min_v;
    plant->sensed.battery.cell_voltage_max_v[index] = pack->cell_max_v;
    plant->sensed.battery.pack_enabled[index] = usable(pack);
    plant->hidden.storage.pack_charge_frac[index] = pack->charge_frac;
    plant->hidden.storage.cell_charge_min_frac[index] = pack->cell_charge_min_frac;
}

/* Current at which a pack gives power_w at its terminals (negative: takes). */
static double current_for(const dd_pack *pack, double power_w)
{
    const double e = pack->open_v, r = pack->resistance_ohm;
    const double root = sqrt(dd_max(0.0, e * e - 4.0 * r * power_w));
    return 2.0 * power_w / (e + root);
}

/* bus_power_w: what the regulators give to the bus (negative: take), already within the limits. */
void dd_battery_apply(dd_plant *plant, double bus_power_w, double dt_s)
{
    const double efficiency = plant->params.regulator_efficiency_frac;
    const int discharging = bus_power_w >= 0.0;
    const int count = pack_count(plant);
    double limits[DD_PACKS], total = 0.0, terminal_sum = 0.0;
    for (int i = 0; i < count; i++) {
        limits[i] = discharging ? discharge_limit_w(plant, &plant->packs[i])
                                : charge_limit_w(plant, &plant->packs[i]);
        total += limits[i];
    }
    for (int i = 0; i < count; i++) {
        const double share = total > 0.0 ? bus_power_w * limits[i] / total : 0.0;
        const double terminal = discharging ? share / efficiency : share * efficiency;
        pack_step(plant, i, current_for(&plant->packs[i], terminal), dt_s);
        pack_heat_step(plant, i, dt_s);
        terminal_sum += plant->hidden.ledger.pack_terminal_power_w[i];
    }
    scan_groups(&plant->params, &plant->packs[plant->step_count % count]);
    for (int i = 0; i < count; i++) {
        publish(plant, i);
    }
    const double given = total > 0.0 ? bus_power_w : 0.0;
    plant->hidden.ledger.regulator_output_w[0] = given;
    plant->hidden.ledger.regulator_loss_w[0] = terminal_sum - given;
}

/* What a fault of a pack's weak group changes of the stored energy is no heat. */
void dd_battery_weaken(dd_plant *plant, int index)
{
    dd_pack *pack = &plant->packs[index];
    pack->weak.active = 1.0;
    plant->hidden.storage.pack_stored_j[index] = stored_j(&plant->params, pack);
}

void dd_battery_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    for (int i = 0; i < pack_count(plant); i++) {
        dd_pack *pack = &plant->packs[i];
        for (int k = 0; k < DD_SERIES; k++) {
            const uint64_t stream = DD_STREAM_GROUP + (uint64_t)(i * DD_SERIES + k);
            pack->capacity_ratio[k] = (float)dd_max(
                0.5, 1.0 + p->group_capacity_sigma_frac * dd_random_normal(plant->seed, stream, 0));
            pack->resistance_ratio[k] =
                (float)dd_max(0.5, 1.0 + p->group_resistance_sigma_frac *
                                             dd_random_normal(plant->seed, stream, 1));
            pack->charge_offset[k] =
                (float)(p->group_charge_sigma_frac * dd_random_normal(plant->seed, stream, 2));
        }
        pack->charge_frac = pack->charge_start_frac = p->charge_initial_frac;
        pack->temperature_k = p->pack_initial_k;
        pack->charge_voltage_max_v = p->pack_charge_voltage_max_v;
        pack->charge_current_max_a = p->pack_current_max_a;
        pack->discharge_current_max_a = p->pack_current_max_a;
        pack->enabled = 1;
        pack->weak = (dd_weak_group){0.0, 0.0, 1.0, 1.0, 0.0};
        pack->ageing = (dd_ageing){1.0, 1.0, 0.0, 0.0};
        refresh(p, pack);
        scan_groups(p, pack);
        publish(plant, i);
        plant->hidden.storage.pack_stored_j[i] = stored_j(p, pack);
    }
}
