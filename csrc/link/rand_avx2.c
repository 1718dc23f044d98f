/* Exclusive or of octets, 32 at a time. */
#include <immintrin.h>

#include "kernels.h"

void dd_xor_avx2(uint8_t *data, size_t size, const uint8_t *sequence)
{
    for (; size >= 32; size -= 32, data += 32, sequence += 32) {
        const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)data);
        const __m256i b = _mm256_loadu_si256((const __m256i *)(const void *)sequence);
        _mm256_storeu_si256((__m256i *)(void *)data, _mm256_xor_si256(a, b));
    }
    dd_xor_scalar(data, size, sequence);
}
