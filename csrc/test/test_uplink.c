/* The uplink at its edges: memory in which one unit might not fit is refused and the least that
 * suffices is taken; a unit without a block, fill behind a frame, secured frames without a
 * checksum, a key that is elsewhere. */
#include "plain_aead.h"

#define BLOCK 7u
#define FRAME_MAX 1024u
#define ROOM 1100u
#define RECORDS 200u

static dd_farm farms[64];
static uint8_t unit[2 * ROOM];
static uint8_t out[ROOM];
static dd_uplinked records[RECORDS];
static dd_uplinked_total total;

/* `blocks` hold the longest frame; one more shows the tail, and a frame has six octets or more. */
static void least_memory(uint32_t frame_octets, size_t blocks)
{
    static const uint8_t nothing[50] = {0};
    static const uint8_t sequence[ROOM] = {0};
    const size_t octets = (blocks + 1) * BLOCK;
    const size_t capacity = octets / 6 + 1;
    const dd_profile profile = {.frame_octets = frame_octets};
    dd_uplink link = {.profile = &profile, .farms = farms};
    total.consumed = 77;
    CHECK_SAME(dd_uplink_take(&link, nothing, 50, 0, out, octets - 1, records, capacity, &total),
               -DD_BAD_SIZE);
    CHECK_SAME(dd_uplink_take(&link, nothing, 50, 0, out, octets, records, capacity - 1, &total),
               -DD_BAD_SIZE);
    link.sequence = sequence;
    link.sequence_size = octets - 1;
    CHECK_SAME(dd_uplink_take(&link, nothing, 50, 0, out, octets, records, capacity, &total),
               -DD_BAD_SIZE);
    CHECK_SAME(total.consumed, 77);
    link.sequence_size = octets;
    CHECK_SAME(dd_uplink_take(&link, nothing, 50, 0, out, octets, records, capacity, &total),
               DD_OK);
    CHECK_SAME(total.consumed, 49); /* no start; the last octet may be half of one */
    CHECK_SAME(total.unit_count, 0);
    CHECK_SAME(dd_uplink_take(&link, nothing, 0, 0, out, octets, records, capacity, &total), DD_OK);
    CHECK_SAME(total.consumed, 0);
}

static const dd_profile profile = {
    .channel_mask = 1, .frame_octets = 128, .spacecraft = 0x6D, .flags = 0};

static dd_uplink correcting(void)
{
    farms[0] = (dd_farm){.window = 10};
    return (dd_uplink){.profile = &profile, .farms = farms, .correct = 1, .cop1 = 1, .has_room = 1};
}

static size_t take(dd_uplink *link, size_t octets)
{
    CHECK_SAME(dd_uplink_take(link, unit, octets, 1, out, sizeof out, records, RECORDS, &total),
               DD_OK);
    return (size_t)total.record_count;
}

/* A start sequence and then no codeblock. */
static void unit_without_a_block(void)
{
    dd_uplink link = correcting();
    const size_t octets = from_hex("EB90C5C5C5C5C5C5C579", unit);
    CHECK_SAME(dd_uplink_take(&link, unit, 2, 0, out, sizeof out, records, RECORDS, &total), DD_OK);
    CHECK_SAME(total.consumed, 2);
    CHECK_SAME(link.in_unit, 1);
    link.in_unit = 0;
    CHECK_SAME(take(&link, octets), 1);
    CHECK_SAME(records[0].outcome, DD_UNIT_EMPTY);
    CHECK_SAME(total.unit_count, 1);
    CHECK_SAME(link.in_unit, 0);
}

/* Frames of every length follow one another in a unit; what is shorter than a block is fill. */
static void frames_in_a_unit(void)
{
    for (size_t data = 1; data <= 60; data++) {
        uint8_t frames[ROOM];
        uint8_t octets[60] = {0};
        dd_uplink link = correcting();
        const dd_frame head = {.flags = DD_BYPASS};
        const int64_t size = dd_tc_build(&profile, &head, octets, data, frames, sizeof frames);
        CHECK_SAME(size, 5 + data);
        memcpy(frames + size, frames, (size_t)size);
        const int64_t coded = dd_cltu_encode(frames, 2 * (size_t)size, NULL, 0, unit, sizeof unit);
        CHECK(coded > 0);
        for (unsigned wrong = 0; wrong < 2; wrong++) {
            unit[4] ^= (uint8_t)(wrong << 3);
            link.farms[0] = (dd_farm){.window = 10};
            CHECK_SAME(take(&link, (size_t)coded), 2);
            CHECK_SAME(total.corrected_count, wrong);
            for (size_t i = 0; i < 2; i++) {
                CHECK_SAME(records[i].outcome, DD_FARM_ACCEPT);
                CHECK_SAME(records[i].frame.data_offset, 5 + i * (size_t)size);
                CHECK_SAME(records[i].is_corrected, wrong);
            }
        }
    }
}

static void secured_frames_without_a_checksum(void)
{
    const dd_format format = {.profile = profile};
    const dd_frame head = {.flags = DD_BYPASS};
    uint8_t room[PLAIN_HEAD + 10 + PLAIN_TAIL] = {0};
    uint8_t frame[128];
    dd_sa sender, receiver;
    plain_association(&sender, &format, 1);
    plain_association(&receiver, &format, 0);
    memset(room + PLAIN_HEAD, 0x77, 10);
    const int64_t size = dd_tc_build(&profile, &head, room, sizeof room, frame, sizeof frame);
    CHECK_SAME(size, 5 + sizeof room);
    CHECK_SAME(dd_sdls_apply(&sender, &plain_aead, 0, frame, sizeof frame, 1, 5, (size_t)size), 1);
    const int64_t coded = dd_cltu_encode(frame, (size_t)size, NULL, 0, unit, sizeof unit);
    dd_uplink link = correcting();
    link.sas = &receiver;
    link.sa_count = 1;
    CHECK_SAME(take(&link, (size_t)coded), 1);
    CHECK_SAME(records[0].outcome, DD_STAGED); /* the cipher is the caller's */
    link.aead = &plain_aead;
    CHECK_SAME(take(&link, (size_t)coded), 1);
    CHECK_SAME(records[0].outcome, DD_FARM_ACCEPT);
    CHECK_SAME(records[0].frame.data_octets, 10);
    CHECK_SAME(out[records[0].frame.data_offset], 0x77);
}

int main(void)
{
    static const struct {
        uint32_t frame_octets;
        size_t blocks;
    } frames[] = {{7, 1},  {8, 2},    {13, 2},   {14, 2},
                  {15, 3}, {100, 15}, {256, 37}, {FRAME_MAX, 147}};
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        least_memory(frames[i].frame_octets, frames[i].blocks);
    }
    unit_without_a_block();
    frames_in_a_unit();
    secured_frames_without_a_checksum();
    return 0;
}
