/* CRC-16 by carry-less products: what crc_avx2.c and crc_vpclmul.c share.
 *
 * Blocks of 16 octets are taken as polynomials, first octet on top, and moved forward by d bits by
 * the product with x^d modulo the generator, 64 bits at a time. Source: V. Gopal and others, "Fast
 * CRC computation for generic polynomials using PCLMULQDQ", Intel (2009). The remainders of x^d are
 * those of x^16+x^12+x^5+1. */
#ifndef DD_CRC_FOLD_H
#define DD_CRC_FOLD_H

#include <immintrin.h>

#include "kernels.h"

/* Below this the tables of crc.c are faster. */
#define SIZE_MIN 64

/* x^(d+64) and x^d modulo the generator. */
#define FOLD_128 0x650B, 0xAEFC
#define FOLD_256 0x26AA, 0x8E29
#define FOLD_384 0x2535, 0xCDE2
#define FOLD_512 0x8832, 0x13FC
#define FOLD_768 0x0447, 0x106F
#define FOLD_1024 0x71C4, 0x36C4
#define X80 0xEB23
#define X64 0xB861
#define QUOTIENT_X64 0x111303471A041 /* x^64 divided by the generator */
#define GENERATOR 0x11021

/* The first `size` octets (2..16) at data as the low end of a block; `crc` is added to octets 0, 1.
 */
static inline __m128i crc_head(uint16_t crc, const uint8_t *data, size_t size)
{
    const __m128i down = _mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m128i order = _mm_sub_epi8(_mm_set1_epi8((char)(size - 1)), down);
    const __m128i start = _mm_cvtsi32_si128((int)((uint32_t)(crc & 0xFF) << 8 | crc >> 8));
    const __m128i octets = _mm_loadu_si128((const __m128i *)(const void *)data);
    return _mm_shuffle_epi8(_mm_xor_si128(octets, start), order);
}

static inline __m128i crc_block(const uint8_t *data)
{
    const __m128i order = _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)data), order);
}

static inline __m128i crc_fold(__m128i block, __m128i powers)
{
    return _mm_xor_si128(_mm_clmulepi64_si128(block, powers, 0x11),
                         _mm_clmulepi64_si128(block, powers, 0x00));
}

/* block * x^16 modulo the generator: down to 80 bits, to 64 bits, then Barrett's quotient. */
static inline uint16_t crc_finish(__m128i block)
{
    const __m128i powers = _mm_set_epi64x(X80, X64);
    const __m128i high = _mm_clmulepi64_si128(block, powers, 0x11);
    const __m128i low = _mm_slli_si128(_mm_move_epi64(block), 2);
    const __m128i sum = _mm_xor_si128(high, low);
    const __m128i rest = _mm_xor_si128(sum, _mm_clmulepi64_si128(sum, powers, 0x01));
    const uint64_t dividend = (uint64_t)_mm_cvtsi128_si64(rest);
    const __m128i divisor = _mm_set_epi64x(GENERATOR, QUOTIENT_X64);
    const __m128i product =
        _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)(dividend >> 16)), divisor, 0x00);
    const __m128i quotient = _mm_srli_si128(product, 6);
    const __m128i back = _mm_clmulepi64_si128(quotient, divisor, 0x10);
    return (uint16_t)(dividend ^ (uint64_t)_mm_cvtsi128_si64(back));
}

#endif
