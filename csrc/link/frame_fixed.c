/* Transfer frames of fixed length: AOS (732.0-B-5 4.1) and TM (132.0-B-3 4.1). */
#include "frame_fixed.h"

#define HEADER 6u
#define HEADER_CHECK 2u
#define POINTER 2u
#define OCF 4u
#define FECF 2u
#define FRAME_MAX 65535u
#define TM_FRAME_MAX 2048u

#define AOS_VERSION 1u
#define SIGNAL_REPLAY 0x80u
#define SIGNAL_CYCLE 0x40u
#define SPACECRAFT_MAX 0x3FFu
#define SIGNAL_SPACECRAFT 4 /* place of the upper two bits of the spacecraft identifier */
#define MPDU_RESERVED 0xF800u
#define BPDU_RESERVED 0xC000u

#define TM_HAS_OCF 0x0001u
#define TM_SECONDARY 0x8000u
#define TM_SYNC 0x4000u
#define TM_UNSEGMENTED 0x1800u
#define TM_ORDER 0x2000u
#define TM_SECONDARY_VERSION 0xC0u

static uint32_t trailer_octets(const dd_format *format)
{
    return (format->profile.flags & DD_OCF ? OCF : 0u) +
           (format->profile.flags & DD_FECF ? FECF : 0u);
}

static int has_pointer(const dd_format *format)
{
    return format->frame_kind == DD_FRAME_AOS && format->content != DD_CONTENT_OCTETS;
}

static int fits_kind(const dd_format *format)
{
    const dd_profile *profile = &format->profile;
    if (profile->marker_octets > DD_MARKER_MAX || format->content > DD_CONTENT_OCTETS) {
        return 0;
    }
    if (format->frame_kind == DD_FRAME_AOS) {
        return profile->spacecraft <= SPACECRAFT_MAX && profile->frame_octets <= FRAME_MAX;
    }
    return format->frame_kind == DD_FRAME_TM && profile->spacecraft <= SPACECRAFT_MAX &&
           profile->channel_mask <= 0xFF && profile->frame_octets <= TM_FRAME_MAX &&
           format->content != DD_CONTENT_BITS && format->insert_octets == 0 &&
           !format->header_check;
}

/* Codeblock sizes; returns whether the code fits the frame. */
static int lay_code(const dd_format *format, dd_layout *layout)
{
    const dd_rs *rs = &format->rs;
    layout->info_octets = format->profile.frame_octets;
    layout->block_octets = format->profile.frame_octets;
    if (format->code == DD_CODE_NONE) {
        return 1;
    }
    if ((rs->parity_octets != 32 && rs->parity_octets != 16) || rs->interleave < 1 ||
        rs->interleave > 8 || rs->fill + rs->parity_octets >= 255) {
        return 0;
    }
    layout->info_octets = (255u - rs->parity_octets - rs->fill) * rs->interleave;
    layout->block_octets = (255u - rs->fill) * rs->interleave;
    if (format->code == DD_CODE_SLICES) {
        return rs->fill == 0 && format->profile.marker_octets > 0;
    }
    return format->code == DD_CODE_RS && layout->info_octets == format->profile.frame_octets;
}

/* Whether a zone holds something and pointers reach over it. */
static int fits_pointer(const dd_format *format, int64_t octets)
{
    return octets >= 1 && (format->content != DD_CONTENT_PACKETS || octets < DD_POINTER_IDLE) &&
           (format->content != DD_CONTENT_BITS || octets * 8 < DD_BITS_IDLE);
}

/* The layout of a format, or -DD_BAD_SIZE, and then it is untouched, when options contradict. */
int32_t dd_layout_of(const dd_format *format, dd_layout *layout)
{
    dd_layout made = {0};
    const uint32_t tail = format->security_tail + trailer_octets(format);
    made.header_octets =
        HEADER + (format->header_check ? HEADER_CHECK : 0u) + format->insert_octets;
    made.pointer_offset = made.header_octets + format->security_head;
    made.zone_offset = made.pointer_offset + (has_pointer(format) ? POINTER : 0u);
    if (!fits_kind(format) || format->profile.frame_octets < made.zone_offset + tail + 1) {
        return -DD_BAD_SIZE;
    }
    made.zone_octets = format->profile.frame_octets - made.zone_offset - tail;
    made.secured_octets = format->profile.frame_octets - trailer_octets(format);
    if (!fits_pointer(format, made.zone_octets) || !lay_code(format, &made)) {
        return -DD_BAD_SIZE;
    }
    made.cadu_octets = format->profile.marker_octets + made.block_octets;
    *layout = made;
    return DD_OK;
}

static int is_idle(const dd_format *format, const dd_row *row)
{
    return format->frame_kind == DD_FRAME_AOS
               ? row->channel == DD_CHANNEL_IDLE
               : format->content == DD_CONTENT_PACKETS && row->pointer == DD_POINTER_IDLE;
}

int dd_row_has_zone(const dd_format *format, const dd_row *row)
{
    return !is_idle(format, row);
}

static void build_aos_header(const dd_profile *profile, const dd_row *row, uint8_t *out)
{
    uint32_t signalling = row->flags & DD_REPLAY ? SIGNAL_REPLAY : 0;
    if (profile->flags & DD_COUNT_CYCLE) {
        signalling |= SIGNAL_CYCLE | (row->count >> 24 & 0xF);
    }
    /* Issue 5 put two more bits of the spacecraft where issue 4 had zeros. */
    signalling |= (uint32_t)profile->spacecraft >> 8 << SIGNAL_SPACECRAFT;
    dd_store16(out, AOS_VERSION << 14 | (profile->spacecraft & 0xFFu) << 6 | row->channel);
    dd_store32(out + 2, row->count << 8 | signalling);
}

static void build_tm_header(dd_chain *chain, const dd_row *row, uint8_t *out)
{
    const dd_profile *profile = &chain->format.profile;
    const int is_octets = chain->format.content == DD_CONTENT_OCTETS;
    dd_store16(out, (uint32_t)profile->spacecraft << 4 | (uint32_t)row->channel << 1 |
                        (profile->flags & DD_OCF ? TM_HAS_OCF : 0));
    out[2] = (uint8_t)chain->master_count;
    out[3] = (uint8_t)row->count;
    dd_store16(out + 4, TM_UNSEGMENTED | (is_octets ? TM_SYNC : row->pointer & DD_POINTER_NONE));
    chain->master_count = (chain->master_count + 1) & 0xFF;
}

int dd_form_of(const dd_chain *chain, dd_sa *sa, dd_form *form)
{
    const dd_format *format = &chain->format;
    const int64_t head = sa != NULL ? dd_sa_head(sa) : format->security_head;
    const int64_t tail = sa != NULL ? sa->mac_octets : format->security_tail;
    const int64_t octets = (int64_t)chain->layout.zone_octets + format->security_head +
                           format->security_tail - head - tail;
    if (head < 0 || !fits_pointer(format, octets)) {
        return 0;
    }
    *form = (dd_form){.sa = sa,
                      .pointer_offset = chain->layout.header_octets + (uint32_t)head,
                      .zone_octets = (uint32_t)octets};
    return 1;
}

void dd_frame_build(dd_chain *chain, const dd_form *form, dd_row *row, const uint8_t *insert,
                    const uint8_t *zone, uint8_t *frame)
{
    const dd_format *format = &chain->format;
    const dd_layout *layout = &chain->layout;
    const int is_aos = format->frame_kind == DD_FRAME_AOS;
    const uint32_t clear = layout->secured_octets;
    uint32_t begin = form->pointer_offset + layout->zone_offset - layout->pointer_offset;
    if (is_aos) {
        build_aos_header(&format->profile, row, frame);
    } else {
        build_tm_header(chain, row, frame);
    }
    if (format->insert_octets != 0) {
        uint8_t *at = frame + layout->header_octets - format->insert_octets;
        if (insert != NULL) {
            memcpy(at, insert, format->insert_octets);
        } else {
            memset(at, 0, format->insert_octets);
        }
    }
    if (!is_idle(format, row)) {
        if (has_pointer(format)) {
            dd_store16(frame + form->pointer_offset, row->pointer);
        }
        memcpy(frame + begin, zone, form->zone_octets);
    } else {
        /* Only-idle AOS frames are never secured: the whole field is idle data. */
        const uint32_t end = is_aos ? clear : begin + form->zone_octets;
        begin = is_aos ? layout->header_octets : begin;
        dd_idle_fill(&chain->idle_state, frame + begin, end - begin);
        row->flags |= DD_IDLE_ROW;
    }
    row->spacecraft = format->profile.spacecraft;
    row->lead_octets = (uint16_t)begin;
    row->data_octets = is_idle(format, row) ? 0 : form->zone_octets;
    if (format->profile.flags & DD_OCF) {
        dd_store32(frame + clear, row->ocf);
    }
}

void dd_frame_finish(const dd_chain *chain, uint8_t *frame)
{
    const size_t size = chain->format.profile.frame_octets;
    if (chain->format.header_check) {
        dd_store16(frame + HEADER, dd_fhec_parity(frame));
    }
    if (chain->format.profile.flags & DD_FECF) {
        dd_store16(frame + size - FECF, dd_crc16(0xFFFF, frame, size - FECF));
    }
}

static uint8_t check_aos(const dd_format *format, const uint8_t *in, dd_row *row)
{
    const dd_profile *profile = &format->profile;
    const uint32_t cycle_used = in[5] & SIGNAL_CYCLE;
    row->spacecraft =
        (uint16_t)((in[5] >> SIGNAL_SPACECRAFT & 3u) << 8 | (dd_load16(in) >> 6 & 0xFFu));
    row->channel = in[1] & 0x3F;
    row->count = dd_load32(in + 1) & 0xFFFFFF;
    row->flags = in[5] & SIGNAL_REPLAY ? DD_REPLAY : 0;
    if (in[0] >> 6 != AOS_VERSION) {
        return DD_BAD_VERSION;
    }
    if (row->spacecraft != profile->spacecraft) {
        return DD_BAD_SPACECRAFT;
    }
    if (row->channel != DD_CHANNEL_IDLE && !(profile->channel_mask >> row->channel & 1)) {
        return DD_BAD_CHANNEL;
    }
    if ((cycle_used != 0) != ((profile->flags & DD_COUNT_CYCLE) != 0)) {
        return DD_BAD_SIGNALLING;
    }
    if (profile->flags & DD_COUNT_CYCLE) {
        row->count |= (uint32_t)(in[5] & 0xF) << 24;
    }
    return DD_OK;
}

static uint8_t check_tm(const dd_format *format, const uint8_t *in, dd_row *row)
{
    const uint32_t status = dd_load16(in + 4);
    const int wants_sync = format->content == DD_CONTENT_OCTETS;
    row->spacecraft = (uint16_t)(dd_load16(in) >> 4 & 0x3FF);
    row->channel = in[1] >> 1 & 7;
    row->count = in[3];
    if (in[0] >> 6 != 0) {
        return DD_BAD_VERSION;
    }
    if (row->spacecraft != format->profile.spacecraft) {
        return DD_BAD_SPACECRAFT;
    }
    if (!(format->profile.channel_mask >> row->channel & 1)) {
        return DD_BAD_CHANNEL;
    }
    if ((in[1] & TM_HAS_OCF) != (format->profile.flags & DD_OCF ? TM_HAS_OCF : 0) ||
        ((status & TM_SYNC) != 0) != wants_sync ||
        (!wants_sync && (status & (TM_ORDER | TM_UNSEGMENTED)) != TM_UNSEGMENTED)) {
        return DD_BAD_SIGNALLING;
    }
    row->pointer = wants_sync ? 0 : (uint16_t)(status & DD_POINTER_NONE);
    return DD_OK;
}

/* Octets of the TM secondary header, whose first octet holds version 0 and its octets - 1. */
static uint8_t secondary_octets(const dd_chain *chain, const uint8_t *frame, uint32_t *octets)
{
    *octets = 0;
    if (chain->format.frame_kind != DD_FRAME_TM || !(dd_load16(frame + 4) & TM_SECONDARY)) {
        return DD_OK;
    }
    const uint32_t length = (frame[HEADER] & 0x3Fu) + 1;
    const int fits = length >= 2 && length < chain->layout.zone_octets;
    if (frame[HEADER] & TM_SECONDARY_VERSION || !fits) {
        return DD_BAD_SECONDARY;
    }
    *octets = length;
    return DD_OK;
}

void dd_frame_parse(const dd_chain *chain, uint8_t *frame, dd_row *row)
{
    const dd_format *format = &chain->format;
    const size_t size = format->profile.frame_octets;
    uint32_t secondary = 0;
    if (format->header_check && dd_fhec_repair(frame) < 0) {
        row->verdict = DD_BAD_HEADER_CHECK;
        return;
    }
    if (format->profile.flags & DD_FECF && dd_crc16(0xFFFF, frame, size) != 0) {
        row->verdict = DD_BAD_FECF;
        return;
    }
    row->verdict = format->frame_kind == DD_FRAME_AOS ? check_aos(format, frame, row)
                                                      : check_tm(format, frame, row);
    if (row->verdict == DD_OK) {
        row->verdict = secondary_octets(chain, frame, &secondary);
    }
    if (row->verdict != DD_OK) {
        return;
    }
    if (format->profile.flags & DD_OCF) {
        row->ocf = dd_load32(frame + chain->layout.secured_octets);
    }
    row->data_offset = chain->layout.pointer_offset + secondary;
    row->data_octets = chain->layout.secured_octets - format->security_tail - row->data_offset;
    if (is_idle(format, row)) {
        row->flags |= DD_IDLE_ROW;
    }
}

void dd_frame_content(const dd_chain *chain, const uint8_t *frame, dd_row *row)
{
    const dd_format *format = &chain->format;
    const int is_bits = format->content == DD_CONTENT_BITS;
    if (row->flags & DD_IDLE_ROW) {
        row->data_octets = 0;
        return;
    }
    if (has_pointer(format)) {
        if (row->data_octets <= POINTER) {
            row->verdict = DD_BAD_SECURITY_LENGTH; /* an association of longer fields */
            return;
        }
        const uint32_t word = dd_load16(frame + row->data_offset);
        row->data_offset += POINTER;
        row->data_octets -= POINTER;
        row->pointer = (uint16_t)(word & (is_bits ? DD_BITS_ALL : DD_POINTER_NONE));
        if (word & (is_bits ? BPDU_RESERVED : MPDU_RESERVED)) {
            row->verdict = DD_BAD_RESERVED;
            return;
        }
    }
    const uint32_t limit = is_bits ? 8 * row->data_octets : row->data_octets;
    const uint32_t special = is_bits ? DD_BITS_IDLE : DD_POINTER_IDLE;
    if (format->content != DD_CONTENT_OCTETS && row->pointer >= limit && row->pointer < special) {
        row->verdict = DD_BAD_POINTER;
    }
}
