/* State of the optical terminals. */
#ifndef DD_STATE_OPTICAL_H
#define DD_STATE_OPTICAL_H

#include <stdint.h>

#include "fine.h"

typedef enum dd_terminal_mode {
    DD_TERMINAL_STOW = 0,
    DD_TERMINAL_SLEW = 1,
    DD_TERMINAL_POINT = 2,
    DD_TERMINAL_ACQUIRE = 3,
    DD_TERMINAL_COARSE = 4,
    DD_TERMINAL_FINE = 5,
    DD_TERMINAL_LINK = 6,
    DD_TERMINAL_FAULT = 7
} dd_terminal_mode;

/* What the terminal and its partner know of each other. */
typedef enum dd_lock {
    DD_LOCK_NONE = 0, /* a full spiral is needed */
    DD_LOCK_HELD = 1, /* light is tracked, or was a moment ago */
    DD_LOCK_FADED = 2 /* light was lost: small spirals around where it was */
} dd_lock;

typedef struct dd_terminal {
    double azimuth_rad, elevation_rad;
    double azimuth_set_rad, elevation_set_rad;
    double azimuth_rate_rad_per_s, elevation_rate_rad_per_s;
    double point_ahead_rad[2];
    double set_age_s;
    double offset_rad[2];         /* unknown open-loop error of this attempt */
    double partner_offset_rad[2]; /* and the partner's own */
    double error_rad[2];          /* partner's direction less our line of sight: across, up */
    double bias_rad[2];           /* its mean within the last step */
    double spread_rad2;           /* its variance per axis within the last step */
    double seen_rad[2];           /* partner's azimuth and elevation at the last step */
    double spiral_s;              /* time since our spiral, or our stare, began */
    double partner_spiral_s;      /* and the partner's */
    double reply_s;               /* time since one end saw the other; negative: not yet */
    double dark_s;                /* time without light while locked */
    int64_t pass_count;           /* draws of luck */
    double gimbal_stuck, mirror_stuck, partner_lost, fade_db;
    double noise_ratio; /* of the quad cell, over that with light enough for frames */
    double stroke_frac; /* of the mirror, that its driver still gives */
    dd_fine_axis axes[2];
    int32_t mode, partner, laser_on, lock, spiral_done, sampling;
} dd_terminal;

/* Constants of all terminals, worked out once from the parameters. */
typedef struct dd_optical {
    dd_fine fine;
    double narrow_w_m2, wide_w_m2; /* light on a partner at rest, times the squared range */
    double required_w;             /* light on the receiver that carries frames */
    double noise_rad2;             /* share of the quad cell's noise in residual_rad2 */
    double residual_rad2, coarse_rad2, open_rad2; /* jitter per axis: loop, camera, none */
} dd_optical;

#endif
