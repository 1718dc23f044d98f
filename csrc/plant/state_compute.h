/* State of the compute nodes and their accelerators. */
#ifndef DD_STATE_COMPUTE_H
#define DD_STATE_COMPUTE_H

#include <stdint.h>

#include "counts.h"

typedef enum dd_node_state {
    DD_NODE_OFF = 0,
    DD_NODE_BMC = 1,
    DD_NODE_BOOT = 2,
    DD_NODE_SLEEP = 3,
    DD_NODE_IDLE = 4,
    DD_NODE_RUN = 5,
    DD_NODE_HUNG = 6,
    DD_NODE_BOOST = 7
} dd_node_state;

/* Of each node, what is decided node by node. */
typedef struct dd_node {
    double cap_w, fallback_w, util_frac; /* as set */
    double timer_s;
    double saved_s;  /* progress of the last checkpoint */
    double stall_s;  /* until a checkpoint is written or a job has started again */
    double trip_s;   /* until the guard lets a node that latched up have power again */
    double excess_w; /* drawn by latched accelerators in the last step */
    int64_t lease_until_ns;
    int32_t state_set, state;
    int32_t hung, writing;
} dd_node;

enum { DD_NODE_LANES = 24 }; /* of nodes, filled up to whole registers */

/* Of all nodes, what every step works out. */
typedef struct dd_node_lanes {
    double order_w[DD_NODE_LANES], cap_w[DD_NODE_LANES]; /* cap that holds; the effective one */
    double util_frac[DD_NODE_LANES], host_w[DD_NODE_LANES];
    double full_w[DD_NODE_LANES]; /* dynamic power of all accelerators at full clock */
    double top_frac[DD_NODE_LANES], clock_frac[DD_NODE_LANES], duty_frac[DD_NODE_LANES];
    double power_w[DD_NODE_LANES]; /* whole node */
    double heat_w[DD_NODE_LANES];  /* of host and converter */
    double hot_count[DD_NODE_LANES], work_frac[DD_NODE_LANES];
    double progress_s[DD_NODE_LANES]; /* work that the job holds: a loss takes it back */
    double due_s[DD_NODE_LANES];      /* progress at which the next checkpoint is due */
    double alive[DD_NODE_LANES], heartbeat_count[DD_NODE_LANES];
} dd_node_lanes;

/* What radiation does to an accelerator. */
typedef enum dd_upset {
    DD_UPSET_CORRECTABLE = 0,   /* memory corrects it and counts */
    DD_UPSET_UNCORRECTABLE = 1, /* memory names it; the job goes back to its checkpoint */
    DD_UPSET_HANG = 2,          /* the node stops answering until it is cycled */
    DD_UPSET_FUNCTIONAL = 3,    /* SEFI: the accelerator is lost until it has been without power */
    DD_UPSET_SILENT = 4,        /* a wrong result that nobody sees */
    DD_UPSET_LATCHUP = 5        /* SEL: a current step that only loss of power ends */
} dd_upset;

/* Their powers are readings: sensed.accelerators.accelerator_power_w. */
typedef struct dd_accelerators {
    double spread_ratio[DD_ACCELERATORS];
    double next_s[DD_ACCELERATORS];       /* elapsed time of the next candidate upset */
    uint32_t draw_count[DD_ACCELERATORS]; /* candidates drawn so far: the counter of its stream */
    int32_t fault[DD_ACCELERATORS];       /* 0, DD_UPSET_FUNCTIONAL or DD_UPSET_LATCHUP */
} dd_accelerators;

/* Thinning: candidates come at the rate of the worst place, and are kept with what this place has.
 */
typedef struct dd_radiation {
    double solar_ratio;    /* what a solar particle event adds above the magnetic cutoff, less 1 */
    double majorant_per_s; /* rate of candidates of one accelerator */
    double next_s;         /* earliest candidate of all */
} dd_radiation;

#endif
