/* The link core at line rate: frames of fixed length in batches, read by the C compiler (through
 * dd_link.h) and, behind cdef.h, by cffi. The rules of cdef.h hold here too. */

/* ---- Frames of fixed length in batches: layout, chain, slices, synchronisation ---- */

#define DD_FRAME_AOS 0 /* 732.0-B-4 */
#define DD_FRAME_TM 1  /* 132.0-B-3 */

#define DD_CONTENT_PACKETS 0 /* with a first header pointer */
#define DD_CONTENT_BITS 1    /* AOS: B_PDU with a bitstream data pointer */
#define DD_CONTENT_OCTETS 2  /* service data units of fixed length (VCA) */

#define DD_CODE_NONE 0
#define DD_CODE_RS 1     /* each frame is the data of one Reed-Solomon codeblock */
#define DD_CODE_SLICES 2 /* frames with markers are a stream that is cut into codeblocks */

#define DD_BITS_ALL 0x3FFF  /* B_PDU: all bits are data */
#define DD_BITS_IDLE 0x3FFE /* B_PDU: none is */

/* Verdicts of the chain. */
#define DD_UNREPAIRABLE 50 /* a codeblock with more errors than the code repairs */
#define DD_REPEATED 51     /* the frame before it once more */
#define DD_BAD_HEADER_CHECK 52
#define DD_BAD_SECONDARY 53 /* TM secondary header that does not fit */

/* Properties of a row beyond those of dd_frame.flags. */
#define DD_RESTARTED 16 /* the count went back: its sender came back from an older state */
#define DD_IDLE_ROW 32  /* only idle data */
#define DD_MISMARKED 64 /* slices: its marker was not where it was expected */

/* Everything that fixes the octets of a frame and of what is sent for it. */
typedef struct {
    dd_profile profile;
    dd_rs rs;
    uint16_t insert_octets;
    uint8_t frame_kind;
    uint8_t content;
    uint8_t header_check; /* AOS: RS(10,6) over the header */
    uint8_t code;
    uint8_t security_head; /* octets of the security header, 0 without security */
    uint8_t security_tail; /* octets of the security trailer */
} dd_format;

/* Offsets from the first octet of a frame, and sizes. */
typedef struct {
    uint32_t header_octets;  /* before the security header */
    uint32_t pointer_offset; /* of what follows the security header */
    uint32_t zone_offset;
    uint32_t zone_octets;
    uint32_t secured_octets; /* up to the end of the security trailer */
    uint32_t info_octets;    /* data of a codeblock */
    uint32_t block_octets;   /* what follows a marker on the channel */
    uint32_t cadu_octets;
} dd_layout;

/* One frame of a batch, 32 octets. A sender reads channel, pointer, ocf and flags. */
typedef struct {
    uint32_t count;
    uint32_t gap; /* frames of its channel missing before it */
    uint32_t ocf;
    uint32_t data_offset; /* from the first octet of the buffer that holds the frames */
    uint32_t data_octets;
    uint16_t pointer; /* first header pointer, or bitstream data pointer */
    uint16_t spacecraft;
    int16_t corrected; /* symbols repaired in its codeblocks, -1: unrepairable */
    uint8_t channel;
    uint8_t flags;
    uint8_t verdict;
    uint8_t sa_index;
    uint16_t lead_octets; /* from the first octet of the frame to its data */
} dd_row;

/* One direction of a link. All memory is the caller's and is bound once. */
typedef struct {
    dd_format format;
    dd_layout layout;        /* set by dd_chain_start */
    const uint8_t *sequence; /* randomiser, at least layout.block_octets, or none */
    size_t sequence_size;
    const dd_aead *aead;
    dd_sa *sas;
    size_t sa_count;
    const uint8_t *inserts; /* sender: insert zones, one for each row or one for all; none: zeros */
    size_t inserts_size;
    uint8_t *work; /* slices: a part of the stream of frames with their markers */
    size_t work_size;
    size_t work_octets;  /* slices: in use */
    size_t work_head;    /* slices, receiver: where the octets begin that are still wanted */
    size_t work_next;    /* slices, receiver: where the next marker is expected */
    size_t work_bad;     /* slices, receiver: end of the last unrepairable slice */
    uint64_t work_base;  /* slices, receiver: octets of the stream before the work */
    uint32_t counts[64]; /* next frame count; receiver: DD_COUNT_ANY before the first frame */
    uint32_t master_count;
    uint32_t idle_state;
    uint32_t pending_corrected; /* slices, receiver: symbols repaired since the last frame */
    uint8_t leaves_counts;      /* receiver: counts are judged by the caller, not here */
} dd_chain;

#define DD_COUNT_ANY 0xFFFFFFFF

typedef struct {
    uint64_t frame_count;
    uint64_t cadu_count;         /* made, or taken */
    uint64_t unrepairable_count; /* codeblocks */
    uint64_t corrected_count;    /* symbols */
    uint64_t skipped_octets;     /* slices: octets of the stream that belong to no frame */
} dd_chain_total;

/* fhec.c: AOS frame header error control, 732.0-B-4 4.1.2.6: octets 0, 1, 5 protected by 6, 7. */
uint16_t dd_fhec_parity(const uint8_t *header);
/* Returns the symbols repaired (0..2) or -DD_BAD_HEADER_CHECK; the header then stays as it is. */
int32_t dd_fhec_repair(uint8_t *header);

/* frame_fixed.c */
int32_t dd_layout_of(const dd_format *format, dd_layout *layout);

/* chain.c. dd_chain_start checks everything that is bound and sets counts; the others return rows
 * done or a negated verdict. Rows with data take one zone each, in order. */
int32_t dd_chain_start(dd_chain *chain, int32_t is_sender);
int64_t dd_tx_batch(dd_chain *chain, dd_row *rows, size_t count, const uint8_t *zones,
                    size_t zones_size, uint8_t *out, size_t out_size, dd_chain_total *total);
/* The same by stages where the cipher is elsewhere: frames without their security, `stride` apart;
 * then the rest of them after they were secured. Not for slices. */
int64_t dd_tx_build(dd_chain *chain, dd_row *rows, size_t count, const uint8_t *zones,
                    size_t zones_size, uint8_t *out, size_t out_size);
int64_t dd_tx_code(dd_chain *chain, size_t count, uint8_t *out, size_t out_size);
/* CADUs are worked on in place and hold the data of the rows; with slices chain->work does. Takes
 * as many CADUs as it has rows for (total->cadu_count). */
int64_t dd_rx_batch(dd_chain *chain, uint8_t *cadus, size_t cadus_size, dd_row *rows,
                    size_t capacity, dd_chain_total *total);
/* The second half of the receiver by stages, for a row with DD_STAGED whose data (data_offset from
 * `frame`) have been opened in place: content and counts. */
void dd_rx_opened(dd_chain *chain, const uint8_t *frame, dd_row *row);

/* sync.c: finds the markers in a stream of octets, or of bits, and lays CADUs side by side. */
typedef struct {
    uint8_t marker[8];
    uint32_t cadu_octets;
    uint8_t marker_octets; /* 1..8 */
    uint8_t mismatch_max;  /* wrong bits where a marker is expected */
    uint8_t search_max;    /* wrong bits elsewhere */
    uint8_t is_bitwise;    /* any bit may be the first; the stream may be inverted */
    uint8_t bit;           /* state: bits of the first octet that are done with */
    uint8_t is_locked;     /* state: a marker lies at the front */
    uint8_t is_held;       /* state: the CADU at the front is out, its end is not confirmed */
    uint8_t is_inverted;   /* state */
    uint64_t *offsets;  /* one for each row: where its CADU began, bits since the start; or none */
    uint64_t base_bits; /* state: bits consumed since the start */
    uint64_t held_bits; /* state: bits in front that belong to a CADU already out */
    uint64_t skipped_bits;   /* counter: bits that belong to no CADU */
    uint64_t relock_count;   /* counter: markers found elsewhere than expected */
    uint64_t inverted_count; /* counter: CADUs put upright */
} dd_sync;

/* Returns CADUs laid into rows (marker included, upright); *consumed octets need not come again. */
int64_t dd_sync_take(dd_sync *sync, const uint8_t *data, size_t size, uint8_t *out, size_t out_size,
                     size_t *consumed);
