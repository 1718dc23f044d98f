/* Pseudo-random sequences of 131.0-B-6 (telemetry) and 231.0-B-4 (telecommand). */
#include "kernels.h"

typedef struct {
    uint32_t taps; /* bit i: s[n+i] is part of the feedback that becomes s[n+width] */
    uint32_t seed; /* bit i: s[i] */
    uint32_t width;
} generator;

static const generator generators[] = {
    [DD_RANDOM_TM131071] = {0x4001, 0x18E38, 17}, /* x^17+x^14+1, 131.0-B-6 */
    [DD_RANDOM_TM255] = {0xA9, 0xFF, 8},          /* x^8+x^7+x^5+x^3+1, 131.0-B-5 clause 10 */
    [DD_RANDOM_TC255] = {0x5F, 0xFF, 8},          /* x^8+x^6+x^4+x^3+x^2+x+1, 231.0-B-4 clause 6 */
};

static uint32_t parity(uint32_t value)
{
    value ^= value >> 16;
    value ^= value >> 8;
    value ^= value >> 4;
    value ^= value >> 2;
    value ^= value >> 1;
    return value & 1;
}

int32_t dd_random_sequence(int32_t kind, uint8_t *out, size_t size)
{
    if (kind < DD_RANDOM_TM131071 || kind > DD_RANDOM_TC255) {
        return -DD_BAD_SIZE;
    }
    const generator *g = &generators[kind];
    uint32_t state = g->seed;
    const size_t bitwise = size < g->width ? size : g->width;
    for (size_t i = 0; i < bitwise; i++) {
        uint32_t octet = 0;
        for (int bit = 0; bit < 8; bit++) {
            octet = octet << 1 | (state & 1);
            state = state >> 1 | parity(state & g->taps) << (g->width - 1);
        }
        out[i] = (uint8_t)octet;
    }
    /* The eighth power of the recurrence relates bits at multiples of eight, so whole octets. */
    for (size_t i = bitwise; i < size; i++) {
        uint32_t octet = 0;
        for (uint32_t tap = 0; tap < g->width; tap++) {
            octet ^= g->taps >> tap & 1 ? out[i - g->width + tap] : 0u;
        }
        out[i] = (uint8_t)octet;
    }
    return DD_OK;
}

void dd_xor_scalar(uint8_t *data, size_t size, const uint8_t *sequence)
{
    for (; size >= 8; size -= 8, data += 8, sequence += 8) {
        uint64_t a;
        uint64_t b;
        memcpy(&a, data, 8);
        memcpy(&b, sequence, 8);
        a ^= b;
        memcpy(data, &a, 8);
    }
    for (size_t i = 0; i < size; i++) {
        data[i] ^= sequence[i];
    }
}

void dd_xor(uint8_t *data, size_t size, const uint8_t *sequence)
{
    dd_kernels_now()->xor_octets(data, size, sequence);
}
