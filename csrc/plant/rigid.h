/* Rigid body with four wheels and two bending modes per wing: how it turns. */
#ifndef DD_RIGID_H
#define DD_RIGID_H

#include <stdint.h>

#include "counts.h"

/* What moves. All in body axes, which stand on the rigid part. */
typedef struct dd_rigid {
    double q[4];                /* scalar first; v_eci = q v_body q* */
    double rate[3];             /* rad/s */
    double bend[DD_MODES];      /* modal coordinates, sqrt(kg) m */
    double bend_rate[DD_MODES]; /* and their rates */
    double momentum[DD_WHEELS]; /* of each wheel about its axis, N m s, against inertial space */
} dd_rigid;

/* Constants. Principal inertias without the wheels' own spin; a mode turns the body about one axis.
 */
typedef struct dd_rigid_model {
    double inertia[3];          /* kg m2, of body and undeformed wings */
    double inverse[3];          /* 1 / (inertia - sum of coupling^2) */
    double coupling[DD_MODES];  /* sqrt(kg) m */
    double stiffness[DD_MODES]; /* angular frequency squared, wing root held */
    double damping[DD_MODES];   /* twice the damping ratio times the angular frequency */
    int32_t mode_axis[DD_MODES];
    double by_mode[DD_MODES][4]; /* coupling of each mode to the axes, the fourth is empty */
    double by_axis[3][DD_MODES]; /* and of each axis to the modes */
} dd_rigid_model;

/* Wheels stand in a pyramid; component of each unit axis is +-1/sqrt(3). */
extern const double dd_wheel_axes[DD_WHEELS][3];

/* Fills inverse, by_mode and by_axis from inertia and coupling. */
void dd_rigid_prepare(dd_rigid_model *model);

/* One Runge-Kutta step; torque: external, body axes; motor: on each wheel, both held over the step.
 */
void dd_rigid_step(const dd_rigid_model *model, dd_rigid *state, const double torque[3],
                   const double motor[DD_WHEELS], double h_s);

/* Angular momentum of everything in body axes, N m s. */
void dd_rigid_momentum(const dd_rigid_model *model, const dd_rigid *state, double out[3]);

/* Body from J2000, row-major. */
void dd_quaternion_to_matrix(const double q[4], double matrix[9]);

#endif
