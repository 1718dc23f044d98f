/* Products in the field of the Reed-Solomon codes, octets in the dual basis: as logarithms, as
 * nibble tables for byte shuffles and as bit matrices for gf2p8affineqb. */
#ifndef DD_GF_H
#define DD_GF_H

#include <stdint.h>

#define DD_GF_ONE 0x7B /* alpha^0 in the dual basis */

extern const uint8_t dd_gf_exp[510]; /* beta^i, twice over */
extern const uint8_t dd_gf_log[256]; /* of zero: 0, which means nothing */

/* From the conventional basis to the dual one and back. */
extern const uint8_t dd_gf_to_dual[256];
extern const uint8_t dd_gf_from_dual[256];

/* Row a: the products of a with 0..15, then with 0x00, 0x10 .. 0xF0, as little-endian words. */
extern const uint64_t dd_gf_nibbles[256][4];
/* Row a: the matrix of the product with a. */
extern const uint64_t dd_gf_matrices[256];
/* Row i, octet q: beta^(-iq) for q below 85; the rest is 0. */
extern const uint8_t dd_rs_powers[18][128];
/* The same as low and high nibbles. */
extern const uint8_t dd_rs_power_nibbles[2][18][128];

static inline uint8_t dd_gf_times(uint8_t a, uint8_t b)
{
    return a == 0 || b == 0 ? 0 : dd_gf_exp[dd_gf_log[a] + dd_gf_log[b]];
}

#endif
