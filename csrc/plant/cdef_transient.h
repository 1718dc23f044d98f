typedef struct {
    double threshold_v;
    double capacitance_f;
    double sample_s;
    double margin_w;
    int32_t settle_count;
} dd_undervoltage_model;
typedef struct {
    double last_v;
    int32_t hold_count;
    int32_t flag;
} dd_undervoltage;
int dd_undervoltage_sample(dd_undervoltage *unit, const dd_undervoltage_model *model, double bus_v,
                           const int32_t *order, int count, const double *power_w, int32_t *closed);
typedef struct {
    double step_s, capacitance_f, start_v;
    double reference_v, voltage_gain_a_per_v, integral_gain_a_per_v_s;
    double current_lag_s, current_max_a;
    double current_after_a;
    double array_w, array_after_w;
    double base_w, base_after_w;
    double dropout_v;
    double onset_s;
    double phase_s;
    double open_delay_s;
    double load_w[32];
    int32_t order[32];
    int32_t load_count;
    dd_undervoltage_model controller;
} dd_transient;
typedef struct {
    double flag_s;
    double shed_s;
    double voltage_min_v;
    double shed_w;
    int32_t open_count;
} dd_transient_report;
void dd_transient_run(const dd_transient *bench, int step_count, double *voltage_v,
                      double *current_a, uint32_t *closed, dd_transient_report *report);
