/* The chain there and back in each of its forms, and what it refuses. */
#include "link_pair.h"

#define FRAMES 100u
#define ZONES_MAX 400000u
#define CADUS_MAX 600000u

static link_end sender;
static link_end receiver;
static uint8_t zones[ZONES_MAX];
static uint8_t cadus[CADUS_MAX];
static uint8_t stream[CADUS_MAX + 64];
static dd_row sent[FRAMES];
static dd_row got[2 * FRAMES];

static void make_rows(const dd_format *format, uint64_t *seed)
{
    for (size_t i = 0; i < FRAMES; i++) {
        const int is_aos = format->frame_kind == DD_FRAME_AOS;
        const int is_idle = i % 7 == 3 && (is_aos || format->content == DD_CONTENT_PACKETS);
        sent[i] = (dd_row){.channel = (uint8_t)(i % 3), .ocf = (uint32_t)draw(seed)};
        if (is_idle && is_aos) {
            sent[i].channel = DD_CHANNEL_IDLE;
        } else if (is_idle) {
            sent[i].pointer = DD_POINTER_IDLE;
        } else {
            sent[i].pointer = (uint16_t)(format->content == DD_CONTENT_OCTETS ? 0 : i % 50);
        }
    }
}

/* Wrong symbols, at most as many as the code repairs in each of its codewords. */
static void spoil(const dd_format *format, const dd_layout *layout, size_t cadu_count,
                  uint64_t *seed)
{
    const size_t words = format->rs.interleave;
    for (size_t i = 0; format->code != DD_CODE_NONE && i < cadu_count; i++) {
        uint8_t *block = cadus + i * layout->cadu_octets + format->profile.marker_octets;
        for (size_t k = 0; k < format->rs.parity_octets / 2u * words; k++) {
            const size_t symbol = draw_below(seed, layout->block_octets / words);
            block[symbol * words + k % words] ^= (uint8_t)draw(seed);
        }
    }
}

static void compare(const dd_format *format, const dd_row *row, const dd_row *want,
                    const uint8_t *data, const uint8_t *zone)
{
    CHECK_SAME(row->verdict, DD_OK);
    CHECK_SAME(row->channel, want->channel);
    CHECK_SAME(row->count, want->count);
    CHECK_SAME(row->gap, 0);
    CHECK_SAME(row->flags & DD_IDLE_ROW, want->flags & DD_IDLE_ROW);
    CHECK_SAME(row->ocf, format->profile.flags & DD_OCF ? want->ocf : 0);
    CHECK_SAME(row->data_octets, want->data_octets);
    if (!(row->flags & DD_IDLE_ROW)) {
        CHECK_SAME(row->pointer, want->pointer);
        CHECK(memcmp(data + row->data_offset, zone, row->data_octets) == 0);
    }
}

static void there_and_back(const dd_format *format)
{
    uint64_t seed = 11;
    dd_chain_total total;
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    const dd_layout *layout = &sender.chain.layout;
    draw_octets(&seed, zones, sizeof zones);
    for (int round = 0; round < 3; round++) {
        make_rows(format, &seed);
        const int64_t done = dd_tx_batch(&sender.chain, sent, FRAMES, zones, sizeof zones, cadus,
                                         sizeof cadus, &total);
        CHECK_SAME(done, FRAMES);
        CHECK_SAME(total.frame_count, FRAMES);
        const size_t cadu_count = (size_t)total.cadu_count;
        CHECK(memcmp(cadus, format->profile.marker, format->profile.marker_octets) == 0);
        spoil(format, layout, cadu_count, &seed);
        const int64_t came = dd_rx_batch(&receiver.chain, cadus, cadu_count * layout->cadu_octets,
                                         got, 2 * FRAMES, &total);
        CHECK_SAME(total.cadu_count, cadu_count);
        CHECK_SAME(total.unrepairable_count, 0);
        const int is_sliced = format->code == DD_CODE_SLICES;
        CHECK(is_sliced || came == FRAMES);
        if (is_sliced) {
            return; /* frames lag behind: test_slices takes them */
        }
        const uint8_t *zone = zones;
        for (size_t i = 0; i < FRAMES; i++) {
            compare(format, &got[i], &sent[i], cadus, zone);
            zone += sent[i].flags & DD_IDLE_ROW ? 0 : layout->zone_octets;
        }
    }
}

static void test_forms(void)
{
    dd_format format = full_format();
    for (unsigned form = 0; form < 64; form++) {
        format = full_format();
        format.profile.flags = (uint8_t)(form & (DD_OCF | DD_FECF | DD_COUNT_CYCLE));
        format.header_check = form >> 3 & 1;
        format.insert_octets = form >> 3 & 1 ? 0 : 5;
        format.code = form >> 4 & 1 ? DD_CODE_RS : DD_CODE_NONE;
        format.content = (uint8_t)(form % 3);
        if (form >> 5 & 1) {
            format.security_head = format.security_tail = 0;
        }
        there_and_back(&format);
        format.frame_kind = DD_FRAME_TM;
        format.insert_octets = format.header_check = 0;
        if (format.content != DD_CONTENT_BITS) {
            there_and_back(&format);
        }
    }
}

static void test_codes(void)
{
    for (uint8_t interleave = 1; interleave <= 8; interleave++) {
        for (uint8_t parity = 16; parity <= 32; parity += 16) {
            dd_format format = full_format();
            format.rs = (dd_rs){.parity_octets = parity, .interleave = interleave, .fill = 20};
            format.profile.frame_octets = (255u - parity - 20u) * interleave;
            there_and_back(&format);
        }
    }
}

/* A stream of long frames over short codeblocks; a codeblock is lost, one is beyond repair. */
static void test_slices(uint32_t frame_octets)
{
    dd_format format = full_format();
    dd_chain_total total;
    uint64_t seed = 5;
    size_t want = 0;
    size_t delivered = 0;
    size_t missing = 0;
    format.code = DD_CODE_SLICES;
    format.profile.frame_octets = frame_octets;
    format.profile.channel_mask = 1;
    start_end(&sender, &format, 1);
    start_end(&receiver, &format, 0);
    const size_t stride = sender.chain.layout.cadu_octets;
    const size_t zone_octets = sender.chain.layout.zone_octets;
    const size_t batch = 60000 / frame_octets < FRAMES ? 60000 / frame_octets : FRAMES;
    receiver.chain.counts[0] = 0;
    for (int round = 0; round < 8; round++) {
        memset(sent, 0, sizeof sent);
        draw_octets(&seed, zones, batch * zone_octets);
        CHECK_SAME(dd_tx_batch(&sender.chain, sent, batch, zones, batch * zone_octets, cadus,
                               sizeof cadus, &total),
                   batch);
        size_t cadu_count = (size_t)total.cadu_count;
        spoil(&format, &sender.chain.layout, cadu_count, &seed);
        if (round == 3) { /* one is lost */
            cadu_count--;
            memmove(cadus + 10 * stride, cadus + 11 * stride, (cadu_count - 10) * stride);
        } else if (round == 5) { /* one is noise */
            draw_octets(&seed, cadus + 7 * stride + 4, stride - 4);
        }
        for (size_t taken = 0; taken < cadu_count; taken += (size_t)total.cadu_count) {
            const int64_t came =
                dd_rx_batch(&receiver.chain, cadus + taken * stride, (cadu_count - taken) * stride,
                            got, 2 * FRAMES, &total);
            CHECK(total.cadu_count > 0);
            for (size_t i = 0; i < (size_t)came; i++) {
                if (got[i].verdict != DD_OK) {
                    continue;
                }
                missing += got[i].gap;
                delivered++;
                CHECK_SAME(got[i].data_octets, zone_octets);
            }
        }
        want += batch;
    }
    const size_t behind = want - receiver.chain.counts[0];
    CHECK_SAME(delivered + missing + behind, want);
    CHECK(missing >= 2 && missing <= 4 + 2 * 223 / frame_octets);
    CHECK(behind <= 1 + 223 / frame_octets);
}

/* Any first bit, inversion, bits that come in and go, wrong bits in markers. */
static void test_sync(uint8_t is_bitwise)
{
    dd_format format = full_format();
    dd_sync sync = {.marker = {0x1A, 0xCF, 0xFC, 0x1D},
                    .cadu_octets = 259,
                    .marker_octets = 4,
                    .mismatch_max = 3,
                    .is_bitwise = is_bitwise};
    dd_chain_total total;
    uint64_t seed = 9;
    format.insert_octets = 0;
    start_end(&sender, &format, 1);
    start_end(&receiver, &format, 0);
    make_rows(&format, &seed);
    draw_octets(&seed, zones, sizeof zones);
    CHECK_SAME(
        dd_tx_batch(&sender.chain, sent, FRAMES, zones, sizeof zones, cadus, sizeof cadus, &total),
        FRAMES);
    const size_t shift = is_bitwise ? 3 : 0;
    const uint8_t flip = is_bitwise ? 0xFF : 0;
    cadus[20 * 259 + 1] ^= 0x41; /* two wrong bits in a marker */
    memset(stream, 0, sizeof stream);
    for (size_t bit = 0; bit < 8 * 259 * FRAMES; bit++) {
        /* From frame 50 on, seven more bits, or one more octet, have come in. */
        const size_t slip = bit < 8 * 259 * 50 + 999 ? 0 : (is_bitwise ? 7 : 8);
        const size_t to = bit + 8 * 11 + shift + slip;
        const unsigned value = (unsigned)(cadus[bit / 8] ^ flip) >> (7 - bit % 8) & 1;
        stream[to / 8] |= (uint8_t)(value << (7 - to % 8));
    }
    const size_t size = 259 * FRAMES + 13;
    size_t delivered = 0;
    size_t base = 0;
    for (size_t end = 0; end <= size; end += 97) {
        size_t consumed;
        const size_t limit = end + 97 > size ? size : end;
        const int64_t rows =
            dd_sync_take(&sync, stream + base, limit - base, cadus, sizeof cadus, &consumed);
        CHECK(rows >= 0);
        base += consumed;
        dd_rx_batch(&receiver.chain, cadus, (size_t)rows * 259, got, 2 * FRAMES, &total);
        for (size_t i = 0; i < (size_t)total.frame_count; i++) {
            delivered += got[i].verdict == DD_OK;
        }
    }
    CHECK_SAME(delivered, FRAMES - 1);
    CHECK_SAME(sync.relock_count, 1);
    CHECK_SAME(sync.inverted_count, is_bitwise ? FRAMES : 0);
}

static void test_header_check(void)
{
    uint8_t header[8] = {0x12, 0x34, 0, 0, 0, 0x56, 0, 0};
    CHECK_SAME(dd_fhec_parity(header), 0x94DC);
    dd_store16(header, 0x369C);
    header[5] = 0xFA;
    CHECK_SAME(dd_fhec_parity(header), 0x457C);
    dd_store16(header + 6, 0x457C);
    CHECK_SAME(dd_fhec_repair(header), 0);
    for (int a = 0; a < 10; a++) {
        for (int b = 0; b < 10; b++) {
            static const uint8_t octets[5] = {0, 1, 5, 6, 7};
            uint8_t bad[8];
            memcpy(bad, header, 8);
            bad[octets[a / 2]] ^= (uint8_t)(a % 2 ? 0x05 : 0x50);
            bad[octets[b / 2]] ^= (uint8_t)(b % 2 ? 0x0B : 0xB0);
            const uint8_t noise = bad[octets[a / 2]];
            CHECK_SAME(dd_fhec_repair(bad), a == b ? 1 : 2);
            CHECK(memcmp(bad, header, 8) == 0);
            (void)noise;
        }
    }
}

int main(void)
{
    test_header_check();
    test_forms();
    test_codes();
    test_slices(1000);
    test_slices(90);
    test_slices(5000);
    test_sync(0);
    test_sync(1);
    return 0;
}
