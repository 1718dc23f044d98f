typedef struct {
    double q[4];
    double rate[3];
    double bend[4];
    double bend_rate[4];
    double momentum[4];
} dd_rigid;
typedef struct {
    double inertia[3];
    double inverse[3];
    double coupling[4];
    double stiffness[4];
    double damping[4];
    int32_t mode_axis[4];
    ...;
} dd_rigid_model;
void dd_rigid_prepare(dd_rigid_model *model);
void dd_rigid_step(const dd_rigid_model *model, dd_rigid *state, const double torque[3],
                   const double motor[4], double h_s);
void dd_rigid_momentum(const dd_rigid_model *model, const dd_rigid *state, double out[3]);
void dd_quaternion_to_matrix(const double q[4], double matrix[9]);
void dd_gravity_gradient(double mu_m3_per_s2, const double r_body[3], const double inertia[3],
                         double torque[3]);
void dd_light_force(double pressure_pa, double area_m2, double specular_frac, double diffuse_frac,
                    const double normal[3], const double to_sun[3], double force[3]);
double dd_air_density(double altitude_m, double reference_m, double reference_kg_per_m3,
                      double scale_m);
void dd_drag_force(double density_kg_per_m3, double drag_ratio, double area_m2,
                   const double velocity[3], double force[3]);
typedef struct {
    double q[4];
    double rate[3];
    double sun[3];
    double field_t[3];
    double wheel_rad_per_s[4];
    double position_m[3];
    double velocity_m_per_s[3];
    double days;
} dd_attitude_sensors;
typedef struct {
    double inertia[3];
    double wheel_inertia_kg_m2, wheel_torque_max_n_m, wheel_speed_max_rad_per_s;
    double dipole_max_a_m2;
    double bandwidth_rad_per_s, damping_ratio, slew_max_rad_per_s;
    double earth_mu_m3_per_s2;
    int32_t kind;
    ...;
} dd_attitude_model;
typedef struct {
    double q[4];
    double bias[3];
    double rate[3];
    double target[4];
    double dipole_a_m2[3];
    int32_t excluded[4];
    int32_t mode;
    ...;
} dd_attitude_memory;
typedef struct {
    double wheel_torque_n_m[4];
    double dipole_a_m2[3];
} dd_attitude_order;
void dd_attitude_control(dd_attitude_memory *memory, const dd_attitude_model *model,
                         const dd_attitude_sensors *sensors, int slow, int order, double period_s,
                         dd_attitude_order *out);
int dd_attitude_target(const dd_attitude_model *model, const dd_attitude_sensors *sensors,
                       double q[4], double rate[3]);
