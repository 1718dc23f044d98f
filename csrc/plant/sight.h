/* A partner as a terminal sees it, in body axes. */
#ifndef DD_SIGHT_H
#define DD_SIGHT_H

#include "plant.h"

#define DD_LIGHT_M_PER_S 299792458.0

typedef struct dd_sight {
    double azimuth_rad, elevation_rad; /* apparent: light time and aberration included */
    double range_m;
    double cosine;       /* of the elevation */
    double ahead_rad[2]; /* where the sent beam must lead the received one: across, up */
    int clear;           /* line of sight free of the Earth */
} dd_sight;

/* What every terminal sees of its partner now. */
void dd_sights_look(const dd_plant *plant, dd_sight sights[DD_TERMINALS]);

#endif
