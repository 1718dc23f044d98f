/* The level of instructions in use: the only state of the plant that is not a satellite's. */
#include "lanes.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#ifdef __x86_64__
/* All that the compiler may use in the files of these levels (csrc/CMakeLists.txt). */
static int has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("aes");
}

static int has_avx512(void)
{
    int lacks = !has_avx2();
    lacks |= !__builtin_cpu_supports("avx512f");
    lacks |= !__builtin_cpu_supports("avx512vl");
    lacks |= !__builtin_cpu_supports("avx512dq");
    return !lacks;
}
#endif

static const dd_lanes *find(const char *name)
{
    const dd_lanes *found[3] = {&dd_lanes_plain};
    size_t count = 1;
#ifdef __x86_64__
    found[count] = &dd_lanes_avx2;
    count += has_avx2() ? 1 : 0;
    found[count] = &dd_lanes_avx512;
    count += has_avx512() ? 1 : 0;
#endif
    if (name[0] == 0) {
        return found[count - 1];
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(found[i]->name, name) == 0) {
            return found[i];
        }
    }
    return NULL;
}

static _Atomic(const dd_lanes *) current;

const dd_lanes *dd_lanes_now(void)
{
    const dd_lanes *lanes = atomic_load_explicit(&current, memory_order_relaxed);
    if (lanes == NULL) {
        lanes = find("");
        atomic_store_explicit(&current, lanes, memory_order_relaxed);
    }
    return lanes;
}

const char *dd_lanes_level(void)
{
    return dd_lanes_now()->name;
}

int dd_lanes_choose(const char *name)
{
    const dd_lanes *lanes = find(name);
    if (lanes != NULL) {
        atomic_store_explicit(&current, lanes, memory_order_relaxed);
    }
    return lanes != NULL;
}
