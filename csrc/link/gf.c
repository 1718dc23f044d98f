/* Tables of the field and the two Reed-Solomon codes. */
#include "gf.h"
#include "kernels.h"
#include "linear_table.h"
#include "rs_tables.h"

const uint8_t dd_gf_exp[510] = {DD_GF_EXP, DD_GF_EXP};
const uint8_t dd_gf_log[256] = {DD_GF_LOG};
const uint8_t dd_gf_to_dual[256] = {DD_LINEAR_256(DD_GF_TO_DUAL)};
const uint8_t dd_gf_from_dual[256] = {DD_LINEAR_256(DD_GF_FROM_DUAL)};
const uint64_t dd_gf_matrices[256] = {DD_LINEAR_256(DD_GF_MATRIX)};
#define WHOLE(octet) (octet)
#define LOW(octet) ((octet) & 15)
#define HIGH(octet) ((octet) >> 4)

const uint8_t dd_rs_powers[18][128] = {DD_RS_POWERS(WHOLE)};
const uint8_t dd_rs_power_nibbles[2][18][128] = {{DD_RS_POWERS(LOW)}, {DD_RS_POWERS(HIGH)}};

#define NIBBLES(i)                                                                                 \
    {DD_LINEAR(i, DD_GF_NIBBLES_0), DD_LINEAR(i, DD_GF_NIBBLES_1), DD_LINEAR(i, DD_GF_NIBBLES_2),  \
     DD_LINEAR(i, DD_GF_NIBBLES_3)}

const uint64_t dd_gf_nibbles[256][4] = {DD_ROWS_256(NIBBLES)};

const dd_rs_code dd_rs_codes[2] = {
    {32, 144, {DD_RS32_SYNDROMES}, {DD_RS32_SOLUTION}},
    {16, 136, {DD_RS16_SYNDROMES}, {DD_RS16_SOLUTION}},
};
