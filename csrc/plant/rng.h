/*
 * Counter-based random numbers: a draw is a function of (seed, stream, counter) alone, so that it
 * does not depend on the order in which models draw. Mixer: SplitMix64 finaliser (Steele, Lea,
 * Flood 2014).
 */
#ifndef DD_RNG_H
#define DD_RNG_H

#include <stdint.h>

/* First stream number of each user of randomness; channels use 0..1023 and 1024..2047 for fixed
 * errors. */
enum {
    DD_CHANNEL_STREAMS = 1024,
    DD_STREAM_CHANNEL = 0,
    DD_STREAM_CHANNEL_FIXED = 1024,
    DD_STREAM_SECTION = 4096,
    DD_STREAM_GROUP = 8192,
    DD_STREAM_ACCELERATOR = 16384,
    DD_STREAM_UPSET = 18432,
    DD_STREAM_TERMINAL = 20480,
    DD_STREAM_FAULT = 24576
};

/* SplitMix64's finaliser, and the key of a stream, for loops that draw a million times a second. */
static inline uint64_t dd_random_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint64_t dd_random_key(uint64_t seed, uint64_t stream)
{
    return dd_random_mix(seed + UINT64_C(0x9E3779B97F4A7C15) * (stream + 1U));
}

uint64_t dd_random_bits(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_random_uniform(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_random_normal(uint64_t seed, uint64_t stream, uint64_t counter);
double dd_normal_quantile(double p);

#endif
