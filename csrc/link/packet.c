/* Space packets of 133.0-B-2 clause 4 and encapsulation packets of 133.1-B-3 clause 4: headers,
 * idle packets, splitting a run of packets. */
#include "dd_link.h"

#define APID_IDLE 0x07FFu
#define UNSEGMENTED 0xC000u
#define IDLE_OCTET 0x55
#define VERSION_SPACE 0
#define VERSION_ENCAPSULATION 7
#define LENGTH_OF_LENGTH 0x03u

/* The length field of an encapsulation packet counts the whole packet; its width is 0, 1, 2 or 4
 * octets, and the header with it 1, 2, 4 or 8. */
static int64_t encapsulation_octets(const uint8_t *header, size_t have)
{
    const size_t size = (size_t)1 << (header[0] & LENGTH_OF_LENGTH);
    if (have < size) {
        return 0;
    }
    uint32_t octets = 1;
    if (size == 2) {
        octets = header[1];
    } else if (size == 4) {
        octets = dd_load16(header + 2);
    } else if (size == 8) {
        octets = dd_load32(header + 4);
    }
    return octets >= size ? (int64_t)octets : -DD_BAD_PACKET_LENGTH;
}

int64_t dd_packet_octets(const uint8_t *header, size_t have, uint32_t kinds)
{
    if (have == 0) {
        return 0;
    }
    const unsigned version = header[0] >> 5;
    if (version == VERSION_ENCAPSULATION && kinds & DD_PACKETS_ENCAPSULATION) {
        return encapsulation_octets(header, have);
    }
    if (version != VERSION_SPACE || !(kinds & DD_PACKETS_SPACE)) {
        return -DD_BAD_PACKET_VERSION;
    }
    return have < DD_PACKET_HEADER ? 0 : (int64_t)dd_load16(header + 4) + DD_PACKET_MIN;
}

/* size: octets of the whole packet, DD_PACKET_MIN..DD_PACKET_MAX. */
void dd_packet_header(uint8_t *out, uint16_t identification, uint16_t sequence, uint32_t size)
{
    dd_store16(out, identification);
    dd_store16(out + 2, sequence);
    dd_store16(out + 4, size - DD_PACKET_MIN);
}

int64_t dd_packet_idle(uint16_t sequence, uint8_t *out, size_t size)
{
    if (size < DD_PACKET_MIN || size > DD_PACKET_MAX) {
        return -DD_BAD_SIZE;
    }
    dd_packet_header(out, APID_IDLE, (uint16_t)(UNSEGMENTED | (sequence & 0x3FFF)), (uint32_t)size);
    memset(out + DD_PACKET_HEADER, IDLE_OCTET, size - DD_PACKET_HEADER);
    return (int64_t)size;
}

/* Whole packets at the start of data, until data or capacity end or a header is refused. */
void dd_packet_split(const uint8_t *data, size_t size, uint32_t kinds, uint32_t packet_max,
                     uint32_t *offsets, size_t capacity, dd_split *result)
{
    dd_split done = {0};
    size = size < UINT32_MAX ? size : UINT32_MAX;
    while (done.packet_count < capacity) {
        const size_t left = size - done.consumed;
        const int64_t length = dd_packet_octets(data + done.consumed, left, kinds);
        if (length < 0 || length > (int64_t)packet_max) {
            done.verdict = length < 0 ? (uint8_t)-length : DD_BAD_PACKET_LENGTH;
            break;
        }
        if (length == 0 || (uint64_t)length > left) {
            break;
        }
        offsets[done.packet_count] = done.consumed;
        done.packet_count++;
        done.consumed += (uint32_t)length;
    }
    *result = done;
}
