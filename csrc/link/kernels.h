/* The functions that have a version for each level of instructions, and the table that chooses. */
#ifndef DD_KERNELS_H
#define DD_KERNELS_H

#include "dd_link.h"

#define DD_RS_ROWS_MAX 255
#define DD_RS_PARITY_MAX 32
#define DD_RS_LANES_MAX 128
#define DD_RS_FAULTS_MAX 16
#define DD_RS_GATHER_SURPLUS 3

/* What sets RS(255,223) apart from RS(255,239). */
typedef struct {
    uint32_t parity_octets;
    uint32_t forney_power;     /* b+2t: roots of the generator are beta^b .. beta^(b+2t-1) */
    uint8_t syndromes[32][64]; /* row i, column j: beta^((b+j)i) */
    uint8_t solution[32][32];  /* row i, column j: what a value of 1 at beta^(b+j) alone puts in
                                  parity symbol i */
} dd_rs_code;

typedef struct {
    uint8_t power; /* of x: 254 is the first symbol of a codeword without fill */
    uint8_t value; /* to be added, dual basis */
} dd_rs_fault;

/* A codeword under repair. */
typedef struct {
    const uint8_t *difference; /* remainder + received parity, `pitch` apart */
    size_t pitch;
    dd_rs_fault faults[DD_RS_FAULTS_MAX];
    int32_t fault_count; /* -1: it cannot be repaired */
} dd_rs_word;

/* One level. Rows hold one symbol of `rs_lanes` codewords each. */
typedef struct {
    const char *name;
    uint32_t rs_lanes;
    /* Lays the symbols of the first frames in rows and returns how many frames those are; NULL: of
     * none. It may read and write DD_RS_GATHER_SURPLUS rows behind the last one too. */
    size_t (*rs_gather)(const uint8_t *frames, size_t stride, size_t frame_count, size_t interleave,
                        size_t row_count, uint8_t *rows, size_t pitch);
    /* Lays rows of parity in the first frames, which are given from there on, and returns how many
     * frames those are; NULL: in none. */
    size_t (*rs_scatter)(const uint8_t *rows, size_t row_count, size_t interleave, uint8_t *frames,
                         size_t stride, size_t frame_count);
    /* Adds the remainders of rows * x^parity to the rows of parity behind them, first parity symbol
     * first. Lanes from lane_count on may be junk, and all rows in front of the parity. */
    void (*rs_remainder)(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                         size_t lane_count);
    /* Errors of two codewords from their differences. */
    void (*rs_locate)(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b);
    uint16_t (*crc16)(uint16_t crc, const uint8_t *data, size_t size);
    void (*xor_octets)(uint8_t *data, size_t size, const uint8_t *sequence);
} dd_kernels;

extern const dd_rs_code dd_rs_codes[2];

/* The level in use; detected at the first call. */
const dd_kernels *dd_kernels_now(void);

/* rs.c with a given level, for the tests of levels that this processor lacks. */
int32_t dd_rs_encode_with(const dd_kernels *kernels, const dd_rs *rs, uint8_t *frames, size_t size,
                          size_t stride, size_t frame_count);
int32_t dd_rs_check_with(const dd_kernels *kernels, const dd_rs *rs, const uint8_t *frames,
                         size_t size, size_t stride, size_t frame_count, uint8_t *faulty);
int32_t dd_rs_repair_with(const dd_kernels *kernels, const dd_rs *rs, uint8_t *frames, size_t size,
                          size_t stride, size_t frame_count, int16_t *corrected);

void dd_rs_remainder_scalar(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                            size_t lane_count);
void dd_rs_remainder_planes(const dd_rs_code *code, uint8_t *rows, size_t row_count);
void dd_rs_locate_scalar(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b);
uint16_t dd_crc16_scalar(uint16_t crc, const uint8_t *data, size_t size);
void dd_xor_scalar(uint8_t *data, size_t size, const uint8_t *sequence);

#ifdef __x86_64__
size_t dd_rs_gather_avx2(const uint8_t *frames, size_t stride, size_t frame_count,
                         size_t interleave, size_t row_count, uint8_t *rows, size_t pitch);
void dd_rs_remainder_avx2(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                          size_t lane_count);
void dd_rs_locate_avx2(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b);
uint16_t dd_crc16_avx2(uint16_t crc, const uint8_t *data, size_t size);
uint16_t dd_crc16_vpclmul(uint16_t crc, const uint8_t *data, size_t size);
void dd_xor_avx2(uint8_t *data, size_t size, const uint8_t *sequence);
size_t dd_rs_gather_gfni(const uint8_t *frames, size_t stride, size_t frame_count,
                         size_t interleave, size_t row_count, uint8_t *rows, size_t pitch);
size_t dd_rs_scatter_gfni(const uint8_t *rows, size_t row_count, size_t interleave, uint8_t *frames,
                          size_t stride, size_t frame_count);
void dd_rs_remainder_gfni(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                          size_t lane_count);
void dd_rs_locate_gfni(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b);
#endif
#ifdef __aarch64__
void dd_rs_remainder_neon(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                          size_t lane_count);
void dd_rs_locate_neon(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b);
#endif

#endif
