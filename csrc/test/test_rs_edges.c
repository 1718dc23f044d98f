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

/* Product in GF(2^8) of x^8 + x^7 + x^2 + x + 1. */
static uint8_t product(uint8_t a, uint8_t b)
{
    uint32_t sum = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        sum ^= (b >> bit & 1) != 0 ? (uint32_t)a << bit : 0u;
    }
    for (unsigned bit = 15; bit >= 8; bit--) {
        sum ^= (sum >> bit & 1) != 0 ? 0x187u << (bit - 8) : 0u;
    }
    return (uint8_t)sum;
}

/* alpha^(11 n), the n-th power of the root of the generator. */
static uint8_t root(unsigned n)
{
    uint8_t value = 1;
    for (unsigned i = 0; i < 11 * n % 255; i++) {
        value = product(value, 2);
    }
    return value;
}

/* Errors that one root alone shows: a product of the factors of all the others. */
static void errors_of_one_root(uint8_t parity)
{
    const dd_rs rs = {.parity_octets = parity, .interleave = 1, .conventional = 1};
    const unsigned first = 128u - parity / 2u;
    for (unsigned alone = 0; alone < parity; alone++) {
        uint8_t error[33] = {1}; /* highest power last */
        for (unsigned i = 0; i < parity; i++) {
            const uint8_t zero = root(first + i);
            for (unsigned k = parity; i != alone && k > 0; k--) {
                error[k] = error[k - 1] ^ product(error[k], zero);
            }
            error[0] = i != alone ? product(error[0], zero) : error[0];
        }
        memset(frames, 0, 255);
        for (unsigned k = 0; k < parity; k++) {
            frames[200 - k] = error[k];
        }
        CHECK_SAME(dd_rs_check(&rs, frames, 255, 255, 1, faulty), 1);
        CHECK_SAME(faulty[0], 1);
        memcpy(sent, frames, 255);
        dd_rs_repair(&rs, frames, 255, 255, 1, corrected);
        CHECK(corrected[0] != 0);
        CHECK(corrected[0] > 0 || memcmp(frames, sent, 255) == 0);
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
    errors_of_one_root(32);
    errors_of_one_root(16);
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
