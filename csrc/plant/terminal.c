/* Four laser terminals: gimbal, lock, fine tracking (statistical or sampled), link. */
#include <math.h>

#include "acquisition.h"
#include "optics.h"
#include "plant.h"
#include "rng.h"
#include "sight.h"
#include "vec.h"

#define DD_PI 3.14159265358979323846
#define GIVE_UP_S 3.0 /* small spirals after a fade, then a search from the start */
#define QUAD_SHARE 0.1
#define SETPOINT_LIFE_S 2.0
#define NOISE_RATIO_MAX 1e3
#define REACH_SIGMAS 3.0 /* a mirror of a shorter stroke than this takes no jitter away */
#define FINE_STREAM 256U
#define FINE_STREAMS 8U

static double wrap(double angle)
{
    return angle - 2.0 * DD_PI * dd_floor((angle + DD_PI) * (0.5 / DD_PI));
}

static void drive(const dd_params *p, dd_terminal *terminal, double azimuth, double elevation,
                  double dt_s)
{
    const double reach = p->slew_rate_max_rad_per_s * dt_s;
    if (terminal->gimbal_stuck > 0.5) {
        return;
    }
    const double az = dd_clamp(azimuth, -p->azimuth_limit_rad, p->azimuth_limit_rad);
    const double el = dd_clamp(elevation, p->elevation_min_rad, p->elevation_max_rad);
    terminal->azimuth_rad += dd_clamp(az - terminal->azimuth_rad, -reach, reach);
    terminal->elevation_rad += dd_clamp(el - terminal->elevation_rad, -reach, reach);
}

/* Partner's direction less the gimbal's, on the sky. */
static void lag(const dd_terminal *terminal, const dd_sight *sight, double out[2])
{
    out[0] = wrap(sight->azimuth_rad - terminal->azimuth_rad) * sight->cosine;
    out[1] = sight->elevation_rad - terminal->elevation_rad;
}

static double size(const double error[2])
{
    return sqrt(error[0] * error[0] + error[1] * error[1]);
}

static int is_fine(const dd_terminal *terminal)
{
    return terminal->mode == DD_TERMINAL_FINE || terminal->mode == DD_TERMINAL_LINK;
}

/* Gimbal where it was told to look; what it misses is not known on board. */
static void point(const dd_params *p, dd_terminal *terminal, const dd_sight *sight, double dt_s)
{
    const int stow = terminal->mode == DD_TERMINAL_STOW;
    terminal->set_age_s += dt_s;
    const double age = dd_min(terminal->set_age_s, SETPOINT_LIFE_S);
    const double az = terminal->azimuth_set_rad + age * terminal->azimuth_rate_rad_per_s;
    const double el = terminal->elevation_set_rad + age * terminal->elevation_rate_rad_per_s;
    drive(p, terminal, stow ? 0.0 : az, stow ? 0.0 : el, dt_s);
    lag(terminal, sight, terminal->bias_rad);
    for (int i = 0; i < 2; i++) {
        terminal->bias_rad[i] += terminal->offset_rad[i];
        terminal->error_rad[i] = terminal->bias_rad[i];
    }
    terminal->spread_rad2 = 0.0;
}

static double stroke_rad(const dd_params *p, const dd_terminal *terminal)
{
    return terminal->mirror_stuck > 0.5 ? 0.0 : terminal->stroke_frac * p->mirror_limit_rad;
}

/* Jitter that is left per axis: without light or a mirror that reaches it all of it, and the drift
 * of the hold. */
static double spread_rad2(const dd_plant *plant, const dd_terminal *terminal)
{
    const dd_optical *optical = &plant->optical;
    const double drift = plant->params.drift_rad_per_s * terminal->dark_s;
    if (terminal->dark_s > 0.0 ||
        stroke_rad(&plant->params, terminal) < REACH_SIGMAS * sqrt(optical->open_rad2)) {
        return optical->open_rad2 + drift * drift;
    }
    const double limit = plant->params.mirror_limit_rad;
    const double more = terminal->noise_ratio * terminal->noise_ratio - 1.0;
    return is_fine(terminal)
               ? dd_min(optical->residual_rad2 + more * optical->noise_rad2, limit * limit)
               : optical->coarse_rad2;
}

/* Statistical fidelity: the mirror takes up what the gimbal misses, within its stroke. */
DD_SELDOM static void follow(dd_plant *plant, int index, const dd_sight *sight, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    const double stroke = stroke_rad(p, terminal);
    const int faded = terminal->lock == DD_LOCK_FADED;
    double away[2];
    drive(p, terminal, sight->azimuth_rad, sight->elevation_rad, dt_s);
    lag(terminal, sight, away);
    terminal->spread_rad2 = spread_rad2(plant, terminal);
    const double sigma = faded ? 0.0 : sqrt(terminal->spread_rad2);
    for (int i = 0; i < 2; i++) {
        terminal->bias_rad[i] =
            away[i] - dd_clamp(away[i], -stroke, stroke) + (faded ? terminal->offset_rad[i] : 0.0);
        terminal->error_rad[i] =
            terminal->bias_rad[i] +
            sigma * dd_random_normal(plant->seed, dd_terminal_stream(index, DD_USE_ERROR + i),
                                     (uint64_t)plant->step_count);
    }
}

/* The loop starts with the mirror where coarse tracking left it. */
static void close_loop(const dd_params *p, dd_terminal *terminal, const double away[2])
{
    for (int i = 0; i < 2; i++) {
        const double stroke = terminal->stroke_frac * p->mirror_limit_rad;
        const double angle = dd_clamp(away[i] - terminal->error_rad[i], -stroke, stroke);
        terminal->axes[i] = (dd_fine_axis){0};
        terminal->axes[i].mirror_rad = angle;
        terminal->axes[i].control.integral_rad = angle;
        terminal->axes[i].control.command_rad = angle;
    }
    terminal->sampling = 1;
}

/* The gimbal moved within the stretch; its output becomes the next origin. */
static void carry_gimbal(const dd_params *p, dd_terminal *terminal, double cosine)
{
    const double moved[2] = {terminal->axes[0].gimbal.output_rad,
                             terminal->axes[1].gimbal.output_rad};
    for (int i = 0; i < 2; i++) {
        terminal->axes[i].gimbal.set_rad -= moved[i];
        terminal->axes[i].gimbal.motor_rad -= moved[i];
        terminal->axes[i].gimbal.output_rad = 0.0;
    }
    const double az = terminal->azimuth_rad + moved[0] / dd_max(cosine, 0.01);
    terminal->azimuth_rad = dd_clamp(az, -p->azimuth_limit_rad, p->azimuth_limit_rad);
    terminal->elevation_rad =
        dd_clamp(terminal->elevation_rad + moved[1], p->elevation_min_rad, p->elevation_max_rad);
}

/* Sampled fidelity: the firmware's loop against mirror, gimbal, jitter and quad cell. */
DD_SELDOM static void sample(dd_plant *plant, int index, const dd_sight *sight, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    const dd_fine *fine = &plant->optical.fine;
    dd_fine weak;
    if (terminal->stroke_frac < 1.0 || terminal->noise_ratio > 1.0) {
        weak = *fine;
        weak.control.limit_rad *= terminal->stroke_frac; /* the driver's end stop is the loop's */
        weak.noise_rad *= terminal->noise_ratio;
        fine = &weak;
    }
    const dd_sight before = {.azimuth_rad = terminal->seen_rad[0],
                             .elevation_rad = terminal->seen_rad[1],
                             .cosine = sight->cosine};
    const double elapsed_s = (double)plant->elapsed_ns * 1e-9;
    double start[2], end[2];
    lag(terminal, &before, start);
    lag(terminal, sight, end);
    if (!terminal->sampling) {
        close_loop(p, terminal, start);
    }
    const dd_fine_input input = {
        .seed = plant->seed,
        .stream = DD_STREAM_TERMINAL + FINE_STREAM + FINE_STREAMS * (uint64_t)index,
        .sample = (int64_t)floor(elapsed_s / fine->sample_s + 0.5),
        .target_rad = {start[0], start[1]},
        .target_rate_rad_per_s = {(end[0] - start[0]) / dt_s, (end[1] - start[1]) / dt_s},
        .mirror_stuck = terminal->mirror_stuck > 0.5,
        .gimbal_stuck = terminal->gimbal_stuck > 0.5};
    const int count = (int)dd_max(1.0, floor(dt_s / fine->sample_s + 0.5));
    dd_fine_result result;
    dd_fine_run(fine, terminal->axes, &input, count, &result, 0);
    terminal->spread_rad2 = 0.0;
    for (int i = 0; i < 2; i++) {
        terminal->bias_rad[i] = result.mean_rad[i];
        terminal->error_rad[i] = result.last_rad[i];
        terminal->spread_rad2 +=
            0.5 * (result.mean_square_rad2[i] - result.mean_rad[i] * result.mean_rad[i]);
    }
    carry_gimbal(p, terminal, sight->cosine);
}

/* Mean share of the light at a static error under the jitter of the last step. */
static double kept(const dd_plant *plant, const dd_terminal *terminal, const double error[2])
{
    const double theta = plant->params.beam_half_angle_rad;
    const double wide2 = theta * theta + 4.0 * terminal->spread_rad2;
    return theta * theta / wide2 * exp(-2.0 * (error[0] * error[0] + error[1] * error[1]) / wide2);
}

/* By reciprocity our error costs the receiver's fibre what it costs the sent beam; that one also
 * pays for a wrong point-ahead. */
static void publish_link(dd_plant *plant, int index, const dd_sight *sight, double light)
{
    const dd_terminal *terminal = &plant->terminals[index];
    double received = 0.0, sent = 0.0;
    if (terminal->mode == DD_TERMINAL_LINK && light > 0.0) {
        const double miss[2] = {
            terminal->bias_rad[0] + terminal->point_ahead_rad[0] - sight->ahead_rad[0],
            terminal->bias_rad[1] + terminal->point_ahead_rad[1] - sight->ahead_rad[1]};
        const double share = (1.0 - QUAD_SHARE) * light;
        received = share * kept(plant, terminal, terminal->bias_rad);
        sent = share * kept(plant, terminal, miss);
    }
    plant->sensed.terminals.receiver_power_w[index] = received;
    plant->sensed.terminals.frame_lock[index] = dd_min(received, sent) > plant->optical.required_w;
}

/* The cell's own noise stays while its light fades below what carries frames. */
static double noise_ratio(const dd_plant *plant, double light)
{
    const double ratio = plant->optical.required_w / dd_max(light, 1e-30);
    return light > 0.0 ? dd_clamp(ratio, 1.0, NOISE_RATIO_MAX) : 1.0;
}

static void publish(dd_plant *plant, int index, const dd_sight *sight, double light)
{
    dd_terminal *terminal = &plant->terminals[index];
    terminal->noise_ratio = noise_ratio(plant, light);
    plant->sensed.terminals.terminal_mode[index] = terminal->mode;
    plant->sensed.terminals.azimuth_rad[index] = terminal->azimuth_rad;
    plant->sensed.terminals.elevation_rad[index] = terminal->elevation_rad;
    plant->sensed.terminals.camera_power_w[index] = light;
    plant->sensed.terminals.quad_power_w[index] = is_fine(terminal) ? QUAD_SHARE * light : 0.0;
    plant->sensed.terminals.error_x_rad[index] = light > 0.0 ? terminal->error_rad[0] : 0.0;
    plant->sensed.terminals.error_y_rad[index] = light > 0.0 ? terminal->error_rad[1] : 0.0;
    plant->sensed.terminals.spiral_done[index] = terminal->spiral_done;
    plant->sensed.terminals.terminal_power_w[index] =
        plant->hidden.ledger.switch_power_w[DD_SWITCH_TERMINAL + index];
    plant->hidden.optics.pointing_error_rad[index] = size(terminal->error_rad);
    plant->hidden.optics.partner_range_m[index] = sight->range_m;
    plant->hidden.optics.partner_azimuth_rad[index] = sight->azimuth_rad;
    plant->hidden.optics.partner_elevation_rad[index] = sight->elevation_rad;
    plant->hidden.optics.partner_visible[index] = sight->clear;
    plant->hidden.optics.jitter_rms_rad[index] = sqrt(terminal->spread_rad2);
    plant->hidden.optics.lock_state[index] = terminal->lock;
    publish_link(plant, index, sight, light);
}

/* What the absence of light does to the lock. */
static void judge(dd_plant *plant, int index, int bright, double dt_s)
{
    dd_terminal *terminal = &plant->terminals[index];
    if (terminal->lock == DD_LOCK_NONE) {
        return;
    }
    terminal->dark_s = bright ? 0.0 : terminal->dark_s + dt_s;
    if (terminal->dark_s > GIVE_UP_S) {
        dd_acquisition_begin(plant, index);
    } else if (terminal->lock == DD_LOCK_HELD && terminal->dark_s > plant->params.lock_hold_s) {
        dd_acquisition_resume(plant, index);
    }
}

static void one_terminal(dd_plant *plant, int index, const dd_sight *sight, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    if (!plant->switch_closed[DD_SWITCH_TERMINAL + index]) {
        terminal->mode = DD_TERMINAL_STOW;
    }
    terminal->spiral_done = 0;
    const int seeking = terminal->mode >= DD_TERMINAL_ACQUIRE && terminal->mode <= DD_TERMINAL_LINK;
    terminal->lock = seeking ? terminal->lock : DD_LOCK_NONE;
    const int sampled = p->fidelity_count > 0.5 && terminal->lock == DD_LOCK_HELD &&
                        is_fine(terminal) && terminal->dark_s <= 0.0;
    if (sampled) {
        sample(plant, index, sight, dt_s);
    } else if (terminal->lock != DD_LOCK_NONE) {
        follow(plant, index, sight, dt_s);
    } else {
        point(p, terminal, sight, dt_s);
    }
    terminal->sampling = sampled;
    const int possible = sight->clear && terminal->laser_on && terminal->partner_lost < 0.5;
    if (seeking && terminal->lock != DD_LOCK_HELD &&
        dd_acquisition_step(plant, index, sight, possible, dt_s)) {
        terminal->lock = DD_LOCK_HELD;
        terminal->dark_s = 0.0;
    }
    const int lit = terminal->lock == DD_LOCK_HELD && possible &&
                    size(terminal->bias_rad) < p->camera_field_rad;
    const double light = lit ? dd_terminal_light_w(plant, index, sight, !is_fine(terminal)) : 0.0;
    judge(plant, index, light > p->acquisition_sensitivity_w, dt_s);
    publish(plant, index, sight, light);
    terminal->seen_rad[0] = sight->azimuth_rad;
    terminal->seen_rad[1] = sight->elevation_rad;
}

void dd_terminal_step(dd_plant *plant, double dt_s)
{
    dd_sight sights[DD_TERMINALS];
    dd_sights_look(plant, sights);
    for (int i = 0; i < DD_TERMINALS; i++) {
        one_terminal(plant, i, &sights[i], dt_s);
    }
}

/* A first-order spectrum through a pure integrator leaves variance/(1 + crossover/corner). */
void dd_terminal_start(dd_plant *plant)
{
    const dd_params *p = &plant->params;
    dd_optical *optical = &plant->optical;
    double parts[3];
    dd_link_terms terms;
    dd_link link = {p->laser_power_w,
                    p->aperture_m,
                    p->wavelength_m,
                    p->beam_half_angle_rad,
                    p->transmit_efficiency_frac,
                    p->receive_efficiency_frac,
                    p->transmit_loss_db,
                    p->receive_loss_db,
                    p->implementation_loss_db,
                    p->bit_rate_hz,
                    p->sensitivity_photons_count};
    dd_fine_set(&optical->fine, p);
    dd_fine_variance(&optical->fine, parts);
    optical->residual_rad2 =
        dd_min(parts[0] + parts[1] + parts[2], p->mirror_limit_rad * p->mirror_limit_rad);
    optical->noise_rad2 = dd_min(parts[1], p->mirror_limit_rad * p->mirror_limit_rad);
    optical->open_rad2 = 0.5 * DD_PI * p->jitter_density_rad2_per_hz * p->jitter_corner_hz;
    optical->coarse_rad2 =
        optical->open_rad2 / (1.0 + p->coarse_crossover_hz / p->jitter_corner_hz);
    dd_optics_link(&link, 1.0, p->boresight_error_rad, sqrt(optical->residual_rad2), 0.0, &terms);
    optical->narrow_w_m2 = terms.received_w;
    optical->required_w = terms.required_w;
    link.beam_half_angle_rad = p->acquisition_beam_half_angle_rad;
    dd_optics_link(&link, 1.0, 0.0, 0.0, 0.0, &terms);
    optical->wide_w_m2 = terms.received_w;
    for (int i = 0; i < DD_TERMINALS; i++) {
        plant->terminals[i].partner = i;
        plant->terminals[i].reply_s = -1.0;
        plant->terminals[i].stroke_frac = 1.0;
        plant->terminals[i].noise_ratio = 1.0;
    }
}
