/* The level of instructions in use: the only state of the link core that is not the caller's. */
#include <stdatomic.h>

#include "kernels.h"

static const dd_kernels scalar = {
    .name = "scalar",
    .rs_lanes = 128,
    .rs_remainder = dd_rs_remainder_scalar,
    .rs_locate = dd_rs_locate_scalar,
    .crc16 = dd_crc16_scalar,
    .xor_octets = dd_xor_scalar,
};

#ifdef __aarch64__
static const dd_kernels neon = {
    .name = "neon",
    .rs_lanes = 16,
    .rs_remainder = dd_rs_remainder_neon,
    .rs_locate = dd_rs_locate_neon,
    .crc16 = dd_crc16_scalar,
    .xor_octets = dd_xor_scalar,
};
#endif

#ifdef __x86_64__
static const dd_kernels avx2 = {
    .name = "avx2",
    .rs_lanes = 32,
    .rs_gather = dd_rs_gather_avx2,
    .rs_remainder = dd_rs_remainder_avx2,
    .rs_locate = dd_rs_locate_avx2,
    .crc16 = dd_crc16_avx2,
    .xor_octets = dd_xor_avx2,
};

/* Processors with wider carry-less products. */
static const dd_kernels avx2_vpclmul = {
    .name = "avx2",
    .rs_lanes = 32,
    .rs_gather = dd_rs_gather_avx2,
    .rs_remainder = dd_rs_remainder_avx2,
    .rs_locate = dd_rs_locate_avx2,
    .crc16 = dd_crc16_vpclmul,
    .xor_octets = dd_xor_avx2,
};

static const dd_kernels gfni = {
    .name = "gfni",
    .rs_lanes = 64,
    .rs_gather = dd_rs_gather_gfni,
    .rs_scatter = dd_rs_scatter_gfni,
    .rs_remainder = dd_rs_remainder_gfni,
    .rs_locate = dd_rs_locate_gfni,
    .crc16 = dd_crc16_vpclmul,
    .xor_octets = dd_xor_avx2,
};

static int has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
}

static int has_vpclmul(void)
{
    return has_avx2() && __builtin_cpu_supports("vpclmulqdq");
}

static int has_gfni(void)
{
    int lacks = !has_vpclmul();
    lacks |= !__builtin_cpu_supports("gfni");
    lacks |= !__builtin_cpu_supports("avx512f");
    lacks |= !__builtin_cpu_supports("avx512bw");
    lacks |= !__builtin_cpu_supports("avx512vl");
    lacks |= !__builtin_cpu_supports("avx512dq");
    lacks |= !__builtin_cpu_supports("avx512vbmi");
    return !lacks;
}
#endif

/* A freestanding build has no strcmp. */
static int same_text(const char *first, const char *second)
{
    while (*first != 0 && *first == *second) {
        first++;
        second++;
    }
    return *first == *second;
}

/* The level of that name, or NULL when the processor lacks it. */
static const dd_kernels *find(const char *name)
{
    const dd_kernels *found[3] = {&scalar};
    size_t count = 1;
#ifdef __aarch64__
    found[count++] = &neon;
#endif
#ifdef __x86_64__
    found[count] = has_vpclmul() ? &avx2_vpclmul : &avx2;
    count += has_avx2() ? 1 : 0;
    found[count] = &gfni;
    count += has_gfni() ? 1 : 0;
#endif
    if (name[0] == 0) {
        return found[count - 1];
    }
    for (size_t i = 0; i < count; i++) {
        if (same_text(found[i]->name, name)) {
            return found[i];
        }
    }
    return NULL;
}

static _Atomic(const dd_kernels *) current;

const dd_kernels *dd_kernels_now(void)
{
    const dd_kernels *kernels = atomic_load_explicit(&current, memory_order_relaxed);
    if (kernels == NULL) {
        kernels = find("");
        atomic_store_explicit(&current, kernels, memory_order_relaxed);
    }
    return kernels;
}

const char *dd_level(void)
{
    return dd_kernels_now()->name;
}

int32_t dd_set_level(const char *name)
{
    const dd_kernels *kernels = find(name);
    if (kernels == NULL) {
        return -DD_BAD_SIZE;
    }
    atomic_store_explicit(&current, kernels, memory_order_relaxed);
    return DD_OK;
}
