/* AOS transfer frames with packets, 732.0-B-4 clause 4.1, in batches. A frame that is sent with
 * its attached marker is called a CADU here, as in 131.0-B; the marker may be empty. */
#include "dd_link.h"

#define AOS_HEADER 6
#define POINTER_OCTETS 2
#define AOS_VERSION 1u

#define SIGNAL_REPLAY 0x80u
#define SIGNAL_CYCLE 0x40u
#define SIGNAL_RESERVED 0x30u

static uint32_t trailer_octets(const dd_profile *profile)
{
    return (profile->flags & DD_OCF ? 4u : 0u) + (profile->flags & DD_FECF ? 2u : 0u);
}

/* Octets of packet data in a frame, or negative when the profile is not an AOS profile. */
int32_t dd_aos_zone(const dd_profile *profile)
{
    const uint32_t overhead = AOS_HEADER + POINTER_OCTETS + trailer_octets(profile);
    if (profile->frame_octets < overhead + DD_PACKET_MIN ||
        profile->frame_octets >= overhead + DD_POINTER_IDLE || profile->spacecraft > 0xFF ||
        profile->marker_octets > DD_MARKER_MAX) {
        return -DD_BAD_SIZE;
    }
    return (int32_t)(profile->frame_octets - overhead);
}

static void build_header(const dd_profile *profile, const dd_frame *frame, uint8_t *out)
{
    uint32_t signalling = frame->flags & DD_REPLAY ? SIGNAL_REPLAY : 0;
    if (profile->flags & DD_COUNT_CYCLE) {
        signalling |= SIGNAL_CYCLE | (frame->count >> 24 & 0xF);
    }
    dd_store16(out, AOS_VERSION << 14 | (uint32_t)profile->spacecraft << 6 | frame->channel);
    dd_store32(out + 2, frame->count << 8 | signalling);
}

/* The data field: pointer and packet zone, or idle data on the idle channel. */
static void build_data(const dd_frame *frame, const uint8_t *zone, uint32_t zone_octets,
                       uint32_t *idle_state, uint8_t *out)
{
    if (frame->channel == DD_CHANNEL_IDLE) {
        dd_idle_fill(idle_state, out, (size_t)zone_octets + POINTER_OCTETS);
        return;
    }
    dd_store16(out, frame->pointer);
    memcpy(out + POINTER_OCTETS, zone, zone_octets);
}

/* Build one CADU per entry of frames (count, ocf, pointer, channel and flags are read). The zones
 * of the frames follow one another; a frame on the idle channel takes none. Returns CADUs built. */
int64_t dd_aos_encode(const dd_profile *profile, const dd_frame *frames, size_t frame_count,
                      const uint8_t *zones, size_t zones_size, const uint8_t *sequence,
                      size_t sequence_size, uint32_t *idle_state, uint8_t *out, size_t out_size)
{
    const int32_t zone_octets = dd_aos_zone(profile);
    const size_t stride = (size_t)profile->marker_octets + profile->frame_octets;
    size_t packet_frames = 0;
    for (size_t i = 0; i < frame_count; i++) {
        packet_frames += frames[i].channel != DD_CHANNEL_IDLE;
    }
    if (zone_octets < 0 || frame_count > out_size / stride ||
        packet_frames > zones_size / (size_t)zone_octets ||
        (sequence_size != 0 && sequence_size < profile->frame_octets)) {
        return -DD_BAD_SIZE;
    }
    for (size_t i = 0; i < frame_count; i++) {
        uint8_t *frame = out + i * stride + profile->marker_octets;
        memcpy(out + i * stride, profile->marker, profile->marker_octets);
        build_header(profile, &frames[i], frame);
        build_data(&frames[i], zones, (uint32_t)zone_octets, idle_state, frame + AOS_HEADER);
        zones += frames[i].channel != DD_CHANNEL_IDLE ? zone_octets : 0;
        uint8_t *trailer = frame + AOS_HEADER + POINTER_OCTETS + zone_octets;
        if (profile->flags & DD_OCF) {
            dd_store32(trailer, frames[i].ocf);
            trailer += 4;
        }
        if (profile->flags & DD_FECF) {
            dd_store16(trailer, dd_crc16(0xFFFF, frame, (size_t)(trailer - frame)));
        }
        if (sequence_size != 0) {
            dd_xor(frame, profile->frame_octets, sequence);
        }
    }
    return (int64_t)frame_count;
}

static uint8_t check_header(const dd_profile *profile, const dd_frame *frame, const uint8_t *in)
{
    const uint32_t cycle_used = in[5] & SIGNAL_CYCLE;
    if (in[0] >> 6 != AOS_VERSION) {
        return DD_BAD_VERSION;
    }
    /* Later issues put spacecraft bits into the reserved two, so another value is another ship. */
    if (frame->spacecraft != profile->spacecraft || (in[5] & SIGNAL_RESERVED) != 0) {
        return DD_BAD_SPACECRAFT;
    }
    if (frame->channel != DD_CHANNEL_IDLE && !(profile->channel_mask >> frame->channel & 1)) {
        return DD_BAD_CHANNEL;
    }
    if ((cycle_used != 0) != ((profile->flags & DD_COUNT_CYCLE) != 0)) {
        return DD_BAD_SIGNALLING;
    }
    return DD_OK;
}

static void parse_frame(const dd_profile *profile, const uint8_t *in, uint32_t zone_octets,
                        dd_frame *frame)
{
    *frame = (dd_frame){0};
    if (profile->flags & DD_FECF && dd_crc16(0xFFFF, in, profile->frame_octets) != 0) {
        frame->verdict = DD_BAD_FECF;
        return;
    }
    frame->spacecraft = (uint16_t)(dd_load16(in) >> 6 & 0xFF);
    frame->channel = in[1] & 0x3F;
    frame->count = dd_load32(in + 1) & 0xFFFFFF;
    frame->flags = in[5] & SIGNAL_REPLAY ? DD_REPLAY : 0;
    frame->verdict = check_header(profile, frame, in);
    if (frame->verdict != DD_OK) {
        return;
    }
    if (profile->flags & DD_COUNT_CYCLE) {
        frame->count |= (uint32_t)(in[5] & 0xF) << 24;
    }
    if (profile->flags & DD_OCF) {
        frame->ocf = dd_load32(in + AOS_HEADER + POINTER_OCTETS + zone_octets);
    }
    if (frame->channel == DD_CHANNEL_IDLE) {
        return;
    }
    frame->pointer = dd_load16(in + AOS_HEADER) & DD_POINTER_NONE;
    frame->data_offset = AOS_HEADER + POINTER_OCTETS;
    frame->data_octets = zone_octets;
    if (in[AOS_HEADER] >> 3 != 0) {
        frame->verdict = DD_BAD_RESERVED;
    } else if (frame->pointer >= zone_octets && frame->pointer < DD_POINTER_IDLE) {
        frame->verdict = DD_BAD_POINTER;
    }
}

/* Parse frame_count CADUs that follow one another; the frames are derandomised in place. Markers
 * are not looked at. Returns the frames parsed; each has its own verdict. */
int64_t dd_aos_decode(const dd_profile *profile, uint8_t *cadus, size_t cadus_size,
                      const uint8_t *sequence, size_t sequence_size, dd_frame *frames,
                      size_t frame_count)
{
    const int32_t zone_octets = dd_aos_zone(profile);
    const size_t stride = (size_t)profile->marker_octets + profile->frame_octets;
    if (zone_octets < 0 || frame_count > cadus_size / stride ||
        (sequence_size != 0 && sequence_size < profile->frame_octets)) {
        return -DD_BAD_SIZE;
    }
    for (size_t i = 0; i < frame_count; i++) {
        uint8_t *frame = cadus + i * stride + profile->marker_octets;
        if (sequence_size != 0) {
            dd_xor(frame, profile->frame_octets, sequence);
        }
        parse_frame(profile, frame, (uint32_t)zone_octets, &frames[i]);
    }
    return (int64_t)frame_count;
}
