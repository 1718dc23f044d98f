/* Packets into the zones of multiplexing protocol data units, 732.0-B-4 4.1.4.2. */
#include "dd_link.h"

static int fits_pointer(uint32_t zone_octets)
{
    return zone_octets > 0 && zone_octets < DD_POINTER_IDLE;
}

/* Cut a stream of whole packets, of which the first `lead` octets belong to a packet already
 * begun, into zones; returns the lead of what follows the last zone. */
int64_t dd_mpdu_pointers(const uint8_t *stream, size_t stream_size, uint32_t kinds, uint32_t lead,
                         uint32_t zone_octets, uint16_t *pointers, size_t zone_count)
{
    if (!fits_pointer(zone_octets) || zone_count > stream_size / zone_octets) {
        return -DD_BAD_SIZE;
    }
    uint64_t next = lead; /* offset of the next packet header */
    for (size_t zone = 0; zone < zone_count; zone++) {
        const uint64_t begin = (uint64_t)zone * zone_octets;
        const uint64_t end = begin + zone_octets;
        pointers[zone] = next < end ? (uint16_t)(next - begin) : DD_POINTER_NONE;
        while (next < end) {
            const int64_t octets =
                dd_packet_octets(stream + next, stream_size - (size_t)next, kinds);
            if (octets <= 0) {
                return octets < 0 ? octets : -DD_BAD_PACKET_LENGTH;
            }
            next += (uint64_t)octets;
        }
    }
    return (int64_t)(next - (uint64_t)zone_count * zone_octets);
}

/* One zone: its parts follow those at parts[made]. Returns the parts made, or a negated verdict. */
static int64_t pack_zone(const dd_part *packets, size_t packet_count, uint32_t zone_octets,
                         size_t *used, uint32_t *lead, dd_part *parts, size_t capacity,
                         uint16_t *pointer)
{
    size_t made = 0;
    uint32_t filled = 0;
    *pointer = DD_POINTER_NONE;
    while (filled < zone_octets) {
        if (*used == packet_count || made == capacity || packets[*used].octets <= *lead) {
            return -DD_BAD_SIZE;
        }
        const dd_part *packet = &packets[*used];
        const uint32_t left = packet->octets - *lead;
        const uint32_t room = zone_octets - filled;
        dd_part part = *packet;
        part.offset = packet->offset + *lead;
        part.octets = left < room ? left : room;
        part.packet_octets = packet->octets;
        part.flags =
            (uint8_t)((*lead == 0 ? DD_PART_FIRST : 0) | (left <= room ? DD_PART_LAST : 0));
        if (*lead == 0 && *pointer == DD_POINTER_NONE) {
            *pointer = (uint16_t)filled;
        }
        *lead = left <= room ? 0 : *lead + room;
        *used += left <= room;
        filled += part.octets;
        parts[made++] = part;
    }
    return (int64_t)made;
}

int64_t dd_mpdu_pack(const dd_part *packets, size_t packet_count, uint32_t zone_octets,
                     size_t *packet_used, uint32_t *lead, dd_part *parts, size_t capacity,
                     uint16_t *pointers, size_t zone_count)
{
    size_t used = 0;
    size_t made = 0;
    uint32_t begun = *lead;
    if (!fits_pointer(zone_octets)) {
        return -DD_BAD_SIZE;
    }
    for (size_t zone = 0; zone < zone_count; zone++) {
        const int64_t more = pack_zone(packets, packet_count, zone_octets, &used, &begun,
                                       parts + made, capacity - made, &pointers[zone]);
        if (more < 0) {
            return more;
        }
        for (size_t i = 0; i < (size_t)more; i++) {
            parts[made + i].row = (uint32_t)zone;
        }
        made += (size_t)more;
    }
    *packet_used = used;
    *lead = begun;
    return (int64_t)made;
}

int64_t dd_parts_gather(const uint8_t *base, const dd_part *parts, size_t count, uint8_t *out,
                        size_t out_size)
{
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].octets > out_size - filled) {
            return -DD_BAD_SIZE;
        }
        memcpy(out + filled, base + parts[i].offset, parts[i].octets);
        filled += parts[i].octets;
    }
    return (int64_t)filled;
}
