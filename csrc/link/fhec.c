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

static void flip(uint8_t *symbols, size_t at, uint8_t value)
{
    symbols[at] ^= value;
}

/* Value of an error at symbol `at` that makes the first syndrome `syndrome`. */
static uint8_t value_at(uint8_t syndrome, size_t at)
{
    const uint32_t power = (uint32_t)(SYMBOLS - 1 - at) * FIRST_ROOT % ORDER;
    return syndrome != 0 ? exp_table[log_table[syndrome] + ORDER - power] : 0;
}

static int repair_one(uint8_t *symbols, const uint8_t *syndromes)
{
    uint8_t left[4];
    for (size_t at = 0; at < SYMBOLS; at++) {
        const uint8_t value = value_at(syndromes[0], at);
        flip(symbols, at, value);
        if (!syndromes_of(symbols, left)) {
            return 1;
        }
        flip(symbols, at, value);
    }
    return 0;
}

/* One error is guessed, the other follows: 10 places of 15 values, each checked by four syndromes.
 */
static int repair_two(uint8_t *symbols)
{
    uint8_t left[4];
    for (size_t at = 0; at < SYMBOLS; at++) {
        for (uint8_t value = 1; value < 16; value++) {
            flip(symbols, at, value);
            syndromes_of(symbols, left);
            if (repair_one(symbols, left)) {
                return 1;
            }
            flip(symbols, at, value);
        }
    }
    return 0;
}

int32_t dd_fhec_repair(uint8_t *header)
{
    uint8_t symbols[SYMBOLS];
    uint8_t syndromes[4];
    int32_t count = 0;
    read_symbols(header, symbols);
    if (!syndromes_of(symbols, syndromes)) {
        return 0;
    }
    if (repair_one(symbols, syndromes)) {
        count = 1;
    } else if (repair_two(symbols)) {
        count = 2;
    } else {
        return -DD_BAD_HEADER_CHECK;
    }
    static const uint8_t octets[5] = {0, 1, 5, 6, 7};
    for (size_t i = 0; i < 5; i++) {
        header[octets[i]] = (uint8_t)(symbols[2 * i] << 4 | symbols[2 * i + 1]);
    }
    return count;
}
