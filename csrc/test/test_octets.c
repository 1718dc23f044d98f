/* Checksum and exclusive or of every level against one octet at a time, for all short lengths, at
 * the end of memory. */
#define _DEFAULT_SOURCE
#include "check.h"
#include "guard.h"
#include "kernels.h"

#define SIZE_MAX_TESTED 1200

typedef uint16_t (*checksum)(uint16_t crc, const uint8_t *data, size_t size);

/* Bit by bit, from the generator. */
static uint16_t plain_crc(uint16_t crc, const uint8_t *data, size_t size)
{
    uint32_t r = crc;
    for (size_t i = 0; i < 8 * size; i++) {
        const uint32_t bit = (uint32_t)data[i / 8] >> (7 - i % 8) & 1;
        r = (r << 1 & 0xFFFF) ^ ((r >> 15 ^ bit) != 0 ? 0x1021u : 0u);
    }
    return (uint16_t)r;
}

static void check_checksum(const char *name, checksum crc16, const uint8_t *end)
{
    for (size_t size = 0; size <= SIZE_MAX_TESTED; size++) {
        const uint16_t start = (uint16_t)(0xFFFF - 97 * size);
        CHECK_SAME(crc16(start, end - size, size), plain_crc(start, end - size, size));
    }
    printf("%s: checksum of 0..%d octets as bit by bit\n", name, SIZE_MAX_TESTED);
}

static void check_xor(const dd_kernels *kernels, uint8_t *end, const uint8_t *sequence_end)
{
    uint8_t before[300];
    for (size_t size = 0; size < sizeof before; size++) {
        memcpy(before, end - size, size);
        kernels->xor_octets(end - size, size, sequence_end - size);
        for (size_t i = 0; i < size; i++) {
            CHECK_SAME((end - size)[i], before[i] ^ (sequence_end - size)[i]);
        }
    }
}

int main(void)
{
    static const char *const names[] = {"scalar", "neon", "avx2", "gfni"};
    uint64_t seed = 1;
    uint8_t *data_end = guarded_end(SIZE_MAX_TESTED);
    uint8_t *sequence_end = guarded_end(SIZE_MAX_TESTED);
    for (size_t i = 1; i <= SIZE_MAX_TESTED; i++) {
        data_end[-(ptrdiff_t)i] = (uint8_t)draw(&seed);
        sequence_end[-(ptrdiff_t)i] = (uint8_t)draw(&seed);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dd_set_level(names[i]) != DD_OK) {
            printf("%s: the processor lacks it\n", names[i]);
            continue;
        }
        check_checksum(names[i], dd_kernels_now()->crc16, data_end);
        check_xor(dd_kernels_now(), data_end, sequence_end);
    }
#ifdef __x86_64__
    /* The level avx2 of a processor without wide carry-less products. */
    if (dd_set_level("avx2") == DD_OK) {
        check_checksum("avx2, 128 bits", dd_crc16_avx2, data_end);
    }
#endif
    return 0;
}
