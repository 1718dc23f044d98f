/* First header pointers of multiplexing protocol data units, 732.0-B-4 4.1.4.2. */
#include "dd_link.h"

/* Cut a stream of whole packets, of which the first `lead` octets belong to a packet already
 * begun, into zones; returns the lead of what follows the last zone. */
int64_t dd_mpdu_pointers(const uint8_t *stream, size_t stream_size, uint32_t lead,
                         uint32_t zone_octets, uint16_t *pointers, size_t zone_count)
{
    if (zone_octets == 0 || zone_octets >= DD_POINTER_IDLE ||
        zone_count > stream_size / zone_octets) {
        return -DD_BAD_SIZE;
    }
    size_t next = lead; /* offset of the next packet header */
    for (size_t zone = 0; zone < zone_count; zone++) {
        const size_t begin = zone * zone_octets;
        const size_t end = begin + zone_octets;
        pointers[zone] = next < end ? (uint16_t)(next - begin) : DD_POINTER_NONE;
        while (next < end) {
            if (stream_size - next < DD_PACKET_HEADER) {
                return -DD_BAD_PACKET_LENGTH;
            }
            next += (size_t)dd_load16(stream + next + 4) + DD_PACKET_MIN;
        }
    }
    return (int64_t)(next - zone_count * zone_octets);
}
