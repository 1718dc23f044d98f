/* Frame parsers over any octets: every verdict is one that has a name, and what a record points at
 * lies within the frame. */
#include <stdlib.h>

#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAME 64
#define MARKER 4

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void parse_aos(const dd_profile *profile, const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size + 1); /* of the exact size, so that a read beyond is seen */
    dd_frame frames[64];
    require(octets != NULL);
    memcpy(octets, data, size);
    const size_t stride = (size_t)profile->marker_octets + profile->frame_octets;
    const size_t fits = size / stride < 64 ? size / stride : 64;
    const int64_t done = dd_aos_decode(profile, octets, size, NULL, 0, frames, fits);
    require(done == (int64_t)fits);
    require(dd_aos_decode(profile, octets, size, NULL, 0, frames, size / stride + 1) < 0);
    for (size_t i = 0; i < fits; i++) {
        require(frames[i].verdict <= DD_BAD_RESERVED);
        require(frames[i].data_offset + frames[i].data_octets <= profile->frame_octets);
        require(frames[i].verdict != DD_OK || frames[i].pointer >= DD_POINTER_IDLE ||
                frames[i].pointer <= frames[i].data_octets);
    }
    free(octets);
}

static void parse_tc(const dd_profile *profile, const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size + 1);
    dd_frame frame;
    require(octets != NULL);
    memcpy(octets, data, size);
    const int64_t length = dd_tc_parse(profile, octets, size, &frame);
    require(length >= 0 && (uint64_t)length <= size);
    require(frame.verdict <= DD_BAD_RESERVED);
    require(frame.data_offset + frame.data_octets <= (uint64_t)length);
    require((length != 0) == (frame.verdict != DD_BAD_LENGTH));
    require(length == 0 || frame.data_octets > 0);
    free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dd_profile profile = {.channel_mask = 0xFF, .frame_octets = FRAME, .spacecraft = 0x6D};
    if (size == 0) {
        return 0;
    }
    profile.flags = data[0] & (DD_OCF | DD_FECF | DD_COUNT_CYCLE | DD_SEGMENT);
    profile.marker_octets = data[0] & 0x80 ? MARKER : 0;
    parse_aos(&profile, data + 1, size - 1);
    profile.frame_octets = 1024;
    parse_tc(&profile, data + 1, size - 1);
    return 0;
}
