/* Reed-Solomon batches whose answers are known beforehand, at every level of this processor: which
 * codewords are wrong, how many symbols are put right, errors in symbols that were never sent, and
 * options and memory at their limits. */
#include "check.h"
#include "dd_link.h"

#define FRAMES 9u
#define BLOCK_MAX (255u * 8u)

static uint8_t sent[FRAMES * BLOCK_MAX];
static uint8_t frames[FRAMES * BLOCK_MAX];
static uint8_t faulty[FRAMES];
static int16_t corrected[FRAMES];

static size_t block_octets(const dd_rs *rs)
{
    return (255u - rs->fill) * (size_t)rs->interleave;
}

static void make_frames(const dd_rs *rs, uint64_t *seed)
{
    const size_t block = block_octets(rs);
    draw_octets(seed, sent, FRAMES * block);
    CHECK_SAME(dd_rs_encode(rs, sent, FRAMES * block, block, FRAMES), DD_OK);
    memcpy(frames, sent, FRAMES * block);
}

/* Frame f has (f + 2 i) % 5 wrong symbols in codeword i; the last is beyond repair in one. */
static void counted_errors(const dd_rs *rs, uint64_t *seed)
{
    const size_t block = block_octets(rs);
    const size_t width = rs->interleave;
    make_frames(rs, seed);
    CHECK_SAME(dd_rs_check(rs, frames, FRAMES * block, block, FRAMES, faulty), 0);
    CHECK_SAME(dd_rs_repair(rs, frames, FRAMES * block, block, FRAMES, corrected), 0);
    uint32_t want[FRAMES] = {0};
    uint32_t bits[FRAMES] = {0};
    for (size_t f = 0; f < FRAMES; f++) {
        CHECK(faulty[f] == 0 && corrected[f] == 0);
        for (size_t i = 0; i < width; i++) {
            const uint32_t count = (uint32_t)(f + 2 * i) % 5;
            for (size_t k = 0; k < count; k++) {
                frames[f * block + (k * 7 + i) * width + i] ^= (uint8_t)(1 + draw_below(seed, 255));
            }
            want[f] += count;
            bits[f] |= (count != 0 ? 1u : 0u) << i;
        }
    }
    const int32_t wrong = dd_rs_check(rs, frames, FRAMES * block, block, FRAMES, faulty);
    int32_t wrong_wanted = 0;
    for (size_t f = 0; f < FRAMES; f++) {
        CHECK_SAME(faulty[f], bits[f]);
        wrong_wanted += bits[f] != 0;
    }
    CHECK_SAME(wrong, wrong_wanted);
    uint8_t *last = frames + (FRAMES - 1) * block;
    for (size_t k = 0; k < 24; k++) {
        last[k * width] ^= 0x5A;
    }
    CHECK_SAME(dd_rs_repair(rs, frames, FRAMES * block, block, FRAMES, corrected), 1);
    for (size_t f = 0; f < FRAMES - 1; f++) {
        CHECK_SAME(corrected[f], want[f]);
    }
    CHECK_SAME((uint16_t)corrected[FRAMES - 1], 0xFFFF);
    CHECK(memcmp(frames, sent, (FRAMES - 1) * block) == 0);
}

/* One symbol of the virtual fill is wrong, as only a codeword of another length can have it. */
static void errors_in_the_fill(uint8_t parity, uint8_t interleave)
{
    const dd_rs longest = {.parity_octets = parity, .interleave = interleave};
    const dd_rs rs = {.parity_octets = parity, .interleave = interleave, .fill = 100};
    const size_t block = block_octets(&rs);
    for (size_t i = 0; i < interleave; i++) {
        for (size_t symbol = 98; symbol < 102; symbol++) {
            memset(sent, 0, BLOCK_MAX);
            sent[symbol * interleave + i] = 1;
            CHECK_SAME(dd_rs_encode(&longest, sent, BLOCK_MAX, block_octets(&longest), 1), DD_OK);
            memcpy(frames, sent + rs.fill * interleave, block);
            if (symbol >= rs.fill) { /* it was sent: a whole codeword */
                CHECK_SAME(dd_rs_repair(&rs, frames, block, block, 1, corrected), 0);
                CHECK_SAME(corrected[0], 0);
                continue;
            }
            CHECK_SAME(dd_rs_repair(&rs, frames, block, block, 1, corrected), 1);
            CHECK_SAME((uint16_t)corrected[0], 0xFFFF);
            CHECK(memcmp(frames, sent + rs.fill * interleave, block) == 0);
        }
    }
}

static int32_t encoded(uint8_t parity, uint8_t interleave, uint8_t fill, size_t size, size_t stride,
                       size_t frame_count)
{
    const dd_rs rs = {.parity_octets = parity, .interleave = interleave, .fill = fill};
    return dd_rs_encode(&rs, frames, size, stride, frame_count);
}

static void limits(void)
{
    const size_t all = sizeof frames;
    CHECK_SAME(encoded(32, 0, 0, all, BLOCK_MAX, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 8, 0, all, BLOCK_MAX, 1), DD_OK);
    CHECK_SAME(encoded(32, 9, 100, all, BLOCK_MAX, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(31, 1, 0, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(33, 1, 0, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(15, 1, 0, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(17, 1, 0, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 1, 222, all, 255, 1), DD_OK);
    CHECK_SAME(encoded(32, 1, 223, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(16, 1, 238, all, 255, 1), DD_OK);
    CHECK_SAME(encoded(16, 1, 239, all, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 1, 0, 255, 255, 1), DD_OK);
    CHECK_SAME(encoded(32, 1, 0, 254, 255, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 1, 0, 255, 254, 1), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 1, 0, 255 + 300, 300, 2), DD_OK);
    CHECK_SAME(encoded(32, 1, 0, 255 + 299, 300, 2), -DD_BAD_SIZE);
    CHECK_SAME(encoded(32, 1, 0, 0, 255, 0), DD_OK);
}

static void everything(const char *level)
{
    uint64_t seed = 1;
    CHECK_SAME(dd_set_level(level), DD_OK);
    for (uint8_t interleave = 1; interleave <= 8; interleave++) {
        for (uint8_t parity = 16; parity <= 32; parity += 16) {
            for (uint8_t fill = 0; fill <= 180; fill = (uint8_t)(fill + 60)) {
                const dd_rs rs = {.parity_octets = parity,
                                  .interleave = interleave,
                                  .fill = fill,
                                  .conventional = fill == 60};
                counted_errors(&rs, &seed);
            }
            errors_in_the_fill(parity, interleave);
        }
    }
    limits();
}

int main(void)
{
    static const char *const levels[] = {"scalar", "avx2", "gfni", "neon"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (dd_set_level(levels[i]) == DD_OK) {
            everything(levels[i]);
        }
    }
    return 0;
}
