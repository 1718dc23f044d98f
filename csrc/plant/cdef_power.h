typedef struct {
    dd_cell_curve lit;
    double shaded_frac;
    double light_frac;
    double substring_count;
    double bypass_a;
    double bypass_v;
} dd_shade;
double dd_shade_voltage(const dd_shade *shade, double current_a);
double dd_shade_current(const dd_shade *shade, double terminal_v);
double dd_shade_maximum(const dd_shade *shade, double *current_a);
double dd_shade_limited(const dd_shade *shade, double power_w, double current_max_a);

typedef struct {
    double reference_v;
    double offset_v;
    double power_last_w;
    double direction;
    double best_w, best_v;
    double settled_w, settled_a;
    int32_t phase;
    int32_t wait_count;
    int32_t skip_count;
    int32_t stagger_count;
} dd_tracker;
typedef struct {
    double maximum_v;
    double slope_v_per_k;
    double reference_k;
    double light_v;
    double full_a;
    double dark_a;
    double step_v;
    int32_t period_count;
} dd_tracker_model;
void dd_tracker_update(dd_tracker *tracker, const dd_tracker_model *model, double voltage_v,
                       double current_a, double temperature_k, int held_back);

typedef struct {
    double capacity_ah, charge_efficiency_frac;
    double r0_ohm, cold_ratio;
    double r1_ohm, tau1_s, r2_ohm, tau2_s;
} dd_cell_spec;
void dd_cell_run(const dd_cell_spec *spec, double temperature_k, double step_s, int count,
                 const double *current_a, double *voltage_v, double *charge_frac);
typedef struct {
    double capacity_ratio, resistance_ratio;
    double age_days, throughput_ah;
} dd_ageing;
typedef struct {
    double days, voltage_v, temperature_k, depth_frac, throughput_frac;
} dd_cycle;
void dd_cell_age(dd_ageing *ageing, const dd_cycle *cycle, double speed_ratio);
