/* Maximum-power tracking of one array section, as it runs in the section's converter. */
#ifndef DD_TRACKER_H
#define DD_TRACKER_H

#include <stdint.h>

typedef enum dd_tracker_phase {
    DD_TRACKER_CLIMB = 0,
    DD_TRACKER_PROBE = 1,
    DD_TRACKER_SCAN = 2
} dd_tracker_phase;

/* What the tracker remembers; the reference is the section voltage that the converter holds. */
typedef struct dd_tracker {
    double reference_v;
    double offset_v; /* distance of the maximum from what the data sheet expects here */
    double power_last_w;
    double direction;
    double best_w, best_v;       /* of the scan that runs */
    double settled_w, settled_a; /* power, and current near short circuit, after the last scan */
    int32_t phase;
    int32_t wait_count;    /* calls to the next probe */
    int32_t skip_count;    /* probes since the last scan that found nothing new */
    int32_t stagger_count; /* its own delay after dark, so that no two sections probe at once */
} dd_tracker;

/* Data-sheet facts that aid the start, and the habits of the search. */
typedef struct dd_tracker_model {
    double maximum_v; /* section voltage of maximum power at the reference temperature */
    double slope_v_per_k;
    double reference_k;
    double light_v; /* ideality voltage: what the voltage gains per e-fold of light */
    double full_a;  /* current near short circuit in full light */
    double dark_a;  /* below this current the section is dark */
    double step_v;
    int32_t period_count; /* calls between two probes */
} dd_tracker_model;

/* held_back: the converter was not at its reference, because the bus or its own limit held it. */
void dd_tracker_update(dd_tracker *tracker, const dd_tracker_model *model, double voltage_v,
                       double current_a, double temperature_k, int held_back);

#endif
