/* How two terminals find each other. */
#ifndef DD_ACQUISITION_H
#define DD_ACQUISITION_H

#include "sight.h"

/* Streams of randomness of one terminal. */
enum {
    DD_USE_ERROR = 0,
    DD_USE_OFFSET = 2,
    DD_USE_PARTNER = 4,
    DD_USE_MISS = 6,
    DD_USE_JITTER = 8,
    DD_USE_DETECT = 10,
    DD_USE_PHASE = 12,
    DD_USES = 16
};

uint64_t dd_terminal_stream(int index, int use);
/* A new, unknown pointing error at both ends: alignment, star tracker, ephemeris. */
void dd_acquisition_begin(dd_plant *plant, int index);
/* After a fade: both ends have drifted for a while, and search near where they were. */
void dd_acquisition_resume(dd_plant *plant, int index);
/* One step of the search; possible: nothing keeps the light away. Non-zero when both ends see. */
int dd_acquisition_step(dd_plant *plant, int index, const dd_sight *sight, int possible,
                        double dt_s);
/* Light on an aperture at rest, W, with the widened or the link's beam. */
double dd_terminal_light_w(const dd_plant *plant, int index, const dd_sight *sight, int wide);

#endif
