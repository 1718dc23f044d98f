/* Every level of the Reed-Solomon kernels against the portable one, for all options, with buffers
 * that end where memory ends. Prints what was compared. GFNI runs through SIMDe where that is
 * installed, on any processor. */
#define _DEFAULT_SOURCE
#include <stdio.h>

#include "guard.h"
#include "kernels.h"

#if defined(__x86_64__) && __has_include(<simde/x86/avx512.h>)
#define HAS_SIMDE 1
#pragma GCC diagnostic ignored "-Wpsabi"
#define DD_SIMDE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/gfni.h>
#define dd_rs_gather_gfni gather_simde
#define dd_rs_scatter_gfni scatter_simde
#define dd_rs_remainder_gfni remainder_simde
#define dd_rs_locate_gfni locate_simde
#include "../link/rs_fix_gfni.c"
#include "../link/rs_gather_gfni.c"
#include "../link/rs_gfni.c"
#endif

#define FRAMES_MAX 70
#define BUFFER_OCTETS (FRAMES_MAX * (255u * 8 + 8))

/* RS(255,223) of the octets 00..DE, dual basis, as libfec gives it. */
static const uint8_t printed[32] = {
    0x4F, 0xFB, 0x92, 0xDD, 0x55, 0x7E, 0xC6, 0x7F, 0x27, 0xFB, 0x89, 0x82, 0xCF, 0x58, 0xF8, 0xFD,
    0x02, 0x8A, 0xD1, 0x17, 0xFC, 0xEF, 0x6B, 0x27, 0x93, 0xD0, 0x41, 0x88, 0x26, 0x57, 0x86, 0x51};

static uint8_t sent[BUFFER_OCTETS];
static int fault_count;
static uint64_t state = 0x9E3779B97F4A7C15u;

static uint32_t draw(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % limit;
}

static void expect(int holds, const char *what, const char *level, const dd_rs *rs)
{
    if (!holds && ++fault_count <= 20) {
        printf("%s: %s differs (parity %u, interleave %u, fill %u, conventional %u)\n", level, what,
               rs->parity_octets, rs->interleave, rs->fill, rs->conventional);
    }
}

static void spoil(const dd_rs *rs, uint8_t *frame, uint32_t error_max)
{
    const uint32_t symbols = 255u - rs->fill;
    for (uint32_t i = 0; i < rs->interleave; i++) {
        for (uint32_t k = draw(error_max + 1); k > 0; k--) {
            frame[draw(symbols) * rs->interleave + i] ^= (uint8_t)(1 + draw(255));
        }
    }
}

/* `end` is the end of guarded memory; the two copies of the frames are compared octet by octet. */
static void compare(const dd_kernels *portable, const dd_kernels *level, const dd_rs *rs,
                    uint8_t *end_a, uint8_t *end_b)
{
    const size_t block = (255u - rs->fill) * (size_t)rs->interleave;
    const size_t stride = block + draw(8);
    const size_t count = 1 + draw(FRAMES_MAX);
    const size_t size = (count - 1) * stride + block;
    uint8_t *a = end_a - size;
    uint8_t *b = end_b - size;
    uint8_t faulty[2][FRAMES_MAX];
    int16_t corrected[2][FRAMES_MAX];
    for (size_t i = 0; i < size; i++) {
        a[i] = (uint8_t)draw(256);
    }
    memcpy(b, a, size);
    /* One at a time, so by tables, while all lanes of the portable level go in planes. */
    for (size_t f = 0; f < count; f++) {
        dd_rs_encode_with(portable, rs, a + f * stride, block, stride, 1);
    }
    dd_rs_encode_with(level, rs, b, size, stride, count);
    expect(memcmp(a, b, size) == 0, "parity", level->name, rs);
    expect(dd_rs_check_with(level, rs, b, size, stride, count, faulty[1]) == 0, "clean check",
           level->name, rs);
    memcpy(sent, a, size);
    for (size_t f = 0; f < count; f++) {
        spoil(rs, a + f * stride, rs->parity_octets / 2u + (f % 8 == 0));
    }
    memcpy(b, a, size);
    const int32_t bad = dd_rs_check_with(portable, rs, a, size, stride, count, faulty[0]);
    expect(bad == dd_rs_check_with(level, rs, b, size, stride, count, faulty[1]) &&
               memcmp(faulty[0], faulty[1], count) == 0,
           "check", level->name, rs);
    const int32_t lost = dd_rs_repair_with(portable, rs, a, size, stride, count, corrected[0]);
    expect(lost == dd_rs_repair_with(level, rs, b, size, stride, count, corrected[1]) &&
               memcmp(corrected[0], corrected[1], count * sizeof corrected[0][0]) == 0 &&
               memcmp(a, b, size) == 0,
           "repair", level->name, rs);
    for (size_t f = 0; f < count; f++) {
        expect(f % 8 == 0 || memcmp(b + f * stride, sent + f * stride, block) == 0,
               "repaired frame", level->name, rs);
    }
}

static void compare_all(const dd_kernels *portable, const dd_kernels *level, uint8_t *end_a,
                        uint8_t *end_b)
{
    int case_count = 0;
    for (uint32_t parity = 16; parity <= 32; parity += 16) {
        for (uint32_t interleave = 1; interleave <= 8; interleave++) {
            for (uint32_t fill = 0; fill < 255 - parity; fill += fill == 0 ? 1 : 1 + draw(40)) {
                const dd_rs rs = {(uint8_t)parity, (uint8_t)interleave, (uint8_t)fill,
                                  draw(8) == 0};
                compare(portable, level, &rs, end_a, end_b);
                case_count++;
            }
            const dd_rs shortest = {(uint8_t)parity, (uint8_t)interleave, (uint8_t)(254 - parity),
                                    0};
            compare(portable, level, &shortest, end_a, end_b);
        }
    }
    printf("%s: %d cases equal to scalar: %s\n", level->name, case_count,
           fault_count == 0 ? "yes" : "NO");
}

int main(void)
{
    uint8_t *end_a = guarded_end(BUFFER_OCTETS);
    uint8_t *end_b = guarded_end(BUFFER_OCTETS);
    if (dd_set_level("scalar") != DD_OK) {
        return 1;
    }
    const dd_kernels portable = *dd_kernels_now();
    const dd_rs plain = {32, 1, 0, 0};
    uint8_t block[255];
    for (size_t i = 0; i < 223; i++) {
        block[i] = (uint8_t)i;
    }
    dd_rs_encode(&plain, block, sizeof block, 255, 1);
    expect(memcmp(block + 223, printed, 32) == 0, "printed vector", "scalar", &plain);

    compare_all(&portable, &portable, end_a, end_b);
    static const char *const names[] = {"neon", "avx2", "gfni"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dd_set_level(names[i]) == DD_OK) {
            compare_all(&portable, dd_kernels_now(), end_a, end_b);
        } else {
            printf("%s: the processor lacks it\n", names[i]);
        }
    }
#ifdef HAS_SIMDE
    const dd_kernels simde = {.name = "gfni by SIMDe",
                              .rs_lanes = 64,
                              .rs_gather = dd_set_level("avx2") == DD_OK ? gather_simde : NULL,
                              .rs_scatter = scatter_simde,
                              .rs_remainder = remainder_simde,
                              .rs_locate = locate_simde};
    compare_all(&portable, &simde, end_a, end_b);
#endif
    return fault_count == 0 ? 0 : 1;
}
