#include "core.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "channels.h"
#include "frames.h"
#include "lanes.h"
#include "vec.h"

#define DD_PARAM_NAME(name) #name,

static const char *const param_names[] = {DD_PARAMS(DD_PARAM_NAME)};

int dd_param_count(void)
{
    return (int)(sizeof param_names / sizeof param_names[0]);
}

int dd_param_index(const char *name)
{
    for (int i = 0; i < dd_param_count(); i++) {
        if (strcmp(param_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

void dd_param_set(dd_params *params, int index, double value)
{
    if (index >= 0 && index < dd_param_count()) {
        ((double *)(void *)params)[index] = value;
    }
}

int dd_field_count(void)
{
    return DD_SENSED_FIELD_COUNT + DD_HIDDEN_FIELD_COUNT;
}

int dd_field_sensed(int field)
{
    return field < DD_SENSED_FIELD_COUNT;
}

static const dd_field_row *row(int field)
{
    return dd_field_sensed(field) ? &dd_sensed_rows[field]
                                  : &dd_hidden_rows[field - DD_SENSED_FIELD_COUNT];
}

int dd_field_find(const char *group, const char *name)
{
    for (int i = 0; i < dd_field_count(); i++) {
        if (strcmp(row(i)->group, group) == 0 && strcmp(row(i)->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *dd_field_group(int field)
{
    return row(field)->group;
}

const char *dd_field_name(int field)
{
    return row(field)->name;
}

int dd_field_offset(int field)
{
    return row(field)->offset;
}

int dd_field_width(int field)
{
    return row(field)->count;
}

void dd_field_spec(dd_plant *plant, int field, double noise, double bias, double scale_frac,
                   double quantum, int delay_count, int enumerated, int light)
{
    if (dd_field_sensed(field)) {
        const int32_t most = delay_count < DD_DELAY_MAX ? delay_count : DD_DELAY_MAX;
        const int32_t delay = most > 0 ? most : 0;
        plant->specs[field] =
            (dd_channel_spec){noise, bias, scale_frac, quantum, delay, enumerated, 0, light};
    }
}

void dd_plant_begin(dd_plant *plant, const dd_params *params, uint64_t seed, int64_t epoch_ns)
{
    memset(plant, 0, sizeof *plant);
    plant->magic = DD_MAGIC;
    plant->version = DD_VERSION;
    plant->size = (uint32_t)sizeof *plant;
    plant->params = *params;
    plant->seed = seed;
    plant->epoch_ns = epoch_ns;
}

static void set_step(dd_plant *plant, double dt_s)
{
    if (plant->step_s != dt_s) {
        plant->step_s = dt_s;
        plant->decay1 = exp(-dt_s / plant->params.cell_tau1_s);
        plant->decay2 = exp(-dt_s / plant->params.cell_tau2_s);
        plant->cap_decay = exp(-dt_s / plant->params.cap_latency_s);
        plant->world.slow_step = 0;
    }
}

static inline int step(dd_plant *plant, double dt_s)
{
    if (!(dt_s >= 0.001 && dt_s <= 1.0)) {
        plant->input_rejects_count++;
        return 0;
    }
    dd_channels_keep(plant);
    set_step(plant, dt_s);
    dd_world_step(plant, dt_s);
    dd_array_step(plant, dt_s);
    dd_compute_step(plant, dt_s);
    dd_bus_step(plant, dt_s);
    dd_thermal_step(plant, dt_s);
    dd_terminal_step(plant, dt_s);
    plant->elapsed_ns += (int64_t)floor(dt_s * 1e9 + 0.5);
    plant->step_count++;
    dd_publish(plant);
    dd_channels_record(plant);
    return 1;
}

static int step_plain(dd_plant *plant, double dt_s)
{
    return step(plant, dt_s);
}

/* The whole step once more for each level, in one piece: an eighth faster than lanes alone. */
#ifdef __x86_64__
#define DD_STEP_AT(level, instructions)                                                            \
    __attribute__((target(instructions), flatten)) static int step_##level(dd_plant *plant,        \
                                                                           double dt_s)            \
    {                                                                                              \
        return step(plant, dt_s);                                                                  \
    }

DD_STEP_AT(avx2, "avx2,bmi2")
DD_STEP_AT(avx512, "avx2,bmi2,avx512f,avx512vl,avx512dq")

static int (*const steps[])(dd_plant *, double) = {step_plain, step_avx2, step_avx512};
#else
static int (*const steps[])(dd_plant *, double) = {step_plain};
#endif

int dd_plant_step(dd_plant *plant, double dt_s)
{
    return steps[dd_lanes_now()->rank](plant, dt_s);
}

#define LOOK_S 0.001

/*
 * Powers, voltages and sights are the balance of a step: from the start they show what they will be
 * a millisecond on. What is stored, where the satellite is and what it counts stay as they are.
 */
static void look_ahead(dd_plant *plant)
{
    dd_plant ahead = *plant;
    const double stored_j = plant->hidden.heat.loop_stored_j[0];
    dd_sensed *now = &plant->sensed;
    const dd_sensed *soon = &ahead.sensed;
    (void)dd_plant_step(&ahead, LOOK_S);
    memcpy(now->array.section_voltage_v, soon->array.section_voltage_v,
           sizeof now->array.section_voltage_v);
    memcpy(now->array.section_current_a, soon->array.section_current_a,
           sizeof now->array.section_current_a);
    memcpy(now->array.section_mode, soon->array.section_mode, sizeof now->array.section_mode);
    memcpy(now->nodes.node_power_w, soon->nodes.node_power_w, sizeof now->nodes.node_power_w);
    memcpy(now->accelerators.accelerator_power_w, soon->accelerators.accelerator_power_w,
           sizeof now->accelerators.accelerator_power_w);
    memcpy(ahead.sensed.battery.pack_temperature_k, now->battery.pack_temperature_k,
           sizeof now->battery.pack_temperature_k);
    now->battery = soon->battery;
    now->bus = soon->bus;
    now->loops = soon->loops;
    now->terminals = soon->terminals;
    plant->hidden.ledger = ahead.hidden.ledger;
    plant->hidden.optics = ahead.hidden.optics;
    plant->hidden.heat = ahead.hidden.heat;
    plant->hidden.heat.loop_stored_j[0] = stored_j;
    plant->hidden.upsets.upset_ratio[0] = ahead.hidden.upsets.upset_ratio[0];
    memcpy(plant->hidden.motion.disturbance_n_m, ahead.hidden.motion.disturbance_n_m,
           sizeof plant->hidden.motion.disturbance_n_m);
    dd_channels_fill(plant);
}

int dd_plant_start(dd_plant *plant)
{
    for (int i = 0; i < DD_SWITCHES; i++) {
        plant->switch_closed[i] = 1;
    }
    set_step(plant, 0.1);
    dd_world_start(plant);
    dd_array_start(plant);
    dd_battery_start(plant);
    dd_compute_start(plant);
    dd_thermal_start(plant);
    dd_terminal_start(plant);
    dd_publish(plant);
    if (!dd_channels_start(plant)) {
        return 0;
    }
    look_ahead(plant);
    return 1;
}

/* Satellite by satellite, so that the state of one stays in the cache for all its steps. */
size_t dd_plant_step_many(dd_plant *plants, size_t count, double dt_s, int step_count)
{
    size_t moved = 0;
    for (size_t i = 0; i < count; i++) {
        int taken = 0;
        for (int step = 0; step < step_count; step++) {
            taken += dd_plant_step(&plants[i], dt_s);
        }
        moved += taken == step_count;
    }
    return moved;
}

size_t dd_field_octets(int field)
{
    const size_t start =
        dd_field_sensed(field) ? offsetof(dd_plant, sensed) : offsetof(dd_plant, hidden);
    return start + (size_t)row(field)->offset * sizeof(double);
}

void dd_plant_sense(const dd_plant *plant, int first, int count, double *out)
{
    dd_channels_read(plant, first, count, out);
}

void dd_plant_truth_sensed(const dd_plant *plant, int first, int count, double *out)
{
    const double *values = (const double *)(const void *)&plant->sensed;
    memcpy(out, values + first, (size_t)count * sizeof *out);
}

/* The true maximum of the array is found only when it is asked for: it costs as much as a step. */
static void copy_hidden(const dd_plant *plant, int first, int count, double *out)
{
    const double *values = (const double *)(const void *)&plant->hidden;
    memcpy(out, values + first, (size_t)count * sizeof *out);
}

void dd_plant_truth_hidden(dd_plant *plant, int first, int count, double *out)
{
    const int maximum = (int)(offsetof(dd_hidden, ledger.array_maximum_power_w) / sizeof(double));
    if (first <= maximum && maximum < first + count) {
        plant->hidden.ledger.array_maximum_power_w[0] = dd_array_maximum_w(plant);
    }
    copy_hidden(plant, first, count, out);
}

/*
 * Steps with a row of hidden truth after each: a running number, then `count` values. The array's
 * maximum power, which takes as long as a step, is worked out for the last row alone; the others
 * repeat the one before.
 */
void dd_plant_run(dd_plant *plant, double dt_s, int step_count, double number, int first, int count,
                  double *rows)
{
    for (int step = 0; step < step_count; step++) {
        (void)dd_plant_step(plant, dt_s);
        double *row = rows + (ptrdiff_t)step * (count + 1);
        row[0] = number + step;
        if (step + 1 < step_count) {
            copy_hidden(plant, first, count, row + 1);
        } else {
            dd_plant_truth_hidden(plant, first, count, row + 1);
        }
    }
}

int64_t dd_plant_time_ns(const dd_plant *plant)
{
    return plant->epoch_ns + plant->elapsed_ns;
}

int64_t dd_plant_rejects(const dd_plant *plant)
{
    return plant->input_rejects_count;
}

/* FNV-1a over everything behind the checksum. */
static uint64_t checksum(const dd_plant *plant)
{
    const unsigned char *octets = (const unsigned char *)plant;
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = offsetof(dd_plant, seed); i < sizeof *plant; i++) {
        hash = (hash ^ octets[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

void dd_plant_seal(dd_plant *plant)
{
    plant->checksum = checksum(plant);
}

int dd_plant_check(const dd_plant *plant, size_t size)
{
    if (size != sizeof *plant) {
        return 1;
    }
    if (plant->magic != DD_MAGIC || plant->size != sizeof *plant) {
        return 2;
    }
    if (plant->version != DD_VERSION) {
        return 3;
    }
    return plant->checksum == checksum(plant) ? 0 : 4;
}

size_t dd_plant_size(void)
{
    return sizeof(dd_plant);
}

void dd_plant_look(const dd_plant *plant, double latitude_rad, double longitude_rad,
                   double altitude_m, double *look)
{
    const double tt = dd_plant_days(plant);
    const double ut1 = tt - (32.184 + plant->params.tai_minus_ut1_s) / 86400.0;
    double site[3], target[3], earth[9];
    dd_earth_rotation(ut1, tt, earth);
    dd_geodetic_to_fixed(plant->params.earth_radius_m, plant->params.earth_flattening_frac,
                         latitude_rad, longitude_rad, altitude_m, site);
    dd_matrix_apply(earth, plant->world.bodies[0].r, target);
    dd_look_angles(site, latitude_rad, longitude_rad, target, look);
}
