/* The link core: every declaration, read by the C compiler (through dd_link.h) and by cffi.
 *
 * All functions are total: any octets give a verdict. Outputs are untouched when a function
 * returns a negative number, which is the negated dd_verdict. The caller owns all memory. */

#define DD_MARKER_MAX 8
#define DD_PACKET_HEADER 6
#define DD_PACKET_MIN 7
#define DD_PACKET_MAX 65542
#define DD_POINTER_NONE 2047
#define DD_POINTER_IDLE 2046
#define DD_CHANNEL_IDLE 63

/* Options of a frame profile (dd_profile.flags). */
#define DD_OCF 1
#define DD_FECF 2
#define DD_COUNT_CYCLE 4
#define DD_SEGMENT 8

/* Properties of one frame (dd_frame.flags). */
#define DD_REPLAY 1
#define DD_BYPASS 2
#define DD_CONTROL 4

enum dd_verdict {
    DD_OK = 0,
    DD_BAD_SIZE = 1,       /* a buffer or an option does not fit the profile: misuse */
    DD_BAD_FECF = 2,       /* frame error control field does not match */
    DD_BAD_VERSION = 3,    /* transfer frame version number */
    DD_BAD_SPACECRAFT = 4, /* spacecraft identifier */
    DD_BAD_CHANNEL = 5,    /* virtual channel not in the profile */
    DD_BAD_LENGTH = 6,     /* frame length field */
    DD_BAD_POINTER = 7,    /* first header pointer beyond the packet zone */
    DD_BAD_SIGNALLING = 8, /* frame count cycle flag differs from the profile */
    DD_BAD_RESERVED = 9,   /* reserved bits are not zero */
    DD_BAD_PACKET_VERSION = 10,
    DD_BAD_PACKET_LENGTH = 11
};

enum dd_random { DD_RANDOM_TM131071 = 0, DD_RANDOM_TM255 = 1, DD_RANDOM_TC255 = 2 };

/* What a frame format fixes. frame_octets is the fixed AOS length or the largest TC length. */
typedef struct {
    uint64_t channel_mask; /* bit n: virtual channel n is in use */
    uint32_t frame_octets;
    uint16_t spacecraft;
    uint8_t flags;
    uint8_t marker_octets;
    uint8_t marker[8];
} dd_profile;

/* One frame: what its header says, where its data lie and the verdict on it. */
typedef struct {
    uint32_t count;       /* AOS: 24 or 28 bit channel count; TC: N(S) */
    uint32_t ocf;         /* operational control field, when the profile has it */
    uint32_t data_offset; /* from the first octet of the frame (marker excluded) */
    uint32_t data_octets;
    uint16_t pointer; /* AOS: first header pointer */
    uint16_t spacecraft;
    uint8_t channel;
    uint8_t segment; /* TC: segment header, sequence flags 2 + MAP 6 */
    uint8_t flags;
    uint8_t verdict;
} dd_frame;

typedef struct {
    uint32_t consumed; /* octets read after the start sequence */
    uint32_t data_octets;
    uint32_t block_count;
    uint32_t corrected_count; /* bits */
    uint8_t ended;            /* 1: an undecodable block, so the tail, was met */
} dd_cltu;

typedef struct {
    uint32_t packet_count;
    uint32_t consumed; /* octets of whole packets */
    uint8_t verdict;   /* DD_OK, or why splitting stopped at consumed */
} dd_split;

/* crc.c: CRC-16 of 732.0-B-4 4.1.6 (x^16+x^12+x^5+1), `crc` is 0xFFFF at the start. */
uint16_t dd_crc16(uint16_t crc, const uint8_t *data, size_t size);

/* rand.c */
int32_t dd_random_sequence(int32_t kind, uint8_t *out, size_t size);
void dd_xor(uint8_t *data, size_t size, const uint8_t *sequence);

/* bch.c: one block of 7 data octets and its parity octet. */
uint8_t dd_bch_parity(const uint8_t *data);
int32_t dd_bch_repair(uint8_t *block, int32_t correct);

/* cltu.c */
int64_t dd_cltu_encode(const uint8_t *frame, size_t frame_size, const uint8_t *sequence,
                       size_t sequence_size, uint8_t *out, size_t out_size);
int64_t dd_cltu_start(const uint8_t *data, size_t size, int32_t mismatch_max);
int32_t dd_cltu_decode(const uint8_t *data, size_t size, int32_t correct, uint8_t *out,
                       size_t out_size, dd_cltu *result);

/* packet.c */
void dd_packet_header(uint8_t *out, uint16_t identification, uint16_t sequence, uint32_t size);
int64_t dd_packet_idle(uint16_t sequence, uint8_t *out, size_t size);
void dd_packet_split(const uint8_t *data, size_t size, uint32_t packet_max, uint32_t *offsets,
                     size_t capacity, dd_split *result);

/* mpdu.c; the pointers of the zones before a header that is cut off are set even then */
int64_t dd_mpdu_pointers(const uint8_t *stream, size_t stream_size, uint32_t lead,
                         uint32_t zone_octets, uint16_t *pointers, size_t zone_count);

/* idle.c */
void dd_idle_fill(uint32_t *state, uint8_t *out, size_t size);

/* frame_aos.c */
int32_t dd_aos_zone(const dd_profile *profile);
int64_t dd_aos_encode(const dd_profile *profile, const dd_frame *frames, size_t frame_count,
                      const uint8_t *zones, size_t zones_size, const uint8_t *sequence,
                      size_t sequence_size, uint32_t *idle_state, uint8_t *out, size_t out_size);
int64_t dd_aos_decode(const dd_profile *profile, uint8_t *cadus, size_t cadus_size,
                      const uint8_t *sequence, size_t sequence_size, dd_frame *frames,
                      size_t frame_count);

/* frame_tc.c */
int64_t dd_tc_build(const dd_profile *profile, const dd_frame *frame, const uint8_t *data,
                    size_t data_size, uint8_t *out, size_t out_size);
int64_t dd_tc_parse(const dd_profile *profile, const uint8_t *data, size_t size, dd_frame *frame);
