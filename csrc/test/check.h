/* What the C tests share: a check that names its line, a seeded stream of octets, a digest. */
#ifndef DD_TEST_CHECK_H
#define DD_TEST_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define CHECK_SAME(got, want)                                                                      \
    do {                                                                                           \
        const unsigned long long got_ = (unsigned long long)(got);                                 \
        const unsigned long long want_ = (unsigned long long)(want);                               \
        if (got_ != want_) {                                                                       \
            fprintf(stderr, "%s:%d: %s must be %llx, got %llx\n", __FILE__, __LINE__, #got, want_, \
                    got_);                                                                         \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* Octets of a hexadecimal text. */
static inline size_t from_hex(const char *text, uint8_t *out)
{
    size_t size = 0;
    for (; text[2 * size] != 0; size++) {
        unsigned value;
        CHECK(sscanf(text + 2 * size, "%2x", &value) == 1);
        out[size] = (uint8_t)value;
    }
    return size;
}

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static inline uint64_t draw(uint64_t *state)
{
    uint64_t mixed = (*state += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static inline size_t draw_below(uint64_t *state, size_t limit)
{
    return (size_t)(draw(state) % limit);
}

static inline void draw_octets(uint64_t *state, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)draw(state);
    }
}

/* FNV-1a, 64 bits: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm". */
static inline void digest(uint64_t *hash, const void *data, size_t size)
{
    const uint8_t *octets = data;
    for (size_t i = 0; i < size; i++) {
        *hash = (*hash ^ octets[i]) * 0x100000001B3u;
    }
}

/* Numbers are digested most significant octet first, so that the digest is that of every CPU. */
static inline void digest_number(uint64_t *hash, uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        const uint8_t octet = (uint8_t)(value >> shift);
        digest(hash, &octet, 1);
    }
}

#define DIGEST_SEED 0xCBF29CE484222325u

#endif
