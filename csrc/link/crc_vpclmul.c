/* CRC-16 by carry-less products of 256-bit registers, 128 octets a step. */
#include "crc_fold.h"

static inline __m256i pair(int64_t high, int64_t low)
{
    return _mm256_set_epi64x(high, low, high, low);
}

static inline __m256i blocks_at(const uint8_t *data)
{
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    return _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)(const void *)data), order);
}

static inline __m256i fold(__m256i blocks, __m256i powers)
{
    return _mm256_xor_si256(_mm256_clmulepi64_epi128(blocks, powers, 0x11),
                            _mm256_clmulepi64_epi128(blocks, powers, 0x00));
}

/* The first `size` octets, 2..16 or 18..32, as the low end of two blocks. */
static inline __m256i head_of(uint16_t crc, const uint8_t *data, size_t size)
{
    if (size <= 16) {
        return _mm256_inserti128_si256(_mm256_setzero_si256(), crc_head(crc, data, size), 1);
    }
    return _mm256_set_m128i(crc_block(data + size - 16), crc_head(crc, data, size - 16));
}

uint16_t dd_crc16_vpclmul(uint16_t crc, const uint8_t *data, size_t size)
{
    if (size < SIZE_MIN) {
        return dd_crc16_scalar(crc, data, size);
    }
    if (size % 16 == 1) {
        crc = dd_crc16_scalar(crc, data, 1);
        data++;
        size--;
    }
    const __m256i by256 = pair(FOLD_256);
    const __m256i by512 = pair(FOLD_512);
    const __m256i by768 = pair(FOLD_768);
    const __m256i by1024 = pair(FOLD_1024);
    const size_t head = (size - 1) % 32 + 1;
    __m256i d = head_of(crc, data, head);
    data += head;
    size_t vectors = (size - head) / 32;
    __m256i a = _mm256_setzero_si256();
    __m256i b = a;
    __m256i c = a;
    for (; vectors % 4 != 0; vectors--, data += 32) { /* up to four fill the first step */
        a = b;
        b = c;
        c = d;
        d = blocks_at(data);
    }
    for (; vectors > 0; vectors -= 4, data += 128) {
        a = _mm256_xor_si256(fold(a, by1024), blocks_at(data));
        b = _mm256_xor_si256(fold(b, by1024), blocks_at(data + 32));
        c = _mm256_xor_si256(fold(c, by1024), blocks_at(data + 64));
        d = _mm256_xor_si256(fold(d, by1024), blocks_at(data + 96));
    }
    const __m256i ab = _mm256_xor_si256(fold(a, by768), fold(b, by512));
    const __m256i all = _mm256_xor_si256(_mm256_xor_si256(ab, fold(c, by256)), d);
    const __m128i first = crc_fold(_mm256_castsi256_si128(all), _mm_set_epi64x(FOLD_128));
    return crc_finish(_mm_xor_si128(first, _mm256_extracti128_si256(all, 1)));
}
