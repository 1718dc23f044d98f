/* Idle data of only-idle-data frames: 732.0-B-5 4.1.4.1.5 and annex D, 32-cell Fibonacci register
 * with polynomial 1 + D + D^2 + D^22 + D^32, seeded with ones once and never restarted. What comes
 * out is the oldest cell, so the seed comes first.
 *
 * A new bit is b[n] = b[n-1] + b[n-2] + b[n-22] + b[n-32]. Sixteen bits a step: with
 * c = b[n-22] + b[n-32], b = c / (1 + D + D^2) = c (1 + D) / (1 + D^3), and the division by
 * 1 + D^3 is a doubling of shifts. */
#include "dd_link.h"

static uint32_t next16(uint32_t state)
{
    /* state bit k is b[n-1-k]; a bit vector here has its first bit in bit 15. */
    uint32_t c = (state >> 6 ^ state >> 16) & 0xFFFF;
    c ^= (state << 15 ^ state << 14) & 0x8000; /* b[n-1] + b[n-2] enter the first bit */
    c ^= (state << 14) & 0x4000;               /* b[n-1] enters the second */
    c ^= c >> 1;
    c ^= c >> 3;
    c ^= c >> 6;
    c ^= c >> 12;
    return c;
}

void dd_idle_fill(uint32_t *state, uint8_t *out, size_t size)
{
    uint32_t register32 = *state;
    for (size_t i = 0; i + 2 <= size; i += 2) {
        dd_store16(out + i, register32 >> 16);
        register32 = register32 << 16 | next16(register32);
    }
    if (size % 2 != 0) {
        out[size - 1] = (uint8_t)(register32 >> 24);
        register32 = register32 << 8 | next16(register32) >> 8;
    }
    *state = register32;
}
