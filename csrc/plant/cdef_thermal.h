typedef struct {
    double die_k[72];
    double plate_k[18];
    double panel_k[14];
    double panel_ice_j[14];
    double structure_k;
} dd_network;
typedef struct {
    double die_w[72];
    double plate_w[18];
    double panel_absorbed_w;
    double structure_absorbed_w;
    double plate_w_per_k[2];
    double plate_coolant_k[2];
    double panel_w_per_k[14];
    double panel_coolant_k[2];
} dd_network_load;
typedef struct {
    double plates_w[2];
    double panels_w[2];
    double radiated_w;
} dd_network_flux;
void dd_network_step(const dd_params *p, const dd_network_load *load, dd_network *network,
                     double dt_s, dd_network_flux *flux);
double dd_network_stored_j(const dd_params *p, const dd_network *network);
double dd_open_frac(double panel_k, double freeze_k, double span_k);
double dd_loop_flow(double speed_frac, double head_frac, double ways_frac, double shutoff_ratio,
                    double pipe_frac);
double dd_exchanger(double capacity_w_per_k, double ua_w_per_k);
double dd_leg_out(const double segment_k[8], double courant);
void dd_push_leg(double segment_k[8], double entering_k, double courant);
