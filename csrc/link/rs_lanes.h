/* Remainders of the Reed-Solomon codes in lanes, for a vector_*.h that is included before.
 *
 * Row r of the input is symbol r of LANES codewords. Two symbols go in a step: with the register u
 * (u[0] leaves next), f = in0 + u[0] and h = in1 + u[1] + g[1] f, the new u[k] is u[k+2] + g[k+2] f
 * + g[k+1] h. The generator is a palindrome, so each of its t different coefficients serves two
 * places. */
#ifndef DD_RS_LANES_H
#define DD_RS_LANES_H

#include "kernels.h"

/* The compiler must see t as a constant, or the register stays in memory with its indices. */
#define DD_ALWAYS_INLINE static inline __attribute__((always_inline))

/* One step from `old` to `next`, both of 2t + 1 rows, the last one zero. */
DD_ALWAYS_INLINE void rs_step(const factor *g, int t, vector in0, vector in1, const uint8_t *old,
                              uint8_t *next)
{
    const vector f = v_xor(in0, v_load(old));
    const operand f_operand = v_operand(f);
    vector f_before = f;
    vector f_now = v_times(g[1], f_operand);
    const vector h = v_xor3(in1, v_load(old + LANES), f_now);
    const operand h_operand = v_operand(h);
    vector h_now = v_times(g[1], h_operand);
    v_store(next + (2 * t - 1) * LANES, h);
    v_store(next + (2 * t - 2) * LANES, v_xor3(v_load(old + 2 * t * LANES), h_now, f_before));
#pragma GCC unroll 16
    for (int i = 2; i <= t; i++) {
        const vector h_before = h_now;
        f_before = f_now;
        f_now = v_times(g[i], f_operand);
        h_now = v_times(g[i], h_operand);
        v_store(next + (i - 2) * LANES, v_xor3(v_load(old + i * LANES), h_before, f_now));
        v_store(next + (2 * t - 1 - i) * LANES,
                v_xor3(v_load(old + (2 * t + 1 - i) * LANES), h_now, f_before));
    }
}

DD_ALWAYS_INLINE void rs_remainder(const dd_rs_code *code, int t, const uint8_t *rows,
                                   size_t row_count, uint8_t *parity)
{
    _Alignas(64) uint8_t one[(DD_RS_PARITY_MAX + 1) * LANES];
    _Alignas(64) uint8_t two[(DD_RS_PARITY_MAX + 1) * LANES];
    factor g[DD_RS_PARITY_MAX / 2 + 1];
    for (int i = 1; i <= t; i++) {
        g[i] = v_factor(code->generator[i]);
    }
    memset(one, 0, sizeof one);
    v_store(two + 2 * t * LANES, v_zero());
    uint8_t *old = one;
    uint8_t *next = two;
    for (size_t r = row_count % 2; r <= row_count; r += 2) {
        /* An odd row goes alone, behind one of zeros. */
        const vector in0 = r < 2 ? v_zero() : v_load(rows + (r - 2) * LANES);
        const vector in1 = r == 0 ? v_zero() : v_load(rows + (r - 1) * LANES);
        rs_step(g, t, in0, in1, old, next);
        uint8_t *swap = old;
        old = next;
        next = swap;
    }
    memcpy(parity, old, (size_t)(2 * t * LANES));
}

static inline void rs_remainder_of(const dd_rs_code *code, const uint8_t *rows, size_t row_count,
                                   uint8_t *parity)
{
    if (code->parity_octets == 32) {
        rs_remainder(code, 16, rows, row_count, parity);
    } else {
        rs_remainder(code, 8, rows, row_count, parity);
    }
}

#endif
