/* Four laser terminals, statistical fidelity: gimbal, spiral, partner's answer, tracking residual.
 */
#include <math.h>

#include "frames.h"
#include "optics.h"
#include "plant.h"
#include "rng.h"
#include "vec.h"

#define LIGHT_M_PER_S 299792458.0
#define DD_PI 3.14159265358979323846
#define COARSE_SETTLE_S 0.1
#define LOCK_HOLD_S 1.0

/* The partner as the terminal sees it, in body axes. */
typedef struct dd_sight {
    double azimuth_rad, elevation_rad, range_m;
    double ahead_rad[2]; /* true point-ahead: across, up */
    int clear;           /* line of sight free of the Earth */
} dd_sight;

static int free_of_earth(const dd_params *p, const double r[3], const double d[3], double range)
{
    const double along = dd_clamp(-dd_dot(r, d) / range, 0.0, range) / range;
    const double nearest[3] = {r[0] + along * d[0], r[1] + along * d[1], r[2] + along * d[2]};
    return dd_norm(nearest) > p->earth_radius_m + p->grazing_altitude_m;
}

static void look(const dd_plant *plant, int partner, dd_sight *sight)
{
    const dd_body *self = &plant->world.bodies[0];
    const dd_body *other = &plant->world.bodies[1 + partner];
    double d[3], w[3], body[3], rate[3];
    for (int i = 0; i < 3; i++) {
        d[i] = other->r[i] - self->r[i];
        w[i] = other->v[i] - self->v[i];
    }
    dd_matrix_apply(plant->world.attitude, d, body);
    dd_matrix_apply(plant->world.attitude, w, rate);
    const double flat = sqrt(body[0] * body[0] + body[1] * body[1]);
    sight->range_m = dd_norm(d);
    sight->azimuth_rad = atan2(body[1], body[0]);
    sight->elevation_rad = atan2(body[2], flat);
    sight->clear = free_of_earth(&plant->params, self->r, d, sight->range_m);
    const double ca = body[0] / flat, sa = body[1] / flat;
    const double ce = flat / sight->range_m, se = body[2] / sight->range_m;
    sight->ahead_rad[0] = 2.0 * (ca * rate[1] - sa * rate[0]) / LIGHT_M_PER_S;
    sight->ahead_rad[1] = 2.0 * (ce * rate[2] - se * (ca * rate[0] + sa * rate[1])) / LIGHT_M_PER_S;
}

static double wrap(double angle)
{
    return angle - 2.0 * DD_PI * floor((angle + DD_PI) / (2.0 * DD_PI));
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

static void open_loop_error(dd_terminal *terminal, const dd_sight *sight)
{
    const double across = wrap(sight->azimuth_rad - terminal->azimuth_rad);
    terminal->error_rad[0] = across * cos(terminal->elevation_rad) + terminal->offset_rad[0];
    terminal->error_rad[1] =
        sight->elevation_rad - terminal->elevation_rad + terminal->offset_rad[1];
}

static double error_size(const dd_terminal *terminal)
{
    return sqrt(terminal->error_rad[0] * terminal->error_rad[0] +
                terminal->error_rad[1] * terminal->error_rad[1]);
}

static void unlock(dd_terminal *terminal)
{
    terminal->locked = 0;
    terminal->reply_s = -1.0;
    terminal->spiral_s = 0.0;
    terminal->dark_s = 0.0;
}

/* One pass of the spiral after another until the partner has seen us and answered. */
static void search(dd_plant *plant, int index, const dd_sight *sight, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    const double size = error_size(terminal);
    const int possible = sight->clear && terminal->partner_lost < 0.5 && terminal->laser_on;
    if (terminal->reply_s >= 0.0) {
        terminal->reply_s += dt_s;
        terminal->locked = terminal->reply_s >= p->partner_reply_s;
        return;
    }
    terminal->spiral_s += dt_s;
    const double covered =
        dd_optics_spiral_radius_rad(terminal->spiral_s, p->spiral_dwell_s, p->spiral_spot_rad);
    if (possible && !terminal->tried && size < covered) {
        const uint64_t stream = DD_STREAM_TERMINAL + 8U + (uint64_t)index;
        const double draw = dd_random_uniform(plant->seed, stream, (uint64_t)terminal->pass_count);
        terminal->reply_s = draw < p->detection_frac ? 0.0 : -1.0;
        terminal->tried = 1;
    }
    if (covered > p->acquisition_limit_rad) {
        terminal->spiral_s = 0.0;
        terminal->spiral_done = 1;
        terminal->tried = 0;
        terminal->pass_count++;
    }
}

/* Light on the aperture, W; the partner tracks us as well as we track it. */
static double light_w(const dd_plant *plant, int index, const dd_sight *sight)
{
    const dd_params *p = &plant->params;
    const dd_terminal *terminal = &plant->terminals[index];
    const double gain = dd_optics_gain(p->aperture_m, p->wavelength_m, p->optics_efficiency_frac);
    const double narrow = p->beam_half_angle_rad / p->acquisition_beam_half_angle_rad;
    const int wide = terminal->mode < DD_TERMINAL_FINE;
    const uint64_t stream = DD_STREAM_TERMINAL + 16U + 2U * (uint64_t)index;
    const uint64_t step = (uint64_t)plant->step_count;
    const double x = dd_random_normal(plant->seed, stream, step) * p->jitter_residual_rad;
    const double y = dd_random_normal(plant->seed, stream + 1U, step) * p->jitter_residual_rad;
    const double beam = wide ? p->acquisition_beam_half_angle_rad : p->beam_half_angle_rad;
    const double on_axis =
        dd_optics_received_w(p->laser_power_w, wide ? gain * narrow * narrow : gain, gain,
                             p->wavelength_m, sight->range_m, p->fixed_loss_db + terminal->fade_db);
    return on_axis * dd_optics_pointing_frac(sqrt(x * x + y * y), beam);
}

/* Closed loop: the error decays to the residual as long as the gimbal keeps up. */
static void follow(dd_plant *plant, int index, const dd_sight *sight, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    const double keep = terminal->mode >= DD_TERMINAL_FINE ? 0.0 : exp(-dt_s / COARSE_SETTLE_S);
    const double last[2] = {terminal->error_rad[0], terminal->error_rad[1]};
    const double sigma =
        terminal->mode >= DD_TERMINAL_FINE ? p->jitter_residual_rad : 5.0 * p->jitter_residual_rad;
    drive(p, terminal, sight->azimuth_rad, sight->elevation_rad, dt_s);
    open_loop_error(terminal, sight);
    const double lag0 = terminal->error_rad[0] - terminal->offset_rad[0];
    const double lag1 = terminal->error_rad[1] - terminal->offset_rad[1];
    if (dd_max(fabs(lag0), fabs(lag1)) > p->acquisition_limit_rad) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        const uint64_t stream = DD_STREAM_TERMINAL + 32U + 2U * (uint64_t)index + (uint64_t)i;
        terminal->error_rad[i] =
            last[i] * keep +
            sigma * dd_random_normal(plant->seed, stream, (uint64_t)plant->step_count);
    }
}

static void publish(dd_plant *plant, int index, const dd_sight *sight, double light)
{
    const dd_params *p = &plant->params;
    const dd_terminal *terminal = &plant->terminals[index];
    const int fine = terminal->mode >= DD_TERMINAL_FINE;
    const double miss[2] = {
        terminal->error_rad[0] + terminal->point_ahead_rad[0] - sight->ahead_rad[0],
        terminal->error_rad[1] + terminal->point_ahead_rad[1] - sight->ahead_rad[1]};
    const double sent = sqrt(miss[0] * miss[0] + miss[1] * miss[1]);
    const double back = light * dd_optics_pointing_frac(sent, p->beam_half_angle_rad);
    const int link = terminal->mode == DD_TERMINAL_LINK;
    plant->sensed.terminals.terminal_mode[index] = terminal->mode;
    plant->sensed.terminals.azimuth_rad[index] = terminal->azimuth_rad;
    plant->sensed.terminals.elevation_rad[index] = terminal->elevation_rad;
    plant->sensed.terminals.camera_power_w[index] = light;
    plant->sensed.terminals.quad_power_w[index] = fine ? 0.1 * light : 0.0;
    plant->sensed.terminals.receiver_power_w[index] = link ? 0.9 * light : 0.0;
    plant->sensed.terminals.error_x_rad[index] = light > 0.0 ? terminal->error_rad[0] : 0.0;
    plant->sensed.terminals.error_y_rad[index] = light > 0.0 ? terminal->error_rad[1] : 0.0;
    plant->sensed.terminals.frame_lock[index] =
        link && 0.9 * dd_min(light, back) > p->tracking_sensitivity_w;
    plant->sensed.terminals.spiral_done[index] = terminal->spiral_done;
    plant->sensed.terminals.terminal_power_w[index] =
        plant->hidden.ledger.switch_power_w[DD_SWITCH_TERMINAL + index];
    plant->hidden.optics.pointing_error_rad[index] = error_size(terminal);
    plant->hidden.optics.partner_range_m[index] = sight->range_m;
    plant->hidden.optics.partner_azimuth_rad[index] = sight->azimuth_rad;
    plant->hidden.optics.partner_elevation_rad[index] = sight->elevation_rad;
    plant->hidden.optics.partner_visible[index] = sight->clear;
}

static void one_terminal(dd_plant *plant, int index, double dt_s)
{
    const dd_params *p = &plant->params;
    dd_terminal *terminal = &plant->terminals[index];
    dd_sight sight;
    look(plant, terminal->partner, &sight);
    if (!plant->switch_closed[DD_SWITCH_TERMINAL + index]) {
        terminal->mode = DD_TERMINAL_STOW;
    }
    terminal->spiral_done = 0;
    const int tracking = terminal->mode >= DD_TERMINAL_COARSE && terminal->mode <= DD_TERMINAL_LINK;
    if (tracking && terminal->locked) {
        follow(plant, index, &sight, dt_s);
    } else {
        const int stow = terminal->mode == DD_TERMINAL_STOW;
        terminal->set_age_s += dt_s;
        const double age = dd_min(terminal->set_age_s, 2.0);
        const double az = terminal->azimuth_set_rad + age * terminal->azimuth_rate_rad_per_s;
        const double el = terminal->elevation_set_rad + age * terminal->elevation_rate_rad_per_s;
        drive(p, terminal, stow ? 0.0 : az, stow ? 0.0 : el, dt_s);
        open_loop_error(terminal, &sight);
    }
    if (terminal->mode == DD_TERMINAL_ACQUIRE && !terminal->locked) {
        search(plant, index, &sight, dt_s);
    }
    const int reached = error_size(terminal) <= p->acquisition_limit_rad;
    const int lit = terminal->locked && reached && sight.clear && terminal->laser_on &&
                    terminal->partner_lost < 0.5;
    const double light = lit ? light_w(plant, index, &sight) : 0.0;
    const int bright = light > p->acquisition_sensitivity_w;
    terminal->dark_s = bright ? 0.0 : terminal->dark_s + dt_s;
    if (terminal->mode < DD_TERMINAL_ACQUIRE || terminal->mode > DD_TERMINAL_LINK ||
        (terminal->locked && terminal->dark_s > LOCK_HOLD_S)) {
        unlock(terminal);
    }
    publish(plant, index, &sight, light);
}

void dd_terminal_step(dd_plant *plant, double dt_s)
{
    for (int i = 0; i < DD_TERMINALS; i++) {
        one_terminal(plant, i, dt_s);
    }
}

void dd_terminal_start(dd_plant *plant)
{
    for (int i = 0; i < DD_TERMINALS; i++) {
        plant->terminals[i].partner = i;
        plant->terminals[i].reply_s = -1.0;
    }
}
