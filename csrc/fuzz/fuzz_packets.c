/* Splitting of packets and first header pointers over any octets. */
#include <stdlib.h>

#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CAPACITY 32u

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void split(const uint8_t *data, size_t size, uint32_t kinds, uint32_t packet_max)
{
    uint32_t offsets[CAPACITY];
    dd_split result;
    dd_packet_split(data, size, kinds, packet_max, offsets, CAPACITY, &result);
    require(result.packet_count <= CAPACITY && result.consumed <= size);
    for (size_t i = 0; i < result.packet_count; i++) {
        const uint32_t end = i + 1 < result.packet_count ? offsets[i + 1] : result.consumed;
        const unsigned version = data[offsets[i]] >> 5;
        require(end - offsets[i] <= packet_max);
        require(version == 0
                    ? end - offsets[i] >= DD_PACKET_MIN
                    : version == 7 && kinds & DD_PACKETS_ENCAPSULATION && end > offsets[i]);
    }
    require(result.verdict == DD_OK || result.verdict == DD_BAD_PACKET_VERSION ||
            result.verdict == DD_BAD_PACKET_LENGTH);
}

static void point(const uint8_t *data, size_t size, uint32_t kinds, uint32_t lead,
                  uint32_t zone_octets)
{
    uint16_t pointers[64];
    const size_t zones = size / zone_octets < 64 ? size / zone_octets : 64;
    const int64_t left = dd_mpdu_pointers(data, size, kinds, lead, zone_octets, pointers, zones);
    for (size_t i = 0; left >= 0 && i < zones; i++) {
        require(pointers[i] == DD_POINTER_NONE || pointers[i] < zone_octets);
    }
}

/* An idle packet of any length is one whole packet, or refused and not written. */
static void idle(size_t octets)
{
    uint8_t out[300];
    uint32_t offset;
    dd_split result;
    memset(out, 0xA5, sizeof out);
    const int64_t made = dd_packet_idle((uint16_t)octets, out, octets);
    require((made < 0) == (octets < DD_PACKET_MIN));
    require(made >= 0 || out[0] == 0xA5);
    require(out[octets] == 0xA5);
    if (made >= 0) {
        dd_packet_split(out, octets, DD_PACKETS_SPACE, DD_PACKET_MAX, &offset, 1, &result);
        require(result.packet_count == 1 && result.consumed == octets);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size + 1);
    require(octets != NULL);
    memcpy(octets, data, size);
    split(octets, size, DD_PACKETS_SPACE, DD_PACKET_MAX);
    split(octets, size, DD_PACKETS_SPACE | DD_PACKETS_ENCAPSULATION, 64);
    split(octets, size, DD_PACKETS_ENCAPSULATION, UINT32_MAX);
    if (size > 2) {
        idle(octets[0] + octets[1] % 32u);
        point(octets + 2, size - 2, 1 + octets[0] / 64u % 3u, octets[0] % 64u,
              octets[1] % 100u + 1);
    }
    free(octets);
    return 0;
}
