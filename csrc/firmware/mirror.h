/* The tracking loop of a laser terminal: quad-cell error in, mirror angle out, per axis and sample.
 */
#ifndef DD_MIRROR_H
#define DD_MIRROR_H

enum { DD_MIRROR_LINES = 3 };

/* What the loop is designed for. A line of 0 Hz is left out. */
typedef struct dd_mirror_design {
    double sample_s;
    double crossover_hz;
    double notch_hz, notch_damping_ratio; /* the mirror's own mode, as the firmware believes it */
    double notch_pole_hz;                 /* where the notch puts two real poles instead */
    double line_hz[DD_MIRROR_LINES];
    double line_share_ratio; /* gain of a line's resonator beside the integrator's */
    double limit_rad;        /* stroke of the mirror, on the sky */
    double offload_hz;       /* crossover of the gimbal's offload */
} dd_mirror_design;

typedef struct dd_mirror_gains {
    double integral;
    double notch_b[3], notch_a[2];
    double line_gain[DD_MIRROR_LINES], line_turn[DD_MIRROR_LINES], line_keep[DD_MIRROR_LINES];
    double limit_rad;
    double offload_per_s;
} dd_mirror_gains;

/* What one axis remembers. */
typedef struct dd_mirror_axis {
    double command_rad; /* last output; the mirror follows it one sample later */
    double integral_rad;
    double notch_rad[2];
    double line_rad[DD_MIRROR_LINES][2];
} dd_mirror_axis;

void dd_mirror_tune(const dd_mirror_design *design, dd_mirror_gains *gains);
void dd_mirror_update(dd_mirror_axis *axis, const dd_mirror_gains *gains, double error_rad);
/* Gimbal rate that takes the mirror back to its centre. */
double dd_mirror_offload_rad_per_s(const dd_mirror_axis *axis, const dd_mirror_gains *gains);

#endif
