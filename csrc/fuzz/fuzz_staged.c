/* The receiver by stages, for a cipher that is elsewhere, against the whole receiver: over any
 * CADUs both give the same rows, the same data and the same state of the association. */
#include "forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CADUS (2u * FORM_COUNT)

/* What dd_rx_batch does with a frame that it has not to leave to the caller. */
static void open_staged(link_end *end, uint8_t *base, size_t frame_offset, dd_row *row)
{
    dd_secured parts;
    uint8_t *frame = base + frame_offset;
    const size_t header = row->data_offset - frame_offset - end->chain.format.security_head;
    const int32_t checked = dd_sdls_check(&end->sa, 1, row->spacecraft, row->channel, frame, header,
                                          end->chain.layout.secured_octets, &parts);
    const int32_t opened =
        checked == DD_OK ? dd_sdls_open(&end->sa, &plain_aead, &parts, frame) : checked;
    if (opened != DD_OK) {
        row->verdict = (uint8_t)-opened;
        return;
    }
    dd_sdls_commit(&end->sa, parts.number);
    CHECK_SAME(parts.data_offset, row->data_offset - frame_offset);
    CHECK_SAME(parts.data_octets, row->data_octets);
    row->data_offset -= (uint32_t)frame_offset;
    dd_rx_opened(&end->chain, frame, row);
    row->data_offset += (uint32_t)frame_offset;
}

/* The sender by stages makes the same CADUs. */
static void send_staged(link_end *end, const dd_format *format, const uint8_t *whole)
{
    static uint8_t cadus[FORM_CADUS_MAX];
    uint8_t zones[FORM_COUNT * FORM_FRAME];
    dd_row rows[FORM_COUNT] = {0};
    const size_t count = FORM_COUNT;
    start_end(end, format, 1);
    const dd_layout *layout = &end->chain.layout;
    form_rows(format, layout->zone_octets, rows, zones);
    CHECK_SAME(dd_tx_build(&end->chain, rows, count, zones, sizeof zones, cadus, sizeof cadus),
               count);
    for (size_t i = 0; i < count; i++) {
        dd_secured parts;
        uint8_t *frame = cadus + i * layout->cadu_octets + FORM_MARKER;
        const size_t header = layout->pointer_offset - format->security_head;
        CHECK_SAME(dd_sdls_prepare(&end->sa, rows[i].channel, frame, header, layout->secured_octets,
                                   &parts),
                   DD_OK);
        CHECK_SAME(dd_sdls_seal(&end->sa, &plain_aead, &parts, frame), DD_OK);
    }
    CHECK_SAME(dd_tx_code(&end->chain, count, cadus, sizeof cadus), count);
    CHECK(memcmp(cadus, whole, count * layout->cadu_octets) == 0);
}

static void compare(const dd_row *staged, const dd_row *whole)
{
    CHECK_SAME(staged->verdict, whole->verdict);
    CHECK_SAME(staged->count, whole->count);
    CHECK_SAME(staged->gap, whole->gap);
    CHECK_SAME(staged->ocf, whole->ocf);
    CHECK_SAME(staged->data_offset, whole->data_offset);
    CHECK_SAME(staged->data_octets, whole->data_octets);
    CHECK_SAME(staged->pointer, whole->pointer);
    CHECK_SAME(staged->channel, whole->channel);
    CHECK_SAME(staged->flags, whole->flags);
    CHECK_SAME(staged->corrected, whole->corrected);
}

static void receive(const uint8_t *options, const uint8_t *data, size_t size)
{
    static link_end ends[3];
    static uint8_t cadus[2][2 * FORM_CADUS_MAX];
    dd_row rows[2][CADUS];
    dd_chain_total totals[2];
    const uint8_t chosen[OPTIONS] = {options[0] & (uint8_t)~(0x20u | 0x40u),
                                     /* no slices, with security */ options[1]};
    const dd_format format = form_of(chosen);
    const size_t sent = form_send(&ends[0], &format, cadus[0], FORM_CADUS_MAX);
    const size_t octets = sent * ends[0].chain.layout.cadu_octets;
    if (size % 4 == 0) { /* it does not depend on the rest of the input */
        send_staged(&ends[0], &format, cadus[0]);
    }
    memcpy(cadus[0] + octets, cadus[0], octets); /* a replay */
    form_edit(cadus[0], 2 * octets, data, size < 90 ? size : 90);
    memcpy(cadus[1], cadus[0], 2 * octets);
    for (size_t i = 0; i < 2; i++) {
        start_end(&ends[1 + i], &format, 0);
        ends[1 + i].sa.window = data[0] % 65u;
        ends[1 + i].chain.aead = i == 0 ? &plain_aead : NULL;
        CHECK_SAME(
            dd_rx_batch(&ends[1 + i].chain, cadus[i], 2 * octets, rows[i], CADUS, &totals[i]),
            2 * sent);
    }
    for (size_t i = 0; i < 2 * sent; i++) {
        if (rows[1][i].verdict == DD_STAGED) {
            open_staged(&ends[2], cadus[1], i * (octets / sent) + FORM_MARKER, &rows[1][i]);
        }
        compare(&rows[1][i], &rows[0][i]);
    }
    CHECK(memcmp(cadus[1], cadus[0], 2 * octets) == 0);
    CHECK_SAME(ends[2].sa.number, ends[1].sa.number);
    CHECK(memcmp(ends[1].sa.seen, ends[2].sa.seen, sizeof ends[1].sa.seen) == 0);
    CHECK(memcmp(ends[1].chain.counts, ends[2].chain.counts, sizeof ends[1].chain.counts) == 0);
    CHECK(memcmp(&totals[0], &totals[1], sizeof totals[0]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > OPTIONS) {
        receive(data, data + OPTIONS, size - OPTIONS);
    }
    return 0;
}
