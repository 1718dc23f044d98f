/* The bus controller's undervoltage comparator, called once per sample: it sheds without messages.
 */
#ifndef DD_UNDERVOLTAGE_H
#define DD_UNDERVOLTAGE_H

#include <stdint.h>

typedef struct dd_undervoltage_model {
    double threshold_v;   /* flag below it */
    double capacitance_f; /* of the bus: turns a falling voltage into a missing power */
    double sample_s;
    double margin_w;      /* shed on top of what is missing */
    int32_t settle_count; /* samples after a shed in which the opening switches have not acted */
} dd_undervoltage_model;

typedef struct dd_undervoltage {
    double last_v; /* previous sample; 0 before the first */
    int32_t hold_count;
    int32_t flag; /* the last sample was below the threshold */
} dd_undervoltage;

/* Returns how many switches it opened in `closed`; order and power_w hold count switches. */
int dd_undervoltage_sample(dd_undervoltage *unit, const dd_undervoltage_model *model, double bus_v,
                           const int32_t *order, int count, const double *power_w, int32_t *closed);

#endif
