/* Sums in a fixed order that wide registers like. */
#ifndef DD_LANES_SUM_H
#define DD_LANES_SUM_H

#include "counts.h"

/* Four values a node, one node after the other: the sum of one node's. */
static inline double sum_of_node(const double *values, int node)
{
    const double *own = values + node * DD_NODE_ACCELERATORS;
    return (own[0] + own[1]) + (own[2] + own[3]);
}

/* Of one value a node. */
static inline double sum_of_nodes(const double values[DD_NODES])
{
    double part[6];
    for (int k = 0; k < 6; k++) {
        part[k] = (values[k] + values[6 + k]) + values[12 + k];
    }
    return ((part[0] + part[1]) + (part[2] + part[3])) + (part[4] + part[5]);
}

/* Of one value an accelerator. */
static inline double sum_of_accelerators(const double values[DD_ACCELERATORS])
{
    double part[8] = {0.0};
    for (int i = 0; i < DD_ACCELERATORS; i += 8) {
        for (int k = 0; k < 8; k++) {
            part[k] += values[i + k];
        }
    }
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

/* Of one value a section. */
static inline double sum_of_sections(const double values[DD_SECTIONS])
{
    double part[8];
    for (int k = 0; k < 8; k++) {
        part[k] = (values[k] + values[8 + k]) + values[16 + k];
    }
    return ((part[0] + part[1]) + (part[2] + part[3])) +
           ((part[4] + part[5]) + (part[6] + part[7]));
}

/* Of one value a panel of a loop. */
static inline double sum_of_row(const double values[DD_LOOP_PANELS])
{
    return ((values[0] + values[1]) + (values[2] + values[3])) +
           ((values[4] + values[5]) + values[6]);
}

#endif
