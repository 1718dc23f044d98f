#include "network.h"

#include "lanes.h"
#include "lanes_sum.h"

void dd_network_step(const dd_params *p, const dd_network_load *load, dd_network *network,
                     double dt_s, dd_network_flux *flux)
{
    dd_lanes_now()->network(p, load, network, dt_s, flux);
}

double dd_network_stored_j(const dd_params *p, const dd_network *network)
{
    double warm_k = 0.0, ice_j = 0.0;
    for (int k = 0; k < DD_LOOPS; k++) {
        warm_k += sum_of_row(network->panel_k + k * DD_LOOP_PANELS);
        ice_j += sum_of_row(network->panel_ice_j + k * DD_LOOP_PANELS);
    }
    return p->structure_heat_j_per_k * network->structure_k +
           p->die_heat_j_per_k * sum_of_accelerators(network->die_k) +
           p->plate_heat_j_per_k * sum_of_nodes(network->plate_k) + p->panel_heat_j_per_k * warm_k -
           ice_j;
}
