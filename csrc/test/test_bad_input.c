/* Bad input by name and kind of frame, BI-01 to BI-05: lengths, nested lengths, order, security
 * state. For each case one reject counter rises by one, nothing is handed on, and the state of
 * security and sequence control stays as it was. BI-03 is swept in test_flips.c. */
#include "link_pair.h"
#include "tally.h"

#define FRAME 128u
#define UNIT 300u
#define OUT 400u
#define RECORDS 40u
#define SECOND_CHANNEL 2u /* in the profile, but not of the association */

typedef struct {
    dd_profile profile;
    dd_sa sa;
    dd_farm farms[64];
    tally rejects;
    uint8_t clear_control; /* commands may come outside security */
    uint8_t out[OUT];
} uplink_end;

static uplink_end up;
static uint8_t sealed[FRAME]; /* a good frame of the association, number 6 */
static size_t sealed_octets;

static void start_uplink(int is_secure)
{
    memset(&up, 0, sizeof up);
    up.profile = (dd_profile){
        .channel_mask = 0x5, .frame_octets = FRAME, .spacecraft = 0x6D, .flags = DD_FECF};
    up.farms[0] = (dd_farm){.window = 10, .report_value = 40};
    if (is_secure) {
        const dd_format format = {.profile = up.profile};
        plain_association(&up.sa, &format, 0);
        up.sa.channel_mask = 1;
        up.sa.number = 5;
        up.sa.window = 4;
    }
}

/* Put the checksum right and send the frame as one unit; outcomes go into the counters. */
static const dd_uplinked *take(uint8_t *frame, size_t size)
{
    static dd_uplinked records[RECORDS];
    uint8_t unit[UNIT];
    dd_uplinked_total total;
    dd_uplink link = {.profile = &up.profile,
                      .aead = &plain_aead,
                      .sas = &up.sa,
                      .sa_count = up.sa.spi != 0,
                      .farms = up.farms,
                      .cop1 = 1,
                      .has_room = 1,
                      .clear_control = up.clear_control};
    if (size >= 2) {
        dd_store16(frame + size - 2, dd_crc16(0xFFFF, frame, size - 2));
    }
    const int64_t octets = dd_cltu_encode(frame, size, NULL, 0, unit, sizeof unit);
    CHECK(octets > 0);
    CHECK_SAME(dd_uplink_take(&link, unit, (size_t)octets, 1, up.out, sizeof up.out, records,
                              RECORDS, &total),
               DD_OK);
    CHECK(total.record_count >= 1);
    for (size_t i = 0; i < total.record_count; i++) {
        count_one(&up.rejects, records[i].outcome);
    }
    return records;
}

static void set_length(uint8_t *frame, uint32_t field)
{
    dd_store16(frame + 2, (dd_load16(frame + 2) & 0xFC00u) | field);
}

/* One frame, refused for one reason, and neither FARM-1 nor the association has moved. */
static void refused(const char *name, uint8_t *frame, size_t size, uint8_t reason)
{
    const tally before = up.rejects;
    const dd_farm farm = up.farms[0];
    const dd_sa sa = up.sa;
    take(frame, size);
    CHECK_ONLY(name, up.rejects, before, reason);
    CHECK(farm.report_value == up.farms[0].report_value && farm.state == up.farms[0].state);
    CHECK_SAME(up.farms[0].bypass_count, farm.bypass_count);
    CHECK_SAME(up.sa.number, sa.number);
    CHECK(memcmp(up.sa.seen, sa.seen, sizeof sa.seen) == 0);
}

static void bi_01_command_lengths(void)
{
    static const struct {
        const char *name;
        uint32_t field; /* of the frame, octets - 1 */
        uint8_t reason;
    } cases[] = {
        {"BI-01 TC length field 0", 0, DD_BAD_LENGTH},
        {"BI-01 TC length field 1", 1, DD_BAD_LENGTH},
        {"BI-01 TC length header - 1", 3, DD_BAD_LENGTH},
        {"BI-01 TC length header", 4, DD_BAD_LENGTH},
        {"BI-01 TC length header and trailer", 6, DD_BAD_LENGTH},
        {"BI-01 TC length exact - 1", 26, DD_BAD_FECF},
        {"BI-01 TC length exact + 1", 28, DD_BAD_LENGTH},
        {"BI-01 TC length longest of the profile", FRAME - 1, DD_BAD_LENGTH},
        {"BI-01 TC length longest of the profile + 1", FRAME, DD_BAD_LENGTH},
        {"BI-01 TC length max - 1", 1022, DD_BAD_LENGTH},
        {"BI-01 TC length max", 1023, DD_BAD_LENGTH},
    };
    uint8_t frame[FRAME] = {0x20, 0x6D};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_uplink(0);
        set_length(frame, cases[i].field);
        refused(cases[i].name, frame, 28, cases[i].reason);
    }
    start_uplink(0);
    set_length(frame, 27);
    CHECK_SAME(take(frame, 28)->outcome, DD_FARM_ACCEPT);
    for (size_t size = 1; size < 5; size++) { /* a block is seven octets, filled with 55h */
        start_uplink(0);
        refused("BI-01 TC cut off in its header", frame, size, DD_BAD_LENGTH);
    }
}

/* Lengths of packets, of both kinds, as their headers say: 16 bits and one wrap to nothing in 16.
 */
static void bi_01_packet_lengths(void)
{
    static const struct {
        uint16_t field;
        int64_t octets;
    } cases[] = {{0, 7}, {1, 8}, {65533, 65540}, {65534, 65541}, {65535, 65542}};
    uint8_t header[8] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dd_store16(header + 4, cases[i].field);
        CHECK_SAME(dd_packet_octets(header, 6, DD_PACKETS_SPACE), cases[i].octets);
        CHECK_SAME(dd_packet_octets(header, 5, DD_PACKETS_SPACE), 0);
    }
    for (uint32_t octets = 0; octets < 12; octets++) { /* of an encapsulation packet of one octet */
        const uint8_t short_length[2] = {0xE5, (uint8_t)octets};
        const int64_t want = octets < 2 ? -DD_BAD_PACKET_LENGTH : (int64_t)octets;
        CHECK_SAME(dd_packet_octets(short_length, 2, DD_PACKETS_ENCAPSULATION), want);
    }
    uint8_t long_length[8] = {0xE7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    CHECK_SAME(dd_packet_octets(long_length, 8, DD_PACKETS_ENCAPSULATION), 0xFFFFFFFF);
    dd_store32(long_length + 4, 7);
    CHECK_SAME(dd_packet_octets(long_length, 8, DD_PACKETS_ENCAPSULATION), -DD_BAD_PACKET_LENGTH);
    dd_store32(long_length + 4, 8);
    CHECK_SAME(dd_packet_octets(long_length, 8, DD_PACKETS_ENCAPSULATION), 8);
}

/* Splitting: the reason is the verdict, and what came before is kept. */
static void bi_01_packet_runs(void)
{
    static const struct {
        const char *name;
        uint16_t field;
        uint32_t packet_max;
        uint32_t consumed;
        uint8_t verdict;
    } cases[] = {
        {"BI-01 packet exact", 2, DD_PACKET_MAX, 18, DD_OK},
        {"BI-01 packet exact + 1", 3, DD_PACKET_MAX, 9, DD_OK}, /* more may come */
        {"BI-01 packet beyond the limit", 100, 100, 9, DD_BAD_PACKET_LENGTH},
        {"BI-01 packet length 65,534", 65534, 65540, 9, DD_BAD_PACKET_LENGTH},
        {"BI-01 packet length 65,535 + 1", 65535, 65541, 9, DD_BAD_PACKET_LENGTH},
        {"BI-01 packet length 65,535 + 1, allowed", 65535, DD_PACKET_MAX, 9, DD_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t run[18] = {0};
        uint32_t offsets[4];
        dd_split split;
        dd_packet_header(run, 1, 0xC000, 9);
        dd_packet_header(run + 9, 1, 0xC001, 9);
        dd_store16(run + 13, cases[i].field);
        dd_packet_split(run, sizeof run, DD_PACKETS_SPACE, cases[i].packet_max, offsets, 4, &split);
        if (split.consumed != cases[i].consumed || split.verdict != cases[i].verdict) {
            fprintf(stderr, "%s: %u octets, verdict %u\n", cases[i].name, split.consumed,
                    split.verdict);
            exit(1);
        }
    }
}

/* A secured frame of every length, to the longest, none of them the one that was sealed: too short
 * for header and code, then with a code that does not match. */
static void bi_01_code_longer_than_the_frame(void)
{
    start_uplink(1);
    for (size_t size = 8; size <= FRAME; size++) {
        uint8_t frame[FRAME] = {0};
        memcpy(frame, sealed, size < sealed_octets ? size : sealed_octets);
        set_length(frame, (uint32_t)size - 1);
        const size_t least = 5 + PLAIN_HEAD + PLAIN_TAIL + 2;
        if (size != sealed_octets) {
            refused("BI-01 TC with a code longer than the frame", frame, size,
                    size < least ? DD_BAD_SECURITY_LENGTH : DD_BAD_TAG);
        }
    }
}

static void seal(uint8_t *frame, size_t data_octets, uint64_t number, uint8_t channel)
{
    const dd_format format = {.profile = up.profile};
    dd_sa sa;
    uint8_t room[FRAME] = {0};
    const dd_frame head = {.flags = DD_BYPASS, .channel = channel};
    plain_association(&sa, &format, 1);
    sa.number = number - 1;
    memset(room + PLAIN_HEAD, 0x77, data_octets);
    const int64_t size =
        dd_tc_build(&up.profile, &head, room, PLAIN_HEAD + data_octets + PLAIN_TAIL, frame, FRAME);
    CHECK(size > 0);
    CHECK_SAME(dd_sdls_apply(&sa, &plain_aead, channel, frame, FRAME, 1, 5, (size_t)size - 2), 1);
    sealed_octets = (size_t)size;
}

static void refused_sealed(const char *name, size_t at, uint8_t change, uint8_t reason)
{
    uint8_t frame[FRAME];
    memcpy(frame, sealed, sizeof frame);
    frame[at] ^= change;
    refused(name, frame, sealed_octets, reason);
}

static void bi_05_uplink_association(void)
{
    static const struct {
        const char *name;
        uint8_t state;
    } states[] = {
        {"BI-05 TC, association without a key", DD_SA_UNKEYED},
        {"BI-05 TC, association not started", DD_SA_KEYED},
        {"BI-05 TC, association stopped", DD_SA_STOPPED},
        {"BI-05 TC, association expired", DD_SA_EXPIRED},
    };
    start_uplink(1);
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        up.sa.state = states[i].state;
        refused_sealed(states[i].name, 0, 0, DD_BAD_ASSOCIATION);
    }
    up.sa.state = DD_SA_STARTED;
    refused_sealed("BI-05 TC, unknown SPI", 6, 0x01, DD_UNKNOWN_SPI);
    refused_sealed("BI-05 TC, SPI 0", 6, 0x07, DD_UNKNOWN_SPI);
    refused_sealed("BI-05 TC, SPI 65,535", 5, 0xFF, DD_UNKNOWN_SPI);
    refused_sealed("BI-05 TC, channel of no association", 2, SECOND_CHANNEL << 2,
                   DD_BAD_ASSOCIATION);
    up.sa.is_sender = 1;
    refused_sealed("BI-05 TC, association of a sender", 0, 0, DD_UNKNOWN_SPI);
    up.sa.is_sender = 0;
    up.sa.spacecraft = 0x6C;
    refused_sealed("BI-05 TC, association of another spacecraft", 0, 0, DD_BAD_ASSOCIATION);
    up.sa.spacecraft = 0x6D;
    refused_sealed("BI-05 TC, vector of another sender", 7, 0x80, DD_BAD_IV);
}

static void bi_05_uplink_code(void)
{
    const size_t tag = sealed_octets - 2 - PLAIN_TAIL;
    uint8_t frame[FRAME];
    start_uplink(1);
    for (size_t bit = 0; bit < 8 * PLAIN_TAIL; bit++) {
        refused_sealed("BI-05 TC, code off by one bit", tag + bit / 8, (uint8_t)(1u << bit % 8),
                       DD_BAD_TAG);
    }
    for (int value = 0; value < 256; value += 255) {
        memcpy(frame, sealed, sizeof frame);
        memset(frame + tag, value, PLAIN_TAIL);
        refused("BI-05 TC, code all zeros or ones", frame, sealed_octets, DD_BAD_TAG);
    }
    refused_sealed("BI-05 TC, bypass flag taken away", 0, 0x20, DD_BAD_TAG);
    refused_sealed("BI-05 TC, sequence number changed", 4, 0x28, DD_BAD_TAG);
    refused_sealed("BI-05 TC, data changed", tag - 1, 1, DD_BAD_TAG);
    memset(frame, 0, sizeof frame);
    seal(frame, 0, 6, 0);
    refused("BI-05 TC, sealed but without data", frame, sealed_octets, DD_BAD_SECURITY_LENGTH);
}

/* The window is 4 and the highest number 5: what is older or seen is a replay. */
static void bi_04_and_05_uplink_numbers(void)
{
    static const uint64_t refused_numbers[] = {1, 2, 3, 4, 5};
    uint8_t frame[FRAME];
    start_uplink(1);
    up.sa.seen[0] = 0xF; /* 5, 4, 3, 2 were accepted */
    for (size_t i = 0; i < sizeof refused_numbers / sizeof refused_numbers[0]; i++) {
        seal(frame, 10, refused_numbers[i], 0);
        refused("BI-04 TC, number seen or older than the window", frame, sealed_octets,
                DD_REPLAYED);
    }
    up.sa.ahead_max = 3;
    seal(frame, 10, 9, 0);
    refused("BI-05 TC, number too far ahead", frame, sealed_octets, DD_BAD_NUMBER);
    seal(frame, 10, 8, 0);
    CHECK_SAME(take(frame, sealed_octets)->outcome, DD_FARM_ACCEPT);
    refused("BI-04 TC, the same frame twice", frame, sealed_octets, DD_REPLAYED);
    seal(frame, 10, 6, 0); /* within the window, not seen */
    CHECK_SAME(take(frame, sealed_octets)->outcome, DD_FARM_ACCEPT);
    refused("BI-04 TC, the late frame twice", frame, sealed_octets, DD_REPLAYED);
    seal(frame, 10, 4, 0);
    refused("BI-04 TC, window edge + 1", frame, sealed_octets, DD_REPLAYED);
}

/* Where control commands may come outside security no other form of them passes; where they may not
 * none does. */
static void bi_05_control(void)
{
    static const struct {
        const char *name;
        uint8_t data[4];
        uint8_t octets;
        uint8_t flags;
    } cases[] = {
        {"BI-05 Unlock with an octet too many", {0, 0}, 2, DD_BYPASS | DD_CONTROL},
        {"BI-05 Unlock without the bypass flag", {0}, 1, DD_CONTROL},
        {"BI-05 control command FF", {0xFF}, 1, DD_BYPASS | DD_CONTROL},
        {"BI-05 Set V(R) without a value", {0x82, 0}, 2, DD_BYPASS | DD_CONTROL},
        {"BI-05 Set V(R) with a second octet of 1", {0x82, 1, 9}, 3, DD_BYPASS | DD_CONTROL},
        {"BI-05 Set V(R) with an octet too many", {0x82, 0, 9, 0}, 4, DD_BYPASS | DD_CONTROL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t frame[FRAME];
        const dd_frame head = {.flags = cases[i].flags};
        start_uplink(1);
        up.clear_control = 1;
        const int64_t size =
            dd_tc_build(&up.profile, &head, cases[i].data, cases[i].octets, frame, sizeof frame);
        refused(cases[i].name, frame, (size_t)size, DD_BAD_CONTROL);
        up.clear_control = 0;
        refused("BI-05 control command outside security", frame, (size_t)size,
                cases[i].octets > 3 ? DD_UNKNOWN_SPI : DD_CLEAR_CONTROL);
    }
    uint8_t unlock[FRAME];
    const dd_frame head = {.flags = DD_BYPASS | DD_CONTROL};
    const uint8_t command[1] = {0};
    const int64_t size = dd_tc_build(&up.profile, &head, command, 1, unlock, sizeof unlock);
    refused("BI-05 Unlock outside security", unlock, (size_t)size, DD_CLEAR_CONTROL);
    up.clear_control = 1;
    CHECK_SAME(take(unlock, (size_t)size)->outcome, DD_FARM_CONTROL);
}

int main(void)
{
    bi_01_command_lengths();
    bi_01_packet_lengths();
    bi_01_packet_runs();
    start_uplink(1);
    seal(sealed, 20, 6, 0);
    bi_01_code_longer_than_the_frame();
    bi_05_uplink_association();
    bi_05_uplink_code();
    bi_04_and_05_uplink_numbers();
    bi_05_control();
    start_uplink(1);
    seal(sealed, 20, 6, 0);
    CHECK_SAME(take(sealed, sealed_octets)->outcome, DD_FARM_ACCEPT);
    CHECK_SAME(up.sa.number, 6);
    return 0;
}
