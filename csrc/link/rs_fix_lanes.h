/* Errors of one codeword in vectors of octets, for a vector_*.h that is included before.
 *
 * Every product is one octet times a vector. Source of the algorithm: D. V. Sarwate and N. R.
 * Shanbhag, "High-speed architectures for Reed-Solomon decoders", IEEE Trans. VLSI 9 (2001):
 * reformulated inversionless Berlekamp-Massey, which leaves the error locator and the high part of
 * the evaluator in one polynomial of 3t+1 octets. */
#ifndef DD_RS_FIX_LANES_H
#define DD_RS_FIX_LANES_H

#include "kernels.h"
#include "rs_thirds.h"

#define POSITIONS 255u
#define THIRD 85u /* the positions q, q + 85 and q + 170 share all work but the last sum */
#define WIDE (64 / VECTOR_OCTETS)
#define COLUMNS ((THIRD + VECTOR_OCTETS - 1) / VECTOR_OCTETS)

typedef struct {
    vector v[WIDE];
} wide;

/* One octet for each of the positions below THIRD. */
typedef struct {
    vector v[COLUMNS];
} fix_row;

/* Syndromes of the difference of remainder and received parity, zeros behind them. */
static inline wide fix_syndromes(const dd_rs_code *code, const dd_rs_word *word)
{
    wide sum;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        sum.v[w] = v_zero();
    }
    for (uint32_t i = 0; i < code->parity_octets; i++) {
        const factor f = v_factor(word->difference[(code->parity_octets - 1 - i) * word->pitch]);
#pragma GCC unroll 4
        for (int w = 0; w < (WIDE + 1) / 2; w++) {
            const operand row = v_operand(v_load(code->syndromes[i] + w * VECTOR_OCTETS));
            sum.v[w] = v_xor(sum.v[w], v_times(f, row));
        }
    }
    return sum;
}

/* State of the key equation of one codeword. */
typedef struct {
    wide delta;
    operand theta[WIDE];
    uint8_t gamma;
    int32_t k;
} fix_key;

static inline fix_key fix_key_start(wide syndromes, uint32_t parity)
{
    uint8_t start[64];
    fix_key key;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        v_store(start + w * VECTOR_OCTETS, syndromes.v[w]);
    }
    start[parity / 2 * 3] = DD_GF_ONE;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        key.delta.v[w] = v_load(start + w * VECTOR_OCTETS);
        key.theta[w] = v_operand(key.delta.v[w]);
    }
    key.gamma = DD_GF_ONE;
    key.k = 0;
    return key;
}

static inline fix_key fix_key_step(fix_key key)
{
    const uint8_t discrepancy = v_first(key.delta.v[0]);
    const factor f = v_factor(key.gamma);
    const factor d = v_factor(discrepancy);
    const int longer = discrepancy != 0 && key.k >= 0;
    wide next;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        next.v[w] = v_next(key.delta.v[w], w + 1 < WIDE ? key.delta.v[w + 1] : v_zero());
    }
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        const operand shifted = v_operand(next.v[w]);
        key.delta.v[w] = v_xor(v_times(f, shifted), v_times(d, key.theta[w]));
        key.theta[w] = longer ? shifted : key.theta[w];
    }
    key.gamma = longer ? discrepancy : key.gamma;
    key.k = longer ? -key.k - 1 : key.k + 1;
    return key;
}

/* Whether the discrepancies of all steps that are left are zero, so that these would only shift. */
static inline int fix_key_is_solved(fix_key key, uint32_t steps_left)
{
    uint64_t bits = ~0ull;
    if (v_first(key.delta.v[0]) != 0) {
        return 0;
    }
#pragma GCC unroll 4
    for (uint32_t w = 0; w < WIDE; w++) {
        const uint32_t begin = w * VECTOR_OCTETS;
        if (steps_left > begin) {
            const uint32_t left = steps_left - begin;
            const uint32_t count = left < VECTOR_OCTETS ? left : VECTOR_OCTETS;
            bits &= v_same(key.delta.v[w], v_zero()) | ~0ull << count;
        }
    }
    return bits == ~0ull;
}

/* Leaves the high part of the evaluator at 0..t-1 and the locator at t..2t behind `out` plus the
 * steps left; returns the number of errors or -1. */
static inline int32_t fix_key_end(fix_key key, uint32_t parity, uint32_t steps_left, uint8_t *out)
{
    const int32_t k = key.k + (int32_t)steps_left;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        v_store(out + w * VECTOR_OCTETS, key.delta.v[w]);
    }
    return k < 0 ? -1 : ((int32_t)parity - k) / 2;
}

/* Sums of the terms of a polynomial with powers first, first + step .. at all columns. */
static inline fix_row fix_sum(const uint8_t *polynomial, uint32_t first, uint32_t step,
                              uint32_t term_count)
{
    fix_row sum;
#pragma GCC unroll 6
    for (uint32_t c = 0; c < COLUMNS; c++) {
        sum.v[c] = v_zero();
    }
    for (uint32_t i = first; term_count > 0; i += step, term_count--) {
        const factor f = v_factor(polynomial[i]);
#pragma GCC unroll 6
        for (uint32_t c = 0; c < COLUMNS; c++) {
            sum.v[c] = v_xor(sum.v[c], v_times(f, v_power(i, c * VECTOR_OCTETS)));
        }
    }
    return sum;
}

/* Values at all columns, and where the roots of the locator are. */
typedef struct {
    uint8_t slopes[3][128];
    uint8_t numerators[3][128];
    uint8_t thirds[DD_RS_FAULTS_MAX + 4];
    uint8_t columns[DD_RS_FAULTS_MAX + 4];
    int32_t count;
} fix_roots;

/* Lists the set bits. Four are written whether there are so many or not, as nearly always there are
 * fewer: a loop would be mispredicted each time. */
static inline void fix_list(fix_roots *roots, uint64_t bits, uint32_t third, uint32_t column)
{
    const int32_t count = roots->count;
    roots->count += __builtin_popcountll(bits);
    for (int32_t k = count; k < roots->count || k < count + 4; k++) {
        roots->thirds[k] = (uint8_t)third;
        roots->columns[k] = (uint8_t)(column + (uint32_t)__builtin_ctzll(bits | 1ull << 63));
        bits &= bits - 1;
    }
}

static inline void fix_search(const uint8_t *locator, const uint8_t *evaluator, int32_t degree,
                              fix_roots *roots)
{
    const uint32_t round_count = (uint32_t)degree / 6 + 1;
    const factor root = v_factor(dd_gf_exp[POSITIONS - THIRD]);
    fix_row parts[6]; /* locator, powers modulo 6 */
    fix_row sums[3];  /* evaluator, powers modulo 3 */
    for (uint32_t j = 0; j < 6; j++) {
        parts[j] = fix_sum(locator, j, 6, round_count);
    }
    for (uint32_t j = 0; j < 3; j++) {
        sums[j] = fix_sum(evaluator, j, 3, 2 * round_count);
    }
    roots->count = 0;
    for (uint32_t c = 0; c < COLUMNS; c++) {
        const uint32_t column = c * VECTOR_OCTETS;
        vector even[3];
        vector odd[3];
        vector values[3];
        v_thirds(parts[0].v[c], parts[4].v[c], parts[2].v[c], root, even);
        v_thirds(parts[3].v[c], parts[1].v[c], parts[5].v[c], root, odd);
        v_thirds(sums[0].v[c], sums[1].v[c], sums[2].v[c], root, values);
        const uint32_t left = THIRD - column;
#pragma GCC unroll 3
        for (uint32_t third = 0; third < 3; third++) {
            v_store(roots->slopes[third] + column, odd[third]);
            v_store(roots->numerators[third] + column, values[third]);
            const uint64_t bits = v_same(even[third], odd[third]);
            fix_list(roots, left < VECTOR_OCTETS ? bits & ((1ull << left) - 1) : bits, third,
                     column);
        }
    }
}

static inline dd_rs_fault fix_fault(const dd_rs_code *code, uint32_t power, uint8_t numerator,
                                    uint8_t slope)
{
    /* X^-(b+2t) omega_high / slope, where slope is locator' / X; none of them is zero at a simple
     * root. */
    const uint32_t sum = dd_gf_log[numerator] + POSITIONS - dd_gf_log[slope] +
                         power * (POSITIONS - code->forney_power);
    return (dd_rs_fault){(uint8_t)power, dd_gf_exp[sum % POSITIONS]};
}

/* From the solved key equation to the errors. */
static inline int32_t fix_faults(const dd_rs_code *code, const uint8_t *key, int32_t degree,
                                 dd_rs_fault *faults)
{
    uint8_t evaluator[18] = {0};
    fix_roots roots;
    const uint32_t t = code->parity_octets / 2;
    if (degree <= 0) {
        return degree;
    }
    memcpy(evaluator, key, t);
    fix_search(key + t, evaluator, degree, &roots);
    if (roots.count != degree) {
        return -1;
    }
    for (int32_t k = 0; k < degree; k++) {
        const uint32_t third = roots.thirds[k];
        const uint32_t column = roots.columns[k];
        faults[k] = fix_fault(code, column + THIRD * third, roots.numerators[third][column],
                              roots.slopes[third][column]);
    }
    return degree;
}

/* Two codewords abreast: each step of the key equation waits for the one before. */
static inline void fix_locate(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b)
{
    const uint32_t parity = code->parity_octets;
    uint8_t keys[2][64];
    uint32_t left = parity;
    fix_key key_a = fix_key_start(fix_syndromes(code, a), parity);
    fix_key key_b = fix_key_start(fix_syndromes(code, b), parity);
    while (left > 0 && !(fix_key_is_solved(key_a, left) && fix_key_is_solved(key_b, left))) {
        key_a = fix_key_step(key_a);
        key_b = fix_key_step(key_b);
        left--;
    }
    const int32_t degree_a = fix_key_end(key_a, parity, left, keys[0]);
    const int32_t degree_b = fix_key_end(key_b, parity, left, keys[1]);
    a->fault_count = fix_faults(code, keys[0] + left, degree_a, a->faults);
    b->fault_count = fix_faults(code, keys[1] + left, degree_b, b->faults);
}

#endif
