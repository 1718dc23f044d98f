/*
 * One linearly implicit step of the network: (C / h + L + dE/dT) dT = f(T), with conduction L and
 * radiation E linearised at the old temperatures (Rosenbrock's method of order one; L-stable). The
 * network is a tree: four dies on a plate, plates and the roots of two rows of panels on the
 * structure. So the elimination goes from the leaves to the structure and back, without fill-in:
 * what a sparse LDL^T of this matrix does. All plates have the same diagonal, and so have all dies.
 */
#ifndef DD_LANES_NETWORK_H
#define DD_LANES_NETWORK_H

#include "lanes.h"
#include "lanes_sum.h"
#include "network.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8

/* Plates while they are eliminated: right sides, one inverse of the diagonal for all. */
typedef struct dd_plate_rows {
    double right[DD_NODES];
    double inverse; /* of a plate's diagonal */
    double die_inverse, die_w_per_k;
} dd_plate_rows;

/* Panels, root first, both rows side by side. */
typedef struct dd_panel_rows {
    double right[DD_LOOP_PANELS][DD_LOOPS], inverse[DD_LOOP_PANELS][DD_LOOPS];
    double emitted_w[DD_PANELS], slope_w_per_k[DD_PANELS]; /* of emission, less what space sends */
} dd_panel_rows;

static double fourth(double t)
{
    return t * t * t * t;
}

/* Right sides of the plates with their dies eliminated. */
static void plates_down(const dd_params *p, const dd_network_load *restrict load,
                        const dd_network *restrict network, double dt_s,
                        dd_plate_rows *restrict rows)
{
    const double g = 1.0 / p->die_plate_k_per_w;
    const double die_inverse = 1.0 / (p->die_heat_j_per_k / dt_s + g);
    const double pass = g * die_inverse, keep = g - g * pass;
    const double to_coolant = load->plate_w_per_k[0] + load->plate_w_per_k[1];
    const double from_coolant = load->plate_w_per_k[0] * load->plate_coolant_k[0] +
                                load->plate_w_per_k[1] * load->plate_coolant_k[1];
    const double mount = p->plate_mount_w_per_k;
    const double outside = from_coolant + mount * network->structure_k;
    const double leaving = to_coolant + mount;
    for (int n = 0; n < DD_NODES; n++) {
        const double plate = network->plate_k[n];
        const double warmer = sum_of_node(network->die_k, n) - DD_NODE_ACCELERATORS * plate;
        rows->right[n] = load->plate_w[n] + keep * warmer + pass * sum_of_node(load->die_w, n) +
                         (outside - leaving * plate);
    }
    rows->die_inverse = die_inverse;
    rows->die_w_per_k = g;
    rows->inverse = 1.0 / (p->plate_heat_j_per_k / dt_s + leaving + DD_NODE_ACCELERATORS * keep);
}

static void plates_back(const dd_params *p, const dd_network_load *restrict load,
                        dd_network *restrict network, const dd_plate_rows *restrict rows,
                        double change, dd_network_flux *restrict flux)
{
    const double from_structure = p->plate_mount_w_per_k * change;
    const double g = rows->die_w_per_k, inverse = rows->die_inverse;
    double base[DD_ACCELERATORS];
    for (int n = 0; n < DD_NODES; n++) {
        network->plate_k[n] += (rows->right[n] + from_structure) * rows->inverse;
    }
    for (int n = 0; n < DD_NODES; n++) {
        for (int k = 0; k < DD_NODE_ACCELERATORS; k++) {
            base[n * DD_NODE_ACCELERATORS + k] = network->plate_k[n];
        }
    }
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        const double die = network->die_k[i];
        network->die_k[i] = die + (load->die_w[i] - g * (die - base[i])) * inverse;
    }
    const double sum_k = sum_of_nodes(network->plate_k);
    for (int k = 0; k < DD_LOOPS; k++) {
        flux->plates_w[k] = load->plate_w_per_k[k] * (sum_k - DD_NODES * load->plate_coolant_k[k]);
    }
}

static void panel_emission(const dd_params *p, const double panel_k[restrict DD_PANELS],
                           dd_panel_rows *restrict rows)
{
    const double emission =
        2.0 * p->radiator_area_m2 / DD_PANELS * p->radiator_emissivity_frac * SIGMA_W_PER_M2K4;
    const double space4 = fourth(p->space_k);
    for (int i = 0; i < DD_PANELS; i++) {
        const double t = panel_k[i], cube = t * t * t;
        rows->slope_w_per_k[i] = 4.0 * emission * cube;
        rows->emitted_w[i] = emission * (cube * t - space4);
    }
}

/* Both rows of panels, tips first: a row then holds its node as the one nearer to the root sees it.
 * Of the roots' rows the diagonal is left, to which the structure adds. */
static void panels_down(const dd_params *p, const dd_network_load *restrict load,
                        const dd_network *restrict network, double dt_s,
                        dd_panel_rows *restrict rows, double root_diagonal[DD_LOOPS])
{
    const double storage = p->panel_heat_j_per_k / dt_s, link = p->panel_link_w_per_k;
    double outer_k[DD_LOOPS] = {0.0, 0.0}, outer_pass[DD_LOOPS] = {0.0, 0.0};
    double outer_right[DD_LOOPS] = {0.0, 0.0}, outer_link = 0.0;
    for (int i = DD_LOOP_PANELS - 1; i >= 0; i--) {
        const double inner_link = i > 0 ? link : 0.0;
        for (int k = 0; k < DD_LOOPS; k++) {
            const int panel = k * DD_LOOP_PANELS + i;
            const double t = network->panel_k[panel], g = load->panel_w_per_k[panel];
            const double inner_k = i > 0 ? network->panel_k[panel - 1] : t;
            const double diagonal = storage + g + rows->slope_w_per_k[panel] + inner_link +
                                    (outer_link - outer_link * outer_pass[k]);
            rows->right[i][k] = g * (load->panel_coolant_k[k] - t) + load->panel_absorbed_w -
                                rows->emitted_w[panel] + inner_link * (inner_k - t) +
                                outer_link * (outer_k[k] - t) + outer_pass[k] * outer_right[k];
            rows->inverse[i][k] = 1.0 / diagonal;
            outer_pass[k] = link * rows->inverse[i][k];
            outer_right[k] = rows->right[i][k];
            outer_k[k] = t;
            root_diagonal[k] = diagonal;
        }
        outer_link = link;
    }
}

/* Melting and freezing take their heat at the freezing point; heat is kept to the last bit. */
static void phase_change(const dd_params *p, dd_network *restrict network)
{
    const double full = p->panel_coolant_kg * p->coolant_fusion_j_per_kg;
    const double heat = p->panel_heat_j_per_k, per_heat = 1.0 / p->panel_heat_j_per_k;
    for (int i = 0; i < DD_PANELS; i++) {
        const double ice = network->panel_ice_j[i];
        const double above = (network->panel_k[i] - p->coolant_freeze_k) * heat;
        const double thawed = above < ice ? above : ice;
        const double frozen = above > ice - full ? above : ice - full;
        const double melted = above < 0.0 ? frozen : thawed;
        network->panel_ice_j[i] = ice - melted;
        network->panel_k[i] -= melted * per_heat;
    }
}

static void panels_back(const dd_params *p, const dd_network_load *restrict load,
                        dd_network *restrict network, const dd_panel_rows *restrict rows,
                        const double root_change[DD_LOOPS], dd_network_flux *restrict flux)
{
    double change[DD_PANELS], taken[DD_PANELS], emitted[DD_PANELS];
    for (int k = 0; k < DD_LOOPS; k++) {
        double last = root_change[k];
        change[k * DD_LOOP_PANELS] = last;
        for (int i = 1; i < DD_LOOP_PANELS; i++) {
            last = (rows->right[i][k] + p->panel_link_w_per_k * last) * rows->inverse[i][k];
            change[k * DD_LOOP_PANELS + i] = last;
        }
    }
    for (int i = 0; i < DD_PANELS; i++) {
        const double coolant = load->panel_coolant_k[i / DD_LOOP_PANELS];
        const double t = network->panel_k[i] + change[i];
        emitted[i] = rows->emitted_w[i] + rows->slope_w_per_k[i] * change[i];
        taken[i] = load->panel_w_per_k[i] * (coolant - t);
        network->panel_k[i] = t;
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        flux->panels_w[k] = sum_of_row(taken + k * DD_LOOP_PANELS);
        flux->radiated_w += sum_of_row(emitted + k * DD_LOOP_PANELS);
    }
    phase_change(p, network);
}

static void network_step(const dd_params *p, const dd_network_load *restrict load,
                         dd_network *restrict network, double dt_s, dd_network_flux *restrict flux)
{
    const double body = network->structure_k, body3 = body * body * body;
    const double view = p->panel_view_m2 * SIGMA_W_PER_M2K4;
    const double to_body = p->panel_root_w_per_k + 4.0 * view * body3;
    const double mount = p->plate_mount_w_per_k;
    const double emission = p->structure_area_m2 * p->structure_emissivity_frac * SIGMA_W_PER_M2K4;
    const double own_diagonal = 4.0 * emission * body3;
    const double own_right =
        load->structure_absorbed_w - emission * (body3 * body - fourth(p->space_k));
    double diagonal = p->structure_heat_j_per_k / dt_s + own_diagonal, right = own_right;
    double root_diagonal[DD_LOOPS], root_change[DD_LOOPS];
    dd_plate_rows plates;
    dd_panel_rows panels;
    plates_down(p, load, network, dt_s, &plates);
    panel_emission(p, network->panel_k, &panels);
    panels_down(p, load, network, dt_s, &panels, root_diagonal);
    const double pass = mount * plates.inverse;
    diagonal += DD_NODES * (mount - mount * pass);
    right += mount * (sum_of_nodes(network->plate_k) - DD_NODES * body) +
             pass * sum_of_nodes(plates.right);
    for (int k = 0; k < DD_LOOPS; k++) {
        const double t = network->panel_k[k * DD_LOOP_PANELS], cube = t * t * t;
        const double to_panel = p->panel_root_w_per_k + 4.0 * view * cube;
        const double flow = p->panel_root_w_per_k * (body - t) + view * (body3 * body - cube * t);
        panels.inverse[0][k] = 1.0 / (root_diagonal[k] + to_panel);
        panels.right[0][k] += flow;
        const double root_pass = to_panel * panels.inverse[0][k];
        diagonal += to_body - to_body * root_pass;
        right += root_pass * panels.right[0][k] - flow;
    }
    const double change = right / diagonal;
    network->structure_k = body + change;
    flux->radiated_w = load->structure_absorbed_w - own_right + own_diagonal * change;
    plates_back(p, load, network, &plates, change, flux);
    for (int k = 0; k < DD_LOOPS; k++) {
        root_change[k] = (panels.right[0][k] + to_body * change) * panels.inverse[0][k];
    }
    panels_back(p, load, network, &panels, root_change, flux);
}

#endif
