/* FARM-1 over any order of frames, control commands and releases, against the words of 232.1-B-2
 * clause 6.1 written out as conditions, where the core has the table. */
#include "../test/check.h"
#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    int is_lockout;
    int is_wait;
    int retransmit;
    unsigned report_value;
    unsigned bypass_count;
} model;

static uint8_t sequenced(model *farm, unsigned width, unsigned number, int has_room)
{
    const unsigned above = (number - farm->report_value) & 0xFF;
    const unsigned below = (farm->report_value - number) & 0xFF;
    if (farm->is_lockout) {
        return DD_FARM_LOCKED;
    }
    if (above == 0) {
        if (farm->is_wait || !has_room) {
            farm->retransmit = farm->is_wait ? farm->retransmit : 1;
            farm->is_wait = 1;
            return DD_FARM_NO_ROOM;
        }
        farm->report_value = (farm->report_value + 1) & 0xFF;
        farm->retransmit = 0;
        return DD_FARM_ACCEPT;
    }
    if (above <= width / 2 - 1) { /* positive part of the window */
        farm->retransmit = farm->is_wait ? farm->retransmit : 1;
        return DD_FARM_AHEAD;
    }
    if (below <= width / 2) { /* negative part */
        return DD_FARM_REPEATED;
    }
    farm->is_lockout = 1;
    farm->is_wait = 0;
    return DD_FARM_LOCKED;
}

static uint8_t control(model *farm, const uint8_t *octets, size_t count)
{
    const int is_unlock = count == 1 && octets[0] == 0;
    const int is_set = count == 3 && octets[0] == 0x82 && octets[1] == 0;
    if (!is_unlock && !is_set) {
        return DD_BAD_CONTROL;
    }
    farm->bypass_count = (farm->bypass_count + 1) & 0xFF;
    if (is_set && !farm->is_lockout) {
        farm->report_value = octets[2];
    }
    if (is_unlock || !farm->is_lockout) {
        farm->is_lockout = farm->is_wait = farm->retransmit = 0;
    }
    return DD_FARM_CONTROL;
}

static uint8_t expected(model *farm, const dd_farm *real, const dd_frame *frame,
                        const uint8_t *octets, int has_room)
{
    if (frame->flags & DD_CONTROL) {
        return frame->flags & DD_BYPASS ? control(farm, octets, frame->data_octets)
                                        : DD_BAD_CONTROL;
    }
    if (frame->flags & DD_BYPASS) {
        farm->bypass_count = (farm->bypass_count + 1) & 0xFF;
        return DD_FARM_ACCEPT;
    }
    return sequenced(farm, real->window, frame->count, has_room);
}

static void compare(const dd_farm *real, const model *farm)
{
    CHECK_SAME(real->state == DD_FARM_LOCKOUT, farm->is_lockout);
    CHECK_SAME(real->state == DD_FARM_WAIT, farm->is_wait);
    CHECK_SAME(real->retransmit, farm->retransmit);
    CHECK_SAME(real->report_value, farm->report_value);
    CHECK_SAME(real->bypass_count, farm->bypass_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    dd_farm real = {.window = (uint8_t)(2 + data[0] % 127u * 2)};
    model farm = {0};
    for (size_t i = 1; i + 5 <= size && i < 1 + 5 * 60; i += 5) {
        const uint8_t *octets = data + i + 2;
        const int is_near = data[i] & 0x10;
        const dd_frame frame = {
            .flags = (uint8_t)((data[i] & 1 ? DD_BYPASS : 0) | (data[i] & 2 ? DD_CONTROL : 0)),
            .count = is_near ? (farm.report_value + data[i + 1] % 3u) & 0xFF : data[i + 1],
            .data_octets = data[i] >> 2 & 3};
        if (data[i] & 0x20) {
            dd_farm_release(&real);
            farm.is_wait = 0;
        }
        const int has_room = !(data[i] & 0x40);
        const uint8_t want = expected(&farm, &real, &frame, octets, has_room);
        CHECK_SAME(dd_farm_take(&real, &frame, octets, has_room), want);
        compare(&real, &farm);
    }
    real.state = (uint8_t)(DD_FARM_LOCKOUT + 1 + data[0] % 200u); /* no state of the table */
    CHECK_SAME(dd_farm_take(&real, &(dd_frame){0}, data, 1), DD_FARM_LOCKED);
    return 0;
}
