/* AOS frame header error control, 732.0-B-4 4.1.2.6: a shortened Reed-Solomon code (10,6) over
 * GF(16), field x^4+x+1, generator roots alpha^6..alpha^9. Its six data symbols are the nibbles of
 * octets 0, 1 and 5 of the header, its parity those of octets 6 and 7. */
#include "dd_link.h"

#define SYMBOLS 10
#define ORDER 15u
#define FIRST_ROOT 6u

static const uint8_t exp_table[30] = {1, 2, 4, 8, 3, 6, 12, 11, 5, 10, 7, 14, 15, 13, 9,
                                      1, 2, 4, 8, 3, 6, 12, 11, 5, 10, 7, 14, 15, 13, 9};
static const uint8_t log_table[16] = {0, 0, 1, 4, 2, 8, 5, 10, 3, 14, 9, 7, 6, 13, 11, 12};
/* x^4 + 8x^3 + 2x^2 + 8x + 1 */
static const uint8_t generator[4] = {8, 2, 8, 1};

static uint8_t multiply(uint8_t a, uint8_t b)
{
    return a != 0 && b != 0 ? exp_table[log_table[a] + log_table[b]] : 0;
}

static void read_symbols(const uint8_t *header, uint8_t *symbols)
{
    static const uint8_t octets[5] = {0, 1, 5, 6, 7};
    for (size_t i = 0; i < 5; i++) {
        symbols[2 * i] = header[octets[i]] >> 4;
        symbols[2 * i + 1] = header[octets[i]] & 0xF;
    }
}

uint16_t dd_fhec_parity(const uint8_t *header)
{
    uint8_t symbols[SYMBOLS];
    uint8_t rest[4] = {0};
    read_symbols(header, symbols);
    for (size_t i = 0; i < 6; i++) {
        const uint8_t feedback = symbols[i] ^ rest[0];
        for (size_t j = 0; j < 4; j++) {
            rest[j] = (uint8_t)((j < 3 ? rest[j + 1] : 0) ^ multiply(feedback, generator[j]));
        }
    }
    return (uint16_t)(rest[0] << 12 | rest[1] << 8 | rest[2] << 4 | rest[3]);
}

static int syndromes_of(const uint8_t *symbols, uint8_t *syndromes)
{
    uint8_t any = 0;
    for (size_t j = 0; j < 4; j++) {
        uint8_t sum = 0;
        for (size_t i = 0; i < SYMBOLS; i++) {
            sum = multiply(sum, exp_table[FIRST_ROOT + j]) ^ symbols[i];
        }
        syndromes[j] = sum;
        any |= sum;
    }
    return any != 0;
}

static uint8_t divide(uint8_t a, uint8_t b)
{
    return a != 0 ? exp_table[log_table[a] + ORDER - log_table[b]] : 0;
}

/* X^6 of a locator X, by which the first syndrome has its error multiplied. */
static uint8_t sixth(uint8_t x)
{
    return exp_table[log_table[x] * FIRST_ROOT % ORDER];
}

/* With one error at the locator x, what is left of the syndromes s[j+1] + x s[j] is the sequence of
 * the other error alone, whose locator is the quotient of neighbours. Returns whether that is so.
 */
static int solve(uint8_t x, const uint8_t *s, uint8_t *other, uint8_t *value, uint8_t *other_value)
{
    uint8_t t[3];
    for (size_t j = 0; j < 3; j++) {
        t[j] = s[j + 1] ^ multiply(x, s[j]);
    }
    if (t[0] == 0 || t[1] == 0) {
        return 0;
    }
    *other = divide(t[1], t[0]);
    if (multiply(*other, t[1]) != t[2] || log_table[*other] >= SYMBOLS || *other == x) {
        return 0;
    }
    *other_value = divide(t[0], multiply(sixth(*other), *other ^ x));
    *value = divide(s[0] ^ multiply(*other_value, sixth(*other)), sixth(x));
    return 1;
}

int32_t dd_fhec_repair(uint8_t *header)
{
    static const uint8_t octets[5] = {0, 1, 5, 6, 7};
    uint8_t symbols[SYMBOLS];
    uint8_t syndromes[4];
    read_symbols(header, symbols);
    if (!syndromes_of(symbols, syndromes)) {
        return 0;
    }
    for (size_t at = 0; at < SYMBOLS; at++) {
        uint8_t other;
        uint8_t value;
        uint8_t other_value;
        if (solve(exp_table[SYMBOLS - 1 - at], syndromes, &other, &value, &other_value)) {
            symbols[at] ^= value;
            symbols[SYMBOLS - 1 - log_table[other]] ^= other_value;
            for (size_t i = 0; i < 5; i++) {
                header[octets[i]] = (uint8_t)(symbols[2 * i] << 4 | symbols[2 * i + 1]);
            }
            return value != 0 ? 2 : 1;
        }
    }
    return -DD_BAD_HEADER_CHECK;
}
