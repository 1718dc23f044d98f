/* Modified BCH(63,56) of 231.0-B-4 clause 3: g = x^7+x^6+x^2+1, complemented parity, fill bit 0. */
#include "dd_link.h"
#include "linear_table.h"

/* Remainder of one octet, held in the upper seven bits. */
static const uint8_t bch_table[256] = {
    DD_LINEAR_256(0x8A, 0x9E, 0xB6, 0xE6, 0x46, 0x8C, 0x92, 0xAE)};

static uint8_t remainder_of(const uint8_t *data)
{
    uint8_t r = 0;
    for (int i = 0; i < 7; i++) {
        r = bch_table[r ^ data[i]];
    }
    return r;
}

uint8_t dd_bch_parity(const uint8_t *data)
{
    return remainder_of(data) ^ 0xFE;
}

/* Returns the bits corrected (0 or 1) or a negative number for an undecodable block, which stays
 * as it was. The fill bit is outside the code: as 231.0-B-4 says, a receiver ignores it. */
int32_t dd_bch_repair(uint8_t *block, int32_t correct)
{
    const uint8_t syndrome = (uint8_t)((remainder_of(block) ^ 0xFE ^ block[7]) & 0xFE);
    if (syndrome == 0) {
        return 0;
    }
    if (!correct) {
        return -DD_BAD_LENGTH;
    }
    /* Walk x^0 (last parity bit, bit 62) towards x^62 (first data bit, bit 0). */
    uint8_t power = 0x02;
    for (int bit = 62; bit >= 0; bit--) {
        if (power == syndrome) {
            block[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            return 1;
        }
        power = (uint8_t)((power << 1) ^ (power & 0x80 ? 0x8A : 0));
    }
    return -DD_BAD_LENGTH;
}
