/* BI-03: every single and every double wrong bit of each kind of frame and codeblock. The checksum
 * of 16 bits has distance 4 at these lengths (732.0-B-4 4.1.6), the code of telecommand too
 * (231.0-B-4 clause 3), so each flip ends in one reject counter, or is repaired. */
#include "link_pair.h"
#include "tally.h"

#define FRAME 64u
#define BITS (8u * FRAME)
#define COMMAND 256u

static link_end sender;
static link_end receiver;
static uint8_t cadu[512];
static uint8_t hurt[512];

static void flip(uint8_t *octets, size_t bit)
{
    octets[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
}

static uint32_t pairs(uint32_t bits)
{
    return bits + bits * (bits - 1) / 2;
}

/* All flips of one and two of `bits` bits behind the marker, each to a receiver as at the start. */
static tally sweep(const dd_format *format, size_t bits)
{
    tally all = {0};
    dd_row row = {.channel = 1};
    dd_chain_total total;
    uint8_t zone[FRAME];
    memset(zone, 0x5A, sizeof zone);
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    CHECK_SAME(dd_tx_batch(&sender.chain, &row, 1, zone, sizeof zone, cadu, sizeof cadu, &total),
               1);
    const size_t octets = sender.chain.layout.cadu_octets;
    const dd_sa sa = receiver.sa;
    for (size_t a = 0; a < bits; a++) {
        for (size_t b = a; b < bits; b++) { /* a == b: one bit */
            memcpy(hurt, cadu, octets);
            flip(hurt + 4, a);
            if (b != a) {
                flip(hurt + 4, b);
            }
            receiver.chain.counts[1] = DD_COUNT_ANY;
            receiver.sa = sa;
            CHECK_SAME(dd_rx_batch(&receiver.chain, hurt, octets, &row, 1, &total), 1);
            CHECK_SAME(total.unrepairable_count, row.verdict == DD_UNREPAIRABLE);
            if (row.verdict == DD_OK) {
                CHECK_SAME(row.data_octets, sender.chain.layout.zone_octets);
                CHECK(memcmp(hurt + row.data_offset, zone, row.data_octets) == 0);
            } else {
                CHECK_SAME(receiver.chain.counts[1], DD_COUNT_ANY);
                CHECK_SAME(receiver.sa.number, sa.number);
            }
            count_one(&all, row.verdict);
        }
    }
    return all;
}

static dd_format small_format(uint8_t kind, uint8_t content)
{
    dd_format format = full_format();
    format.profile.frame_octets = FRAME;
    format.insert_octets = format.header_check = 0;
    format.code = DD_CODE_NONE;
    format.security_head = format.security_tail = 0;
    format.frame_kind = kind;
    format.content = content;
    return format;
}

static void checked_frames(void)
{
    for (uint8_t content = DD_CONTENT_PACKETS; content <= DD_CONTENT_OCTETS; content++) {
        for (uint8_t kind = DD_FRAME_AOS; kind <= DD_FRAME_TM; kind++) {
            const dd_format format = small_format(kind, content);
            if (kind == DD_FRAME_TM && content == DD_CONTENT_BITS) {
                continue;
            }
            const tally all = sweep(&format, BITS);
            CHECK_SAME(all.total, pairs(BITS));
            CHECK_SAME(all.counts[DD_BAD_FECF], pairs(BITS));
        }
    }
}

/* Two symbols of the header check are repaired: flips within the ten symbols of it are harmless. */
static void checked_header(void)
{
    dd_format format = small_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    format.header_check = 1;
    const tally all = sweep(&format, BITS);
    CHECK_SAME(all.counts[DD_OK], pairs(40));
    CHECK_SAME(all.counts[DD_BAD_FECF], pairs(BITS) - pairs(40));
}

/* Without checksum, but with security, no flip of what it covers is accepted. */
static void secured_frames(void)
{
    for (uint8_t kind = DD_FRAME_AOS; kind <= DD_FRAME_TM; kind++) {
        dd_format format = small_format(kind, DD_CONTENT_OCTETS);
        format.profile.flags = DD_COUNT_CYCLE;
        format.security_head = PLAIN_HEAD;
        format.security_tail = PLAIN_TAIL;
        const tally all = sweep(&format, BITS);
        CHECK_SAME(all.total, pairs(BITS));
        CHECK(all.counts[DD_BAD_TAG] > pairs(BITS) / 4 && all.counts[DD_BAD_IV] > 0);
        CHECK(all.counts[DD_UNKNOWN_SPI] > 0 && all.counts[DD_REPLAYED] > 0);
        CHECK_SAME(all.counts[DD_OK], 0);
    }
}

/* 16 parity symbols repair eight: all is repaired, of either frame. */
static void coded_frames(void)
{
    dd_format format = small_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    format.code = DD_CODE_RS;
    format.rs = (dd_rs){.parity_octets = 16, .interleave = 1, .fill = 255 - 16 - FRAME};
    const uint32_t bits = 8 * (FRAME + 16);
    const tally all = sweep(&format, bits);
    CHECK_SAME(all.total, pairs(bits));
    CHECK_SAME(all.counts[DD_OK], pairs(bits));
}

/* Where the length field is hit as well the checksum covers other octets: it then holds by 2^-16.
 */
static void command_frames(uint8_t flags, uint32_t data_octets)
{
    const dd_profile profile = {
        .channel_mask = 1, .frame_octets = COMMAND, .spacecraft = 0x6D, .flags = DD_FECF};
    const dd_frame head = {.flags = flags, .count = 5};
    tally all = {0};
    uint8_t data[COMMAND];
    draw_octets(&(uint64_t){8}, data, sizeof data);
    const int64_t size = dd_tc_build(&profile, &head, data, data_octets, cadu, sizeof cadu);
    CHECK_SAME(size, data_octets + 7);
    const size_t bits = 8 * (size_t)size;
    for (size_t a = 0; a < bits; a++) {
        flip(cadu, a);
        for (size_t b = a; b < bits; b++) {
            dd_frame frame;
            if (b != a) {
                flip(cadu, b);
            }
            dd_tc_parse(&profile, cadu, (size_t)size, &frame);
            count_one(&all, frame.verdict);
            if (b != a) {
                flip(cadu, b);
            }
        }
        flip(cadu, a);
    }
    CHECK_SAME(all.total, pairs((uint32_t)bits));
    CHECK_SAME(all.counts[DD_OK], 0);
    CHECK_SAME(all.counts[DD_BAD_FECF] + all.counts[DD_BAD_LENGTH], all.total);
    CHECK(all.counts[DD_BAD_LENGTH] > 0);
}

/* 63 bits of the code and the fill bit: one wrong bit is repaired, two are seen; with no repair
 * asked for both are. The fill bit is ignored. */
static void command_blocks(void)
{
    uint64_t seed = 2;
    for (int round = 0; round < 50; round++) {
        uint8_t block[8];
        uint32_t repaired = 0;
        uint32_t refused[2] = {0};
        draw_octets(&seed, block, 7);
        block[7] = dd_bch_parity(block);
        for (size_t a = 0; a < 64; a++) {
            for (size_t b = a; b < 64; b++) {
                for (int32_t correct = 0; correct < 2; correct++) {
                    uint8_t bad[8];
                    memcpy(bad, block, sizeof bad);
                    flip(bad, a);
                    if (b != a) {
                        flip(bad, b);
                    }
                    const int32_t done = dd_bch_repair(bad, correct);
                    refused[correct] += done < 0;
                    repaired += done == 1;
                    CHECK(done < 0 || memcmp(bad, block, 7) == 0);
                }
            }
        }
        CHECK_SAME(refused[1], 63 * 62 / 2);
        CHECK_SAME(refused[0], 63 * 62 / 2 + 63 + 63); /* one, one and the fill bit, two */
        CHECK_SAME(repaired, 63 + 63);
    }
}

int main(void)
{
    checked_frames();
    checked_header();
    secured_frames();
    coded_frames();
    command_frames(DD_BYPASS, 200);
    command_frames(0, 60);
    command_frames(DD_BYPASS | DD_CONTROL, 3);
    command_blocks();
    return 0;
}
