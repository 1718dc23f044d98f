/* Remainders of the Reed-Solomon codes for any processor: for few codewords two symbols of two
 * codewords a step, as in a table CRC. One codeword alone would wait for its own lookups. The
 * parity register is held in big-endian words, first symbol on top. */
#include "kernels.h"
#include "linear_table.h"
#include "rs_tables.h"

#define LANES 128
#define FEW_LANES 48 /* above it rs_planes.c, which always computes all lanes, is faster */

#define ROW32_0(i)                                                                                 \
    {DD_LINEAR(i, DD_RS32_SLICE_0_0), DD_LINEAR(i, DD_RS32_SLICE_0_1),                             \
     DD_LINEAR(i, DD_RS32_SLICE_0_2), DD_LINEAR(i, DD_RS32_SLICE_0_3)}
#define ROW32_1(i)                                                                                 \
    {DD_LINEAR(i, DD_RS32_SLICE_1_0), DD_LINEAR(i, DD_RS32_SLICE_1_1),                             \
     DD_LINEAR(i, DD_RS32_SLICE_1_2), DD_LINEAR(i, DD_RS32_SLICE_1_3)}
#define ROW16_0(i) {DD_LINEAR(i, DD_RS16_SLICE_0_0), DD_LINEAR(i, DD_RS16_SLICE_0_1)}
#define ROW16_1(i) {DD_LINEAR(i, DD_RS16_SLICE_1_0), DD_LINEAR(i, DD_RS16_SLICE_1_1)}

/* [k][a]: a * x^(parity + k) modulo the generator. */
static const uint64_t slices32[2][256][4] = {{DD_ROWS_256(ROW32_0)}, {DD_ROWS_256(ROW32_1)}};
static const uint64_t slices16[2][256][2] = {{DD_ROWS_256(ROW16_0)}, {DD_ROWS_256(ROW16_1)}};

typedef struct {
    uint64_t w[4];
} parity_register;

static inline void step32(parity_register *p, uint8_t in0, uint8_t in1)
{
    const uint64_t *a = slices32[1][in0 ^ p->w[0] >> 56];
    const uint64_t *b = slices32[0][in1 ^ (p->w[0] >> 48 & 0xFF)];
    p->w[0] = (p->w[0] << 16 | p->w[1] >> 48) ^ a[0] ^ b[0];
    p->w[1] = (p->w[1] << 16 | p->w[2] >> 48) ^ a[1] ^ b[1];
    p->w[2] = (p->w[2] << 16 | p->w[3] >> 48) ^ a[2] ^ b[2];
    p->w[3] = p->w[3] << 16 ^ a[3] ^ b[3];
}

static inline void step16(parity_register *p, uint8_t in0, uint8_t in1)
{
    const uint64_t *a = slices16[1][in0 ^ p->w[0] >> 56];
    const uint64_t *b = slices16[0][in1 ^ (p->w[0] >> 48 & 0xFF)];
    p->w[0] = (p->w[0] << 16 | p->w[1] >> 48) ^ a[0] ^ b[0];
    p->w[1] = p->w[1] << 16 ^ a[1] ^ b[1];
}

static inline void add(const parity_register *p, uint32_t parity_octets, uint8_t *parity)
{
    for (uint32_t i = 0; i < parity_octets; i++) {
        parity[i * LANES] ^= (uint8_t)(p->w[i / 8] >> (56 - i % 8 * 8));
    }
}

/* Lanes 0 and 1 of the rows; an odd row goes alone, behind one of zeros. */
static inline void two_lanes(uint8_t *rows, size_t row_count, uint32_t parity_octets,
                             void (*step)(parity_register *, uint8_t, uint8_t))
{
    parity_register first = {{0}};
    parity_register second = {{0}};
    if (row_count % 2 != 0) {
        step(&first, 0, rows[0]);
        step(&second, 0, rows[1]);
        rows += LANES;
    }
    for (size_t pairs = row_count / 2; pairs > 0; pairs--) {
        step(&first, rows[0], rows[LANES]);
        step(&second, rows[1], rows[LANES + 1]);
        rows += (size_t)2 * LANES;
    }
    add(&first, parity_octets, rows);
    add(&second, parity_octets, rows + 1);
}

void dd_rs_remainder_scalar(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                            size_t lane_count)
{
    if (lane_count > FEW_LANES) {
        dd_rs_remainder_planes(code, rows, row_count);
        return;
    }
    for (size_t lane = 0; lane < lane_count; lane += 2) {
        if (code->parity_octets == 32) {
            two_lanes(rows + lane, row_count, 32, step32);
        } else {
            two_lanes(rows + lane, row_count, 16, step16);
        }
    }
}
