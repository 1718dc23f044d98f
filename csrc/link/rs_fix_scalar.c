/* Errors of one codeword for any processor: Berlekamp-Massey, search over all positions, Forney.
 * Sources: J. L. Massey, "Shift-register synthesis and BCH decoding", IEEE Trans. IT-15 (1969); G.
 * D. Forney, "On decoding BCH codes", IEEE Trans. IT-11 (1965). Polynomials are lowest power first,
 * octets in the dual basis. */
#include "gf.h"
#include "kernels.h"

#define T_MAX (DD_RS_PARITY_MAX / 2)
#define POSITIONS 255u

static uint8_t quotient(uint8_t a, uint8_t b)
{
    return a == 0 ? 0 : dd_gf_exp[dd_gf_log[a] + POSITIONS - dd_gf_log[b]];
}

static void compute_syndromes(const dd_rs_code *code, const dd_rs_word *word, uint8_t *syndromes)
{
    const uint32_t parity = code->parity_octets;
    uint8_t difference[DD_RS_PARITY_MAX];
    for (uint32_t i = 0; i < parity; i++) {
        difference[i] = word->difference[(parity - 1 - i) * word->pitch];
    }
    for (uint32_t j = 0; j < parity; j++) {
        uint8_t sum = 0;
        for (uint32_t i = 0; i < parity; i++) {
            sum ^= dd_gf_times(difference[i], code->syndromes[i][j]);
        }
        syndromes[j] = sum;
    }
}

/* Returns the number of errors and their locator, or -1 when there are too many. */
static int32_t find_locator(const uint8_t *syndromes, uint32_t parity, uint8_t *locator)
{
    uint8_t last[DD_RS_PARITY_MAX + 1] = {DD_GF_ONE};
    uint8_t last_discrepancy = DD_GF_ONE;
    uint32_t length = 0;
    uint32_t shift = 1;
    memset(locator, 0, DD_RS_PARITY_MAX + 1);
    locator[0] = DD_GF_ONE;
    for (uint32_t r = 0; r < parity; r++) {
        uint8_t discrepancy = syndromes[r];
        for (uint32_t i = 1; i <= length; i++) {
            discrepancy ^= dd_gf_times(locator[i], syndromes[r - i]);
        }
        if (discrepancy == 0) {
            shift++;
            continue;
        }
        uint8_t before[DD_RS_PARITY_MAX + 1];
        memcpy(before, locator, sizeof before);
        const uint8_t factor = quotient(discrepancy, last_discrepancy);
        for (uint32_t i = shift; i <= parity; i++) {
            locator[i] ^= dd_gf_times(factor, last[i - shift]);
        }
        if (2 * length > r) {
            shift++;
            continue;
        }
        length = r + 1 - length;
        memcpy(last, before, sizeof last);
        last_discrepancy = discrepancy;
        shift = 1;
    }
    return length <= parity / 2 ? (int32_t)length : -1;
}

/* Value of the part of a polynomial with powers first, first + step, .. at beta^-power. */
static uint8_t evaluate(const uint8_t *polynomial, uint32_t size, uint32_t first, uint32_t step,
                        uint32_t power)
{
    uint8_t sum = 0;
    for (uint32_t i = first; i < size; i += step) {
        if (polynomial[i] != 0) {
            sum ^= dd_gf_exp[dd_gf_log[polynomial[i]] + POSITIONS - power * i % POSITIONS];
        }
    }
    return sum;
}

/* Powers of the positions whose locators are roots; from one to the next, term i turns by beta^-i.
 */
static void search(const uint8_t *locator, uint32_t degree, uint8_t *powers, int32_t *found_count)
{
    uint32_t logs[T_MAX + 1];
    uint32_t turns[T_MAX + 1];
    uint32_t term_count = 0;
    for (uint32_t i = 1; i <= degree; i++) {
        if (locator[i] != 0) {
            logs[term_count] = dd_gf_log[locator[i]];
            turns[term_count++] = i;
        }
    }
    for (uint32_t power = 0; power < POSITIONS && *found_count < (int32_t)degree; power++) {
        uint8_t sum = locator[0];
        for (uint32_t k = 0; k < term_count; k++) {
            sum ^= dd_gf_exp[logs[k]];
            logs[k] += logs[k] < turns[k] ? POSITIONS - turns[k] : 0 - turns[k];
        }
        if (sum == 0) {
            powers[(*found_count)++] = (uint8_t)power;
        }
    }
}

static int32_t locate(const dd_rs_code *code, dd_rs_word *word)
{
    uint8_t syndromes[DD_RS_PARITY_MAX];
    uint8_t locator[DD_RS_PARITY_MAX + 1];
    uint8_t evaluator[T_MAX] = {0};
    compute_syndromes(code, word, syndromes);
    const int32_t error_count = find_locator(syndromes, code->parity_octets, locator);
    if (error_count < 0) {
        return -1;
    }
    const uint32_t size = (uint32_t)error_count;
    for (uint32_t i = 0; i < size; i++) {
        for (uint32_t k = 0; k <= i; k++) {
            evaluator[i] ^= dd_gf_times(syndromes[k], locator[i - k]);
        }
    }
    int32_t found_count = 0;
    uint8_t powers[DD_RS_FAULTS_MAX];
    search(locator, size, powers, &found_count);
    for (int32_t k = 0; k < found_count; k++) {
        /* X^(1-b) omega / locator' = X^-b omega / slope, where slope is locator' / X. */
        const uint32_t b = code->forney_power - code->parity_octets;
        const uint8_t slope = evaluate(locator, size + 1, 1, 2, powers[k]);
        const uint8_t value = quotient(evaluate(evaluator, size, 0, 1, powers[k]), slope);
        word->faults[k].power = powers[k];
        word->faults[k].value =
            dd_gf_times(value, dd_gf_exp[POSITIONS - powers[k] * b % POSITIONS]);
    }
    return found_count == error_count ? error_count : -1;
}

void dd_rs_locate_scalar(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b)
{
    a->fault_count = locate(code, a);
    b->fault_count = locate(code, b);
}
