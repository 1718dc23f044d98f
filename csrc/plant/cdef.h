typedef struct {
    ...;
} dd_plant;
typedef struct {
    ...;
} dd_params;

size_t dd_plant_size(void);
int dd_param_index(const char *name);
int dd_param_count(void);
void dd_param_set(dd_params *params, int index, double value);
int dd_field_find(const char *group, const char *name);
int dd_field_count(void);
const char *dd_field_group(int field);
const char *dd_field_name(int field);
int dd_field_offset(int field);
int dd_field_width(int field);
int dd_field_sensed(int field);
void dd_field_spec(dd_plant *plant, int field, double noise, double bias, double scale_frac,
                   double quantum, int delay_count, int enumerated, int light);

void dd_plant_begin(dd_plant *plant, const dd_params *params, uint64_t seed, int64_t epoch_ns);
int dd_plant_start(dd_plant *plant);
int dd_plant_step(dd_plant *plant, double dt_s);
size_t dd_plant_step_many(dd_plant *plants, size_t count, double dt_s, int step_count);
size_t dd_field_octets(int field);
void dd_plant_sense(const dd_plant *plant, int first, int count, double *out);
void dd_plant_truth_sensed(const dd_plant *plant, int first, int count, double *out);
void dd_plant_truth_hidden(dd_plant *plant, int first, int count, double *out);
void dd_plant_run(dd_plant *plant, double dt_s, int step_count, double number, int first, int count,
                  double *rows);
int64_t dd_plant_time_ns(const dd_plant *plant);
int64_t dd_plant_rejects(const dd_plant *plant);
void dd_plant_seal(dd_plant *plant);
int dd_plant_check(const dd_plant *plant, size_t size);
void dd_plant_look(const dd_plant *plant, double latitude_rad, double longitude_rad,
                   double altitude_m, double *look);

void dd_set_section(dd_plant *plant, int section, int mode, double voltage_v, double current_max_a);
void dd_set_bus_limit(dd_plant *plant, double voltage_max_v);
void dd_set_wing(dd_plant *plant, int wing, double angle_rad);
void dd_set_pack(dd_plant *plant, int pack, int enabled, double charge_voltage_max_v,
                 double charge_current_max_a, double discharge_current_max_a);
void dd_set_pack_heater(dd_plant *plant, int pack, double heater_w);
void dd_set_switch(dd_plant *plant, int index, int closed);
void dd_reset_lockout(dd_plant *plant);
void dd_set_panel_valve(dd_plant *plant, int panel, int open);
void dd_set_pump(dd_plant *plant, int loop, int unit, double speed_frac);
void dd_set_bypass(dd_plant *plant, int loop, double bypass_frac);
void dd_set_node(dd_plant *plant, int node, int state, double cap_w, int64_t lease_until_ns,
                 double fallback_w);
void dd_set_job_load(dd_plant *plant, int node, double util_frac);
void dd_set_terminal(dd_plant *plant, int terminal, int mode, double azimuth_rad,
                     double elevation_rad, double azimuth_rate_rad_per_s,
                     double elevation_rate_rad_per_s, double point_ahead_x_rad,
                     double point_ahead_y_rad, int laser_on, int partner);
void dd_set_attitude(dd_plant *plant, int mode);
const char *dd_lanes_level(void);
int dd_lanes_choose(const char *name);
double dd_exp(double x);
double dd_exp2(double x);
double dd_atan2(double y, double x);

int dd_fault_sensor(dd_plant *plant, int channel, int kind, double value);
int dd_fault_sensor_clear(dd_plant *plant, int channel);
int dd_fault_unit(dd_plant *plant, int fault, int index, double value);

void dd_sun(double days, double astronomical_unit_m, double direction[3], double *distance_m);
double dd_solar_flux(double flux_w_per_m2, double astronomical_unit_m, double distance_m);
double dd_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                          double body_radius_m);
double dd_limb_angle(const double sun[3], const double body[3], double equatorial_radius_m,
                     double flattening_frac);
double dd_flattened_shadow_fraction(const double sun[3], const double body[3], double sun_radius_m,
                                    double equatorial_radius_m, double flattening_frac);
double dd_plate_view_factor(double ratio, double cosine);
void dd_earth_rotation(double ut1_days, double tt_days, double matrix[9]);
void dd_geodetic_to_fixed(double radius_m, double flattening, double latitude_rad,
                          double longitude_rad, double altitude_m, double out[3]);
void dd_fixed_to_geodetic(double radius_m, double flattening, const double fixed[3],
                          double geodetic[3]);
void dd_look_angles(const double site[3], double latitude_rad, double longitude_rad,
                    const double target[3], double look[3]);
double dd_magnetic_latitude(const double fixed[3]);
void dd_magnetic_field(const double fixed[3], double field[3]);
int dd_south_atlantic(const double fixed[3], double strength_max_t);
typedef struct {
    double mu_m3_per_s2;
    double radius_m;
    double j2_ratio, j3_ratio, j4_ratio;
    double drag_m2_per_kg;
    double air_reference_m, air_density_kg_per_m3, air_scale_m;
    double earth_rate_rad_per_s;
    ...;
} dd_gravity;
void dd_gravity_acceleration(const dd_gravity *field, const double r[3], double a[3]);
void dd_acceleration(const dd_gravity *field, const double r[3], const double v[3], double a[3]);
void dd_orbit_rk4(const dd_gravity *field, double r[3], double v[3], double h_s);
void dd_kepler_to_state(double mu_m3_per_s2, const double elements[6], double r[3], double v[3]);
void dd_matrix_to_quaternion(const double matrix[9], double q[4]);

typedef struct {
    double photo_a;
    double dark_a;
    double voc_v;
    double slope_v;
    double series_ohm;
    double shunt_s;
} dd_cell_curve;
double dd_section_current(const dd_cell_curve *curve, double junction_v);
double dd_section_junction(const dd_cell_curve *curve, double terminal_v, double guess_v);
double dd_section_maximum(const dd_cell_curve *curve);
double dd_section_operate(const dd_cell_curve *curve, double terminal_v, double guess_v,
                          double *current_a);
double dd_section_hold(const dd_cell_curve *curve, double power_w, double maximum_v, double guess_v,
                       double *current_a);
double dd_ideal_maximum_v(double photo_a, double voc_v, double slope_v);
double dd_cell_ocv(double charge_frac);
double dd_cell_ocv_integral(double charge_frac);
double dd_cell_resistance(double r0_ohm, double cold_ratio, double temperature_k);

uint64_t dd_random_bits(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_random_uniform(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_random_normal(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_normal_quantile(double p);

typedef struct {
    double cap_w;
    double fallback_w;
    int64_t until_ns;
    int32_t state;
} dd_lease;
typedef struct {
    double idle_w;
    double sleep_w;
} dd_guard_levels;
typedef struct {
    double cap_w;
    int32_t state;
} dd_guard_order;
dd_guard_order dd_guard_decide(const dd_lease *lease, const dd_guard_levels *levels,
                               int64_t now_ns);
int dd_shed(const int32_t *order, int count, const double *power_w, int32_t *closed,
            double deficit_w, double *rest_w);
