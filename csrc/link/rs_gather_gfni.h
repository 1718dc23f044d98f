/* Codewords of interleave 5 laid side by side, and their parity laid back, by byte permutes from
 * two registers. Twelve lines of twelve elements of five octets become their columns, the same both
 * ways: frames become rows of lanes and rows of lanes become frames. */
#ifndef DD_RS_GATHER_GFNI_H
#define DD_RS_GATHER_GFNI_H

#include "kernels.h"
#include "vector_gfni.h"

#define WIDTH 5
#define SIDE 12
#define WHOLE ((1ull << WIDTH * SIDE) - 1) /* the octets of a line */
#define FRAMES_MIN 4                       /* fewer are sooner copied */

/* Octets of element e of the first register, or of the second one. */
#define A(e) 5 * (e), 5 * (e) + 1, 5 * (e) + 2, 5 * (e) + 3, 5 * (e) + 4
#define B(e) 64 + 5 * (e), 65 + 5 * (e), 66 + 5 * (e), 67 + 5 * (e), 68 + 5 * (e)
#define REST 0, 0, 0, 0 /* masked */

/* From lines a and b to pairs: elements 0-5 and 6-11 of both in turn. */
#define PAIR(e) A(e), B(e)
#define PAIRS(e) {PAIR(e), PAIR(e + 1), PAIR(e + 2), PAIR(e + 3), PAIR(e + 4), PAIR(e + 5), REST}
/* From pairs to fours. */
#define FOUR(e) A(e), A(e + 1), B(e), B(e + 1)
#define FOURS(e) {FOUR(e), FOUR(e + 2), FOUR(e + 4), REST}
/* From two fours to eights, of which each register has one, and on to all twelve. */
#define EIGHTS(e)                                                                                  \
    {A(e),     A(e + 1), A(e + 2), A(e + 3), B(e),     B(e + 1), B(e + 2),                         \
     B(e + 3), B(e),     B(e + 1), B(e + 2), B(e + 3), REST}
#define TWELVES(e)                                                                                 \
    {A(0), A(1), A(2), A(3), A(4), A(5), A(6), A(7), B(e), B(e + 1), B(e + 2), B(e + 3), REST}

static const uint8_t rs_pairs[2][64] = {PAIRS(0), PAIRS(6)};
static const uint8_t rs_fours[2][64] = {FOURS(0), FOURS(6)};
static const uint8_t rs_eights[3][64] = {EIGHTS(0), EIGHTS(4), EIGHTS(8)};
static const uint8_t rs_twelves[3][64] = {TWELVES(0), TWELVES(4), TWELVES(8)};

static inline __m512i rs_permute(__m512i a, const uint8_t *octets, __m512i b)
{
    return _mm512_maskz_permutex2var_epi8(WHOLE, a, _mm512_loadu_si512(octets), b);
}

/* Lines become columns. */
static inline __attribute__((always_inline)) void rs_transpose(__m512i *lines)
{
    __m512i fours[3][4]; /* of lines 4i .. 4i + 3: elements 3m .. 3m + 2 */
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++) {
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            const __m512i a = rs_permute(lines[4 * i], rs_pairs[half], lines[4 * i + 1]);
            const __m512i b = rs_permute(lines[4 * i + 2], rs_pairs[half], lines[4 * i + 3]);
            fours[i][2 * half] = rs_permute(a, rs_fours[0], b);
            fours[i][2 * half + 1] = rs_permute(a, rs_fours[1], b);
        }
    }
#pragma GCC unroll 12
    for (int e = 0; e < SIDE; e++) {
        const __m512i eight = rs_permute(fours[0][e / 3], rs_eights[e % 3], fours[1][e / 3]);
        lines[e] = rs_permute(eight, rs_twelves[e % 3], fours[2][e / 3]);
    }
}

static inline void rs_gather_five(const uint8_t *frames, size_t stride, size_t frame_count,
                                  size_t row_count, uint8_t *rows)
{
    const uint8_t *at[SIDE];
    for (size_t f = 0; f < SIDE; f++) {
        /* Lanes without a frame get the octets of the last one. */
        at[f] = frames + (f < frame_count ? f : frame_count - 1) * stride;
    }
    for (size_t r = 0; r < row_count; r += SIDE) {
        /* The last rows go again with those that are left. */
        const size_t first = r + SIDE < row_count ? r : row_count - SIDE;
        __m512i lines[SIDE];
#pragma GCC unroll 12
        for (size_t f = 0; f < SIDE; f++) {
            lines[f] = _mm512_loadu_si512(at[f] + first * WIDTH);
        }
        rs_transpose(lines);
#pragma GCC unroll 12
        for (size_t i = 0; i < SIDE; i++) {
            _mm512_storeu_si512(rows + (first + i) * LANES, lines[i]);
        }
    }
}

/* Stores the octets of a line and none behind them. */
static inline void rs_store_line(uint8_t *at, __m512i line)
{
    const __m512i from_28 = _mm512_set_epi32(0, 0, 0, 0, 0, 0, 0, 0, 14, 13, 12, 11, 10, 9, 8, 7);
    const __m512i rest = _mm512_permutexvar_epi32(from_28, line);
    _mm256_storeu_si256((__m256i *)(void *)at, _mm512_castsi512_si256(line));
    _mm256_storeu_si256((__m256i *)(void *)(at + 28), _mm512_castsi512_si256(rest));
}

/* Rows of parity to the frames they are of. */
static inline void rs_scatter_five(const uint8_t *rows, size_t row_count, uint8_t *frames,
                                   size_t stride, size_t frame_count)
{
    for (size_t r = 0; r < row_count; r += SIDE) {
        const size_t first = r + SIDE < row_count ? r : row_count - SIDE;
        __m512i lines[SIDE];
#pragma GCC unroll 12
        for (size_t i = 0; i < SIDE; i++) {
            lines[i] = _mm512_loadu_si512(rows + (first + i) * LANES);
        }
        rs_transpose(lines);
        uint8_t *at = frames + first * WIDTH;
#pragma GCC unroll 12
        for (size_t f = 0; f < SIDE; f++) {
            if (f < frame_count) {
                rs_store_line(at + f * stride, lines[f]);
            }
        }
    }
}

static inline size_t rs_gather_of(const uint8_t *frames, size_t stride, size_t frame_count,
                                  size_t interleave, size_t row_count, uint8_t *rows, size_t pitch)
{
    if (interleave != WIDTH || frame_count < FRAMES_MIN || row_count < SIDE) {
        return dd_rs_gather_avx2(frames, stride, frame_count, interleave, row_count, rows, pitch);
    }
    rs_gather_five(frames, stride, frame_count, row_count, rows);
    return frame_count;
}

static inline size_t rs_scatter_of(const uint8_t *rows, size_t row_count, size_t interleave,
                                   uint8_t *frames, size_t stride, size_t frame_count)
{
    if (interleave != WIDTH || frame_count < FRAMES_MIN) {
        return 0;
    }
    rs_scatter_five(rows, row_count, frames, stride, frame_count);
    return frame_count;
}

#endif
