/* Maximum-power tracking of one array section, as it runs in the section's converter. */
#ifndef DD_TRACKER_H
#define DD_TRACKER_H

/* What the tracker remembers; the reference is the section voltage that the converter holds. */
typedef struct dd_tracker {
    double reference_v;
    double power_last_w;
    double direction;
} dd_tracker;

/* Data-sheet facts that aid the start. */
typedef struct dd_tracker_model {
    double maximum_v; /* section voltage of maximum power at the reference temperature */
    double slope_v_per_k;
    double reference_k;
    double dark_a; /* below this current the section is dark */
    double step_v;
} dd_tracker_model;

void dd_tracker_update(dd_tracker *tracker, const dd_tracker_model *model, double voltage_v,
                       double current_a, double temperature_k);

#endif
