/* Packets in zones over any octets and pointers: parts lie within their rows, follow one another
 * from the first to the last of a packet and add up to it; and any packets that are packed come
 * out. */
#include "../test/check.h"
#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS 24u
#define PARTS 600u
#define PACKET_MAX 300u
#define SOURCES 8u
#define ZONES 12u
#define STREAM_MAX 3000u

/* The packet that parts are putting together. */
typedef struct {
    int is_open;
    uint64_t octets;
} packet_state;

static void check_parts(const dd_row *rows, const dd_part *parts, size_t count, packet_state *state)
{
    for (size_t i = 0; i < count; i++) {
        const dd_part *part = &parts[i];
        const dd_row *row = &rows[part->row];
        CHECK(row->verdict == DD_OK && part->offset >= row->data_offset);
        CHECK((uint64_t)part->offset + part->octets <=
              (uint64_t)row->data_offset + row->data_octets);
        if (part->verdict != DD_OK) {
            CHECK(part->octets == 0 && part->flags == 0);
            *state = (packet_state){0};
            continue;
        }
        CHECK(part->octets > 0);
        if (part->flags & DD_PART_FIRST) {
            CHECK(!state->is_open);
            *state = (packet_state){.is_open = 1};
        }
        CHECK(state->is_open);
        state->octets += part->octets;
        CHECK(state->octets <= PACKET_MAX);
        if (part->flags & DD_PART_LAST) {
            CHECK(part->packet_octets == state->octets);
            CHECK(state->octets >= (part->flags & DD_PART_ENCAPSULATION ? 1u : DD_PACKET_MIN));
            *state = (packet_state){0};
        }
    }
}

/* Rows of the input's own making, given in two calls. */
static void unpack(const uint8_t *data, size_t size)
{
    static uint16_t expected[DD_SEQUENCES];
    static dd_part parts[PARTS];
    dd_row rows[ROWS] = {0};
    dd_mpdu mpdu = {.packet_max = PACKET_MAX, .kinds = (uint8_t)(1 + data[0] % 3)};
    const uint32_t zone_octets = data[1] % 60u + 1;
    packet_state state = {0};
    size_t count = (size - 2) / (zone_octets + 2u);
    count = count < ROWS ? count : ROWS;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *head = data + 2 + i * (zone_octets + 2u);
        rows[i].data_offset = (uint32_t)(head + 2 - data);
        rows[i].data_octets = zone_octets;
        rows[i].channel = head[0] >> 7;
        rows[i].verdict = (head[0] & 0x1F) == 0x1F;
        rows[i].gap = (head[0] & 0x1F) == 0x1E;
        rows[i].flags = (head[0] & 0x1F) == 0x1D ? DD_RESTARTED : 0;
        rows[i].pointer =
            (uint16_t)(head[0] & 0x40 ? head[1] % zone_octets : DD_POINTER_IDLE + (head[1] & 1u));
    }
    for (size_t i = 0; i < DD_SEQUENCES; i += 64) {
        expected[i] = DD_SEQUENCE_ANY;
    }
    for (size_t done = 0; done < count;) {
        size_t taken;
        const size_t left = count - done < count / 2 + 1 ? count - done : count / 2 + 1;
        const int64_t made = dd_mpdu_unpack(&mpdu, 0, data, rows + done, left, parts,
                                            done == 0 ? 70 : PARTS, &taken);
        CHECK(made >= 0 && taken <= left && taken > 0);
        check_parts(rows + done, parts, (size_t)made, &state);
        CHECK(dd_sequence_gaps(expected, parts, (size_t)made) >= 0);
        done += taken;
    }
    const int had = mpdu.had > 0;
    CHECK_SAME(dd_mpdu_drop(&mpdu), had);
    CHECK_SAME(dd_mpdu_drop(&mpdu), 0);
}

/* Packets of any lengths anywhere in the input: the zones hold them in order. */
static void pack(const uint8_t *data, size_t size)
{
    dd_part packets[SOURCES] = {0};
    dd_part parts[SOURCES + ZONES];
    uint16_t pointers[ZONES];
    const uint32_t zone_octets = data[0] % 40u + 1;
    const size_t zones = data[1] % (ZONES + 1);
    const uint32_t given = data[2];
    uint32_t lead = given;
    size_t used;
    for (size_t i = 0; i < SOURCES; i++) {
        packets[i].offset = (uint32_t)(data[3 + i] % size);
        packets[i].octets = (uint32_t)((size - packets[i].offset) % 90);
    }
    const int64_t made = dd_mpdu_pack(packets, SOURCES, zone_octets, &used, &lead, parts,
                                      SOURCES + ZONES, pointers, zones);
    if (made < 0) {
        CHECK(lead == given);
        return;
    }
    uint64_t octets = 0;
    for (size_t i = 0; i < (size_t)made; i++) {
        octets += parts[i].octets;
        CHECK((uint64_t)parts[i].offset + parts[i].octets <= size && parts[i].row < zones);
    }
    CHECK(octets == (uint64_t)zones * zone_octets && used <= SOURCES);
    uint8_t out[ZONES * 40];
    CHECK(dd_parts_gather(data, parts, (size_t)made, out, sizeof out) == (int64_t)octets);
    for (size_t i = 0; i < zones; i++) {
        CHECK(pointers[i] == DD_POINTER_NONE || pointers[i] < zone_octets);
    }
}

/* A stream of packets of lengths that the input names, cut into zones: each comes out as it lies.
 */
static void there_and_back(const uint8_t *data, size_t size)
{
    static uint8_t stream[STREAM_MAX];
    static dd_part parts[PARTS];
    uint16_t pointers[ROWS];
    dd_row rows[ROWS] = {0};
    dd_mpdu mpdu = {.packet_max = PACKET_MAX, .kinds = DD_PACKETS_SPACE | DD_PACKETS_ENCAPSULATION};
    const uint32_t zone_octets = data[0] % 50u + 1;
    size_t filled = 0;
    for (size_t i = 1; i < size && filled + 2 * PACKET_MAX < STREAM_MAX; i++) {
        const uint32_t octets = data[i] % 90u + DD_ENCAPSULATION_HEADER_MAX;
        memset(stream + filled, 0, octets);
        if (data[i] & 0x80) {
            stream[filled] = (uint8_t)(0xE5 + (data[i] & 1)); /* a length field of 1 or 2 octets */
            stream[filled + (data[i] & 1 ? 3 : 1)] = (uint8_t)octets;
        } else {
            dd_packet_header(stream + filled, data[i], (uint16_t)i, octets);
        }
        filled += octets;
    }
    size_t count = filled / zone_octets;
    count = count < ROWS ? count : ROWS;
    CHECK(dd_mpdu_pointers(stream, filled, mpdu.kinds, 0, zone_octets, pointers, count) >= 0);
    for (size_t i = 0; i < count; i++) {
        rows[i].data_offset = (uint32_t)i * zone_octets;
        rows[i].data_octets = zone_octets;
        rows[i].pointer = pointers[i];
    }
    uint32_t at = 0;
    for (size_t done = 0; done < count;) {
        size_t taken;
        const int64_t made =
            dd_mpdu_unpack(&mpdu, 0, stream, rows + done, count - done, parts, PARTS, &taken);
        for (size_t i = 0; i < (size_t)made; i++) {
            CHECK(parts[i].verdict == DD_OK && parts[i].offset == at);
            at += parts[i].octets;
            if (parts[i].flags & DD_PART_LAST) {
                const size_t begin = at - parts[i].packet_octets;
                CHECK(dd_packet_octets(stream + begin, filled - begin, mpdu.kinds) ==
                      (int64_t)parts[i].packet_octets);
            }
        }
        done += taken;
    }
    CHECK(at == count * zone_octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 16) {
        unpack(data, size);
        pack(data, size);
        there_and_back(data, size);
    }
    return 0;
}
