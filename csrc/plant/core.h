/* The plant as its users see it: begin, start, step, read, save. */
#ifndef DD_CORE_H
#define DD_CORE_H

#include "plant.h"

size_t dd_plant_size(void);
int dd_param_index(const char *name);
int dd_param_count(void);
void dd_param_set(dd_params *params, int index, double value);
int dd_field_find(const char *group, const char *name);
int dd_field_count(void);
const char *dd_field_group(int field);
const char *dd_field_name(int field);
int dd_field_offset(int field);
int dd_field_width(int field);
int dd_field_sensed(int field);
void dd_field_spec(dd_plant *plant, int field, double noise, double bias, double scale_frac,
                   double quantum, int delay_count, int enumerated, int light);

/* begin clears the state and keeps parameters and seed; then come the specs of the fields; then
 * start, which returns 0 if the delays of all fields ask for more samples than the state keeps. */
void dd_plant_begin(dd_plant *plant, const dd_params *params, uint64_t seed, int64_t epoch_ns);
int dd_plant_start(dd_plant *plant);
/* Advances by 0.001 to 1 s; other values are refused (0), counted, and change nothing else. */
int dd_plant_step(dd_plant *plant, double dt_s);
/* The same steps for `count` satellites, one after the other; returns how many took all of them. */
size_t dd_plant_step_many(dd_plant *plants, size_t count, double dt_s, int step_count);
/* Where a field's values lie in the state, in octets. */
size_t dd_field_octets(int field);
void dd_plant_sense(const dd_plant *plant, int first, int count, double *out);
void dd_plant_truth_sensed(const dd_plant *plant, int first, int count, double *out);
void dd_plant_truth_hidden(dd_plant *plant, int first, int count, double *out);
void dd_plant_run(dd_plant *plant, double dt_s, int step_count, double number, int first, int count,
                  double *rows);
int64_t dd_plant_time_ns(const dd_plant *plant);
int64_t dd_plant_rejects(const dd_plant *plant);
/* seal writes the checksum before a copy is taken; check: 0 good, 1 size, 2 magic, 3 version, 4
 * sum. */
void dd_plant_seal(dd_plant *plant);
int dd_plant_check(const dd_plant *plant, size_t size);
/* Azimuth, elevation (rad) and range (m) of the satellite at a station. */
void dd_plant_look(const dd_plant *plant, double latitude_rad, double longitude_rad,
                   double altitude_m, double *look);

#endif
