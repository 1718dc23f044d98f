/* Communications link transmission units of 231.0-B-4 clause 5: start, BCH blocks, tail. */
#include "dd_link.h"

#define CLTU_START 0xEB90u
#define CLTU_FILL 0x55
#define BLOCK_DATA 7
#define BLOCK 8

static const uint8_t tail[BLOCK] = {0xC5, 0xC5, 0xC5, 0xC5, 0xC5, 0xC5, 0xC5, 0x79};

/* The fill octets follow the randomised frame and are not randomised themselves. */
int64_t dd_cltu_encode(const uint8_t *frame, size_t frame_size, const uint8_t *sequence,
                       size_t sequence_size, uint8_t *out, size_t out_size)
{
    const size_t blocks = (frame_size + BLOCK_DATA - 1) / BLOCK_DATA;
    const size_t total = 2 + blocks * BLOCK + BLOCK;
    if (frame_size == 0 || out_size < total || (sequence_size != 0 && sequence_size < frame_size)) {
        return -DD_BAD_SIZE;
    }
    dd_store16(out, CLTU_START);
    uint8_t *block = out + 2;
    for (size_t at = 0; at < frame_size; at += BLOCK_DATA) {
        const size_t left = frame_size - at;
        const size_t take = left < BLOCK_DATA ? left : BLOCK_DATA;
        memset(block, CLTU_FILL, BLOCK_DATA);
        memcpy(block, frame + at, take);
        if (sequence_size != 0) {
            dd_xor(block, take, sequence + at);
        }
        block[BLOCK_DATA] = dd_bch_parity(block);
        block += BLOCK;
    }
    memcpy(block, tail, BLOCK);
    return (int64_t)total;
}

static int weight16(uint32_t value)
{
    int weight = 0;
    for (; value != 0; value &= value - 1) {
        weight++;
    }
    return weight;
}

/* Offset of the first start sequence with at most mismatch_max wrong bits, or -1. */
int64_t dd_cltu_start(const uint8_t *data, size_t size, int32_t mismatch_max)
{
    for (size_t at = 0; at + 2 <= size; at++) {
        if (weight16(dd_load16(data + at) ^ CLTU_START) <= mismatch_max) {
            return (int64_t)at;
        }
    }
    return -1;
}

/* Decode blocks after the start sequence until one cannot be decoded (the tail is built so) or
 * fewer than eight octets are left. A full output ends it too, with ended = 0. */
int32_t dd_cltu_decode(const uint8_t *data, size_t size, int32_t correct, uint8_t *out,
                       size_t out_size, dd_cltu *result)
{
    dd_cltu done = {0};
    while (size - done.consumed >= BLOCK && out_size - done.data_octets >= BLOCK_DATA) {
        uint8_t block[BLOCK];
        memcpy(block, data + done.consumed, BLOCK);
        const int32_t corrected = dd_bch_repair(block, correct);
        if (corrected < 0) {
            done.ended = 1;
            break;
        }
        memcpy(out + done.data_octets, block, BLOCK_DATA);
        done.corrected_count += (uint32_t)corrected;
        done.block_count++;
        done.data_octets += BLOCK_DATA;
        done.consumed += BLOCK;
    }
    *result = done;
    return DD_OK;
}
