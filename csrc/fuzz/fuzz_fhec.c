/* Header error control and codeblocks of telecommand over any octets: what is repaired is a
 * codeword no further away than the code reaches, what is not stays as it was; and a codeword with
 * as many errors as the code repairs comes back. */
#include "../test/check.h"
#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER 8u
#define SYMBOLS 10u

/* The symbols of four bits that the check covers: octets 0, 1, 5, 6 and 7 (732.0-B-4 4.1.2.6). */
static unsigned symbol_of(const uint8_t *header, size_t which)
{
    static const uint8_t octets[SYMBOLS / 2] = {0, 1, 5, 6, 7};
    const unsigned octet = header[octets[which / 2]];
    return which % 2 ? octet & 0xF : octet >> 4;
}

static size_t symbols_between(const uint8_t *one, const uint8_t *other)
{
    size_t count = 0;
    for (size_t i = 0; i < SYMBOLS; i++) {
        count += symbol_of(one, i) != symbol_of(other, i);
    }
    return count;
}

static void repair_header(const uint8_t *data)
{
    uint8_t header[HEADER];
    memcpy(header, data, HEADER);
    const int32_t repaired = dd_fhec_repair(header);
    CHECK(memcmp(header + 2, data + 2, 3) == 0);
    if (repaired < 0) {
        CHECK_SAME(repaired, -DD_BAD_HEADER_CHECK);
        CHECK(memcmp(header, data, HEADER) == 0);
        return;
    }
    CHECK(repaired <= 2);
    CHECK_SAME(symbols_between(header, data), repaired);
    CHECK_SAME(dd_fhec_parity(header), dd_load16(header + 6));
}

static void hurt_header(const uint8_t *data)
{
    static const uint8_t octets[SYMBOLS / 2] = {0, 1, 5, 6, 7};
    uint8_t made[HEADER];
    uint8_t hurt[HEADER];
    memcpy(made, data, HEADER);
    dd_store16(made + 6, dd_fhec_parity(made));
    memcpy(hurt, made, HEADER);
    for (size_t i = 8; i < 10; i++) {
        const size_t which = data[i] % SYMBOLS;
        hurt[octets[which / 2]] ^= (uint8_t)(which % 2 ? data[i] >> 4 : data[i] & 0xF0);
    }
    const size_t wrong = symbols_between(hurt, made);
    CHECK_SAME(dd_fhec_repair(hurt), wrong);
    CHECK(memcmp(hurt, made, HEADER) == 0);
}

static unsigned bits_between(const uint8_t *one, const uint8_t *other)
{
    unsigned count = 0;
    for (unsigned bit = 0; bit < 63; bit++) { /* the fill bit is outside the code */
        count += ((unsigned)one[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1u;
    }
    return count;
}

static void repair_block(const uint8_t *data, int32_t correct)
{
    uint8_t block[8];
    memcpy(block, data, sizeof block);
    const int32_t repaired = dd_bch_repair(block, correct);
    CHECK(repaired <= correct);
    CHECK((block[7] & 1) == (data[7] & 1));
    CHECK_SAME(bits_between(block, data), repaired < 0 ? 0 : repaired);
    CHECK(((dd_bch_parity(block) ^ block[7]) & 0xFE) == 0 || repaired < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= HEADER + 2) {
        repair_header(data);
        hurt_header(data);
        repair_block(data, 0);
        repair_block(data, 1);
    }
    return 0;
}
