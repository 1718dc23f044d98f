/* Packets into zones and out of them, part by part: every field of every part is written down
 * (732.0-B-4 4.1.4.2, 133.0-B-2 4.1, 133.1-B-3 4.1). */
#include "check.h"
#include "dd_link.h"

#define PARTS 64u
#define FIRST DD_PART_FIRST
#define LAST DD_PART_LAST
#define BOTH (DD_PACKETS_SPACE | DD_PACKETS_ENCAPSULATION)

static dd_part parts[PARTS];
static uint16_t pointers[8];

static void check_part(const dd_part *part, uint32_t offset, uint32_t octets, uint32_t row,
                       uint8_t flags)
{
    CHECK_SAME(part->offset, offset);
    CHECK_SAME(part->octets, octets);
    CHECK_SAME(part->row, row);
    CHECK_SAME(part->flags, flags);
    CHECK_SAME(part->verdict, DD_OK);
}

static void check_reject(const dd_part *part, uint32_t offset, uint32_t row, uint8_t verdict)
{
    CHECK_SAME(part->offset, offset);
    CHECK_SAME(part->octets, 0);
    CHECK_SAME(part->row, row);
    CHECK_SAME(part->flags, 0);
    CHECK_SAME(part->verdict, verdict);
}

/* Four packets that lie apart fill five zones of eight octets. */
static void packets_into_zones(void)
{
    static const dd_part packets[] = {{.offset = 100, .octets = 10},
                                      {.offset = 200, .octets = 4},
                                      {.offset = 300, .octets = 6},
                                      {.offset = 400, .octets = 20}};
    size_t used = 99;
    uint32_t lead = 0;
    CHECK_SAME(dd_mpdu_pack(packets, 4, 8, &used, &lead, parts, 8, pointers, 5), 8);
    CHECK_SAME(used, 4);
    CHECK_SAME(lead, 0);
    check_part(&parts[0], 100, 8, 0, FIRST);
    check_part(&parts[1], 108, 2, 1, LAST);
    check_part(&parts[2], 200, 4, 1, FIRST | LAST);
    check_part(&parts[3], 300, 2, 1, FIRST);
    check_part(&parts[4], 302, 4, 2, LAST);
    check_part(&parts[5], 400, 4, 2, FIRST);
    check_part(&parts[6], 404, 8, 3, 0);
    check_part(&parts[7], 412, 8, 4, LAST);
    CHECK_SAME(parts[6].packet_octets, 20);
    static const uint16_t want[] = {0, 2, 4, DD_POINTER_NONE, DD_POINTER_NONE};
    CHECK(memcmp(pointers, want, sizeof want) == 0);
    CHECK_SAME(dd_mpdu_pack(packets, 4, 8, &used, &lead, parts, 7, pointers, 5), -DD_BAD_SIZE);
    CHECK_SAME(dd_mpdu_pack(packets, 3, 8, &used, &lead, parts, 8, pointers, 5), -DD_BAD_SIZE);
}

/* A packet begun in an earlier zone, and one that goes on in a later one. */
static void packets_cut_at_both_ends(void)
{
    static const dd_part packets[] = {{.offset = 100, .octets = 10}, {.offset = 200, .octets = 9}};
    size_t used = 99;
    uint32_t lead = 3;
    CHECK_SAME(dd_mpdu_pack(packets, 2, 8, &used, &lead, parts, PARTS, pointers, 1), 2);
    CHECK_SAME(used, 1);
    CHECK_SAME(lead, 1);
    check_part(&parts[0], 103, 7, 0, LAST);
    check_part(&parts[1], 200, 1, 0, FIRST);
    CHECK_SAME(pointers[0], 7);
    CHECK_SAME(dd_mpdu_pack(packets + 1, 1, 8, &used, &lead, parts, PARTS, pointers, 1), 1);
    CHECK_SAME(used, 1);
    CHECK_SAME(lead, 0);
    check_part(&parts[0], 201, 8, 0, LAST);
    CHECK_SAME(pointers[0], DD_POINTER_NONE);
    lead = 10; /* there is nothing left of it */
    CHECK_SAME(dd_mpdu_pack(packets, 2, 8, &used, &lead, parts, PARTS, pointers, 1), -DD_BAD_SIZE);
}

/* Encapsulation packets of one octet, the shortest there are; then a header that is cut off. */
static void pointers_of_short_packets(void)
{
    static const uint8_t stream[] = {0xE0, 0xE0, 0xE5, 4, 1, 2, 0xE0, 0x05};
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, 3, pointers, 2), 0);
    CHECK_SAME(pointers[0], 0);
    CHECK_SAME(pointers[1], DD_POINTER_NONE);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 1, 2, pointers, 2), 2);
    CHECK_SAME(pointers[0], 1);
    CHECK_SAME(pointers[1], 0);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, 4, pointers, 2), -DD_BAD_PACKET_LENGTH);
    CHECK_SAME(pointers[1], 2);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, DD_PACKETS_SPACE, 0, 4, pointers, 2),
               -DD_BAD_PACKET_VERSION);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, 0, pointers, 2), -DD_BAD_SIZE);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, DD_POINTER_IDLE, pointers, 0), -DD_BAD_SIZE);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, DD_POINTER_IDLE - 1, pointers, 0), 0);
    CHECK_SAME(dd_mpdu_pointers(stream, 8, BOTH, 0, 3, pointers, 3), -DD_BAD_SIZE);
}

static int64_t unpack(dd_mpdu *mpdu, const uint8_t *data, const dd_row *rows, size_t count)
{
    size_t done;
    memset(parts, 0, sizeof parts);
    const int64_t made = dd_mpdu_unpack(mpdu, 0, data, rows, count, parts, PARTS, &done);
    CHECK_SAME(done, count);
    return made;
}

static dd_mpdu fresh(void)
{
    return (dd_mpdu){.packet_max = 100, .kinds = BOTH};
}

/* The last part of a packet says nothing of its beginning; its header may be cut anywhere. */
static void packets_over_rows(void)
{
    static const uint8_t data[] = {0x0A, 0x05, 0xC0, 0x07, 0, 3, 1, 2, 3, 4, 0xE1, 2, 0xE0};
    for (uint32_t cut = 1; cut < 10; cut++) {
        const dd_row rows[] = {
            {.data_octets = cut},
            {.data_offset = cut, .data_octets = 10 - cut, .pointer = DD_POINTER_NONE}};
        dd_mpdu mpdu = fresh();
        CHECK_SAME(unpack(&mpdu, data, rows, 2), 2);
        CHECK_SAME(mpdu.is_synced, 1);
        check_part(&parts[0], 0, cut, 0, FIRST);
        check_part(&parts[1], cut, 10 - cut, 1, LAST);
        CHECK_SAME(parts[1].packet_octets, 10);
        CHECK_SAME(parts[1].identification, 0x0A05);
        CHECK_SAME(parts[1].sequence, 0xC007);
    }
    const dd_row rows[] = {{.data_offset = 10, .data_octets = 1},
                           {.data_offset = 11, .data_octets = 2, .pointer = 1}};
    dd_mpdu mpdu = fresh();
    CHECK_SAME(unpack(&mpdu, data, rows, 2), 3);
    check_part(&parts[0], 10, 1, 0, FIRST);
    check_part(&parts[1], 11, 1, 1, LAST | DD_PART_ENCAPSULATION | DD_PART_IDLE);
    CHECK_SAME(parts[1].packet_octets, 2);
    CHECK_SAME(parts[1].identification, 0xE102);
    check_part(&parts[2], 12, 1, 1, FIRST | LAST | DD_PART_ENCAPSULATION | DD_PART_IDLE);
    CHECK_SAME(parts[2].identification, 0xE000);
}

static void encapsulated_data_over_rows(void)
{
    static const uint8_t data[] = {0xE5, 4, 7, 8};
    const dd_row rows[] = {{.data_octets = 3},
                           {.data_offset = 3, .data_octets = 1, .pointer = DD_POINTER_NONE}};
    dd_mpdu mpdu = fresh();
    CHECK_SAME(unpack(&mpdu, data, rows, 2), 2);
    check_part(&parts[1], 3, 1, 1, LAST | DD_PART_ENCAPSULATION);
}

/* After a loss packets are looked for where the pointer says, and nothing is called a bad join. */
static void rows_after_a_loss(void)
{
    static const uint8_t data[20] = {0, 0, 0, 0x0A, 5, 0xC0, 7, 0, 0, 1};
    const dd_row begun = {.data_offset = 3, .data_octets = 5};
    const dd_row later = {.data_octets = 10, .pointer = 3, .gap = 1};
    const dd_row again = {.data_octets = 10, .pointer = 3, .flags = DD_RESTARTED};
    const dd_row joined = {.data_octets = 10, .pointer = 3};
    const dd_row ways[][2] = {{begun, later}, {begun, again}};
    for (size_t i = 0; i < 2; i++) {
        dd_mpdu mpdu = fresh();
        CHECK_SAME(unpack(&mpdu, data, ways[i], 2), 3);
        check_reject(&parts[1], 0, 1, DD_PACKET_INCOMPLETE);
        check_part(&parts[2], 3, 7, 1, FIRST | LAST);
    }
    const dd_row lost_twice[] = {begun, later, later};
    dd_mpdu mpdu = fresh();
    CHECK_SAME(unpack(&mpdu, data, lost_twice, 3), 4); /* nothing was begun the second time */
    const dd_row unannounced[] = {begun, joined};
    mpdu = fresh();
    CHECK_SAME(unpack(&mpdu, data, unannounced, 2), 3);
    check_reject(&parts[1], 0, 1, DD_BAD_JOIN);
    check_part(&parts[2], 3, 7, 1, FIRST | LAST);
}

/* A zone of idle data: packets begin behind it, and only what was begun before it is lost. */
static void idle_zones(void)
{
    static const uint8_t data[16] = {0x0A, 5, 0xC0, 7, 0, 0, 1};
    const dd_row idle = {.data_octets = 16, .pointer = DD_POINTER_IDLE};
    const dd_row whole = {.data_octets = 7};
    for (uint32_t begun = 0; begun < 3; begun++) {
        const dd_row rows[] = {{.data_octets = 7 + begun}, idle, whole};
        dd_mpdu mpdu = fresh();
        CHECK_SAME(unpack(&mpdu, data, rows, 3), begun == 0 ? 2 : 4);
        CHECK_SAME(mpdu.is_synced, 1);
        if (begun != 0) {
            check_reject(&parts[2], 0, 1, DD_PACKET_INCOMPLETE);
        }
        check_part(&parts[begun == 0 ? 1 : 3], 0, 7, 2, FIRST | LAST);
    }
    const dd_row first_idle[] = {idle, whole};
    dd_mpdu mpdu = fresh();
    CHECK_SAME(unpack(&mpdu, data, first_idle, 1), 0);
    CHECK_SAME(mpdu.is_synced, 1);
}

/* A row is taken as soon as there are parts for the most packets it can hold, a packet begun, a
 * reject and one behind. */
static void room_for_parts(void)
{
    static const uint8_t data[14] = {0x0A, 5, 0xC0, 7, 0, 7};
    const dd_row row = {.data_octets = 14};
    for (size_t kinds = DD_PACKETS_SPACE; kinds <= BOTH; kinds++) {
        const size_t need = (kinds == DD_PACKETS_SPACE ? 2u : 14u) + 4u;
        dd_part room[32];
        size_t done;
        dd_mpdu mpdu = {.packet_max = 100, .kinds = (uint8_t)kinds};
        dd_mpdu_unpack(&mpdu, 0, data, &row, 1, room, need - 1, &done);
        CHECK_SAME(done, 0);
        dd_mpdu_unpack(&mpdu, 0, data, &row, 1, room, need, &done);
        CHECK_SAME(done, 1);
    }
}

int main(void)
{
    packets_into_zones();
    packets_cut_at_both_ends();
    pointers_of_short_packets();
    packets_over_rows();
    encapsulated_data_over_rows();
    rows_after_a_loss();
    idle_zones();
    room_for_parts();
    return 0;
}
