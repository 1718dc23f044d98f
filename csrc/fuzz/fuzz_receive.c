/* Receivers of telemetry over any octets, in each form, with security on: no octets that were not
 * sealed by the sender's key give a good row with data, and none do so twice. The stream goes
 * through the bit synchroniser too. */
#include "../test/link_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FORMS 6u
#define ROWS 64u
#define GENUINE 4u

static dd_format format_of(size_t form)
{
    dd_format format = full_format();
    format.profile.frame_octets = 80;
    format.insert_octets = 0;
    format.header_check = form & 1;
    format.code = form < 2 ? DD_CODE_NONE : DD_CODE_RS;
    format.rs = (dd_rs){.parity_octets = 16, .interleave = 2, .fill = 199};
    if (form >= 4) {
        format.code = DD_CODE_SLICES;
        format.rs = (dd_rs){.parity_octets = 32, .interleave = 1};
    }
    if (form % 3 == 2) {
        format.frame_kind = DD_FRAME_TM;
        format.header_check = 0;
    }
    format.content = form == 3 ? DD_CONTENT_PACKETS : DD_CONTENT_OCTETS;
    return format;
}

/* Judge rows: every good one with data must be one of those that were sent, each once. */
static void judge(const dd_row *rows, size_t count, const uint8_t *octets, size_t size,
                  const uint8_t *zone, unsigned *accepted)
{
    for (size_t i = 0; i < count; i++) {
        CHECK((size_t)rows[i].data_offset + rows[i].data_octets <= size);
        if (rows[i].verdict == DD_OK && rows[i].data_octets > 0) {
            CHECK(memcmp(octets + rows[i].data_offset, zone, rows[i].data_octets) == 0);
            CHECK(rows[i].count < GENUINE && !(*accepted >> rows[i].count & 1));
            *accepted |= 1u << rows[i].count;
        }
    }
}

/* The input is given as it is and, before that, laid over genuine frames. */
static void receive(size_t form, const uint8_t *data, size_t size)
{
    static link_end ends[2];
    static uint8_t stream[4096];
    static uint8_t cadus[ROWS / 4 * 300];
    const dd_format format = format_of(form);
    uint8_t zones[GENUINE * 80];
    dd_row rows[ROWS];
    dd_chain_total total;
    unsigned accepted = 0;
    memset(zones, 0x3C, sizeof zones);
    start_end(&ends[0], &format, 1);
    start_end(&ends[1], &format, 0);
    memset(rows, 0, sizeof rows);
    CHECK_SAME(dd_tx_batch(&ends[0].chain, rows, GENUINE, zones, sizeof zones, stream,
                           sizeof stream, &total),
               GENUINE);
    const size_t stride = ends[0].chain.layout.cadu_octets;
    size_t filled = (size_t)total.cadu_count * stride;
    for (size_t i = 0; i + 2 < size && i < 48; i += 3) { /* place, place, value */
        const size_t place = ((size_t)data[i] << 8 | data[i + 1]) % (filled + 1);
        stream[place] ^= data[i + 2];
    }
    const size_t more = size < 200 ? size : 200;
    memcpy(stream + filled, data, more);
    memcpy(stream + filled + more, stream, filled); /* all of it once more: a replay */
    filled += more + filled;
    dd_sync sync = {.marker = {0x1A, 0xCF, 0xFC, 0x1D},
                    .cadu_octets = (uint32_t)stride,
                    .marker_octets = 4,
                    .mismatch_max = 2,
                    .is_bitwise = size % 4 == 1};
    for (size_t base = 0;;) {
        size_t consumed;
        const int64_t count = dd_sync_take(&sync, stream + base, filled - base, cadus,
                                           (ROWS / 4) * stride, &consumed);
        CHECK(count >= 0 && consumed <= filled - base && sync.bit < 8);
        base += consumed;
        for (size_t taken = 0; taken < (size_t)count; taken += (size_t)total.cadu_count) {
            uint8_t *from = cadus + taken * stride;
            const int64_t made = dd_rx_batch(&ends[1].chain, from, ((size_t)count - taken) * stride,
                                             rows, ROWS, &total);
            const int is_sliced = format.code == DD_CODE_SLICES;
            CHECK(made >= 0 && total.cadu_count > 0);
            judge(rows, (size_t)made, is_sliced ? ends[1].work : from,
                  is_sliced ? ends[1].chain.work_octets : ((size_t)count - taken) * stride, zones,
                  &accepted);
        }
        if (count == 0) {
            break;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        receive(data[0] % FORMS, data + 1, size - 1);
    }
    return 0;
}
