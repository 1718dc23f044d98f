typedef struct {
    double laser_power_w, aperture_m, wavelength_m, beam_half_angle_rad;
    double transmit_efficiency_frac;
    double receive_efficiency_frac;
    double transmit_loss_db, receive_loss_db, implementation_loss_db;
    double bit_rate_hz, sensitivity_photons_count;
} dd_link;
typedef struct {
    double transmit_gain_ratio, transmit_optics_ratio;
    double pointing_ratio;
    double jitter_ratio;
    double spread_ratio;
    double fade_ratio;
    double receive_gain_ratio, receive_optics_ratio, implementation_ratio;
    double received_w, required_w, photons_count;
} dd_link_terms;
double dd_optics_gain(double aperture_m, double wavelength_m, double efficiency_frac);
double dd_optics_beam_gain(double aperture_m, double wavelength_m, double half_angle_rad);
double dd_optics_received_w(double transmit_w, double transmit_gain, double receive_gain,
                            double wavelength_m, double range_m, double loss_db);
double dd_optics_pointing_frac(double error_rad, double half_angle_rad);
double dd_optics_mean_pointing_frac(double sigma_rad, double half_angle_rad);
double dd_optics_fade_frac(double sigma_rad, double half_angle_rad, double probability_frac);
double dd_optics_spiral_radius_rad(double time_s, double dwell_s, double spot_rad,
                                   double overlap_frac);
double dd_optics_spiral_time_s(double radius_rad, double dwell_s, double spot_rad,
                               double overlap_frac);
void dd_optics_link(const dd_link *link, double range_m, double error_rad, double jitter_rad,
                    double fade_db, dd_link_terms *terms);

typedef struct {
    double sample_s;
    double crossover_hz;
    double notch_hz, notch_damping_ratio;
    double notch_pole_hz;
    double line_hz[3];
    double line_share_ratio;
    double limit_rad;
    double offload_hz;
} dd_mirror_design;
typedef struct {
    double integral;
    double notch_b[3], notch_a[2];
    double line_gain[3], line_turn[3], line_keep[3];
    double limit_rad;
    double offload_per_s;
} dd_mirror_gains;
typedef struct {
    double command_rad;
    double integral_rad;
    double notch_rad[2];
    double line_rad[3][2];
} dd_mirror_axis;
void dd_mirror_tune(const dd_mirror_design *design, dd_mirror_gains *gains);
void dd_mirror_update(dd_mirror_axis *axis, const dd_mirror_gains *gains, double error_rad);
double dd_mirror_offload_rad_per_s(const dd_mirror_axis *axis, const dd_mirror_gains *gains);

typedef struct {
    double keep_xx, keep_xv, keep_vx, keep_vv;
} dd_second_order;
void dd_second_order_set(dd_second_order *step, double frequency_hz, double damping_ratio,
                         double step_s);
void dd_second_order_step(const dd_second_order *step, double held, double *x, double *v);
typedef struct {
    dd_second_order servo;
    double step_s;
    double rate_scale_per_s;
    double quantum_rad;
    double backlash_rad;
    double friction_rad_per_s2;
} dd_gimbal;
typedef struct {
    double set_rad;
    double motor_rad, motor_rate_rad;
    double output_rad;
} dd_gimbal_axis;
void dd_gimbal_step(const dd_gimbal *gimbal, dd_gimbal_axis *axis, double rate_rad_per_s);

typedef struct {
    dd_mirror_gains control;
    dd_second_order mirror;
    dd_gimbal gimbal;
    double sample_s;
    double jitter_keep, jitter_drive_rad;
    double noise_rad, spot_rad;
    double line_hz[3], line_rad[3];
} dd_fine;
typedef struct {
    dd_mirror_axis control;
    double mirror_rad, mirror_rate_rad;
    double jitter_rad;
    dd_gimbal_axis gimbal;
} dd_fine_axis;
typedef struct {
    uint64_t seed, stream;
    int64_t sample;
    double target_rad[2], target_rate_rad_per_s[2];
    int mirror_stuck, gimbal_stuck;
} dd_fine_input;
typedef struct {
    double mean_rad[2], mean_square_rad2[2], last_rad[2];
} dd_fine_result;
void dd_fine_set(dd_fine *fine, const dd_params *params);
void dd_fine_run(const dd_fine *fine, dd_fine_axis axes[2], const dd_fine_input *input, int count,
                 dd_fine_result *result, double *trace);
double dd_quad_reading_rad(double error_rad, double spot_rad);
void dd_fine_response(const dd_fine *fine, double frequency_hz, double *rejection_ratio,
                      double *noise_ratio);
void dd_fine_variance(const dd_fine *fine, double parts_rad2[3]);
