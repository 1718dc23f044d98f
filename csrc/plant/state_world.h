/* State of the surroundings: bodies, Sun, attitude, view factors. */
#ifndef DD_STATE_WORLD_H
#define DD_STATE_WORLD_H

#include <stdint.h>

#include "attitude.h"
#include "counts.h"
#include "orbit.h"
#include "rigid.h"

/* World: derived each step or each second from the orbit. */
typedef struct dd_world {
    dd_body bodies[1 + DD_TERMINALS]; /* ourselves, then the partners */
    dd_gravity gravity;
    double sun_dir_eci[3];
    double sun_distance_m;
    double attitude[9];      /* body from J2000, row-major */
    double attitude_last[9]; /* one step earlier, for the rates */
    double held[9];          /* attitude held in the inertial mode */
    double illumination_frac;
    double shadow_extra_m;       /* a fault's wider shadow */
    double flux_w_per_m2;        /* at the satellite, in full light */
    double radiator_earth_frac;  /* view factors to the Earth, both sides added */
    double structure_earth_frac; /* of the structure, seen as a sphere */
    double array_front_frac;     /* of the array's sunward and other face */
    double array_back_frac;
    double albedo_cosine; /* Sun's zenith cosine below the satellite, not negative */
    double radiator_sun_cosine;
    double earth[9];       /* Earth-fixed from J2000 */
    double field_eci_t[3]; /* magnetic field at the satellite */
    dd_rigid rigid;        /* the coupled attitude; attitude[] follows it */
    dd_rigid_model rigid_model;
    dd_attitude_memory control; /* of the attitude unit's firmware */
    dd_attitude_model control_model;
    dd_attitude_order order;
    double disturbance_n_m[3];
    double gimbal_n_m_s; /* angular momentum of both wings against the body, along their line */
    double wheel_fault[DD_WHEELS]; /* 1: motor dead, 2: seized */
    double control_s, slow_s;      /* since the unit last acted, and read all its sensors */
    int32_t attitude_mode;
    int32_t slow_step; /* steps until the once-a-second part is due */
} dd_world;

#endif
