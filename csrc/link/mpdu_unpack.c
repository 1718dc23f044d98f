/* Packets out of the zones of multiplexing protocol data units, 732.0-B-4 4.1.4.2, as parts: where
 * they lie and how long they are. Only a header that is cut by the end of a zone is kept. */
#include "dd_link.h"

#define APID 0x07FFu
#define COUNT 0x3FFFu
#define VERSION_ENCAPSULATION 7
#define PROTOCOL 0x1Cu
/* A packet begun, a reject of it, and one behind the packets. */
#define PARTS_MORE 3u

typedef struct {
    dd_part *parts;
    size_t count;
    uint32_t row;
} part_list;

static void add_part(part_list *list, uint32_t offset, uint32_t octets, uint8_t flags)
{
    list->parts[list->count++] =
        (dd_part){.offset = offset, .octets = octets, .row = list->row, .flags = flags};
}

static void add_reject(part_list *list, uint32_t offset, uint8_t verdict)
{
    list->parts[list->count++] = (dd_part){.offset = offset, .row = list->row, .verdict = verdict};
}

int32_t dd_mpdu_drop(dd_mpdu *mpdu)
{
    const int32_t had = mpdu->had != 0;
    mpdu->had = mpdu->left = 0;
    mpdu->is_synced = 0;
    return had;
}

/* What the header says of a packet that is whole now. */
static void finish(dd_mpdu *mpdu, dd_part *part)
{
    const uint8_t *header = mpdu->header;
    part->flags |= DD_PART_LAST;
    part->packet_octets = mpdu->had;
    if (header[0] >> 5 == VERSION_ENCAPSULATION) {
        part->identification = (uint16_t)(header[0] << 8 | (mpdu->had > 1 ? header[1] : 0));
        part->flags |= DD_PART_ENCAPSULATION | (header[0] & PROTOCOL ? 0 : DD_PART_IDLE);
    } else {
        part->identification = dd_load16(header);
        part->sequence = dd_load16(header + 2);
        part->flags |= (part->identification & APID) == APID ? DD_PART_IDLE : 0;
    }
    mpdu->had = mpdu->left = 0;
}

/* Read what is needed of the header at the packet's front; returns DD_OK or a verdict. */
static uint8_t read_header(dd_mpdu *mpdu, const uint8_t *data, uint32_t size)
{
    const uint32_t had = mpdu->had;
    uint32_t have = had;
    int64_t octets = 0;
    while (octets == 0 && have < DD_ENCAPSULATION_HEADER_MAX && have - had < size) {
        mpdu->header[have] = data[have - had];
        have++;
        octets = dd_packet_octets(mpdu->header, have, mpdu->kinds);
    }
    if (octets < 0) {
        return (uint8_t)-octets;
    }
    if (octets > (int64_t)mpdu->packet_max) {
        return DD_BAD_PACKET_LENGTH;
    }
    mpdu->left = octets == 0 ? 0 : (uint32_t)octets - had;
    return DD_OK;
}

/* Cut a zone that begins with a packet, or goes on with the one under way. */
static void cut(dd_mpdu *mpdu, const uint8_t *base, uint32_t at, uint32_t size, part_list *list)
{
    while (size > 0) {
        const uint8_t first = mpdu->had == 0 ? DD_PART_FIRST : 0;
        if (mpdu->left == 0) {
            const uint8_t verdict = read_header(mpdu, base + at, size);
            if (verdict != DD_OK) {
                dd_mpdu_drop(mpdu);
                add_reject(list, at, verdict);
                return;
            }
        }
        const int is_known = mpdu->left != 0;
        const uint32_t take = is_known && mpdu->left < size ? mpdu->left : size;
        add_part(list, at, take, first);
        mpdu->had += take;
        mpdu->left -= is_known ? take : 0;
        if (is_known && mpdu->left == 0) {
            finish(mpdu, &list->parts[list->count - 1]);
        }
        at += take;
        size -= take;
    }
}

/* The first header pointer that fits the packet under way. */
static uint16_t expected_pointer(const dd_mpdu *mpdu, const uint8_t *zone, uint32_t size)
{
    dd_mpdu probe = *mpdu;
    if (probe.had == 0) {
        return 0;
    }
    if (probe.left == 0 && read_header(&probe, zone, size) != DD_OK) {
        return DD_POINTER_NONE;
    }
    return probe.left != 0 && probe.left < size ? (uint16_t)probe.left : DD_POINTER_NONE;
}

static void take_zone(dd_mpdu *mpdu, const uint8_t *base, const dd_row *row, part_list *list)
{
    uint32_t at = row->data_offset;
    uint32_t size = row->data_octets;
    if ((row->gap != 0 || row->flags & DD_RESTARTED) && dd_mpdu_drop(mpdu)) {
        add_reject(list, at, DD_PACKET_INCOMPLETE);
    }
    if (row->flags & DD_IDLE_ROW || size == 0) {
        return;
    }
    if (mpdu->is_synced && row->pointer != expected_pointer(mpdu, base + at, size)) {
        const int was_begun = row->pointer != DD_POINTER_IDLE || mpdu->had != 0;
        dd_mpdu_drop(mpdu);
        if (was_begun) {
            add_reject(list, at,
                       row->pointer != DD_POINTER_IDLE ? DD_BAD_JOIN : DD_PACKET_INCOMPLETE);
        }
    }
    if (row->pointer == DD_POINTER_IDLE) {
        mpdu->is_synced = 1;
        return;
    }
    if (!mpdu->is_synced) {
        if (row->pointer >= size) {
            return;
        }
        at += row->pointer;
        size -= row->pointer;
        mpdu->is_synced = 1;
    }
    cut(mpdu, base, at, size, list);
}

int64_t dd_mpdu_unpack(dd_mpdu *mpdu, uint8_t channel, const uint8_t *base, const dd_row *rows,
                       size_t row_count, dd_part *parts, size_t capacity, size_t *rows_done)
{
    part_list list = {.parts = parts};
    const size_t packet_min = mpdu->kinds & DD_PACKETS_ENCAPSULATION ? 1 : DD_PACKET_MIN;
    size_t done = 0;
    for (; done < row_count; done++) {
        const dd_row *row = &rows[done];
        if (row->channel != channel || row->verdict != DD_OK) {
            continue;
        }
        if (capacity - list.count < row->data_octets / packet_min + PARTS_MORE + 1) {
            break;
        }
        list.row = (uint32_t)done;
        take_zone(mpdu, base, row, &list);
    }
    *rows_done = done;
    return (int64_t)list.count;
}

int64_t dd_sequence_gaps(uint16_t *expected, dd_part *parts, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        dd_part *part = &parts[i];
        if (!(part->flags & DD_PART_LAST) || part->flags & (DD_PART_IDLE | DD_PART_ENCAPSULATION)) {
            continue;
        }
        uint16_t *next = &expected[part->identification & APID];
        const uint16_t number = part->sequence & COUNT;
        part->gap = *next == DD_SEQUENCE_ANY ? 0 : (uint16_t)((number - *next) & COUNT);
        *next = (uint16_t)((number + 1) & COUNT);
        sum += part->gap;
    }
    return sum;
}
