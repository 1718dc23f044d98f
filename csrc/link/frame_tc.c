/* Telecommand transfer frames, 232.0-B-4 clause 4.1. */
#include "dd_link.h"

#define TC_HEADER 5
#define TC_FRAME_MAX 1024
#define BYPASS 0x2000u
#define CONTROL 0x1000u
#define RESERVED 0x0C00u

/* Octets around the data of a frame; control frames carry no segment header (4.1.3.1.3). */
static uint32_t overhead_octets(const dd_profile *profile, uint32_t frame_flags)
{
    const int segmented = profile->flags & DD_SEGMENT && !(frame_flags & DD_CONTROL);
    return TC_HEADER + (segmented ? 1u : 0u) + (profile->flags & DD_FECF ? 2u : 0u);
}

/* Build one frame from channel, segment, count (N(S)) and flags of `frame`; returns its octets. */
int64_t dd_tc_build(const dd_profile *profile, const dd_frame *frame, const uint8_t *data,
                    size_t data_size, uint8_t *out, size_t out_size)
{
    const uint32_t overhead = overhead_octets(profile, frame->flags);
    if (data_size == 0 || data_size > TC_FRAME_MAX - overhead ||
        data_size + overhead > profile->frame_octets || data_size + overhead > out_size ||
        profile->spacecraft > 0x3FF || frame->channel > 0x3F) {
        return -DD_BAD_SIZE;
    }
    const uint32_t size = (uint32_t)data_size + overhead;
    dd_store16(out, (frame->flags & DD_BYPASS ? BYPASS : 0) |
                        (frame->flags & DD_CONTROL ? CONTROL : 0) | profile->spacecraft);
    dd_store16(out + 2, (uint32_t)frame->channel << 10 | (size - 1));
    out[4] = (uint8_t)frame->count;
    uint8_t *at = out + TC_HEADER;
    if (profile->flags & DD_SEGMENT && !(frame->flags & DD_CONTROL)) {
        *at++ = frame->segment;
    }
    memcpy(at, data, data_size);
    if (profile->flags & DD_FECF) {
        dd_store16(out + size - 2, dd_crc16(0xFFFF, out, size - 2));
    }
    return (int64_t)size;
}

static uint8_t check_frame(const dd_profile *profile, const dd_frame *frame, const uint8_t *data,
                           uint32_t length)
{
    if (profile->flags & DD_FECF && dd_crc16(0xFFFF, data, length) != 0) {
        return DD_BAD_FECF;
    }
    if (data[0] >> 6 != 0) {
        return DD_BAD_VERSION;
    }
    if ((dd_load16(data) & RESERVED) != 0) {
        return DD_BAD_RESERVED;
    }
    if (frame->spacecraft != profile->spacecraft) {
        return DD_BAD_SPACECRAFT;
    }
    if (!(profile->channel_mask >> frame->channel & 1)) {
        return DD_BAD_CHANNEL;
    }
    return DD_OK;
}

/* Parse the frame at the start of data. Returns the octets of the frame by its length field, or 0
 * when the length is impossible; the verdict is in `frame`. */
int64_t dd_tc_parse(const dd_profile *profile, const uint8_t *data, size_t size, dd_frame *frame)
{
    dd_frame done = {0};
    if (size < TC_HEADER) {
        done.verdict = DD_BAD_LENGTH;
        *frame = done;
        return 0;
    }
    const uint32_t first = dd_load16(data);
    const uint32_t length = (dd_load16(data + 2) & 0x3FFu) + 1;
    done.flags = (uint8_t)((first & BYPASS ? DD_BYPASS : 0) | (first & CONTROL ? DD_CONTROL : 0));
    const uint32_t overhead = overhead_octets(profile, done.flags);
    if (length > size || length > profile->frame_octets || length <= overhead) {
        done.verdict = DD_BAD_LENGTH;
        *frame = done;
        return 0;
    }
    done.spacecraft = (uint16_t)(first & 0x3FF);
    done.channel = data[2] >> 2;
    done.count = data[4];
    done.data_offset = TC_HEADER;
    if (profile->flags & DD_SEGMENT && !(done.flags & DD_CONTROL)) {
        done.segment = data[TC_HEADER];
        done.data_offset++;
    }
    done.data_octets = length - overhead;
    done.verdict = check_frame(profile, &done, data, length);
    *frame = done;
    return (int64_t)length;
}
