/* Remainders of the Reed-Solomon codes for any processor, 128 codewords abreast: plane b of a
 * symbol holds bit b of it for all codewords, so a product is exclusive ors of planes, and the
 * order of the lanes inside a plane is of no matter.
 *
 * The generator is a palindrome: t different coefficients make 8 t product planes, and each of them
 * is a sum of one combination of the low four planes and one of the high four. Two symbols
 * go in a step: with the register u (u[0] leaves next), f = in0 + u[0] and h = in1 + u[1] + g[1] f,
 * the new u[k] is u[k+2] + g[k+2] f + g[k+1] h. So each product serves two places of it. */
#include "gf.h"
#include "kernels.h"
#include "linear_table.h"
#include "rs_tables.h"

#define LANES 128
#define PLANES 8

/* The compiler must see t and the masks as constants, or every product looks up its indices. */
#define DD_ALWAYS_INLINE static inline __attribute__((always_inline))

typedef uint64_t plane __attribute__((vector_size(LANES / 8)));
typedef plane symbol[PLANES];

/* Bits of a symbol that make bit b of its product with c, from the matrix of gf.h. */
#define MASK(c, b) (uint8_t)((uint64_t)(DD_LINEAR(c, DD_GF_MATRIX)) >> (56 - 8 * (b)))
#define MASKS(c)                                                                                   \
    {MASK(c, 0), MASK(c, 1), MASK(c, 2), MASK(c, 3), MASK(c, 4), MASK(c, 5), MASK(c, 6), MASK(c, 7)}
#define MASKS_4(a, b, c, d) MASKS(a), MASKS(b), MASKS(c), MASKS(d)
#define MASKS_8(a, b, c, d, ...) MASKS_4(a, b, c, d), MASKS_4(__VA_ARGS__)
#define MASKS_9(a, ...) MASKS(a), MASKS_8(__VA_ARGS__)
#define MASKS_17(a, b, c, d, e, f, g, h, ...) MASKS_8(a, b, c, d, e, f, g, h), MASKS_9(__VA_ARGS__)
#define APPLY(macro, ...) macro(__VA_ARGS__)

/* Row i: of coefficient i of the generator. */
static const uint8_t masks32[17][PLANES] = {APPLY(MASKS_17, DD_RS32_GENERATOR)};
static const uint8_t masks16[17][PLANES] = {APPLY(MASKS_9, DD_RS16_GENERATOR)};

DD_ALWAYS_INLINE void swap_bits(plane *a, plane *b, int distance, uint64_t mask)
{
    const plane both = {mask, mask};
    const plane change = ((*a >> distance) ^ *b) & both;
    *b ^= change;
    *a ^= change << distance;
}

/* Between a row of octets and planes; the same both ways. */
DD_ALWAYS_INLINE void transpose(plane *w)
{
    for (int i = 0; i < 4; i++) {
        swap_bits(w + i, w + i + 4, 4, 0x0F0F0F0F0F0F0F0Fu);
    }
    for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
        swap_bits(w + i, w + i + 2, 2, 0x3333333333333333u);
    }
    for (int i = 0; i < 8; i += 2) {
        swap_bits(w + i, w + i + 1, 1, 0x5555555555555555u);
    }
}

DD_ALWAYS_INLINE void load(const uint8_t *row, symbol out)
{
    memcpy(out, row, sizeof(symbol));
    transpose(out);
}

/* Sums of planes 0-3 and of planes 4-7. */
typedef struct {
    plane low[16];
    plane high[16];
} sums;

DD_ALWAYS_INLINE void combine(const symbol in, sums *out)
{
    out->low[0] = out->high[0] = in[0] ^ in[0];
#pragma GCC unroll 16
    for (int i = 1; i < 16; i++) {
        const int first = i & 1 ? 0 : i & 2 ? 1 : i & 4 ? 2 : 3;
        out->low[i] = out->low[i & (i - 1)] ^ in[first];
        out->high[i] = out->high[i & (i - 1)] ^ in[first + 4];
    }
}

DD_ALWAYS_INLINE plane times(const uint8_t mask, const sums *in)
{
    return in->low[mask & 15] ^ in->high[mask >> 4];
}

/* One step from `old` to `next`, both of 2t symbols. */
DD_ALWAYS_INLINE void step(const uint8_t (*g)[PLANES], int t, const uint8_t *row0,
                           const uint8_t *row1, symbol *old, symbol *next)
{
    symbol f;
    symbol h;
    sums f_sums;
    sums h_sums;
    load(row0, f);
    load(row1, h);
    for (int b = 0; b < PLANES; b++) {
        f[b] ^= old[0][b];
    }
    combine(f, &f_sums);
#pragma GCC unroll 8
    for (int b = 0; b < PLANES; b++) {
        h[b] ^= old[1][b] ^ times(g[1][b], &f_sums);
    }
    combine(h, &h_sums);
#pragma GCC unroll 8
    for (int b = 0; b < PLANES; b++) {
        plane f_now = times(g[1][b], &f_sums);
        plane h_now = times(g[1][b], &h_sums);
        next[2 * t - 1][b] = h[b];
        next[2 * t - 2][b] = h_now ^ f[b];
#pragma GCC unroll 16
        for (int i = 2; i <= t; i++) {
            const plane f_before = f_now;
            const plane h_before = h_now;
            f_now = times(g[i][b], &f_sums);
            h_now = times(g[i][b], &h_sums);
            next[i - 2][b] = old[i][b] ^ h_before ^ f_now;
            next[2 * t - 1 - i][b] = old[2 * t + 1 - i][b] ^ h_now ^ f_before;
        }
    }
}

DD_ALWAYS_INLINE void remainder_of(const uint8_t (*g)[PLANES], int t, uint8_t *rows,
                                   size_t row_count)
{
    static const uint8_t zero[LANES] = {0};
    symbol one[DD_RS_PARITY_MAX];
    symbol two[DD_RS_PARITY_MAX];
    symbol *old = one;
    symbol *next = two;
    memset(one, 0, sizeof one);
    for (size_t r = row_count % 2; r <= row_count; r += 2) {
        /* An odd row goes alone, behind one of zeros. */
        const uint8_t *row0 = r < 2 ? zero : rows + (r - 2) * LANES;
        const uint8_t *row1 = r == 0 ? zero : rows + (r - 1) * LANES;
        step(g, t, row0, row1, old, next);
        symbol *swap = old;
        old = next;
        next = swap;
    }
    uint8_t *parity = rows + row_count * LANES;
    for (int i = 0; i < 2 * t; i++, parity += LANES) {
        symbol sum;
        transpose(old[i]);
        memcpy(sum, parity, sizeof sum);
        for (int b = 0; b < PLANES; b++) {
            sum[b] ^= old[i][b];
        }
        memcpy(parity, sum, sizeof sum);
    }
}

void dd_rs_remainder_planes(const dd_rs_code *code, uint8_t *rows, size_t row_count)
{
    if (code->parity_octets == 32) {
        remainder_of(masks32, 16, rows, row_count);
    } else {
        remainder_of(masks16, 8, rows, row_count);
    }
}
