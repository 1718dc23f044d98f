/* Start search and block decoding over any octets, and the way back: what is encoded, and then hit
 * in one bit of each block, is decoded. */
#include <stdlib.h>

#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void decode_any(const uint8_t *data, size_t size)
{
    uint8_t *out = malloc(size + 1);
    dd_cltu result;
    require(out != NULL);
    for (int32_t correct = 0; correct < 2; correct++) {
        const int64_t at = dd_cltu_start(data, size, correct);
        require(at >= -1 && at + 2 <= (int64_t)(size > 0 ? size : 1));
        dd_cltu_decode(data, size, correct, out, size, &result);
        require(result.consumed <= size && result.data_octets <= size);
        require(result.consumed == 8 * result.block_count);
        require(result.corrected_count <= (correct ? result.block_count : 0));
    }
    free(out);
}

static void there_and_back(const uint8_t *data, size_t size)
{
    uint8_t unit[2 + 8 * 40 + 8];
    uint8_t out[7 * 40 + 7];
    dd_cltu result;
    const size_t take = size < 200 ? size : 200;
    const int64_t made = dd_cltu_encode(data, take, NULL, 0, unit, sizeof unit);
    require((made > 0) == (take > 0));
    if (made <= 0) {
        return;
    }
    uint8_t mixed[200];
    uint8_t randomised[sizeof unit];
    memcpy(mixed, data, take);
    dd_xor(mixed, take, data + size - take);
    require(dd_cltu_encode(data, take, data + size - take, take, randomised, sizeof randomised) ==
            dd_cltu_encode(mixed, take, NULL, 0, unit, sizeof unit));
    require(memcmp(randomised, unit, (size_t)made) == 0);
    dd_cltu_encode(data, take, NULL, 0, unit, sizeof unit);
    const size_t blocks = ((size_t)made - 10) / 8;
    for (size_t i = 0; i < blocks; i++) {
        const size_t bit = data[i % take] % 63u;
        unit[2 + 8 * i + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
    dd_cltu_decode(unit + 2, (size_t)made - 2, 1, out, sizeof out, &result);
    require(result.ended && result.block_count == blocks && result.corrected_count == blocks);
    require(memcmp(out, data, take) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    decode_any(data, size);
    there_and_back(data, size);
    return 0;
}
