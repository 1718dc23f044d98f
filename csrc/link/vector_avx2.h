/* Thirty-two octets at once by AVX2: the operations that rs_lanes.h and rs_fix_lanes.h are written
 * in. A product with one octet is two lookups of nibbles. */
#ifndef DD_VECTOR_AVX2_H
#define DD_VECTOR_AVX2_H

#include <immintrin.h>

#include "gf.h"

#define VECTOR_OCTETS 32
#define LANES 32

typedef __m256i vector;
/* An octet vector made ready to be multiplied, and an octet made ready to multiply it. */
typedef struct {
    vector low;
    vector high;
} operand;
typedef struct {
    vector low;
    vector high;
} factor;

static inline vector v_zero(void)
{
    return _mm256_setzero_si256();
}

static inline vector v_load(const uint8_t *at)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

static inline void v_store(uint8_t *at, vector v)
{
    _mm256_storeu_si256((__m256i *)(void *)at, v);
}

static inline vector v_xor(vector a, vector b)
{
    return _mm256_xor_si256(a, b);
}

static inline vector v_or(vector a, vector b)
{
    return _mm256_or_si256(a, b);
}

static inline vector v_xor3(vector a, vector b, vector c)
{
    return v_xor(v_xor(a, b), c);
}

static inline operand v_operand(vector v)
{
    const vector mask = _mm256_set1_epi8(15);
    return (operand){_mm256_and_si256(v, mask), _mm256_and_si256(_mm256_srli_epi16(v, 4), mask)};
}

static inline factor v_factor(uint8_t a)
{
    const __m128i *row = (const __m128i *)(const void *)dd_gf_nibbles[a];
    return (factor){_mm256_broadcastsi128_si256(_mm_loadu_si128(row)),
                    _mm256_broadcastsi128_si256(_mm_loadu_si128(row + 1))};
}

static inline vector v_times(factor f, operand v)
{
    return v_xor(_mm256_shuffle_epi8(f.low, v.low), _mm256_shuffle_epi8(f.high, v.high));
}

/* beta^(-iq) for the columns q from `column` on. */
static inline operand v_power(uint32_t i, uint32_t column)
{
    return (operand){v_load(dd_rs_power_nibbles[0][i] + column),
                     v_load(dd_rs_power_nibbles[1][i] + column)};
}

/* Octets 1.. of a, then octet 0 of b. */
static inline vector v_next(vector a, vector b)
{
    return _mm256_alignr_epi8(_mm256_permute2x128_si256(a, b, 0x21), a, 1);
}

static inline uint8_t v_first(vector v)
{
    return (uint8_t)_mm256_extract_epi8(v, 0);
}

/* Bit i is set where octet i of both is the same. */
static inline uint64_t v_same(vector a, vector b)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b));
}

#endif
