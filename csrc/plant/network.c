/*
 * One linearly implicit step of the network: (C / h + L + dE/dT) dT = f(T), with conduction L and
 * radiation E linearised at the old temperatures (Rosenbrock's method of order one; L-stable). The
 * network is a tree: four dies on a plate, plates and the roots of two rows of panels on the
 * structure. So the elimination goes from the leaves to the structure and back, without fill-in:
 * what a sparse LDL^T of this matrix does, in 105 steps.
 */
#include "network.h"

#define SIGMA_W_PER_M2K4 5.670374419e-8

/* A node while it is eliminated: diagonal, right side, and its share of the structure's change. */
typedef struct dd_row {
    double diagonal, right;
} dd_row;

static double fourth(double t)
{
    return t * t * t * t;
}

/* Right side of one plate with its dies eliminated: all four have the same diagonal. */
static dd_row plate_row(const dd_params *p, const dd_network_load *load, const dd_network *network,
                        int node, double dt_s)
{
    const double g = 1.0 / p->die_plate_k_per_w;
    const double pass = g / (p->die_heat_j_per_k / dt_s + g);
    const double plate = network->plate_k[node];
    const double *dies = network->die_k + node * DD_NODE_ACCELERATORS;
    const double *die_w = load->die_w + node * DD_NODE_ACCELERATORS;
    dd_row row = {p->plate_heat_j_per_k / dt_s + p->plate_mount_w_per_k, load->plate_w[node]};
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        const double flow = g * (dies[i] - plate);
        row.right += flow + pass * (die_w[i] - flow);
        row.diagonal += g - g * pass;
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        row.right += load->plate_w_per_k[k] * (load->plate_coolant_k[k] - plate);
        row.diagonal += load->plate_w_per_k[k];
    }
    row.right += p->plate_mount_w_per_k * (network->structure_k - plate);
    return row;
}

static void plate_back(const dd_params *p, const dd_network_load *load, dd_network *network,
                       int node, double change, double dt_s, dd_network_flux *flux)
{
    const double g = 1.0 / p->die_plate_k_per_w;
    const double inverse = 1.0 / (p->die_heat_j_per_k / dt_s + g);
    const double before = network->plate_k[node];
    double *dies = network->die_k + node * DD_NODE_ACCELERATORS;
    const double *die_w = load->die_w + node * DD_NODE_ACCELERATORS;
    for (int i = 0; i < DD_NODE_ACCELERATORS; i++) {
        dies[i] += (die_w[i] - g * (dies[i] - before) + g * change) * inverse;
    }
    network->plate_k[node] = before + change;
    for (int k = 0; k < DD_LOOPS; k++) {
        flux->plates_w[k] += load->plate_w_per_k[k] * (before + change - load->plate_coolant_k[k]);
    }
}

static double panel_emission(const dd_params *p)
{
    return 2.0 * p->radiator_area_m2 / DD_PANELS * p->radiator_emissivity_frac * SIGMA_W_PER_M2K4;
}

/* One row of panels, tip first: rows[i] then holds its node as the one nearer to the root sees it.
 */
static void panels_down(const dd_params *p, const dd_network_load *load, const dd_network *network,
                        int loop, double dt_s, dd_row rows[DD_LOOP_PANELS])
{
    const double emission = panel_emission(p), space4 = fourth(p->space_k);
    const double link = p->panel_link_w_per_k;
    const double *panels = network->panel_k + loop * DD_LOOP_PANELS;
    for (int i = DD_LOOP_PANELS - 1; i >= 0; i--) {
        const double t = panels[i];
        const double g = load->panel_w_per_k[loop * DD_LOOP_PANELS + i];
        rows[i].diagonal = p->panel_heat_j_per_k / dt_s + g + 4.0 * emission * t * t * t;
        rows[i].right = g * (load->panel_coolant_k[loop] - t) + load->panel_absorbed_w -
                        emission * (fourth(t) - space4);
        if (i > 0) {
            rows[i].diagonal += link;
            rows[i].right += link * (panels[i - 1] - t);
        }
        if (i + 1 < DD_LOOP_PANELS) {
            const double pass = link / rows[i + 1].diagonal;
            rows[i].diagonal += link - link * pass;
            rows[i].right += link * (panels[i + 1] - t) + pass * rows[i + 1].right;
        }
    }
}

/* Melting and freezing take their heat at the freezing point; heat is kept to the last bit. */
static void phase_change(const dd_params *p, double *panel_k, double *ice_j)
{
    const double full = p->panel_coolant_kg * p->coolant_fusion_j_per_kg;
    const double above = (*panel_k - p->coolant_freeze_k) * p->panel_heat_j_per_k;
    double melted = above < *ice_j ? above : *ice_j;
    if (above < 0.0) {
        melted = above > *ice_j - full ? above : *ice_j - full;
    }
    *ice_j -= melted;
    *panel_k -= melted / p->panel_heat_j_per_k;
}

static void panels_back(const dd_params *p, const dd_network_load *load, dd_network *network,
                        int loop, const dd_row rows[DD_LOOP_PANELS], double change,
                        dd_network_flux *flux)
{
    const double emission = panel_emission(p), space4 = fourth(p->space_k);
    for (int i = 0; i < DD_LOOP_PANELS; i++) {
        const int panel = loop * DD_LOOP_PANELS + i;
        const double t = network->panel_k[panel];
        if (i > 0) {
            change = (rows[i].right + p->panel_link_w_per_k * change) / rows[i].diagonal;
        }
        flux->radiated_w += emission * (fourth(t) - space4 + 4.0 * t * t * t * change);
        flux->panels_w[loop] +=
            load->panel_w_per_k[panel] * (load->panel_coolant_k[loop] - t - change);
        network->panel_k[panel] = t + change;
        phase_change(p, &network->panel_k[panel], &network->panel_ice_j[panel]);
    }
}

/* What the structure exchanges with space alone. */
static dd_row structure_row(const dd_params *p, const dd_network_load *load, double t, double dt_s)
{
    const double emission = p->structure_area_m2 * p->structure_emissivity_frac * SIGMA_W_PER_M2K4;
    const dd_row row = {p->structure_heat_j_per_k / dt_s + 4.0 * emission * t * t * t,
                        load->structure_absorbed_w - emission * (fourth(t) - fourth(p->space_k))};
    return row;
}

void dd_network_step(const dd_params *p, const dd_network_load *load, dd_network *network,
                     double dt_s, dd_network_flux *flux)
{
    const dd_network_flux nothing = {{0.0}, {0.0}, 0.0};
    const double body = network->structure_k;
    const double view = p->panel_view_m2 * SIGMA_W_PER_M2K4;
    const double to_body = p->panel_root_w_per_k + 4.0 * view * body * body * body;
    dd_row plates[DD_NODES], panels[DD_LOOPS][DD_LOOP_PANELS];
    dd_row structure = structure_row(p, load, body, dt_s);
    const double own_diagonal = structure.diagonal - p->structure_heat_j_per_k / dt_s;
    const double own_right = structure.right;
    *flux = nothing;
    for (int i = 0; i < DD_NODES; i++) {
        plates[i] = plate_row(p, load, network, i, dt_s);
        const double pass = p->plate_mount_w_per_k / plates[i].diagonal;
        structure.diagonal += p->plate_mount_w_per_k - p->plate_mount_w_per_k * pass;
        structure.right +=
            p->plate_mount_w_per_k * (network->plate_k[i] - body) + pass * plates[i].right;
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        dd_row *root = panels[k];
        const double t = network->panel_k[k * DD_LOOP_PANELS];
        const double to_panel = p->panel_root_w_per_k + 4.0 * view * t * t * t;
        const double flow = p->panel_root_w_per_k * (body - t) + view * (fourth(body) - fourth(t));
        panels_down(p, load, network, k, dt_s, root);
        root->diagonal += to_panel;
        root->right += flow;
        const double pass = to_panel / root->diagonal;
        structure.diagonal += to_body - to_body * pass;
        structure.right += pass * root->right - flow;
    }
    const double change = structure.right / structure.diagonal;
    network->structure_k = body + change;
    flux->radiated_w = load->structure_absorbed_w - own_right + own_diagonal * change;
    for (int i = 0; i < DD_NODES; i++) {
        const double moved =
            (plates[i].right + p->plate_mount_w_per_k * change) / plates[i].diagonal;
        plate_back(p, load, network, i, moved, dt_s, flux);
    }
    for (int k = 0; k < DD_LOOPS; k++) {
        const double moved = (panels[k][0].right + to_body * change) / panels[k][0].diagonal;
        panels_back(p, load, network, k, panels[k], moved, flux);
    }
}

double dd_network_stored_j(const dd_params *p, const dd_network *network)
{
    double total = p->structure_heat_j_per_k * network->structure_k;
    for (int i = 0; i < DD_ACCELERATORS; i++) {
        total += p->die_heat_j_per_k * network->die_k[i];
    }
    for (int i = 0; i < DD_NODES; i++) {
        total += p->plate_heat_j_per_k * network->plate_k[i];
    }
    for (int i = 0; i < DD_PANELS; i++) {
        total += p->panel_heat_j_per_k * network->panel_k[i] - network->panel_ice_j[i];
    }
    return total;
}
