/* Remainders of the Reed-Solomon codes for any processor: four symbols a step, as eight octets a
 * step in a table CRC. The parity register is held in big-endian words, first symbol on top. */
#include "kernels.h"
#include "linear_table.h"
#include "rs_tables.h"

#define LANES 8

#define ROW32(i, place)                                                                            \
    {DD_LINEAR(i, DD_RS32_SLICE_##place##_0), DD_LINEAR(i, DD_RS32_SLICE_##place##_1),             \
     DD_LINEAR(i, DD_RS32_SLICE_##place##_2), DD_LINEAR(i, DD_RS32_SLICE_##place##_3)}
#define ROW16(i, place)                                                                            \
    {DD_LINEAR(i, DD_RS16_SLICE_##place##_0), DD_LINEAR(i, DD_RS16_SLICE_##place##_1)}
#define ROW32_0(i) ROW32(i, 0)
#define ROW32_1(i) ROW32(i, 1)
#define ROW32_2(i) ROW32(i, 2)
#define ROW32_3(i) ROW32(i, 3)
#define ROW16_0(i) ROW16(i, 0)
#define ROW16_1(i) ROW16(i, 1)
#define ROW16_2(i) ROW16(i, 2)
#define ROW16_3(i) ROW16(i, 3)

/* [k][a]: a * x^(parity + k) modulo the generator. */
static const uint64_t slices32[4][256][4] = {
    {DD_ROWS_256(ROW32_0)}, {DD_ROWS_256(ROW32_1)}, {DD_ROWS_256(ROW32_2)}, {DD_ROWS_256(ROW32_3)}};
static const uint64_t slices16[4][256][2] = {
    {DD_ROWS_256(ROW16_0)}, {DD_ROWS_256(ROW16_1)}, {DD_ROWS_256(ROW16_2)}, {DD_ROWS_256(ROW16_3)}};

static inline void store_word(uint8_t *parity, uint64_t word)
{
    for (size_t i = 0; i < 8; i++) {
        parity[i * LANES] = (uint8_t)(word >> (56 - 8 * i));
    }
}

/* Symbols a..d of the next step; in the first one those before the start are zero. */
static inline void feedback(const uint8_t *at, size_t missing, uint64_t top, size_t *f)
{
    for (size_t k = 0; k < 4; k++) {
        const uint8_t symbol = k < missing ? 0 : at[(k - missing) * LANES];
        f[k] = symbol ^ (top >> (56 - 8 * k) & 0xFF);
    }
}

static void remainder32(const uint8_t *rows, size_t row_count, uint8_t *parity)
{
    uint64_t w0 = 0, w1 = 0, w2 = 0, w3 = 0;
    size_t missing = (4 - row_count % 4) % 4;
    for (size_t r = 0; r < row_count; r += 4 - missing, missing = 0) {
        size_t f[4];
        feedback(rows, missing, w0, f);
        rows += (4 - missing) * LANES;
        const uint64_t *a = slices32[3][f[0]];
        const uint64_t *b = slices32[2][f[1]];
        const uint64_t *c = slices32[1][f[2]];
        const uint64_t *d = slices32[0][f[3]];
        w0 = (w0 << 32 | w1 >> 32) ^ a[0] ^ b[0] ^ c[0] ^ d[0];
        w1 = (w1 << 32 | w2 >> 32) ^ a[1] ^ b[1] ^ c[1] ^ d[1];
        w2 = (w2 << 32 | w3 >> 32) ^ a[2] ^ b[2] ^ c[2] ^ d[2];
        w3 = w3 << 32 ^ a[3] ^ b[3] ^ c[3] ^ d[3];
    }
    store_word(parity, w0);
    store_word(parity + 8 * LANES, w1);
    store_word(parity + 16 * LANES, w2);
    store_word(parity + 24 * LANES, w3);
}

static void remainder16(const uint8_t *rows, size_t row_count, uint8_t *parity)
{
    uint64_t w0 = 0, w1 = 0;
    size_t missing = (4 - row_count % 4) % 4;
    for (size_t r = 0; r < row_count; r += 4 - missing, missing = 0) {
        size_t f[4];
        feedback(rows, missing, w0, f);
        rows += (4 - missing) * LANES;
        const uint64_t *a = slices16[3][f[0]];
        const uint64_t *b = slices16[2][f[1]];
        const uint64_t *c = slices16[1][f[2]];
        const uint64_t *d = slices16[0][f[3]];
        w0 = (w0 << 32 | w1 >> 32) ^ a[0] ^ b[0] ^ c[0] ^ d[0];
        w1 = w1 << 32 ^ a[1] ^ b[1] ^ c[1] ^ d[1];
    }
    store_word(parity, w0);
    store_word(parity + 8 * LANES, w1);
}

void dd_rs_remainder_scalar(const dd_rs_code *code, const uint8_t *rows, size_t row_count,
                            size_t lane_count, uint8_t *parity)
{
    for (size_t lane = 0; lane < lane_count; lane++) {
        if (code->parity_octets == 32) {
            remainder32(rows + lane, row_count, parity + lane);
        } else {
            remainder16(rows + lane, row_count, parity + lane);
        }
    }
}
