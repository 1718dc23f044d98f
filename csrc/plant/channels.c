#include "channels.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "rng.h"
#include "vec.h"

#define SPIKE_CHANCE 0.05
#define LIGHT_MIN_FRAC 0.05 /* with less the Sun sensors see no Sun */
#define GAP_MAX 32          /* values without delay that a run may take in */

#define DD_SENSED_ROW(group, name, count)                                                          \
    {#group, #name, (int)(offsetof(dd_sensed, group.name) / sizeof(double)), count},
#define DD_HIDDEN_ROW(group, name, count)                                                          \
    {#group, #name, (int)(offsetof(dd_hidden, group.name) / sizeof(double)), count},

_Static_assert((int)DD_CHANNEL_COUNT <= (int)DD_CHANNEL_STREAMS, "each channel needs its stream");

const dd_field_row dd_sensed_rows[] = {DD_SENSED_FIELDS(DD_SENSED_ROW)};
const dd_field_row dd_hidden_rows[] = {DD_HIDDEN_FIELDS(DD_HIDDEN_ROW)};

static const double *values(const dd_plant *plant)
{
    return (const double *)(const void *)&plant->sensed;
}

/* Before a step: the samples of now take the place of the oldest ones. */
void dd_channels_keep(dd_plant *plant)
{
    for (int i = 0; i < plant->run_count; i++) {
        dd_past_run *run = &plant->runs[i];
        memcpy(plant->past + run->past_first + run->row * run->count, values(plant) + run->first,
               (size_t)run->count * sizeof(double));
        run->row = run->row + 1 < run->delay_count ? run->row + 1 : 0;
    }
}

void dd_channels_fill(dd_plant *plant)
{
    for (int step = 0; step < DD_DELAY_MAX; step++) {
        dd_channels_keep(plant);
    }
}

static double sample(const dd_plant *plant, int channel)
{
    const dd_channel_spec *spec = &plant->specs[plant->channel_field[channel]];
    if (spec->delay_count == 0) {
        return values(plant)[channel];
    }
    const dd_past_run *run = &plant->runs[spec->run];
    return plant->past[run->past_first + run->row * run->count + channel - run->first];
}

/*
 * Puts a delayed field into the run before it, or into a new one; 0 if there is no room left. A run
 * takes in what lies between two of its fields if that is little: one long copy is cheaper.
 */
static int add_to_runs(dd_plant *plant, int field)
{
    dd_channel_spec *spec = &plant->specs[field];
    const dd_field_row *row = &dd_sensed_rows[field];
    dd_past_run *run = &plant->runs[plant->run_count > 0 ? plant->run_count - 1 : 0];
    const int end = plant->run_count > 0 ? run->past_first + run->delay_count * run->count : 0;
    const int gap = row->offset - run->first - run->count;
    const int joins =
        plant->run_count > 0 && run->delay_count == spec->delay_count && gap <= GAP_MAX;
    const int added = spec->delay_count * (row->count + (joins ? gap : 0));
    if (end + added > DD_PAST_MAX) {
        return 0;
    }
    if (joins) {
        run->count += gap + row->count;
    } else {
        run = &plant->runs[plant->run_count++];
        *run = (dd_past_run){row->offset, row->count, spec->delay_count, end, 0};
    }
    spec->run = plant->run_count - 1;
    return 1;
}

void dd_channels_record(dd_plant *plant)
{
    const double *now = values(plant);
    for (int i = 0; i < DD_FAULT_SLOTS; i++) {
        dd_sensor_fault *fault = &plant->faults[i];
        if (fault->kind == DD_SENSOR_DELAY) {
            fault->next = (fault->next + 1) % DD_FAULT_RING;
            fault->ring[fault->next] = now[fault->channel];
            fault->age_count += fault->age_count < DD_FAULT_RING ? 1 : 0;
        }
    }
}

static double quantised(double value, double quantum)
{
    return quantum > 0.0 ? quantum * dd_floor(value / quantum + 0.5) : value;
}

/* By how much little light makes the noise of a channel greater. */
static double noise_ratio(const dd_plant *plant, int channel)
{
    const int field = plant->channel_field[channel];
    if (plant->specs[field].light == DD_LIGHT_SUN) {
        const double lit = plant->world.illumination_frac;
        return lit > LIGHT_MIN_FRAC ? 1.0 / lit : 1.0;
    }
    return plant->terminals[(channel - dd_sensed_rows[field].offset) % DD_TERMINALS].noise_ratio;
}

static double measured(const dd_plant *plant, int channel, double value)
{
    const dd_channel_spec *spec = &plant->specs[plant->channel_field[channel]];
    const double ratio = spec->light == DD_LIGHT_NONE ? 1.0 : noise_ratio(plant, channel);
    const double noise = dd_random_normal(plant->seed, DD_STREAM_CHANNEL + (uint64_t)channel,
                                          (uint64_t)plant->step_count);
    return value * (1.0 + (double)plant->channel_scale[channel]) +
           (double)plant->channel_bias[channel] + spec->noise * ratio * noise;
}

static double delayed(const dd_sensor_fault *fault)
{
    int age = (int)fault->value;
    age = age >= fault->age_count ? fault->age_count - 1 : age;
    return fault->ring[(fault->next - age + DD_FAULT_RING) % DD_FAULT_RING];
}

DD_SELDOM static double faulty(const dd_plant *plant, int channel, double value, double raw)
{
    const dd_sensor_fault *fault = &plant->faults[plant->channel_fault[channel] - 1];
    const uint64_t stream = DD_STREAM_FAULT + (uint64_t)channel;
    const uint64_t step = (uint64_t)plant->step_count;
    const double age_s = (double)(plant->step_count - fault->onset_step) * plant->step_s;
    switch (fault->kind) {
    case DD_SENSOR_STUCK:
        return isnan(fault->value) ? fault->held : fault->value;
    case DD_SENSOR_BIAS:
        return value + fault->value;
    case DD_SENSOR_DRIFT:
        return value + fault->value * age_s;
    case DD_SENSOR_DROPOUT:
        return dd_random_uniform(plant->seed, stream, step) < fault->value ? (double)NAN : value;
    case DD_SENSOR_SPIKE:
        return dd_random_uniform(plant->seed, stream, step) < SPIKE_CHANCE ? value + fault->value
                                                                           : value;
    case DD_SENSOR_DELAY:
        return fault->age_count > 0 ? measured(plant, channel, delayed(fault)) : value;
    case DD_SENSOR_NOISE:
        return value + fault->value * dd_random_normal(plant->seed, stream, step);
    default:
        return value + raw * fault->value;
    }
}

void dd_channels_read(const dd_plant *plant, int first, int count, double *out)
{
    for (int i = 0; i < count; i++) {
        const int channel = first + i;
        const dd_channel_spec *spec = &plant->specs[plant->channel_field[channel]];
        const double raw = sample(plant, channel);
        double value = raw;
        if (!spec->enumerated) {
            value = measured(plant, channel, raw);
        }
        if (plant->channel_fault[channel]) {
            value = faulty(plant, channel, value, raw);
        }
        out[i] = spec->enumerated ? value : quantised(value, spec->quantum);
    }
}

int dd_channels_clear(dd_plant *plant, int channel)
{
    const int slot = plant->channel_fault[channel];
    if (slot == 0) {
        return 0;
    }
    plant->faults[slot - 1] = (dd_sensor_fault){0};
    plant->channel_fault[channel] = 0;
    return 1;
}

int dd_channels_inject(dd_plant *plant, int channel, int kind, double value)
{
    (void)dd_channels_clear(plant, channel);
    for (int i = 0; i < DD_FAULT_SLOTS; i++) {
        dd_sensor_fault *fault = &plant->faults[i];
        if (fault->kind == 0) {
            dd_channels_read(plant, channel, 1, &fault->held);
            fault->channel = channel;
            fault->kind = kind;
            fault->value = value;
            fault->onset_step = plant->step_count;
            plant->channel_fault[channel] = (uint8_t)(i + 1);
            return 1;
        }
    }
    return 0;
}

int dd_channels_start(dd_plant *plant)
{
    for (int f = 0; f < DD_SENSED_FIELD_COUNT; f++) {
        const dd_channel_spec *spec = &plant->specs[f];
        if (spec->delay_count > 0 && !add_to_runs(plant, f)) {
            return 0;
        }
        for (int i = 0; i < dd_sensed_rows[f].count; i++) {
            const int channel = dd_sensed_rows[f].offset + i;
            const uint64_t stream = DD_STREAM_CHANNEL_FIXED + (uint64_t)channel;
            plant->channel_field[channel] = (uint8_t)f;
            plant->channel_bias[channel] =
                (float)(spec->bias * dd_random_normal(plant->seed, stream, 0));
            plant->channel_scale[channel] =
                (float)(spec->scale_frac * dd_random_normal(plant->seed, stream, 1));
        }
    }
    dd_channels_fill(plant);
    return 1;
}
