/* State of the compute nodes and their accelerators. */
#ifndef DD_STATE_COMPUTE_H
#define DD_STATE_COMPUTE_H

#include <stdint.h>

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

typedef struct dd_node {
    double cap_w, cap_effective_w, fallback_w, util_frac;
    double clock_frac, duty_frac, timer_s;
    double power_w, dynamic_w; /* last step: whole node; host part excluded below */
    double host_heat_w;
    double progress_s;
    double heartbeat_count;
    int64_t lease_until_ns;
    int32_t state_set, state;
    int32_t hung, pad;
} dd_node;

typedef struct dd_accelerator {
    double spread_ratio;
    double power_w;
} dd_accelerator;

#endif
