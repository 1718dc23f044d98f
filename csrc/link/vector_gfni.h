/* Sixty-four octets at once by AVX-512 with GFNI: the operations that rs_lanes.h and rs_fix_lanes.h
 * are written in. A product with one octet is a bit matrix, so the dual basis costs nothing. */
#ifndef DD_VECTOR_GFNI_H
#define DD_VECTOR_GFNI_H

#ifndef DD_SIMDE /* csrc/test/test_rs.c brings the same names in portable C */
#include <immintrin.h>
#endif

#include "gf.h"

#define VECTOR_OCTETS 64
#define LANES 64

typedef __m512i vector;
typedef vector operand;
typedef uint64_t factor; /* spread over the vector by the product, which takes no longer */

static inline vector v_zero(void)
{
    return _mm512_setzero_si512();
}

static inline vector v_load(const uint8_t *at)
{
    return _mm512_loadu_si512(at);
}

static inline void v_store(uint8_t *at, vector v)
{
    _mm512_storeu_si512(at, v);
}

static inline vector v_xor(vector a, vector b)
{
    return _mm512_xor_si512(a, b);
}

static inline vector v_or(vector a, vector b)
{
    return _mm512_or_si512(a, b);
}

static inline vector v_xor3(vector a, vector b, vector c)
{
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

static inline operand v_operand(vector v)
{
    return v;
}

static inline factor v_factor(uint8_t a)
{
    return dd_gf_matrices[a];
}

static inline vector v_times(factor f, operand v)
{
    return _mm512_gf2p8affine_epi64_epi8(v, _mm512_set1_epi64((int64_t)f), 0);
}

/* beta^(-iq) for the columns q from `column` on. */
static inline operand v_power(uint32_t i, uint32_t column)
{
    return v_load(dd_rs_powers[i] + column);
}

/* Octets 1.. of a, then octet 0 of b. */
static inline vector v_next(vector a, vector b)
{
    const vector words = _mm512_permutex2var_epi64(a, _mm512_set_epi64(8, 7, 6, 5, 4, 3, 2, 1), b);
    return _mm512_or_si512(_mm512_srli_epi64(a, 8), _mm512_slli_epi64(words, 56));
}

static inline uint8_t v_first(vector v)
{
    return (uint8_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(v));
}

/* Bit i is set where octet i of both is the same. */
static inline uint64_t v_same(vector a, vector b)
{
    return _mm512_cmpeq_epi8_mask(a, b);
}

#endif
