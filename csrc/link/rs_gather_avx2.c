/* Codewords of interleave 5 and 8 laid side by side by shuffles: copies of single symbols take as
 * long as a third of the remainder. */
#include <immintrin.h>

#include "kernels.h"

/* Frames laid at once, and rows of each that one load holds. */
#define FRAMES_5 6u
#define ROWS_5 3u
#define FRAMES_8 4u
#define ROWS_8 4u

#define NO 0x80 /* leaves an octet zero */
#define NO_4 NO, NO, NO, NO
#define NO_5 NO_4, NO
#define ROW_OF(r) 5 * (r), 5 * (r) + 1, 5 * (r) + 2, 5 * (r) + 3, 5 * (r) + 4
#define REST_OF(r) 5 * (r) + 1, 5 * (r) + 2, 5 * (r) + 3, 5 * (r) + 4

/* Where the octets of a row go. The lower half holds frames 0, 1, 2 and one octet of 3, the upper
 * half the rest of 3, then 4, 5 and two octets of nothing. */
#define PLACES(r)                                                                                  \
    {                                                                                              \
        {ROW_OF(r), NO_5, NO_5, NO, REST_OF(r), NO_4, NO_4, NO_4},                                 \
            {NO_5, ROW_OF(r), NO_5, NO, NO_4, ROW_OF(r), NO_5, NO, NO},                            \
            {NO_5, NO_5, ROW_OF(r), NO, NO_4, NO_5, ROW_OF(r), NO, NO},                            \
        {                                                                                          \
            NO_5, NO_5, NO_5, 5 * (r), NO_4, NO_4, NO_4, NO_4                                      \
        }                                                                                          \
    }
static const uint8_t places[ROWS_5][4][32] = {PLACES(0), PLACES(1), PLACES(2)};

static inline __m256i both(const uint8_t *low, const uint8_t *high)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)low)),
        _mm_loadu_si128((const __m128i *)(const void *)high), 1);
}

static inline __m256i place(__m256i octets, const uint8_t *where)
{
    return _mm256_shuffle_epi8(octets, _mm256_loadu_si256((const __m256i *)(const void *)where));
}

static inline void store(uint8_t *at, __m256i octets)
{
    _mm256_storeu_si256((__m256i *)(void *)at, octets);
}

static void gather_5(const uint8_t *frames, size_t stride, size_t row_count, uint8_t *rows,
                     size_t pitch)
{
    for (size_t r = 0; r < row_count; r += ROWS_5) {
        const uint8_t *at = frames + r * 5;
        const __m256i a = both(at, at + 3 * stride);
        const __m256i b = both(at + stride, at + 4 * stride);
        const __m256i c = both(at + 2 * stride, at + 5 * stride);
        const __m256i d = _mm256_permute2x128_si256(a, a, 0x11);
        for (size_t i = 0; i < ROWS_5; i++) {
            const __m256i ab = _mm256_or_si256(place(a, places[i][0]), place(b, places[i][1]));
            const __m256i cd = _mm256_or_si256(place(c, places[i][2]), place(d, places[i][3]));
            store(rows + (r + i) * pitch, _mm256_or_si256(ab, cd));
        }
    }
}

static void gather_8(const uint8_t *frames, size_t stride, size_t row_count, uint8_t *rows,
                     size_t pitch)
{
    for (size_t r = 0; r < row_count; r += ROWS_8) {
        const uint8_t *at = frames + r * 8;
        uint8_t *to = rows + r * pitch;
        /* a, b: rows 0 and 1 of frames 0 and 2, 1 and 3; c, d: rows 2 and 3. */
        const __m256i a = both(at, at + 2 * stride);
        const __m256i b = both(at + stride, at + 3 * stride);
        const __m256i c = both(at + 16, at + 2 * stride + 16);
        const __m256i d = both(at + stride + 16, at + 3 * stride + 16);
        store(to, _mm256_unpacklo_epi64(a, b));
        store(to + pitch, _mm256_unpackhi_epi64(a, b));
        store(to + 2 * pitch, _mm256_unpacklo_epi64(c, d));
        store(to + 3 * pitch, _mm256_unpackhi_epi64(c, d));
    }
}

size_t dd_rs_gather_avx2(const uint8_t *frames, size_t stride, size_t frame_count,
                         size_t interleave, size_t row_count, uint8_t *rows, size_t pitch)
{
    size_t done = 0;
    if (interleave == 5) {
        for (; frame_count - done >= FRAMES_5; done += FRAMES_5) {
            gather_5(frames + done * stride, stride, row_count, rows + done * 5, pitch);
        }
    }
    if (interleave == 8) {
        for (; frame_count - done >= FRAMES_8; done += FRAMES_8) {
            gather_8(frames + done * stride, stride, row_count, rows + done * 8, pitch);
        }
    }
    return done;
}
