/* Sensor channels: what a reading is, and how it can be wrong. */
#ifndef DD_CHANNELS_H
#define DD_CHANNELS_H

#include "plant.h"

typedef enum dd_sensor_fault_kind {
    DD_SENSOR_STUCK = 1,   /* value: held reading; NaN: the reading at onset */
    DD_SENSOR_BIAS = 2,    /* value: added */
    DD_SENSOR_DRIFT = 3,   /* value: added per second since onset */
    DD_SENSOR_DROPOUT = 4, /* value: chance of NaN per sample */
    DD_SENSOR_SPIKE = 5,   /* value: size of a spike, in one sample of twenty */
    DD_SENSOR_DELAY = 6,   /* value: extra age in steps */
    DD_SENSOR_NOISE = 7,   /* value: added standard deviation */
    DD_SENSOR_SCALE = 8    /* value: added scale error, fraction */
} dd_sensor_fault_kind;

typedef struct dd_field_row {
    const char *group;
    const char *name;
    int offset; /* in doubles, within the sensed or the hidden struct */
    int count;
} dd_field_row;

extern const dd_field_row dd_sensed_rows[];
extern const dd_field_row dd_hidden_rows[];

int dd_channels_inject(dd_plant *plant, int channel, int kind, double value);
int dd_channels_clear(dd_plant *plant, int channel);
void dd_channels_read(const dd_plant *plant, int first, int count, double *out);

#endif
