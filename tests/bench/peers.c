/* Loops around what the link is measured against, so that no call from Python is timed. Functions
 * of libraries come as pointers; compiled by peers.py when a benchmark runs. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WORD 255

static uint16_t table[256];

void encode_words(void (*encode)(uint8_t *, uint8_t *, int), uint8_t *words, size_t word_count)
{
    for (size_t i = 0; i < word_count; i++) {
        encode(words + i * WORD, words + i * WORD + 223, 0);
    }
}

/* Returns the sum of the errors that the library reports. */
int64_t decode_words(int (*decode)(uint8_t *, int *, int, int), const uint8_t *words,
                     size_t word_count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < word_count; i++) {
        uint8_t word[WORD];
        memcpy(word, words + i * WORD, WORD);
        sum += decode(word, NULL, 0, 0);
    }
    return sum;
}

/* The loop that every textbook has: one octet, one lookup. */
uint16_t table_crc16(uint16_t crc, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc = (uint16_t)(crc << 8 ^ table[crc >> 8 ^ data[i]]);
    }
    return crc;
}

void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t r = i << 8;
        for (int bit = 0; bit < 8; bit++) {
            r = r << 1 ^ (r & 0x8000 ? 0x1021 : 0);
        }
        table[i] = (uint16_t)r;
    }
}

uint32_t checksum_frames(uint16_t (*crc16)(uint16_t, const uint8_t *, size_t),
                         const uint8_t *frames, size_t size, size_t frame_count, size_t round_count)
{
    uint32_t sum = 0;
    for (size_t r = 0; r < round_count; r++) {
        for (size_t i = 0; i < frame_count; i++) {
            sum += crc16(0xFFFF, frames + i * size, size);
        }
    }
    return sum;
}
