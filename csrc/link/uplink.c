/* The whole way of telecommand in one call: transmission units, frames, security, FARM-1.
 * Order on receipt: the tag is checked first, then FARM-1 decides, then the number is committed, so
 * that a forged frame moves nothing and a discarded one may come again as it was. */
#include "dd_link.h"

#define START_OCTETS 2
#define BLOCK_DATA 7u
#define TC_HEADER 5u
#define CONTROL_OCTETS_MAX 3u /* of a command itself: less than any security header */

/* Check and open a frame; its data then are those inside. */
static int32_t open_frame(dd_uplink *link, uint8_t *octets, size_t size, dd_uplinked *record)
{
    dd_frame *frame = &record->frame;
    dd_secured parts;
    const size_t check = link->profile->flags & DD_FECF ? 2u : 0u;
    int32_t done = dd_sdls_check(link->sas, link->sa_count, frame->spacecraft, frame->channel,
                                 octets, frame->data_offset, size - check, &parts);
    if (done == DD_OK) {
        done = dd_sdls_open(&link->sas[parts.index], link->aead, &parts, octets);
    }
    if (done != DD_OK) {
        return -done;
    }
    if (parts.data_octets == 0) {
        return DD_BAD_SECURITY_LENGTH;
    }
    record->sa_index = parts.index;
    record->number = parts.number;
    frame->data_offset = parts.data_offset;
    frame->data_octets = parts.data_octets;
    return DD_OK;
}

static int32_t judge(dd_uplink *link, uint8_t *octets, size_t size, dd_uplinked *record)
{
    dd_frame *frame = &record->frame;
    const int is_control = frame->flags & DD_CONTROL;
    const int is_secure = link->sa_count > 0 && !(is_control && link->clear_control);
    if (frame->verdict != DD_OK) {
        return frame->verdict;
    }
    if (link->sa_count > 0 && link->aead == NULL) {
        return DD_STAGED;
    }
    if (is_secure && is_control && frame->data_octets <= CONTROL_OCTETS_MAX) {
        return DD_CLEAR_CONTROL;
    }
    if (is_secure) {
        const int32_t opened = open_frame(link, octets, size, record);
        if (opened != DD_OK) {
            return opened;
        }
    }
    if (!link->cop1 && (is_control || !(frame->flags & DD_BYPASS))) {
        return is_control ? DD_BAD_CONTROL : DD_BAD_SEQUENCED;
    }
    const int32_t outcome = dd_farm_take(&link->farms[frame->channel], frame,
                                         octets + frame->data_offset, link->has_room);
    if (is_secure && (outcome == DD_FARM_ACCEPT || outcome == DD_FARM_CONTROL)) {
        dd_sdls_commit(&link->sas[record->sa_index], record->number);
    }
    return outcome;
}

/* Take the frames of a decoded unit; what is shorter than a block behind a frame is fill. */
static size_t take_frames(dd_uplink *link, uint8_t *out, size_t base, size_t size,
                          uint8_t is_corrected, dd_uplinked *records, size_t capacity)
{
    size_t at = 0;
    size_t count = 0;
    while (count < capacity) {
        uint8_t *octets = out + base + at;
        dd_uplinked record = {.is_corrected = is_corrected};
        const int64_t length = dd_tc_parse(link->profile, octets, size - at, &record.frame);
        record.outcome = (uint8_t)judge(link, octets, (size_t)length, &record);
        record.frame.data_offset += (uint32_t)(base + at);
        records[count++] = record;
        at += (size_t)length;
        if (length == 0 || size - at < BLOCK_DATA) {
            break;
        }
    }
    return count;
}

/* Take one unit from behind its start sequence; returns how many records it made, or -1 when more
 * octets are needed. */
static int64_t take_unit(dd_uplink *link, const uint8_t *from, size_t left, int32_t is_last,
                         uint8_t *out, size_t base, size_t unit_octets, dd_uplinked *records,
                         size_t capacity, dd_cltu *unit)
{
    uint8_t *octets = out + base;
    dd_cltu_decode(from, left, link->correct, octets, unit_octets, unit);
    const int is_full = unit->data_octets == unit_octets;
    if (!unit->ended && !is_full && !is_last) {
        return -1;
    }
    link->in_unit = 0;
    if (is_full || unit->data_octets == 0) {
        records[0] = (dd_uplinked){.outcome = is_full ? DD_UNIT_LONG : DD_UNIT_EMPTY};
        return 1;
    }
    if (link->sequence_size != 0) {
        dd_xor(octets, unit->data_octets, link->sequence);
    }
    return (int64_t)take_frames(link, out, base, unit->data_octets, unit->corrected_count != 0,
                                records, capacity);
}

/* Take the units in `data`: decoded octets go to `out`, frames to `records`. It stops where more
 * octets are needed, or where another unit might not fit; the caller drops what was consumed.
 * `out` must hold the longest unit and a block more, `records` one record per six octets of that.
 */
int32_t dd_uplink_take(dd_uplink *link, const uint8_t *data, size_t size, int32_t is_last,
                       uint8_t *out, size_t out_size, dd_uplinked *records, size_t capacity,
                       dd_uplinked_total *total)
{
    /* One block more than the longest unit has, so that its tail is seen. */
    const size_t blocks = (link->profile->frame_octets + BLOCK_DATA - 1) / BLOCK_DATA + 1;
    const size_t unit_octets = blocks * BLOCK_DATA;
    const size_t unit_records = unit_octets / (TC_HEADER + 1) + 1;
    dd_uplinked_total done = {0};
    size_t used = 0;
    if (out_size < unit_octets || capacity < unit_records ||
        (link->sequence_size != 0 && link->sequence_size < unit_octets)) {
        return -DD_BAD_SIZE;
    }
    while (out_size - used >= unit_octets && capacity - done.record_count >= unit_records) {
        const uint8_t *from = data + done.consumed;
        const size_t left = size - (size_t)done.consumed;
        if (!link->in_unit) {
            const int64_t at = dd_cltu_start(from, left, link->correct);
            if (at < 0) {
                done.consumed += left > 0 ? left - 1 : 0;
                break;
            }
            done.consumed += (uint64_t)at + START_OCTETS;
            link->in_unit = 1;
            continue;
        }
        dd_cltu unit;
        const int64_t made = take_unit(link, from, left, is_last, out, used, unit_octets,
                                       records + done.record_count, unit_records, &unit);
        if (made < 0) {
            break;
        }
        done.consumed += unit.consumed;
        done.unit_count++;
        done.corrected_count += unit.corrected_count;
        done.record_count += (uint64_t)made;
        used += unit.data_octets;
    }
    *total = done;
    return DD_OK;
}
