/* Bad telemetry by name, BI-01 to BI-05, for AOS and TM frames of each content: one reject counter
 * rises by one, nothing is handed on, and counts and association stay as they were. */
#include "link_pair.h"
#include "tally.h"

#define FRAME 100u
#define LEAD 4u /* octets of the marker */

static link_end sender;
static link_end receiver;
static uint8_t cadus[1024];
static tally rejects;

static dd_format plain_format(uint8_t kind, uint8_t content)
{
    dd_format format = full_format();
    format.profile.flags = 0;
    format.profile.frame_octets = FRAME;
    format.insert_octets = format.header_check = 0;
    format.code = DD_CODE_NONE;
    format.security_head = format.security_tail = 0;
    format.frame_kind = kind;
    format.content = content;
    return format;
}

static dd_format secured_format(uint8_t kind)
{
    dd_format format = plain_format(kind, DD_CONTENT_OCTETS);
    format.security_head = PLAIN_HEAD;
    format.security_tail = PLAIN_TAIL;
    return format;
}

/* Both ends anew, and frame 0 of channel 1, whose zone is all `value`, in `cadus`. */
static void start(const dd_format *format, uint8_t value)
{
    uint8_t zone[FRAME];
    dd_row row = {.channel = 1};
    dd_chain_total total;
    memset(zone, value, sizeof zone);
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    sender.chain.sequence_size = receiver.chain.sequence_size = 0;
    CHECK_SAME(dd_tx_batch(&sender.chain, &row, 1, zone, sizeof zone, cadus, sizeof cadus, &total),
               1);
}

static dd_row take(void)
{
    uint8_t copy[sizeof cadus];
    dd_row row;
    dd_chain_total total;
    memcpy(copy, cadus, sizeof copy);
    CHECK_SAME(
        dd_rx_batch(&receiver.chain, copy, receiver.chain.layout.cadu_octets, &row, 1, &total), 1);
    CHECK_SAME(total.unrepairable_count, row.verdict == DD_UNREPAIRABLE);
    count_one(&rejects, row.verdict);
    return row;
}

static void refused(const char *name, uint8_t reason)
{
    const tally before = rejects;
    const uint32_t expected = receiver.chain.counts[1];
    const uint64_t number = receiver.sa.number;
    take();
    CHECK_ONLY(name, rejects, before, reason);
    CHECK_SAME(receiver.chain.counts[1], expected);
    CHECK_SAME(receiver.sa.number, number);
}

/* Buffers of no, one octet less than one, one, and one octet more than one CADU. */
static void bi_01_short_buffers(uint8_t kind)
{
    const dd_format format = plain_format(kind, DD_CONTENT_OCTETS);
    const size_t stride = LEAD + FRAME;
    for (size_t size = 0; size <= 2 * stride; size++) {
        dd_row rows[2];
        dd_chain_total total;
        start(&format, 0);
        CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, size, rows, 2, &total), size / stride);
        CHECK_SAME(total.cadu_count, size / stride);
    }
}

/* A code longer than the frame has no layout, so no receiver; one octet of data has. */
static void bi_01_code_longer_than_the_frame(uint8_t kind)
{
    dd_format format = secured_format(kind);
    const uint32_t least = 6 + PLAIN_HEAD + 1 + PLAIN_TAIL;
    for (uint32_t octets = 0; octets < least; octets++) {
        dd_layout layout;
        format.profile.frame_octets = octets;
        CHECK_SAME(dd_layout_of(&format, &layout), -DD_BAD_SIZE);
    }
    format.profile.frame_octets = least;
    start(&format, 9);
    CHECK_SAME(take().data_octets, 1);
    start(&format, 9);
    receiver.sa.mac_octets = 12; /* another form than the frame's */
    refused("BI-01 code of another length", DD_BAD_TAG);
}

typedef struct {
    const char *name;
    uint8_t kind;
    uint8_t content;
    uint8_t at;
    uint16_t word; /* the 16 bits there */
    uint8_t reason;
} change;

static const change changes[] = {
    {"BI-02 AOS pointer at the end of the zone", 0, 0, 6, 92, DD_BAD_POINTER},
    {"BI-02 AOS pointer 7FDh", 0, 0, 6, 0x7FD, DD_BAD_POINTER},
    {"BI-02 AOS reserved bits of the pointer", 0, 0, 6, 0x0800, DD_BAD_RESERVED},
    {"BI-02 AOS pointer of all ones", 0, 0, 6, 0xFFFF, DD_BAD_RESERVED},
    {"BI-02 B_PDU pointer at the end of the zone", 0, 1, 6, 92 * 8, DD_BAD_POINTER},
    {"BI-02 B_PDU pointer 3FFDh", 0, 1, 6, 0x3FFD, DD_BAD_POINTER},
    {"BI-02 B_PDU reserved bits", 0, 1, 6, 0x4000, DD_BAD_RESERVED},
    {"BI-02 TM pointer at the end of the field", 1, 0, 4, 0x1800 | 94, DD_BAD_POINTER},
    {"BI-02 TM pointer 7FDh", 1, 0, 4, 0x1FFD, DD_BAD_POINTER},
    {"BI-02 TM secondary header of no octets", 1, 0, 4, 0x9800, DD_BAD_SECONDARY},
    {"BI-03 AOS version 0", 0, 2, 0, 0x1B41, DD_BAD_VERSION},
    {"BI-03 AOS version 3", 0, 2, 0, 0xDB41, DD_BAD_VERSION},
    {"BI-03 AOS spacecraft", 0, 2, 0, 0x5B01, DD_BAD_SPACECRAFT},
    {"BI-03 AOS upper bits of the spacecraft", 0, 2, 4, 0x0010, DD_BAD_SPACECRAFT},
    {"BI-03 AOS channel", 0, 2, 0, 0x5B43, DD_BAD_CHANNEL},
    {"BI-03 AOS channel 62", 0, 2, 0, 0x5B7E, DD_BAD_CHANNEL},
    {"BI-03 AOS count cycle in use", 0, 2, 4, 0x0040, DD_BAD_SIGNALLING},
    {"BI-03 TM version 1", 1, 2, 0, 0x46D2, DD_BAD_VERSION},
    {"BI-03 TM spacecraft", 1, 2, 0, 0x06C2, DD_BAD_SPACECRAFT},
    {"BI-03 TM channel", 1, 2, 0, 0x06D6, DD_BAD_CHANNEL},
    {"BI-03 TM control word that is not there", 1, 2, 0, 0x06D3, DD_BAD_SIGNALLING},
    {"BI-03 TM packets where octets are wanted", 1, 2, 4, 0x1800, DD_BAD_SIGNALLING},
    {"BI-03 TM octets where packets are wanted", 1, 0, 4, 0x5800, DD_BAD_SIGNALLING},
    {"BI-03 TM packet order", 1, 0, 4, 0x3800, DD_BAD_SIGNALLING},
    {"BI-03 TM segment length", 1, 0, 4, 0x1000, DD_BAD_SIGNALLING},
};

static void bi_02_and_03_headers(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const dd_format format = plain_format(changes[i].kind, changes[i].content);
        start(&format, 0);
        dd_store16(cadus + LEAD + changes[i].at, changes[i].word);
        refused(changes[i].name, changes[i].reason);
    }
}

static void bi_02_secondary_headers(void)
{
    static const struct {
        uint8_t first; /* version and octets - 1 */
        uint8_t reason;
    } cases[] = {{0, DD_BAD_SECONDARY},
                 {0x41, DD_BAD_SECONDARY},
                 {0x81, DD_BAD_SECONDARY},
                 {0xC1, DD_BAD_SECONDARY},
                 {1, DD_OK},
                 {63, DD_OK}};
    const dd_format format = plain_format(DD_FRAME_TM, DD_CONTENT_PACKETS);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(&format, cases[i].first);
        dd_store16(cadus + LEAD + 4, 0x9800);
        CHECK_SAME(take().verdict, cases[i].reason);
    }
    dd_format small = format;
    small.profile.frame_octets = 6 + 20;
    for (uint8_t octets = 18; octets < 64; octets++) { /* of 20 one must be left */
        start(&small, octets);
        dd_store16(cadus + LEAD + 4, 0x9800);
        const dd_row row = take();
        CHECK_SAME(row.verdict, octets + 1 < 20 ? DD_OK : DD_BAD_SECONDARY);
    }
}

static void bi_03_checks(void)
{
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    format.profile.flags = DD_FECF;
    start(&format, 1);
    cadus[LEAD + 50] ^= 4;
    refused("BI-03 checksum", DD_BAD_FECF);
    format.profile.flags = 0;
    format.header_check = 1;
    start(&format, 1);
    cadus[LEAD] ^= 0xFF;
    cadus[LEAD + 1] ^= 0xFF;
    refused("BI-03 four wrong symbols in a header", DD_BAD_HEADER_CHECK);
    format.header_check = 0;
    format.code = DD_CODE_RS;
    format.rs = (dd_rs){.parity_octets = 16, .interleave = 1, .fill = 255 - 16 - FRAME};
    start(&format, 1);
    for (size_t i = 0; i < 9; i++) {
        cadus[LEAD + 7 * i] ^= 0x81;
    }
    refused("BI-03 nine wrong symbols where eight are repaired", DD_UNREPAIRABLE);
}

static void bi_04_order(uint8_t kind)
{
    const dd_format plain = plain_format(kind, DD_CONTENT_OCTETS);
    start(&plain, 3);
    CHECK_SAME(take().verdict, DD_OK);
    refused("BI-04 the same frame twice", DD_REPEATED);
    const dd_format secured = secured_format(kind);
    start(&secured, 3);
    CHECK_SAME(take().verdict, DD_OK);
    refused("BI-04 the same secured frame twice", DD_REPLAYED);
    receiver.sa.seen[0] = 0; /* not seen, but number 1 lies one before the window of 64 */
    receiver.sa.number = 1 + receiver.sa.window;
    refused("BI-04 window edge + 1", DD_REPLAYED);
    receiver.sa.number--;
    receiver.chain.counts[1] = 0;
    CHECK_SAME(take().verdict, DD_OK);
    CHECK_SAME(receiver.sa.number, receiver.sa.window);
}

static void bi_05_security_state(uint8_t kind)
{
    static const uint8_t states[] = {DD_SA_UNKEYED, DD_SA_KEYED, DD_SA_STOPPED, DD_SA_EXPIRED};
    const dd_format format = secured_format(kind);
    start(&format, 3);
    for (size_t i = 0; i < sizeof states; i++) {
        receiver.sa.state = states[i];
        refused("BI-05 association that is not started", DD_BAD_ASSOCIATION);
    }
    receiver.sa.state = DD_SA_STARTED;
    receiver.sa.channel_mask = 1;
    refused("BI-05 channel of no association", DD_BAD_ASSOCIATION);
    receiver.sa.channel_mask = 7;
    receiver.sa.spi++;
    refused("BI-05 unknown SPI", DD_UNKNOWN_SPI);
    receiver.sa.spi--;
    receiver.sa.salt[3] ^= 1;
    refused("BI-05 vector of another sender", DD_BAD_IV);
    receiver.sa.salt[3] ^= 1;
    receiver.sa.number = 200;
    refused("BI-05 number older than the window", DD_REPLAYED);
    receiver.sa.number = 0;
    for (size_t bit = 0; bit < 8 * PLAIN_TAIL; bit++) {
        cadus[LEAD + FRAME - PLAIN_TAIL + bit / 8] ^= (uint8_t)(1u << bit % 8);
        refused("BI-05 code off by one bit", DD_BAD_TAG);
        cadus[LEAD + FRAME - PLAIN_TAIL + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK_SAME(take().verdict, DD_OK);
    memset(cadus + LEAD + FRAME - PLAIN_TAIL, 0, PLAIN_TAIL);
    receiver.sa.number = receiver.sa.seen[0] = 0;
    refused("BI-05 code of zeros", DD_BAD_TAG);
}

/* A sender never uses a number twice: it refuses when none is left. */
static void bi_05_numbers_of_the_sender(void)
{
    const dd_format format = secured_format(DD_FRAME_AOS);
    uint8_t zone[FRAME] = {0};
    dd_row row = {.channel = 1};
    dd_chain_total total;
    start(&format, 3);
    sender.sa.number_end = sender.sa.number + 1;
    CHECK_SAME(dd_tx_batch(&sender.chain, &row, 1, zone, sizeof zone, cadus, sizeof cadus, &total),
               -DD_NUMBERS_USED_UP);
    CHECK_SAME(sender.sa.number, sender.sa.number_end - 1);
}

int main(void)
{
    for (uint8_t kind = DD_FRAME_AOS; kind <= DD_FRAME_TM; kind++) {
        bi_01_short_buffers(kind);
        bi_01_code_longer_than_the_frame(kind);
        bi_04_order(kind);
        bi_05_security_state(kind);
    }
    bi_02_and_03_headers();
    bi_02_secondary_headers();
    bi_03_checks();
    bi_05_numbers_of_the_sender();
    return 0;
}
