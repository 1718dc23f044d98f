/* All battery packs at once, and all series groups of one: battery.c's balance, lane by lane. */
#ifndef DD_LANES_PACKS_H
#define DD_LANES_PACKS_H

#include <math.h>

#include "cell.h"
#include "elementary.h"
#include "lanes.h"
#include "vec.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8
#define GROUP_LANES (DD_SERIES / 5) /* for the least and the greatest of all groups */

/* What the regulators see at the start of a step: resistance, internal voltage, limits. */
static void refresh_packs(const dd_pack_facts *restrict facts, dd_packs *restrict packs)
{
    for (int i = 0; i < DD_PACKS; i++) {
        const double cold =
            dd_exp(facts->cold_per_k * (DD_CELL_REFERENCE_K - packs->temperature_k[i]));
        const double ohm = packs->warm_ohm[i] * cold, per_ohm = 1.0 / ohm;
        const double polarised = packs->polarisation1_v[i] + packs->polarisation2_v[i];
        const double open = DD_SERIES * (packs->rest_v[i] - polarised) + packs->weak_v[i];
        const double above = dd_max(0.0, packs->cell_max_v[i] - packs->cell_mean_v[i]);
        const double below = dd_max(0.0, packs->cell_mean_v[i] - packs->cell_min_v[i]);
        const double ceiling =
            dd_min(packs->charge_voltage_max_v[i], DD_SERIES * (facts->cell_voltage_max_v - above));
        const double floor = DD_SERIES * (facts->cell_voltage_min_v + below);
        const double in_most = dd_min(packs->charge_current_max_a[i], facts->current_max_a);
        const double out_most = dd_min(packs->discharge_current_max_a[i], facts->current_max_a);
        const double taper = (ceiling - open) * per_ohm, cut = (open - floor) * per_ohm;
        const double half = 0.5 * open * per_ohm; /* maximum power transfer */
        const double in_a = dd_max(0.0, dd_min(in_most, taper));
        const double out_a = dd_max(0.0, dd_min(dd_min(out_most, cut), half));
        packs->resistance_ohm[i] = ohm;
        packs->open_v[i] = open;
        packs->charge_limit_w[i] =
            packs->usable[i] * in_a * (open + in_a * ohm) * (1.0 / facts->efficiency_frac);
        packs->discharge_limit_w[i] =
            packs->usable[i] * out_a * (open - out_a * ohm) * facts->efficiency_frac;
    }
}

/* Current at which each pack gives its power (negative: takes), and what it moves in the step. */
static void drive_packs(const dd_pack_facts *restrict facts, dd_packs *restrict packs,
                        dd_pack_lanes *restrict lanes)
{
    const double decay1 = facts->decay1, decay2 = facts->decay2;
    const double charging_frac = facts->charge_efficiency_frac;
    for (int i = 0; i < DD_PACKS; i++) {
        const double open = packs->open_v[i], ohm = packs->resistance_ohm[i];
        const double power = lanes->terminal_w[i];
        const double root = sqrt(dd_max(0.0, open * open - 4.0 * ohm * power));
        const double current = 2.0 * power / (open + root);
        const double efficiency = current < 0.0 ? charging_frac : 1.0;
        lanes->moved_frac[i] = -efficiency * current * facts->step_s / packs->capacity_as[i];
        lanes->terminal_w[i] = current * (open - current * ohm);
        packs->current_a[i] = current;
        packs->charge_frac[i] += lanes->moved_frac[i];
        packs->polarisation1_v[i] =
            dd_cell_polarised(packs->polarisation1_v[i], facts->r1_ohm, current, decay1);
        packs->polarisation2_v[i] =
            dd_cell_polarised(packs->polarisation2_v[i], facts->r2_ohm, current, decay2);
    }
}

/* Heat is what the stored energy loses beyond the terminal energy; then each pack's balance. */
static void warm_packs(const dd_pack_facts *restrict facts, dd_packs *restrict packs,
                       dd_pack_lanes *restrict lanes)
{
    const double per_step = 1.0 / facts->step_s, warming = facts->step_s / facts->heat_j_per_k;
    const double space2 = facts->space_k * facts->space_k, space4 = space2 * space2;
    const double per_span = 1.0 / (facts->louvre_open_k - facts->louvre_closed_k);
    for (int i = 0; i < DD_PACKS; i++) {
        const double v1 = packs->polarisation1_v[i], v2 = packs->polarisation2_v[i];
        const double polarised =
            0.5 * (facts->capacity1_f * v1 * v1 + facts->capacity2_f * v2 * v2);
        const double stored =
            DD_SERIES * (packs->capacity_as[i] * packs->integral_v[i] + polarised) +
            packs->capacity_as[i] * packs->weak_integral_v[i];
        const double t = packs->temperature_k[i], t2 = t * t;
        const double current = packs->current_a[i];
        const double reversible = -current * DD_SERIES * t * facts->entropy_v_per_k;
        const double heat =
            (lanes->stored_j[i] - stored) * per_step - lanes->terminal_w[i] + reversible;
        const double opening = dd_clamp((t - facts->louvre_closed_k) * per_span, 0.0, 1.0);
        const double rejected = opening * facts->emission_w_per_k4 * (t2 * t2 - space4) +
                                facts->leak_w_per_k * (t - facts->structure_k);
        const double heater = facts->heaters_on * packs->heater_w[i];
        packs->temperature_k[i] = t + (heat + heater - rejected) * warming;
        lanes->stored_j[i] = stored;
        lanes->heat_w[i] = heat;
        lanes->reversible_w[i] = reversible;
        lanes->rejected_w[i] = rejected;
        lanes->heater_w[i] = heater;
        lanes->voltage_v[i] = DD_SERIES * (packs->rest_v[i] - v1 - v2) + packs->weak_v[i] -
                              current * packs->resistance_ohm[i];
    }
}

/* Least of 40 values, in eight lanes first; the least of the opposites is the greatest. */
static inline double least_of_groups(const double v[DD_SERIES])
{
    double part[GROUP_LANES];
    for (int k = 0; k < GROUP_LANES; k++) {
        const double low = dd_min(v[k], v[GROUP_LANES + k]);
        const double high = dd_min(v[2 * GROUP_LANES + k], v[3 * GROUP_LANES + k]);
        part[k] = dd_min(dd_min(low, high), v[4 * GROUP_LANES + k]);
    }
    return dd_min(dd_min(dd_min(part[0], part[1]), dd_min(part[2], part[3])),
                  dd_min(dd_min(part[4], part[5]), dd_min(part[6], part[7])));
}

static inline double sum_of_groups(const double v[DD_SERIES])
{
    double part[GROUP_LANES];
    for (int k = 0; k < GROUP_LANES; k++) {
        part[k] = (v[k] + v[GROUP_LANES + k]) + (v[2 * GROUP_LANES + k] + v[3 * GROUP_LANES + k]) +
                  v[4 * GROUP_LANES + k];
    }
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

/* dd_cell_ocv of 40 charges, piece by piece of those between the least and the greatest. */
static inline void open_groups(const double charge[restrict DD_SERIES], double least,
                               double greatest, double volts[restrict DD_SERIES])
{
    if (!(least > 0.0 && greatest < 1.0)) {
        for (int i = 0; i < DD_SERIES; i++) {
            volts[i] = dd_cell_ocv(charge[i]);
        }
        return;
    }
    const int first = dd_cell_piece_of(least), last = dd_cell_piece_of(greatest);
    for (int piece = first; piece <= last; piece++) {
        const dd_cell_piece *own = &dd_cell_pieces[piece];
        const double start = piece > first ? (double)piece : 0.0;
        for (int i = 0; i < DD_SERIES; i++) {
            const double x = charge[i] * DD_CELL_PIECES;
            const double t = x - piece;
            const double v = own->a + t * (own->b + t * (own->c + t * own->d));
            volts[i] = x >= start ? v : volts[i];
        }
    }
}

static void scan_groups(const dd_group_facts *restrict facts, dd_group_scan *restrict scan)
{
    double charge[DD_SERIES], drop[DD_SERIES], volts[DD_SERIES], mirrored[DD_SERIES];
    for (int i = 0; i < DD_SERIES; i++) {
        charge[i] = facts->charge_frac + (double)facts->charge_offset[i] +
                    facts->moved_frac * facts->per_capacity[i];
        drop[i] = facts->drop_v * (double)facts->resistance_ratio[i];
    }
    charge[0] += facts->weak_shift_frac;
    drop[0] *= facts->weak_ratio;
    for (int i = 0; i < DD_SERIES; i++) {
        mirrored[i] = -charge[i];
        volts[i] = 0.0;
    }
    scan->charge_min_frac = least_of_groups(charge);
    open_groups(charge, scan->charge_min_frac, -least_of_groups(mirrored), volts);
    for (int i = 0; i < DD_SERIES; i++) {
        volts[i] = volts[i] - facts->polarisation_v - drop[i];
        mirrored[i] = -volts[i];
    }
    scan->min_v = least_of_groups(volts);
    scan->max_v = -least_of_groups(mirrored);
    scan->mean_v = sum_of_groups(volts) / DD_SERIES;
}

/* Heat above the rating, or what cools. */
static int heat_switches(const dd_switch_facts *restrict facts,
                         const double power_w[restrict DD_SWITCHES],
                         double current_a[restrict DD_SWITCHES],
                         double heat_a2s[restrict DD_SWITCHES])
{
    const double cooling = facts->cooling_a2, budget = facts->budget_a2s;
    int64_t hot = 0;
    for (int i = 0; i < DD_SWITCHES; i++) {
        const double current = power_w[i] * facts->per_bus_v;
        const double excess = current * current - facts->rating_a2;
        const double rate = excess > 0.0 ? excess : cooling;
        const double heat = dd_max(0.0, heat_a2s[i] + facts->step_s * rate);
        current_a[i] = current;
        heat_a2s[i] = heat;
        hot |= heat > budget ? 1 : 0;
    }
    return hot != 0;
}

#endif
