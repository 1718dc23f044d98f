/* The link core: every declaration, read by the C compiler (through dd_link.h) and by cffi.
 *
 * All functions are total: any octets give a verdict. Outputs are untouched when a function
 * returns a negative number, which is the negated dd_verdict. The caller owns all memory. */

#define DD_MARKER_MAX 8
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
    DD_BAD_PACKET_LENGTH = 11,
    DD_BAD_JOIN = 101,         /* first header pointer contradicts the packet under way */
    DD_PACKET_INCOMPLETE = 102 /* frames that carry the rest of a packet are missing */
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

/* idle.c */
void dd_idle_fill(uint32_t *state, uint8_t *out, size_t size);

/* frame_tc.c */
int64_t dd_tc_build(const dd_profile *profile, const dd_frame *frame, const uint8_t *data,
                    size_t data_size, uint8_t *out, size_t out_size);
int64_t dd_tc_parse(const dd_profile *profile, const uint8_t *data, size_t size, dd_frame *frame);

/* ---- Security, 355.0-B-2 ---- */

/* Verdicts of security; dd_frame.verdict holds them too. */
#define DD_BAD_SECURITY_LENGTH 20 /* no room for the security fields, or padding */
#define DD_BAD_ASSOCIATION 21     /* the association is not started, or not of this channel */
#define DD_BAD_IV 22              /* initialisation vector of another sender */
#define DD_BAD_NUMBER 23          /* further ahead than the policy allows */
#define DD_REPLAYED 24            /* seen before, or older than the window */
#define DD_BAD_TAG 25             /* message authentication code does not match */
#define DD_NUMBERS_USED_UP 26     /* no number is reserved for the next frame */
#define DD_BAD_AEAD 27            /* the implementation refused */
#define DD_UNKNOWN_SPI 28         /* no association receives under this SPI */
#define DD_CLEAR_CONTROL 29       /* control command outside the security that is demanded */

#define DD_AEAD_GCM 1
#define DD_AEAD_CMAC 2

#define DD_SA_UNKEYED 0
#define DD_SA_KEYED 1
#define DD_SA_STARTED 2
#define DD_SA_STOPPED 3
#define DD_SA_EXPIRED 4

#define DD_AAD_MAX 128
#define DD_WINDOW_MAX 1024

/* One implementation of AES. `context` is the memory of dd_sa.context. Data are worked on in place;
 * `open` wipes them when the tag does not match. All return DD_OK or a negated verdict. */
typedef struct {
    int32_t (*init)(void *context, int32_t kind, int32_t is_sender, const uint8_t *key,
                    size_t key_size, size_t iv_size);
    int32_t (*seal)(void *context, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                    uint8_t *data, size_t size, uint8_t *tag, size_t tag_size);
    int32_t (*open)(void *context, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                    uint8_t *data, size_t size, const uint8_t *tag, size_t tag_size);
    int32_t (*mac)(void *context, const uint8_t *aad, size_t aad_size, const uint8_t *data,
                   size_t size, uint8_t *tag, size_t tag_size);
    void (*wipe)(void *context);
} dd_aead;

/* One security association, bound to a spacecraft, virtual channels and a direction. */
typedef struct {
    uint64_t context[8];   /* of the implementation */
    uint64_t channel_mask; /* virtual channels it may serve */
    uint64_t number;       /* sender: the last used; receiver: the highest accepted; 0: none */
    uint64_t number_end;   /* sender: the first number that is not reserved */
    uint64_t ahead_max;    /* receiver: largest step ahead, 0: any */
    uint64_t seen[16];     /* receiver: bit n is set when number - n was accepted */
    uint32_t window;       /* receiver: numbers looked back, 0: each must be higher than the last */
    uint16_t spi;
    uint16_t spacecraft;
    uint8_t state;
    uint8_t kind; /* DD_AEAD_GCM encrypts and authenticates, DD_AEAD_CMAC authenticates */
    uint8_t is_sender;
    uint8_t iv_octets; /* carried; octets before the last eight are the salt */
    uint8_t number_octets;
    uint8_t pad_octets;
    uint8_t mac_octets;
    uint8_t implicit_octets; /* first octets of the vector, which are not carried */
    uint8_t takes_any_salt;  /* receiver: the vector is taken as it was sent */
    uint8_t takes_repeats;   /* receiver: no anti-replay */
    uint8_t mask_header; /* octets of the mask before the security header; 0: as the frame has */
    uint8_t salt[8];
    uint8_t implicit[16];
    uint8_t mask[128]; /* authentication mask from the first octet of the frame */
} dd_sa;

/* The parts of one secured frame. */
typedef struct {
    uint64_t number;
    uint32_t index;     /* of the association */
    uint32_t iv_offset; /* from the first octet of the frame, as the others */
    uint32_t data_offset;
    uint32_t data_octets;
    uint32_t tag_offset;
    uint32_t aad_octets;
    uint8_t iv[16]; /* the whole vector, where a part of it is not carried */
    uint8_t aad[128];
} dd_secured;

/* aead_openssl.c: hosted builds only. Returns OpenSSL's version number, or -1 without the library.
 */
int64_t dd_openssl_load(const char *library);
const dd_aead *dd_openssl(void);

/* sdls.c: `header` octets lie before the security header, `secured` octets end with its trailer. */
int32_t dd_sa_key(dd_sa *sa, const dd_aead *aead, const uint8_t *key, size_t key_size);
void dd_sa_wipe(dd_sa *sa, const dd_aead *aead);
int32_t dd_sa_head(const dd_sa *sa);
int32_t dd_sdls_prepare(dd_sa *sa, uint8_t channel, uint8_t *frame, size_t header, size_t secured,
                        dd_secured *parts);
int32_t dd_sdls_check(const dd_sa *sas, size_t sa_count, uint16_t spacecraft, uint8_t channel,
                      const uint8_t *frame, size_t header, size_t secured, dd_secured *parts);
int32_t dd_sdls_seal(dd_sa *sa, const dd_aead *aead, const dd_secured *parts, uint8_t *frame);
int32_t dd_sdls_open(dd_sa *sa, const dd_aead *aead, const dd_secured *parts, uint8_t *frame);
void dd_sdls_commit(dd_sa *sa, uint64_t number);
int64_t dd_sdls_apply(dd_sa *sa, const dd_aead *aead, uint8_t channel, uint8_t *frames,
                      size_t stride, size_t count, size_t header, size_t secured);
int64_t dd_sdls_process(dd_sa *sas, size_t sa_count, const dd_aead *aead, uint8_t *frames,
                        size_t stride, dd_frame *records, size_t count, size_t header,
                        size_t secured);

/* ---- COP-1 of the receiver (232.1-B-2) and the whole way up ---- */

#define DD_FARM_OPEN 0
#define DD_FARM_WAIT 1
#define DD_FARM_LOCKOUT 2

/* What FARM-1 says of a frame. */
#define DD_FARM_ACCEPT 0
#define DD_FARM_CONTROL 1   /* a control command was carried out */
#define DD_BAD_CONTROL 30   /* control command of no known form */
#define DD_FARM_AHEAD 31    /* frames before it are missing */
#define DD_FARM_REPEATED 32 /* accepted before */
#define DD_FARM_LOCKED 33   /* outside the window, or in lockout */
#define DD_FARM_NO_ROOM 34  /* in wait */
#define DD_BAD_SEQUENCED 35 /* sequence-controlled frame where there is no COP-1 */
#define DD_UNIT_EMPTY 40    /* start sequence without a block */
#define DD_UNIT_LONG 41     /* longer than the longest frame: its end was lost */
#define DD_STAGED 42        /* left to the caller to open and to hand to FARM-1 */

typedef struct {
    uint8_t state;
    uint8_t report_value; /* V(R) */
    uint8_t window;       /* W, even, 2..254 */
    uint8_t bypass_count; /* FARM-B, 0..255; the CLCW takes two bits */
    uint8_t retransmit;
} dd_farm;

/* One frame that came up: where its data lie in the output, and what became of it. */
typedef struct {
    dd_frame frame; /* data_offset counts from the first octet of `out` */
    uint64_t number;
    uint32_t sa_index;
    uint8_t outcome;      /* DD_FARM_ACCEPT, DD_FARM_CONTROL or a verdict */
    uint8_t is_corrected; /* its unit was repaired */
} dd_uplinked;

/* The receiving end of telecommand; all memory is the caller's. */
typedef struct {
    const dd_profile *profile;
    const uint8_t *sequence; /* randomiser, or none */
    size_t sequence_size;
    const dd_aead *aead; /* none: with associations, frames are left to the caller */
    dd_sa *sas;
    size_t sa_count;
    dd_farm *farms;        /* one per virtual channel, 64 */
    uint8_t correct;       /* repair single bits */
    uint8_t cop1;          /* sequence-controlled frames and control commands are taken */
    uint8_t in_unit;       /* a start sequence was read */
    uint8_t has_room;      /* for sequence-controlled frames */
    uint8_t clear_control; /* control commands come outside security, as 355.0-B-2 has them */
} dd_uplink;

typedef struct {
    uint64_t consumed;
    uint64_t record_count;
    uint64_t unit_count;
    uint64_t corrected_count; /* bits */
} dd_uplinked_total;

/* cop1.c */
int32_t dd_farm_take(dd_farm *farm, const dd_frame *frame, const uint8_t *data, int32_t has_room);
void dd_farm_release(dd_farm *farm);

/* uplink.c */
int32_t dd_uplink_take(dd_uplink *link, const uint8_t *data, size_t size, int32_t is_last,
                       uint8_t *out, size_t out_size, dd_uplinked *records, size_t capacity,
                       dd_uplinked_total *total);

/* ---- Reed-Solomon codes, 131.0-B-6 clause 5 (rs.c) ---- */

/* A codeblock is (255 - fill) * interleave octets: data, then parity_octets * interleave of parity.
 * Symbol j of codeword i is octet j * interleave + i. */
typedef struct {
    uint8_t parity_octets; /* of a codeword: 32 or 16 */
    uint8_t interleave;    /* 1..8 codewords */
    uint8_t fill;         /* virtual fill: symbols of value 0 in front of each codeword, not sent */
    uint8_t conventional; /* 0: octets are in the dual basis, as the standard says */
} dd_rs;

/* Codeblocks begin every `stride` octets of a buffer of `size`. All return a negated dd_verdict or
 * encode: DD_OK; the parity is written behind the data.
 * check: frames with an error; bit i of faulty[f] is set when codeword i of frame f has one.
 * repair: frames that cannot be repaired, which stay as they are and have corrected[f] = -1; else
 * corrected[f] is the symbols that were repaired. */
int32_t dd_rs_encode(const dd_rs *rs, uint8_t *frames, size_t size, size_t stride,
                     size_t frame_count);
int32_t dd_rs_check(const dd_rs *rs, const uint8_t *frames, size_t size, size_t stride,
                    size_t frame_count, uint8_t *faulty);
int32_t dd_rs_repair(const dd_rs *rs, uint8_t *frames, size_t size, size_t stride,
                     size_t frame_count, int16_t *corrected);

/* ---- Instruction levels: "scalar", "neon", "avx2", "gfni" (dispatch.c) ---- */

/* The level in use; the best that the processor has, unless another was set. */
const char *dd_level(void);
/* Sets a level, or the best one for "". -DD_BAD_SIZE, and no change, when the processor lacks it.
 */
int32_t dd_set_level(const char *name);
