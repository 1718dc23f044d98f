/* The coupled thermal network: dies, cold plates, radiator panels, structure. */
#ifndef DD_NETWORK_H
#define DD_NETWORK_H

#include "counts.h"
#include "params.h"
#include "state_thermal.h"

/* What flows in from outside the network during one step, and through which conductances. */
typedef struct dd_network_load {
    double die_w[DD_ACCELERATORS], plate_w[DD_NODES];
    double panel_absorbed_w, structure_absorbed_w;             /* each panel; the structure */
    double plate_w_per_k[DD_LOOPS], plate_coolant_k[DD_LOOPS]; /* each plate to a loop */
    double panel_w_per_k[DD_PANELS], panel_coolant_k[DD_LOOPS];
} dd_network_load;

/* What the coolant got and gave, and what went to space, as the step has computed it. */
typedef struct dd_network_flux {
    double plates_w[DD_LOOPS]; /* from the plates to the coolant */
    double panels_w[DD_LOOPS]; /* from the coolant to the panels */
    double radiated_w;
} dd_network_flux;

void dd_network_step(const dd_params *p, const dd_network_load *load, dd_network *network,
                     double dt_s, dd_network_flux *flux);
double dd_network_stored_j(const dd_params *p, const dd_network *network);

#endif
