/* Space packets of 133.0-B-2 clause 4: headers, idle packets, splitting a run of packets. */
#include "dd_link.h"

#define APID_IDLE 0x07FFu
#define UNSEGMENTED 0xC000u
#define IDLE_OCTET 0x55

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
void dd_packet_split(const uint8_t *data, size_t size, uint32_t packet_max, uint32_t *offsets,
                     size_t capacity, dd_split *result)
{
    dd_split done = {0};
    while (done.packet_count < capacity && size - done.consumed >= DD_PACKET_HEADER) {
        const uint8_t *packet = data + done.consumed;
        const uint32_t length = (uint32_t)dd_load16(packet + 4) + DD_PACKET_MIN;
        if (packet[0] >> 5 != 0) {
            done.verdict = DD_BAD_PACKET_VERSION;
            break;
        }
        if (length > packet_max) {
            done.verdict = DD_BAD_PACKET_LENGTH;
            break;
        }
        if (length > size - done.consumed) {
            break;
        }
        offsets[done.packet_count] = done.consumed;
        done.packet_count++;
        done.consumed += length;
    }
    *result = done;
}
