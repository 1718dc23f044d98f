/* Packets: headers, runs of packets, and packets in the zones of frames as spans, read by the C
 * compiler (through dd_link.h) and, behind cdef.h, by cffi. The rules of cdef.h hold here too. */

#define DD_PACKET_HEADER 6
#define DD_PACKET_MIN 7
#define DD_PACKET_MAX 65542
#define DD_ENCAPSULATION_HEADER_MAX 8

/* Kinds of packets that a stream may hold. */
#define DD_PACKETS_SPACE 1         /* version 0, 133.0-B-2 */
#define DD_PACKETS_ENCAPSULATION 2 /* version 7, 133.1-B-3 */

typedef struct {
    uint32_t packet_count;
    uint32_t consumed; /* octets of whole packets */
    uint8_t verdict;   /* DD_OK, or why splitting stopped at consumed */
} dd_split;

/* packet.c
 * dd_packet_octets: octets of the packet whose header begins there, 0 when `have` octets are too
 * few to tell, or a negated verdict. */
int64_t dd_packet_octets(const uint8_t *header, size_t have, uint32_t kinds);
void dd_packet_header(uint8_t *out, uint16_t identification, uint16_t sequence, uint32_t size);
int64_t dd_packet_idle(uint16_t sequence, uint8_t *out, size_t size);
void dd_packet_split(const uint8_t *data, size_t size, uint32_t kinds, uint32_t packet_max,
                     uint32_t *offsets, size_t capacity, dd_split *result);

/* Flags of a part. */
#define DD_PART_FIRST 1
#define DD_PART_LAST 2
#define DD_PART_IDLE 4          /* on the last: nothing in it is data */
#define DD_PART_ENCAPSULATION 8 /* on the last */

/* A packet, or as much of it as lies in one piece of memory. The parts of one packet follow one
 * another, from DD_PART_FIRST to DD_PART_LAST. A part with a verdict has no octets: it says what
 * was thrown away there, and what was begun before it comes to nothing. */
typedef struct {
    uint32_t offset; /* from the first octet of the buffer */
    uint32_t octets;
    uint32_t packet_octets;  /* the rest is set on the last part: octets of the whole packet */
    uint32_t row;            /* of the frame (set on every part) */
    uint16_t identification; /* first two octets of the header */
    uint16_t sequence;       /* third and fourth octet of a space packet */
    uint16_t gap;            /* set by dd_sequence_gaps */
    uint8_t flags;
    uint8_t verdict;
} dd_part;

/* The packet under way on one virtual channel. */
typedef struct {
    uint32_t left; /* octets still to come; 0: not known yet */
    uint32_t had;  /* octets that have come */
    uint32_t packet_max;
    uint8_t kinds;
    uint8_t is_synced; /* it is known where packets begin */
    uint8_t header[8]; /* as much as has come */
} dd_mpdu;

/* mpdu.c; the pointers of the zones before a header that is cut off are set even then */
int64_t dd_mpdu_pointers(const uint8_t *stream, size_t stream_size, uint32_t kinds, uint32_t lead,
                         uint32_t zone_octets, uint16_t *pointers, size_t zone_count);
/* Packets that lie anywhere, each described by its part (offset and octets), into zones: the parts
 * of the zones in order and the pointer of each. No octet is copied. Returns the parts made for
 * `zone_count` zones; *lead: octets of the first packet that are in earlier zones, then the same
 * for what follows the last zone, whose packet is *packet_used. */
int64_t dd_mpdu_pack(const dd_part *packets, size_t packet_count, uint32_t zone_octets,
                     size_t *packet_used, uint32_t *lead, dd_part *parts, size_t capacity,
                     uint16_t *pointers, size_t zone_count);
/* The octets of parts, one after the other. */
int64_t dd_parts_gather(const uint8_t *base, const dd_part *parts, size_t count, uint8_t *out,
                        size_t out_size);

/* mpdu_unpack.c: packets in the zones of good rows of one virtual channel, as parts; other rows are
 * passed over. Takes as many rows as it surely has parts for (*rows_done). */
int64_t dd_mpdu_unpack(dd_mpdu *mpdu, uint8_t channel, const uint8_t *base, const dd_row *rows,
                       size_t row_count, dd_part *parts, size_t capacity, size_t *rows_done);
/* Forget the packet under way; returns whether there was one. */
int32_t dd_mpdu_drop(dd_mpdu *mpdu);

#define DD_SEQUENCES 2048
#define DD_SEQUENCE_ANY 0xFFFF

/* Set the gap of the last part of every space packet: packets of its application process missing
 * before it. `expected` holds 2048 counts, DD_SEQUENCE_ANY at first. Returns their sum. */
int64_t dd_sequence_gaps(uint16_t *expected, dd_part *parts, size_t count);
