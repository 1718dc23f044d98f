/*
 * Beaconless acquisition with widened beams: the end that leads sweeps a spiral, the other stares
 * with its camera. Seen, the starer centres and answers; the leader's camera sees the answer, stops
 * and centres. Even terminals lead and look at the odd ones of their neighbours.
 */
#include "acquisition.h"

#include <math.h>

#include "optics.h"
#include "rng.h"
#include "vec.h"

uint64_t dd_terminal_stream(int index, int use)
{
    return DD_STREAM_TERMINAL + (uint64_t)(DD_USES * index + use);
}

static void draw(const dd_plant *plant, int index, int use, double sigma, double out[2])
{
    const uint64_t counter = (uint64_t)plant->terminals[index].pass_count;
    for (int i = 0; i < 2; i++) {
        out[i] = sigma * dd_random_normal(plant->seed, dd_terminal_stream(index, use + i), counter);
    }
}

static double pass_s(const dd_params *p, double radius_rad)
{
    return dd_optics_spiral_time_s(radius_rad, p->spiral_dwell_s, p->spiral_spot_rad,
                                   p->spiral_overlap_frac);
}

static double limit_rad(const dd_plant *plant, int index)
{
    const int faded = plant->terminals[index].lock == DD_LOCK_FADED;
    return faded ? plant->params.reacquisition_limit_rad : plant->params.acquisition_limit_rad;
}

/* The partner began at its own time: anywhere in its pass. */
static void restart(dd_plant *plant, int index)
{
    dd_terminal *terminal = &plant->terminals[index];
    const double share = dd_random_uniform(plant->seed, dd_terminal_stream(index, DD_USE_PHASE),
                                           (uint64_t)terminal->pass_count);
    terminal->spiral_s = 0.0;
    terminal->partner_spiral_s = share * pass_s(&plant->params, limit_rad(plant, index));
    terminal->reply_s = -1.0;
}

void dd_acquisition_begin(dd_plant *plant, int index)
{
    dd_terminal *terminal = &plant->terminals[index];
    const double sigma = plant->params.open_loop_sigma_rad;
    terminal->pass_count++;
    terminal->lock = DD_LOCK_NONE;
    draw(plant, index, DD_USE_OFFSET, sigma, terminal->offset_rad);
    draw(plant, index, DD_USE_PARTNER, sigma, terminal->partner_offset_rad);
    restart(plant, index);
}

void dd_acquisition_resume(dd_plant *plant, int index)
{
    dd_terminal *terminal = &plant->terminals[index];
    const double drift = plant->params.drift_rad_per_s * terminal->dark_s;
    const double sigma = sqrt(plant->optical.open_rad2 + drift * drift);
    terminal->pass_count++;
    terminal->lock = DD_LOCK_FADED;
    draw(plant, index, DD_USE_OFFSET, sigma, terminal->offset_rad);
    draw(plant, index, DD_USE_PARTNER, sigma, terminal->partner_offset_rad);
    restart(plant, index);
}

double dd_terminal_light_w(const dd_plant *plant, int index, const dd_sight *sight, int wide)
{
    const double fade_db = plant->terminals[index].fade_db;
    const double on_axis = wide ? plant->optical.wide_w_m2 : plant->optical.narrow_w_m2;
    const double fade = fade_db != 0.0 ? pow(10.0, -0.1 * fade_db) : 1.0;
    return on_axis * fade / (sight->range_m * sight->range_m);
}

/* Whether a camera frame stands above the threshold. */
static int detected(const dd_plant *plant, int index, int use, double light_w)
{
    const dd_params *p = &plant->params;
    const double noise = dd_random_normal(plant->seed, dd_terminal_stream(index, use),
                                          (uint64_t)plant->terminals[index].pass_count);
    return light_w + p->camera_noise_w * noise > p->acquisition_sensitivity_w;
}

/* The spot that comes nearest misses by up to half a spacing each way, and shakes. */
static int beacon_seen(const dd_plant *plant, int index, const dd_sight *sight)
{
    const dd_params *p = &plant->params;
    const uint64_t pass = (uint64_t)plant->terminals[index].pass_count;
    const double spacing = p->spiral_overlap_frac * p->spiral_spot_rad;
    double shake[2], miss2 = 0.0;
    draw(plant, index, DD_USE_JITTER, sqrt(plant->optical.open_rad2), shake);
    for (int i = 0; i < 2; i++) {
        const uint64_t stream = dd_terminal_stream(index, DD_USE_MISS + i);
        const double miss = spacing * (dd_random_uniform(plant->seed, stream, pass) - 0.5);
        miss2 += (miss + shake[i]) * (miss + shake[i]);
    }
    const double light = dd_terminal_light_w(plant, index, sight, 1) *
                         dd_optics_pointing_frac(sqrt(miss2), p->acquisition_beam_half_angle_rad);
    return detected(plant, index, DD_USE_DETECT, light);
}

/* The starer answers centred, so its light falls short by the camera loop's residual alone. */
static int answer_seen(const dd_plant *plant, int index, const dd_sight *sight)
{
    const double light =
        dd_terminal_light_w(plant, index, sight, 1) *
        dd_optics_mean_pointing_frac(sqrt(plant->optical.coarse_rad2),
                                     plant->params.acquisition_beam_half_angle_rad);
    return detected(plant, index, DD_USE_DETECT + 1, light);
}

static double size(const double error[2])
{
    return sqrt(error[0] * error[0] + error[1] * error[1]);
}

/* How many passes of a spiral have gone by some time of theirs. */
static double passes(double clock_s, double offset_s, double pass)
{
    return ceil((clock_s - offset_s) / pass);
}

/* Time since the spot passed over the other end within this step; negative: it did not. */
static double since_hit_s(double clock_s, double dt_s, double hit_s, double pass)
{
    const double hits = passes(clock_s, hit_s, pass);
    if (hit_s > pass || hits <= passes(clock_s - dt_s, hit_s, pass)) {
        return -1.0;
    }
    return clock_s - hit_s - pass * (hits - 1.0);
}

int dd_acquisition_step(dd_plant *plant, int index, const dd_sight *sight, int possible,
                        double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    const int leads = index % 2 == 0;
    const double *swept = leads ? terminal->error_rad : terminal->partner_offset_rad;
    const double *stared = leads ? terminal->partner_offset_rad : terminal->error_rad;
    const double pass = pass_s(p, limit_rad(plant, index));
    terminal->spiral_s += dt_s;
    terminal->partner_spiral_s += dt_s;
    terminal->spiral_done =
        passes(terminal->spiral_s, 0.0, pass) > passes(terminal->spiral_s - dt_s, 0.0, pass) &&
        terminal->spiral_s > pass;
    if (!possible) {
        terminal->reply_s = -1.0;
    } else if (terminal->reply_s >= 0.0) {
        terminal->reply_s += dt_s;
    } else if (size(stared) < p->camera_field_rad) {
        const double clock_s = leads ? terminal->spiral_s : terminal->partner_spiral_s;
        const double since = since_hit_s(clock_s, dt_s, pass_s(p, size(swept)), pass);
        if (since >= 0.0) {
            terminal->pass_count++;
            const int seen = beacon_seen(plant, index, sight) && answer_seen(plant, index, sight);
            terminal->reply_s = seen ? since : -1.0;
        }
    }
    return terminal->reply_s >= 2.0 * (p->centring_s + sight->range_m / DD_LIGHT_M_PER_S);
}
