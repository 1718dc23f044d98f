/* The edges of every field of a frame of fixed length: the last value that passes, the first that
 * does not, each reserved bit by itself, and counts where they wrap. */
#include "link_pair.h"

#define LEAD 4u /* octets of the marker */

static link_end sender;
static link_end receiver;
static uint8_t zones[8192];
static uint8_t cadus[8192];
static dd_row rows[4];
static dd_chain_total total;

static dd_format bare_format(uint8_t kind, uint8_t content)
{
    return (dd_format){.profile = {.channel_mask = 0x7,
                                   .frame_octets = 100,
                                   .spacecraft = 0x6D,
                                   .marker_octets = LEAD,
                                   .marker = {0x1A, 0xCF, 0xFC, 0x1D}},
                       .rs = {.parity_octets = 32, .interleave = 1},
                       .frame_kind = kind,
                       .content = content,
                       .code = DD_CODE_NONE};
}

static void start_both(const dd_format *format)
{
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    sender.chain.sequence_size = receiver.chain.sequence_size = 0;
}

static void send(size_t count)
{
    CHECK_SAME(
        dd_tx_batch(&sender.chain, rows, count, zones, sizeof zones, cadus, sizeof cadus, &total),
        count);
}

static void receive(size_t count)
{
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, count * receiver.chain.layout.cadu_octets, rows,
                           4, &total),
               count);
}

/* Verdict on a frame of channel 1 whose 16 bits at `at` are `word`. */
static uint8_t verdict_with(const dd_format *format, size_t at, uint32_t word)
{
    start_both(format);
    rows[0] = (dd_row){.channel = 1};
    send(1);
    dd_store16(cadus + LEAD + at, word);
    receive(1);
    return rows[0].verdict;
}

static void reserved_bits(void)
{
    const dd_format packets = bare_format(DD_FRAME_AOS, DD_CONTENT_PACKETS);
    const dd_format bits = bare_format(DD_FRAME_AOS, DD_CONTENT_BITS);
    for (uint32_t bit = 11; bit < 16; bit++) {
        CHECK_SAME(verdict_with(&packets, 6, 1u << bit | 3), DD_BAD_RESERVED);
    }
    for (uint32_t bit = 14; bit < 16; bit++) {
        CHECK_SAME(verdict_with(&bits, 6, 1u << bit | 3), DD_BAD_RESERVED);
    }
}

/* 732.0-B-5 4.1.4.2.2 and 4.1.4.3.2: all ones: no header, or all bits are data; one less: idle. */
static void pointers(void)
{
    const dd_format packets = bare_format(DD_FRAME_AOS, DD_CONTENT_PACKETS);
    const dd_format bits = bare_format(DD_FRAME_AOS, DD_CONTENT_BITS);
    const dd_format tm = bare_format(DD_FRAME_TM, DD_CONTENT_PACKETS);
    CHECK_SAME(verdict_with(&packets, 6, 91), DD_OK); /* 92 octets of zone */
    CHECK_SAME(verdict_with(&packets, 6, 92), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&packets, 6, 0x7FD), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&packets, 6, 0x7FE), DD_OK);
    CHECK_SAME(rows[0].pointer, 0x7FE);
    CHECK_SAME(verdict_with(&packets, 6, 0x7FF), DD_OK);
    CHECK_SAME(rows[0].pointer, 0x7FF);
    CHECK_SAME(verdict_with(&bits, 6, 735), DD_OK);
    CHECK_SAME(verdict_with(&bits, 6, 736), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&bits, 6, 0x3FFD), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&bits, 6, 0x3FFE), DD_OK);
    CHECK_SAME(rows[0].pointer, 0x3FFE);
    CHECK_SAME(verdict_with(&bits, 6, 0x3FFF), DD_OK);
    CHECK_SAME(rows[0].pointer, 0x3FFF);
    CHECK_SAME(verdict_with(&tm, 4, 0x1800 | 93), DD_OK);
    CHECK_SAME(verdict_with(&tm, 4, 0x1800 | 94), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&tm, 4, 0x1FFD), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&tm, 4, 0x1FFE), DD_OK);
    CHECK_SAME(rows[0].flags, DD_IDLE_ROW);
    CHECK_SAME(verdict_with(&tm, 4, 0x1FFF), DD_OK);
    CHECK_SAME(rows[0].flags, 0);
}

static uint8_t secondary(uint8_t first)
{
    const dd_format tm = bare_format(DD_FRAME_TM, DD_CONTENT_PACKETS);
    memset(zones, first, 1);
    return verdict_with(&tm, 4, 0x9800);
}

/* 132.0-B-3 4.1.3: version 0 and octets - 1. */
static void secondary_header(void)
{
    for (uint32_t version = 1; version < 4; version++) {
        CHECK_SAME(secondary((uint8_t)(version << 6 | 5)), DD_BAD_SECONDARY);
    }
    CHECK_SAME(secondary(0), DD_BAD_SECONDARY);
    CHECK_SAME(secondary(1), DD_OK);
    CHECK_SAME(rows[0].data_octets, 94 - 2);
    CHECK_SAME(secondary(63), DD_OK);
    CHECK_SAME(rows[0].data_octets, 94 - 64);
}

static int32_t layout_of(dd_format format, uint32_t frame_octets)
{
    dd_layout layout;
    format.profile.frame_octets = frame_octets;
    return dd_layout_of(&format, &layout);
}

static void longest_frames(void)
{
    const dd_format aos = bare_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    const dd_format tm = bare_format(DD_FRAME_TM, DD_CONTENT_OCTETS);
    const dd_format packets = bare_format(DD_FRAME_AOS, DD_CONTENT_PACKETS);
    const dd_format bits = bare_format(DD_FRAME_AOS, DD_CONTENT_BITS);
    CHECK_SAME(layout_of(tm, 2048), DD_OK);
    CHECK_SAME(layout_of(tm, 2049), -DD_BAD_SIZE);
    CHECK_SAME(layout_of(aos, 65535), DD_OK);
    CHECK_SAME(layout_of(aos, 65536), -DD_BAD_SIZE);
    CHECK_SAME(layout_of(packets, 8 + 2045), DD_OK); /* pointers 0..2044 */
    CHECK_SAME(layout_of(packets, 8 + 2046), -DD_BAD_SIZE);
    CHECK_SAME(layout_of(bits, 8 + 2047), DD_OK); /* 16,376 bits */
    CHECK_SAME(layout_of(bits, 8 + 2048), -DD_BAD_SIZE);
}

static void identifiers(uint8_t kind)
{
    dd_format format = bare_format(kind, DD_CONTENT_OCTETS);
    format.profile.spacecraft = 0x3FF;
    start_both(&format);
    rows[0] = (dd_row){.channel = 2, .flags = DD_REPLAY};
    send(1);
    receive(1);
    CHECK_SAME(rows[0].verdict, DD_OK);
    CHECK_SAME(rows[0].spacecraft, 0x3FF);
    CHECK_SAME(rows[0].flags, kind == DD_FRAME_AOS ? DD_REPLAY : 0);
    format.profile.spacecraft = 0x400;
    CHECK_SAME(layout_of(format, 100), -DD_BAD_SIZE);
    format.profile.spacecraft = 0;
    format.profile.channel_mask = 0xFF;
    CHECK_SAME(layout_of(format, 100), DD_OK);
    format.profile.channel_mask = 0x100;
    CHECK_SAME(layout_of(format, 100), kind == DD_FRAME_AOS ? DD_OK : -DD_BAD_SIZE);
    rows[0] = (dd_row){.channel = 64};
    CHECK_SAME(
        dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, sizeof cadus, &total),
        -DD_BAD_CHANNEL);
}

static int32_t code_of(uint8_t parity, uint8_t interleave, uint8_t fill, uint32_t data_octets)
{
    dd_format format = bare_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    format.code = DD_CODE_RS;
    format.rs = (dd_rs){.parity_octets = parity, .interleave = interleave, .fill = fill};
    return layout_of(format, data_octets);
}

static void codes(void)
{
    CHECK_SAME(code_of(32, 1, 0, 223), DD_OK);
    CHECK_SAME(code_of(16, 1, 0, 239), DD_OK);
    CHECK_SAME(code_of(24, 1, 0, 231), -DD_BAD_SIZE);
    CHECK_SAME(code_of(32, 1, 0, 222), -DD_BAD_SIZE);
    CHECK_SAME(code_of(32, 8, 0, 8 * 223), DD_OK);
    CHECK_SAME(code_of(32, 9, 0, 9 * 223), -DD_BAD_SIZE);
    CHECK_SAME(code_of(32, 0, 0, 100), -DD_BAD_SIZE);
    CHECK_SAME(code_of(32, 8, 222, 8), DD_OK);
    CHECK_SAME(code_of(32, 8, 223, 100), -DD_BAD_SIZE);
    dd_format sliced = bare_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    sliced.code = DD_CODE_SLICES;
    sliced.profile.marker_octets = 1;
    CHECK_SAME(layout_of(sliced, 100), DD_OK);
    sliced.profile.marker_octets = 0;
    CHECK_SAME(layout_of(sliced, 100), -DD_BAD_SIZE);
    sliced.profile.marker_octets = 1;
    sliced.rs.fill = 1;
    CHECK_SAME(layout_of(sliced, 100), -DD_BAD_SIZE);
}

/* Zones of every length from the shortest on, behind the header. */
static void insert_zones(void)
{
    static const uint8_t octets[4] = {0xD1, 0xD2, 0xD3, 0xD4};
    for (uint16_t size = 1; size <= 4; size++) {
        dd_format format = bare_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
        format.insert_octets = size;
        start_both(&format);
        sender.chain.inserts = octets;
        sender.chain.inserts_size = size;
        rows[0] = (dd_row){.channel = 1};
        send(1);
        CHECK(memcmp(cadus + LEAD + 6, octets, size) == 0);
        CHECK_SAME(cadus[LEAD + 6 + size], zones[0]);
        receive(1);
        CHECK_SAME(rows[0].lead_octets, 6 + size);
    }
}

/* Two frames from `count` on: the next count follows and nothing is missing. */
static void two_frames(const dd_format *format, uint32_t count, uint32_t next)
{
    start_both(format);
    sender.chain.counts[1] = receiver.chain.counts[1] = count;
    rows[0] = rows[1] = (dd_row){.channel = 1};
    send(2);
    CHECK_SAME(rows[1].count, next);
    receive(2);
    CHECK_SAME(rows[0].count, count);
    CHECK_SAME(rows[1].count, next);
    CHECK_SAME(rows[0].verdict | rows[1].verdict, DD_OK);
    CHECK_SAME(rows[0].gap | rows[1].gap, 0);
    CHECK_SAME((rows[0].flags | rows[1].flags) & (DD_RESTARTED | DD_REPLAY), 0);
    CHECK_SAME(receiver.chain.counts[1], next + 1);
}

/* A frame of count 0 where `expected` was: `ahead` frames later, or a step back. */
static const dd_row *first_after(const dd_format *format, uint32_t expected)
{
    start_both(format);
    receiver.chain.counts[1] = expected;
    rows[0] = (dd_row){.channel = 1};
    send(1);
    receive(1);
    return &rows[0];
}

static void counts(const dd_format *format, unsigned count_bits)
{
    const uint32_t modulus = 1u << count_bits;
    const uint32_t half = modulus / 2;
    two_frames(format, modulus - 1, 0);
    for (unsigned bit = 1; bit < count_bits; bit++) {
        two_frames(format, (1u << bit) - 1, 1u << bit);
    }
    CHECK_SAME(first_after(format, half + 1)->gap, half - 1);
    CHECK_SAME(rows[0].flags & DD_RESTARTED, 0);
    CHECK_SAME(first_after(format, half)->gap, count_bits == 8 ? half : 0); /* eight bits wrap */
    CHECK_SAME(rows[0].flags & DD_RESTARTED, count_bits == 8 ? 0 : DD_RESTARTED);
    CHECK_SAME(first_after(format, 1)->verdict, DD_REPEATED);
    CHECK_SAME(first_after(format, 2)->verdict, DD_OK);
}

static void master_counts(const dd_format *format)
{
    start_both(format);
    const size_t stride = sender.chain.layout.cadu_octets;
    for (unsigned bit = 1; bit <= 8; bit++) {
        sender.chain.master_count = (1u << bit) - 2;
        rows[0] = rows[1] = rows[2] = (dd_row){.channel = 1};
        send(3);
        CHECK_SAME(cadus[LEAD + 2], (1u << bit) - 2);
        CHECK_SAME(cadus[LEAD + stride + 2], (1u << bit) - 1);
        CHECK_SAME(cadus[LEAD + 2 * stride + 2], 1u << bit & 0xFF);
    }
}

static void all_counts(void)
{
    dd_format format = bare_format(DD_FRAME_TM, DD_CONTENT_OCTETS);
    counts(&format, 8);
    master_counts(&format);
    format.frame_kind = DD_FRAME_AOS;
    counts(&format, 24);
    format.profile.flags = DD_COUNT_CYCLE;
    counts(&format, 28);
}

static void batches(void)
{
    const dd_format format = bare_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    start_both(&format);
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, 0x40000000u, rows, 0, &total), 0);
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, 0x40000001u, rows, 0, &total), -DD_BAD_SIZE);
    receiver.chain.sa_count = 65;
    receiver.chain.format.security_head = 6;
    CHECK_SAME(dd_chain_start(&receiver.chain, 0), -DD_BAD_SIZE);
    receiver.chain.sa_count = 64;
    CHECK_SAME(dd_chain_start(&receiver.chain, 0), DD_OK);
}

/* 232.0-B-4 4.1.2: ten bits of spacecraft and of length, six of channel; 1024 octets at most. */
static void command_frames(void)
{
    static uint8_t data[1100];
    static uint8_t frame[1100];
    dd_profile profile = {.channel_mask = UINT64_MAX, .frame_octets = 1100, .spacecraft = 0x3FF};
    dd_frame head = {.channel = 63, .count = 0xA7};
    dd_frame parsed;
    CHECK_SAME(dd_tc_build(&profile, &head, data, 1020, frame, sizeof frame), -DD_BAD_SIZE);
    CHECK_SAME(dd_tc_build(&profile, &head, data, 1019, frame, sizeof frame), 1024);
    CHECK_SAME(dd_tc_parse(&profile, frame, 1024, &parsed), 1024);
    CHECK_SAME(parsed.verdict, DD_OK);
    CHECK_SAME(parsed.spacecraft, 0x3FF);
    CHECK_SAME(parsed.channel, 63);
    CHECK_SAME(parsed.count, 0xA7);
    CHECK_SAME(parsed.data_octets, 1019);
    for (uint32_t bit = 10; bit < 12; bit++) {
        frame[0] = (uint8_t)(1u << bit >> 8 | 3);
        dd_tc_parse(&profile, frame, 1024, &parsed);
        CHECK_SAME(parsed.verdict, DD_BAD_RESERVED);
    }
    for (uint32_t bit = 14; bit < 16; bit++) {
        frame[0] = (uint8_t)(1u << bit >> 8 | 3);
        dd_tc_parse(&profile, frame, 1024, &parsed);
        CHECK_SAME(parsed.verdict, DD_BAD_VERSION);
    }
    parsed.count = 9;
    CHECK_SAME(dd_tc_parse(&profile, frame, 4, &parsed), 0);
    CHECK_SAME(parsed.verdict, DD_BAD_LENGTH);
    CHECK_SAME(parsed.count, 0);
    head.channel = 64;
    CHECK_SAME(dd_tc_build(&profile, &head, data, 1, frame, sizeof frame), -DD_BAD_SIZE);
    head.channel = 0;
    profile.spacecraft = 0x400;
    CHECK_SAME(dd_tc_build(&profile, &head, data, 1, frame, sizeof frame), -DD_BAD_SIZE);
}

/* The two flags of a command frame, each alone and both, beside an identifier of zeros. */
static void command_flags(void)
{
    static const uint8_t data[4] = {0};
    static const uint8_t flags[] = {0, DD_BYPASS, DD_BYPASS | DD_CONTROL};
    static const uint8_t want[] = {0x00, 0x20, 0x30};
    const dd_profile profile = {.channel_mask = 1, .frame_octets = 20};
    for (size_t i = 0; i < sizeof flags; i++) {
        const dd_frame head = {.flags = flags[i]};
        dd_frame parsed;
        uint8_t frame[20];
        CHECK_SAME(dd_tc_build(&profile, &head, data, 4, frame, sizeof frame), 9);
        CHECK_SAME(frame[0], want[i]);
        CHECK_SAME(frame[1], 0);
        CHECK_SAME(dd_tc_parse(&profile, frame, 9, &parsed), 9);
        CHECK_SAME(parsed.verdict, DD_OK);
        CHECK_SAME(parsed.flags, flags[i]);
        CHECK_SAME(parsed.spacecraft, 0);
    }
}

/* What nobody chose is the widest level that this processor has. */
static void first_level(void)
{
    static const char *const widest_first[] = {"gfni", "avx2", "neon", "scalar"};
    const char *level = dd_level();
    size_t i = 0;
    while (dd_set_level(widest_first[i]) != DD_OK) {
        i++;
    }
    CHECK(strcmp(level, widest_first[i]) == 0);
    static const char name[] = {'s', 'c', 'a', 'l',
                                'a', 'r', 0,   0x7E}; /* what follows is not read */
    CHECK_SAME(dd_set_level(name), DD_OK);
    CHECK_SAME(dd_set_level(level), DD_OK);
    CHECK_SAME(dd_set_level("scala"), -DD_BAD_SIZE);
    CHECK_SAME(dd_set_level("scalars"), -DD_BAD_SIZE);
    CHECK(strcmp(dd_level(), level) == 0);
}

int main(void)
{
    first_level();
    command_frames();
    command_flags();
    reserved_bits();
    pointers();
    secondary_header();
    longest_frames();
    identifiers(DD_FRAME_AOS);
    identifiers(DD_FRAME_TM);
    codes();
    insert_zones();
    all_counts();
    batches();
    return 0;
}
