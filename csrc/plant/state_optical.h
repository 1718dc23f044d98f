/* State of the optical terminals. */
#ifndef DD_STATE_OPTICAL_H
#define DD_STATE_OPTICAL_H

#include <stdint.h>

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

typedef struct dd_terminal {
    double azimuth_rad, elevation_rad;
    double azimuth_set_rad, elevation_set_rad;
    double azimuth_rate_rad_per_s, elevation_rate_rad_per_s;
    double point_ahead_rad[2];
    double set_age_s;
    double offset_rad[2]; /* unknown open-loop error of this attempt */
    double error_rad[2];  /* partner's direction less our line of sight: across, up */
    double spiral_s;      /* time since this pass of the spiral began */
    double reply_s;       /* time since the partner saw our beacon; negative: not yet */
    double dark_s;        /* time without light while locked */
    int64_t attempt_count, pass_count;
    double gimbal_stuck, partner_lost, fade_db;
    int32_t mode, partner, laser_on, locked, spiral_done, tried;
} dd_terminal;

#endif
