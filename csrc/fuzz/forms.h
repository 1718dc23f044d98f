/* Forms of telemetry that option octets of an input choose, for harnesses and their seeds. */
#ifndef DD_FUZZ_FORMS_H
#define DD_FUZZ_FORMS_H

#include "../test/link_pair.h"

#define OPTIONS 2u /* octets in front of an input */

#define FORM_FRAME 80u
#define FORM_MARKER 4u
#define FORM_SLICED_COUNT 8u /* frames that a sender makes: three slices hold seven */
#define FORM_COUNT 4u
#define FORM_CADUS_MAX (FORM_COUNT * (FORM_MARKER + 255u * 2u))
#define FORM_CHANNELS 2u

/* First octet: bit 0 TM; 1-2 content; 3 header check; 4-5 code; 6 without security; 7 insert zone.
 * Second: bits 0-2 control word, checksum, count cycle; 3 bitwise; 4 other code; 5 conventional. */
static inline dd_format form_of(const uint8_t *options)
{
    const uint8_t a = options[0];
    const uint8_t b = options[1];
    dd_format format = full_format();
    format.profile.frame_octets = FORM_FRAME;
    format.profile.flags = b & (DD_OCF | DD_FECF | DD_COUNT_CYCLE);
    format.frame_kind = a & 1;
    format.content = (a >> 1 & 3) % 3;
    format.header_check = a >> 3 & 1;
    format.insert_octets = a & 0x80 ? 3 : 0;
    format.code = (a >> 4 & 3) % 3;
    format.rs = b & 0x10 ? (dd_rs){.parity_octets = 16, .interleave = 2, .fill = 199}
                         : (dd_rs){.parity_octets = 32, .interleave = 1, .fill = 143};
    format.rs.conventional = b >> 5 & 1;
    if (format.code == DD_CODE_SLICES) {
        format.rs = (dd_rs){.parity_octets = 32, .interleave = 1};
    }
    if (a & 0x40) {
        format.security_head = format.security_tail = 0;
    }
    if (format.frame_kind == DD_FRAME_TM) {
        format.insert_octets = 0;
        format.header_check = 0;
        format.content = format.content == DD_CONTENT_BITS ? DD_CONTENT_OCTETS : format.content;
    }
    return format;
}

/* A form without security or code that one octet chooses: bits 0-3 options of the profile; 3 TM;
 * 4-5 content; 6 header check; 7 marker; 5 more channels. */
static inline dd_format plain_format_of(uint8_t option)
{
    dd_format format = {
        .profile = {.channel_mask = option & 0x20 ? 0xFF : UINT64_MAX >> 1,
                    .frame_octets = 64,
                    .spacecraft = 0x6D,
                    .flags = option & (DD_OCF | DD_FECF | DD_COUNT_CYCLE | DD_SEGMENT),
                    .marker_octets = option & 0x80 ? FORM_MARKER : 0},
        .frame_kind = option >> 3 & 1,
        .content = option >> 4 & 3,
        .header_check = option >> 6 & 1};
    return format;
}

static inline size_t form_count(const dd_format *format)
{
    return format->code == DD_CODE_SLICES ? FORM_SLICED_COUNT : FORM_COUNT;
}

static inline uint16_t form_pointer(const dd_format *format, size_t frame)
{
    return (uint16_t)(format->content == DD_CONTENT_OCTETS ? 0 : 1 + frame);
}

/* Rows of a form on two channels in turn, all octets of the zone of row i being 30h + i. */
static inline void form_rows(const dd_format *format, size_t zone_octets, dd_row *rows,
                             uint8_t *zones)
{
    for (size_t i = 0; i < form_count(format); i++) {
        memset(zones + i * zone_octets, (int)(0x30 + i), zone_octets);
        rows[i].channel = (uint8_t)(i % FORM_CHANNELS);
        rows[i].pointer = form_pointer(format, i);
    }
}

/* The frames of a form as CADUs; returns how many these are. */
static inline size_t form_send(link_end *end, const dd_format *format, uint8_t *out,
                               size_t out_size)
{
    uint8_t zones[FORM_SLICED_COUNT * FORM_FRAME];
    dd_row rows[FORM_SLICED_COUNT] = {0};
    dd_chain_total total;
    const size_t count = form_count(format);
    start_end(end, format, 1);
    form_rows(format, end->chain.layout.zone_octets, rows, zones);
    CHECK_SAME(dd_tx_batch(&end->chain, rows, count, zones, sizeof zones, out, out_size, &total),
               count);
    return (size_t)total.cadu_count;
}

/* Edits of three octets: place, place, what is exclusively or-ed there; returns how many changed
 * anything. */
static inline size_t form_edit(uint8_t *octets, size_t octet_count, const uint8_t *edits,
                               size_t edits_size)
{
    size_t changed = 0;
    for (size_t i = 0; i + 2 < edits_size; i += 3) {
        octets[((size_t)edits[i] << 8 | edits[i + 1]) % octet_count] ^= edits[i + 2];
        changed += edits[i + 2] != 0;
    }
    return changed;
}

#endif
