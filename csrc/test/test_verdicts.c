/* The same verdict on the same octets, whatever the CPU: 120,000 telemetry frames and 20,000
 * telecommand units, most of them hurt, whose every record and every octet out goes into a digest
 * that is compared with a printed one. */
#include "link_pair.h"

#define BATCH 60u
#define ROUNDS 2000u
#define UNITS 20000u

static link_end sender;
static link_end receiver;
static uint8_t zones[BATCH * 256];
static uint8_t cadus[BATCH * 300];
static dd_row rows[BATCH];

/* One in three frames is left alone; the others get noise, a burst, too many errors or a swap. */
static void hurt(uint8_t *cadu, size_t size, uint64_t *seed)
{
    switch (draw_below(seed, 6)) {
    case 0:
    case 1:
        return;
    case 2:
        for (size_t i = draw_below(seed, 16); i > 0; i--) {
            cadu[4 + draw_below(seed, size - 4)] ^= (uint8_t)draw(seed);
        }
        return;
    case 3:
        draw_octets(seed, cadu + 4 + draw_below(seed, size - 40), 30);
        return;
    case 4:
        draw_octets(seed, cadu, size);
        return;
    default:
        cadu[4 + draw_below(seed, 255)] ^= 1;
        return;
    }
}

static void digest_rows(uint64_t *hash, size_t count, uint64_t *ok_count)
{
    for (size_t i = 0; i < count; i++) {
        const dd_row *row = &rows[i];
        digest_number(hash, row->verdict);
        digest_number(hash, (uint64_t)row->channel << 32 | row->count);
        digest_number(hash, (uint64_t)row->gap << 32 | row->ocf);
        digest_number(hash, (uint64_t)row->data_offset << 32 | row->data_octets);
        digest_number(hash, (uint64_t)row->pointer << 32 | (uint16_t)row->corrected);
        digest_number(hash, (uint64_t)row->flags << 32 | row->spacecraft);
        *ok_count += row->verdict == DD_OK;
    }
}

static uint64_t telemetry(const dd_format *format, uint64_t seed, uint64_t *ok_count)
{
    uint64_t hash = DIGEST_SEED;
    dd_chain_total total;
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    const size_t stride = sender.chain.layout.cadu_octets;
    for (int round = 0; round < (int)ROUNDS / 2; round++) {
        draw_octets(&seed, zones, sizeof zones);
        for (size_t i = 0; i < BATCH; i++) {
            rows[i] = (dd_row){.channel = (uint8_t)(i % 3), .pointer = (uint16_t)(i % 90)};
        }
        CHECK_SAME(dd_tx_batch(&sender.chain, rows, BATCH, zones, sizeof zones, cadus, sizeof cadus,
                               &total),
                   BATCH);
        digest(&hash, cadus, (size_t)total.cadu_count * stride);
        for (size_t i = 0; i < (size_t)total.cadu_count; i++) {
            hurt(cadus + i * stride, stride, &seed);
        }
        dd_rx_batch(&receiver.chain, cadus, (size_t)total.cadu_count * stride, rows, BATCH, &total);
        digest_rows(&hash, (size_t)total.frame_count, ok_count);
        digest(&hash, cadus, (size_t)total.cadu_count * stride);
        digest_number(&hash, total.corrected_count);
    }
    return hash;
}

static uint64_t telecommand(uint64_t seed, uint64_t *ok_count)
{
    const dd_profile profile = {
        .channel_mask = 1, .frame_octets = 256, .spacecraft = 0x6D, .flags = DD_FECF | DD_SEGMENT};
    uint64_t hash = DIGEST_SEED;
    for (size_t i = 0; i < UNITS; i++) {
        uint8_t data[200];
        uint8_t frame[256];
        uint8_t unit[400];
        uint8_t out[400];
        dd_cltu result;
        dd_frame record = {.count = (uint8_t)i, .segment = 0xC0, .flags = DD_BYPASS};
        const size_t size = 1 + draw_below(&seed, sizeof data);
        draw_octets(&seed, data, size);
        const int64_t octets = dd_tc_build(&profile, &record, data, size, frame, sizeof frame);
        const int64_t coded = dd_cltu_encode(frame, (size_t)octets, NULL, 0, unit, sizeof unit);
        for (size_t k = draw_below(&seed, 5); k > 0; k--) {
            unit[2 + draw_below(&seed, (size_t)coded - 2)] ^= (uint8_t)(1u << draw_below(&seed, 8));
        }
        memset(out, 0, sizeof out);
        dd_cltu_decode(unit + 2, (size_t)coded - 2, 1, out, sizeof out, &result);
        const int64_t parsed = dd_tc_parse(&profile, out, result.data_octets, &record);
        digest(&hash, out, result.data_octets);
        digest_number(&hash, (uint64_t)parsed << 8 | record.verdict);
        digest_number(&hash, (uint64_t)record.data_octets << 32 | result.corrected_count);
        *ok_count += record.verdict == DD_OK;
    }
    return hash;
}

int main(void)
{
    uint64_t ok_count = 0;
    dd_format format = full_format();
    const uint64_t secure = telemetry(&format, 1, &ok_count);
    format.header_check = 0;
    format.insert_octets = 0;
    format.security_head = format.security_tail = 0;
    format.content = DD_CONTENT_PACKETS;
    const uint64_t clear = telemetry(&format, 2, &ok_count);
    const uint64_t units = telecommand(3, &ok_count);
    printf("%016llx %016llx %016llx %llu\n", (unsigned long long)secure, (unsigned long long)clear,
           (unsigned long long)units, (unsigned long long)ok_count);
    CHECK_SAME(secure, 0xaaf86feb395e8da6);
    CHECK_SAME(clear, 0xc612623fee89f198);
    CHECK_SAME(units, 0x220fd1820e263095);
    return 0;
}
