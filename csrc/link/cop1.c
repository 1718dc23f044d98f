/* FARM-1, the frame acceptance and reporting mechanism of COP-1, as the state table 6-1 of
 * 232.1-B-2: one row per event, one column per state. */
#include "dd_link.h"

#define ACCEPT 0x01u
#define NEXT 0x02u      /* V(R) + 1 */
#define ASK_AGAIN 0x04u /* retransmit flag */
#define FORGET 0x08u    /* no retransmit flag */
#define COUNT_B 0x10u   /* FARM-B + 1 */
#define SET 0x20u       /* V(R) = value of the control command */
#define OPEN 0x100u     /* next state + 1 in these bits; 0: it stays */
#define WAIT 0x200u
#define LOCKOUT 0x300u

enum event { EXPECTED, NO_ROOM, AHEAD, BEHIND, OUTSIDE, BYPASS, UNLOCK, SET_VALUE, RELEASED };

static const uint16_t table[9][3] = {
    /* open (S1)                       wait (S2)                 lockout (S3) */
    [EXPECTED] = {ACCEPT | NEXT | FORGET, 0, 0},                                     /* E1 */
    [NO_ROOM] = {ASK_AGAIN | WAIT, 0, 0},                                            /* E2 */
    [AHEAD] = {ASK_AGAIN, 0, 0},                                                     /* E3 */
    [BEHIND] = {0, 0, 0},                                                            /* E4 */
    [OUTSIDE] = {LOCKOUT, LOCKOUT, 0},                                               /* E5 */
    [BYPASS] = {ACCEPT | COUNT_B, ACCEPT | COUNT_B, ACCEPT | COUNT_B},               /* E6 */
    [UNLOCK] = {COUNT_B | FORGET, COUNT_B | FORGET | OPEN, COUNT_B | FORGET | OPEN}, /* E7 */
    [SET_VALUE] = {COUNT_B | FORGET | SET, COUNT_B | FORGET | SET | OPEN, COUNT_B},  /* E8 */
    [RELEASED] = {0, OPEN, 0},                                                       /* E10 */
};

static uint16_t run(dd_farm *farm, enum event event, uint8_t value)
{
    const uint16_t action = table[event][farm->state];
    if (action & NEXT) {
        farm->report_value++;
    }
    if (action & SET) {
        farm->report_value = value;
    }
    if (action & COUNT_B) {
        farm->bypass_count++;
    }
    if (action & (ASK_AGAIN | FORGET)) {
        farm->retransmit = (action & ASK_AGAIN) != 0;
    }
    if (action >> 8 != 0) {
        farm->state = (uint8_t)((action >> 8) - 1);
    }
    return action;
}

/* A control command: Unlock is one octet 00, Set V(R) is 82 00 and the value (232.0-B-4 4.1.3.3).
 */
static int32_t take_control(dd_farm *farm, const uint8_t *data, uint32_t size)
{
    if (size == 1 && data[0] == 0x00) {
        run(farm, UNLOCK, 0);
        return DD_FARM_CONTROL;
    }
    if (size == 3 && data[0] == 0x82 && data[1] == 0x00) {
        run(farm, SET_VALUE, data[2]);
        return DD_FARM_CONTROL;
    }
    return DD_BAD_CONTROL;
}

static int32_t take_sequenced(dd_farm *farm, uint8_t number, int32_t has_room)
{
    static const int32_t outcomes[] = {
        [EXPECTED] = DD_FARM_NO_ROOM /* in wait */,
        [NO_ROOM] = DD_FARM_NO_ROOM,
        [AHEAD] = DD_FARM_AHEAD,
        [BEHIND] = DD_FARM_REPEATED,
        [OUTSIDE] = DD_FARM_LOCKED,
    };
    const uint8_t half = farm->window / 2;
    const uint8_t ahead = (uint8_t)(number - farm->report_value);
    const uint8_t behind = (uint8_t)(farm->report_value - number);
    enum event event = OUTSIDE;
    if (ahead == 0) {
        event = has_room ? EXPECTED : NO_ROOM;
    } else if (ahead < half) {
        event = AHEAD;
    } else if (behind <= half) {
        event = BEHIND;
    }
    const uint8_t before = farm->state;
    if (run(farm, event, 0) & ACCEPT) {
        return DD_FARM_ACCEPT;
    }
    return before == DD_FARM_LOCKOUT ? DD_FARM_LOCKED : outcomes[event];
}

/* Take a frame that passed every check before; `data` are those of the frame, opened. */
int32_t dd_farm_take(dd_farm *farm, const dd_frame *frame, const uint8_t *data, int32_t has_room)
{
    if (farm->state > DD_FARM_LOCKOUT) {
        return DD_FARM_LOCKED;
    }
    if (frame->flags & DD_CONTROL) {
        return frame->flags & DD_BYPASS ? take_control(farm, data, frame->data_octets)
                                        : DD_BAD_CONTROL;
    }
    if (frame->flags & DD_BYPASS) {
        run(farm, BYPASS, 0);
        return DD_FARM_ACCEPT;
    }
    return take_sequenced(farm, (uint8_t)frame->count, has_room);
}

/* There is room again for sequence-controlled frames. */
void dd_farm_release(dd_farm *farm)
{
    if (farm->state == DD_FARM_WAIT) {
        run(farm, RELEASED, 0);
    }
}
