/*
 * A section in part shadow: two blocks of its substrings in series, one in the light and one in the
 * shadow, each substring with a bypass diode. Its power against voltage can have two peaks.
 */
#ifndef DD_SHADE_H
#define DD_SHADE_H

#include "section.h"

typedef struct dd_shade {
    dd_cell_curve lit;      /* the whole section without the shadow */
    double shaded_frac;     /* share of the substrings in the shadow */
    double light_frac;      /* light left there, against the light on the others */
    double substring_count; /* substrings in series */
    double bypass_a;        /* saturation current of a bypass diode */
    double bypass_v;        /* its ideality voltage */
} dd_shade;

/* Terminal voltage at a current from 0 up. */
double dd_shade_voltage(const dd_shade *shade, double current_a);
/* Current at a terminal voltage from 0 up; 0 above open circuit. */
double dd_shade_current(const dd_shade *shade, double terminal_v);
/* The higher one of the two peaks, and the current there. */
double dd_shade_maximum(const dd_shade *shade, double *current_a);
/* A current from 0 to current_max_a at which the section delivers power_w; current_max_a if it
 * delivers less than that there. */
double dd_shade_limited(const dd_shade *shade, double power_w, double current_max_a);

#endif
