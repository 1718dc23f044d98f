/* Any octets as options and codeblocks: all levels agree, what is repaired is clean, what is not
 * stays as it was. */
#include <stdlib.h>

#include "kernels.h"

#define OPTION_OCTETS 2
#define BLOCKS_MAX 2
#define BLOCK_MAX 255u /* octets */
#define SHORT_MAX 50   /* symbols of most codewords: every lane of them is worked on */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_size);

static void require(int holds)
{
    if (!holds) {
        abort();
    }
}

static void check_repaired(const dd_rs *rs, const uint8_t *before, const uint8_t *after,
                           size_t block, size_t count, const int16_t *corrected)
{
    uint8_t faulty[BLOCKS_MAX];
    dd_rs_check(rs, after, count * block, block, count, faulty);
    for (size_t i = 0; i < count; i++) {
        const int is_same = memcmp(before + i * block, after + i * block, block) == 0;
        require((corrected[i] < 0) == (faulty[i] != 0));
        require(is_same == (corrected[i] <= 0));
    }
}

/* Errors of a codeword of zeros, three octets each, or the octets of the blocks as they are. */
static void fill_blocks(const uint8_t *data, size_t data_size, int is_raw, uint8_t *blocks,
                        size_t size)
{
    memset(blocks, 0, size);
    if (is_raw) {
        memcpy(blocks, data, data_size < size ? data_size : size);
        return;
    }
    for (; data_size >= 3; data_size -= 3, data += 3) {
        blocks[dd_load16(data) % size] ^= data[2];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t data_size)
{
    static const char *const levels[] = {"scalar", ""};
    static uint8_t in[BLOCK_MAX];
    static uint8_t out[2][sizeof in];
    int16_t corrected[2][BLOCKS_MAX];
    int32_t results[2];
    if (data_size < OPTION_OCTETS) {
        return 0;
    }
    const uint32_t options = data[0];
    dd_rs rs = {options & 1 ? 16 : 32, (uint8_t)(1 + (options >> 1 & 7)), data[1],
                (options >> 4 & 3) == 3};
    const uint32_t fitting = BLOCK_MAX / rs.interleave;
    const int is_long = rs.fill < 8 && !rs.conventional;
    const uint32_t symbols = is_long || fitting < SHORT_MAX ? fitting : SHORT_MAX;
    if (255u - rs.fill > symbols) {
        rs.fill = (uint8_t)(255 - symbols);
    }
    const size_t block = (255u - rs.fill) * (size_t)rs.interleave;
    const size_t most = options >> 5 & 1 && block <= BLOCK_MAX / 2 ? 2 : 1;
    const size_t count = block == 0 ? 0 : most;
    if (block != 0) {
        fill_blocks(data + OPTION_OCTETS, data_size - OPTION_OCTETS, options >> 6 == 3, in,
                    count * block);
    }
    for (size_t i = 0; i < 2; i++) {
        memcpy(out[i], in, count * block);
        dd_set_level(levels[i]);
        results[i] = dd_rs_repair(&rs, out[i], count * block, block, count, corrected[i]);
        if (results[i] >= 0) {
            check_repaired(&rs, in, out[i], block, count, corrected[i]);
        }
    }
    if (block > (size_t)rs.parity_octets * rs.interleave) {
        uint8_t faulty[BLOCKS_MAX];
        require(dd_rs_encode(&rs, in, count * block, block, count) == DD_OK);
        require(dd_rs_check(&rs, in, count * block, block, count, faulty) == 0);
    }
    require(results[0] == results[1] && memcmp(out[0], out[1], count * block) == 0);
    return 0;
}
