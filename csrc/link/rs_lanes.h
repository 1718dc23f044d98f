/* Remainders of the Reed-Solomon codes in lanes, for a vector_*.h that is included before.
 *
 * The row of power n holds that coefficient of LANES codewords. They are evaluated at the roots
 * beta^j of the generator, and the remainder is the polynomial that has the same values there. With
 * n = 85 a + 51 b + 15 c modulo 255, which numbers all powers, beta^(jn) is the product of a cube
 * root of one to the power ja, a fifth root to jb and a seventeenth root to jc. So the fifteen rows
 * of each c make a transform of three by five points, and 17 of its values, one of each c, make the
 * value at a root. With 32 roots these are 935 products and the polynomial 1024 more, when a value
 * is not zero; a division takes 3568. Source: I. J. Good, "The interaction algorithm and practical
 * Fourier analysis", J. Royal Stat. Soc. B 20 (1958). */
#ifndef DD_RS_LANES_H
#define DD_RS_LANES_H

#include "kernels.h"
#include "rs_thirds.h"

#define POINTS 15
#define SETS 17
#define BLOCK 4 /* rows of the remainder that are summed at once */

/* Row j: jc modulo 17 for c = 1 .. 16. */
#define TIMES_4(j, c)                                                                              \
    (j) * (c) % SETS, (j) * ((c) + 1) % SETS, (j) * ((c) + 2) % SETS, (j) * ((c) + 3) % SETS
#define TIMES(j) {TIMES_4(j, 1), TIMES_4(j, 5), TIMES_4(j, 9), TIMES_4(j, 13)}
static const uint8_t rs_multiples[SETS][SETS - 1] = {
    TIMES(0), TIMES(1),  TIMES(2),  TIMES(3),  TIMES(4),  TIMES(5),  TIMES(6),  TIMES(7),  TIMES(8),
    TIMES(9), TIMES(10), TIMES(11), TIMES(12), TIMES(13), TIMES(14), TIMES(15), TIMES(16),
};

typedef struct {
    factor third;             /* beta^85 */
    factor fifth[5];          /* [i]: its power i for i = 1, 2, 4; [0]: the sum of 1 and 4 */
    factor seventeenth[SETS]; /* all powers of beta^15 */
} rs_roots;

static inline void rs_roots_of_one(rs_roots *roots)
{
    roots->third = v_factor(dd_gf_exp[85]);
    roots->fifth[0] = v_factor(dd_gf_exp[51] ^ dd_gf_exp[4 * 51]);
    for (size_t i = 1; i < 5; i++) {
        roots->fifth[i] = v_factor(dd_gf_exp[51 * i]);
    }
    for (size_t i = 0; i < SETS; i++) {
        roots->seventeenth[i] = v_factor(dd_gf_exp[15 * i]);
    }
}

/* Values of x[0] .. x[4] at the powers of the fifth root w, with six products: w and w^4 have a sum
 * in the field of four, as have w^2 and w^3, and both sums add up to one. */
static inline void rs_fifths(const vector *x, const rs_roots *roots, uint8_t *values)
{
    const factor *w = roots->fifth;
    const vector a = v_xor(x[1], x[4]);
    const vector b = v_xor(x[2], x[3]);
    const operand a_operand = v_operand(a);
    const operand b_operand = v_operand(b);
    const vector inner = v_times(w[0], v_operand(v_xor(x[3], x[4])));
    const vector outer = v_times(w[0], v_operand(v_xor(a, b)));
    const vector start = v_xor(x[0], inner);
    const vector one =
        v_xor3(v_xor(start, x[3]), v_times(w[1], a_operand), v_times(w[2], b_operand));
    const vector two =
        v_xor3(v_xor(start, x[4]), v_times(w[2], a_operand), v_times(w[4], b_operand));
    v_store(values, v_xor3(x[0], a, b));
    v_store(values + LANES, one);
    v_store(values + 2 * LANES, two);
    v_store(values + 3 * LANES, v_xor3(two, outer, a));
    v_store(values + 4 * LANES, v_xor3(one, outer, b));
}

/* Transform of the fifteen rows of one c. */
static inline void rs_fifteenths(const uint8_t *rows, size_t row_count, size_t c,
                                 const rs_roots *roots, uint8_t *values)
{
    static const uint8_t zeros[LANES] = {0};
    vector x[3][5];
#pragma GCC unroll 5
    for (size_t b = 0; b < 5; b++) {
        vector y[3];
#pragma GCC unroll 3
        for (size_t a = 0; a < 3; a++) {
            size_t power = 15 * c + (85 * a + 51 * b) % 255;
            power -= power < 255 ? 0 : 255;
            y[a] = v_load(power < row_count ? rows + (row_count - 1 - power) * LANES : zeros);
        }
        v_thirds(y[0], y[1], y[2], roots->third, y);
#pragma GCC unroll 3
        for (size_t a = 0; a < 3; a++) {
            x[a][b] = y[a];
        }
    }
#pragma GCC unroll 3
    for (size_t a = 0; a < 3; a++) {
        rs_fifths(x[a], roots, values + 5 * a * LANES);
    }
}

/* Values of the codewords at beta^j and beta^(j + 15), which are made of the same rows. */
static inline void rs_two_syndromes(const uint8_t *values, uint32_t j, const rs_roots *roots,
                                    vector *sums)
{
    const uint8_t *at = values + (j % 3 * 5 + j % 5) * LANES;
    const uint8_t *first = rs_multiples[j % SETS];
    const uint8_t *second = rs_multiples[(j + POINTS) % SETS];
    sums[0] = sums[1] = v_load(at);
#pragma GCC unroll 8
    for (int c = 1; c < SETS; c += 2) {
        const operand odd = v_operand(v_load(at + c * POINTS * LANES));
        const operand even = v_operand(v_load(at + (c + 1) * POINTS * LANES));
        sums[0] = v_xor3(sums[0], v_times(roots->seventeenth[first[c - 1]], odd),
                         v_times(roots->seventeenth[first[c]], even));
        sums[1] = v_xor3(sums[1], v_times(roots->seventeenth[second[c - 1]], odd),
                         v_times(roots->seventeenth[second[c]], even));
    }
}

/* The polynomial of the code's degree that has these values at the roots of the generator. */
static inline void rs_solve(const dd_rs_code *code, const uint8_t *syndromes, uint8_t *parity)
{
    for (uint32_t i = 0; i < code->parity_octets; i += BLOCK) {
        vector sums[BLOCK] = {v_zero(), v_zero(), v_zero(), v_zero()};
        for (uint32_t j = 0; j < code->parity_octets; j += 2) {
            const operand even = v_operand(v_load(syndromes + j * LANES));
            const operand odd = v_operand(v_load(syndromes + (j + 1) * LANES));
#pragma GCC unroll 4
            for (uint32_t k = 0; k < BLOCK; k++) {
                const uint8_t *factors = code->solution[i + k] + j;
                sums[k] = v_xor3(sums[k], v_times(v_factor(factors[0]), even),
                                 v_times(v_factor(factors[1]), odd));
            }
        }
#pragma GCC unroll 4
        for (uint32_t k = 0; k < BLOCK; k++) {
            v_store(parity + (i + k) * LANES, sums[k]);
        }
    }
}

static inline void rs_remainder_of(const dd_rs_code *code, uint8_t *rows, size_t row_count)
{
    _Alignas(64) uint8_t values[SETS * POINTS * LANES];
    _Alignas(64) uint8_t syndromes[DD_RS_PARITY_MAX * LANES];
    const uint32_t first_root = code->forney_power - code->parity_octets;
    rs_roots roots;
    vector any = v_zero();
    rs_roots_of_one(&roots);
    for (size_t c = 0; c < SETS; c++) {
        rs_fifteenths(rows, row_count + code->parity_octets, c, &roots,
                      values + c * POINTS * LANES);
    }
    for (uint32_t i = 0; i < POINTS || i + POINTS < code->parity_octets; i++) {
        vector sums[2];
        rs_two_syndromes(values, first_root + i, &roots, sums);
        v_store(syndromes + i * LANES, sums[0]);
        v_store(syndromes + (i + POINTS) * LANES, sums[1]);
        any = v_or(any, sums[0]);
        any = i + POINTS < code->parity_octets ? v_or(any, sums[1]) : any;
    }
    if (v_same(any, v_zero()) == ~0ull >> (64 - LANES)) {
        memset(rows + row_count * LANES, 0, code->parity_octets * LANES);
    } else {
        rs_solve(code, syndromes, rows + row_count * LANES);
    }
}

#endif
