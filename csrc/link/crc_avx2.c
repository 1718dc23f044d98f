/* CRC-16 by carry-less products of 128-bit registers, 64 octets a step. */
#include "crc_fold.h"

uint16_t dd_crc16_avx2(uint16_t crc, const uint8_t *data, size_t size)
{
    if (size < SIZE_MIN) {
        return dd_crc16_scalar(crc, data, size);
    }
    if (size % 16 == 1) {
        crc = dd_crc16_scalar(crc, data, 1);
        data++;
        size--;
    }
    const __m128i by128 = _mm_set_epi64x(FOLD_128);
    const __m128i by256 = _mm_set_epi64x(FOLD_256);
    const __m128i by384 = _mm_set_epi64x(FOLD_384);
    const __m128i by512 = _mm_set_epi64x(FOLD_512);
    const size_t head = (size - 1) % 16 + 1;
    __m128i d = crc_head(crc, data, head);
    data += head;
    size_t blocks = (size - head) / 16;
    __m128i a = _mm_setzero_si128();
    __m128i b = a;
    __m128i c = a;
    for (; blocks % 4 != 0; blocks--, data += 16) { /* up to four fill the first step */
        a = b;
        b = c;
        c = d;
        d = crc_block(data);
    }
    for (; blocks > 0; blocks -= 4, data += 64) {
        a = _mm_xor_si128(crc_fold(a, by512), crc_block(data));
        b = _mm_xor_si128(crc_fold(b, by512), crc_block(data + 16));
        c = _mm_xor_si128(crc_fold(c, by512), crc_block(data + 32));
        d = _mm_xor_si128(crc_fold(d, by512), crc_block(data + 48));
    }
    const __m128i ab = _mm_xor_si128(crc_fold(a, by384), crc_fold(b, by256));
    return crc_finish(_mm_xor_si128(_mm_xor_si128(ab, crc_fold(c, by128)), d));
}
