double dd_accelerator_power_w(double static_w, double dynamic_w, double duty_frac,
                              double clock_frac, double voltage_floor_frac);
double dd_clock_frac(double allowed_ratio, double top_frac, double least_frac, double floor_frac,
                     double guess_frac);
double dd_duty_frac(double allowed_ratio, double least_frac, double floor_frac);
double dd_leak_power_w(double leak_w, double die_k, double reference_k, double doubling_k);
double dd_throttled_clock(double clock_frac, double die_k, double throttle_k, double slope_per_k,
                          double limit_k, double clock_min_frac);
double dd_upset_ratio(const dd_params *p, double magnetic_latitude_rad, int south_atlantic,
                      double solar_ratio);
typedef struct {
    double measured_w;
    double expected_w;
    double margin_w;
    double off_s;
} dd_supply;
double dd_guard_trip(double left_s, const dd_supply *supply, double dt_s);
