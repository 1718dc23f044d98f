/* Errors of one codeword in vectors of octets, for a vector_*.h that is included before.
 *
 * Every product is one octet times a vector. Source of the algorithm: D. V. Sarwate and N. R.
 * Shanbhag, "High-speed architectures for Reed-Solomon decoders", IEEE Trans. VLSI 9 (2001):
 * reformulated inversionless Berlekamp-Massey, which leaves the error locator and the high part of
 * the evaluator in one polynomial of 3t+1 octets. */
#ifndef DD_RS_FIX_LANES_H
#define DD_RS_FIX_LANES_H

#include "kernels.h"

#define POSITIONS 255u
#define THIRD 85u /* the positions q, q + 85 and q + 170 share all work but the last sum */
#define WIDE (64 / VECTOR_OCTETS)

typedef struct {
    vector v[WIDE];
} wide;

/* Syndromes of the difference of remainder and received parity, zeros behind them. */
static inline wide fix_syndromes(const dd_rs_code *code, const uint8_t *difference)
{
    wide sum;
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        sum.v[w] = v_zero();
    }
    for (uint32_t i = 0; i < code->parity_octets; i++) {
        const factor f = v_factor(difference[code->parity_octets - 1 - i]);
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
    wide theta;
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
        key.theta.v[w] = key.delta.v[w];
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
        key.delta.v[w] =
            v_xor(v_times(f, v_operand(next.v[w])), v_times(d, v_operand(key.theta.v[w])));
        key.theta.v[w] = longer ? next.v[w] : key.theta.v[w];
    }
    key.gamma = longer ? discrepancy : key.gamma;
    key.k = longer ? -key.k - 1 : key.k + 1;
    return key;
}

/* Leaves the high part of the evaluator at 0..t-1 and the locator at t..2t of `out`; returns the
 * number of errors or -1. */
static inline int32_t fix_key_end(fix_key key, uint32_t parity, uint8_t *out)
{
#pragma GCC unroll 4
    for (int w = 0; w < WIDE; w++) {
        v_store(out + w * VECTOR_OCTETS, key.delta.v[w]);
    }
    return key.k < 0 ? -1 : ((int32_t)parity - key.k) / 2;
}

/* Values of one polynomial at the three positions of each column, from the sums of its terms with
 * powers 0, 1 and 2 modulo 3; the factor is a cube root of one. */
static inline void fix_thirds(vector a, vector b, vector c, factor root, vector *values)
{
    const vector turn = v_times(root, v_operand(v_xor(b, c)));
    values[0] = v_xor3(a, b, c);
    values[1] = v_xor3(a, c, turn);
    values[2] = v_xor3(a, b, turn);
}

/* Values at one vector of columns: even and odd part of the locator, evaluator. */
static inline void fix_columns(const uint8_t *locator, const uint8_t *evaluator, int32_t degree,
                               size_t column, vector values[3][3])
{
    vector parts[6]; /* locator, powers modulo 6 */
    vector sums[3];  /* evaluator, powers modulo 3 */
    for (int j = 0; j < 6; j++) {
        parts[j] = v_zero();
        sums[j % 3] = v_zero();
    }
    for (int32_t i = 0; i <= degree; i += 6) {
#pragma GCC unroll 6
        for (int32_t j = 0; j < 6; j++) {
            const operand powers = v_operand(v_load(dd_rs_powers[i + j] + column));
            parts[j] = v_xor(parts[j], v_times(v_factor(locator[i + j]), powers));
            sums[j % 3] = v_xor(sums[j % 3], v_times(v_factor(evaluator[i + j]), powers));
        }
    }
    const factor root = v_factor(dd_gf_exp[POSITIONS - THIRD]);
    fix_thirds(parts[0], parts[4], parts[2], root, values[0]);
    fix_thirds(parts[3], parts[1], parts[5], root, values[1]);
    fix_thirds(sums[0], sums[1], sums[2], root, values[2]);
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
    roots->count = 0;
    for (uint32_t column = 0; column < THIRD; column += VECTOR_OCTETS) {
        vector values[3][3];
        fix_columns(locator, evaluator, degree, column, values);
        const uint32_t left = THIRD - column;
#pragma GCC unroll 3
        for (uint32_t third = 0; third < 3; third++) {
            v_store(roots->slopes[third] + column, values[1][third]);
            v_store(roots->numerators[third] + column, values[2][third]);
            const uint64_t bits = v_same(values[0][third], values[1][third]);
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
    fix_key key_a = fix_key_start(fix_syndromes(code, a->difference), parity);
    fix_key key_b = fix_key_start(fix_syndromes(code, b->difference), parity);
    for (uint32_t r = 0; r < parity; r++) {
        key_a = fix_key_step(key_a);
        key_b = fix_key_step(key_b);
    }
    a->fault_count = fix_faults(code, keys[0], fix_key_end(key_a, parity, keys[0]), a->faults);
    b->fault_count = fix_faults(code, keys[1], fix_key_end(key_b, parity, keys[1]), b->faults);
}

#endif
