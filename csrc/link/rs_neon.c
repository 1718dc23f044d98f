/* Remainders of the Reed-Solomon codes, 16 codewords abreast. */
#include "vector_neon.h"

#include "rs_lanes.h"

void dd_rs_remainder_neon(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                          size_t lane_count)
{
    (void)lane_count;
    rs_remainder_of(code, rows, row_count);
}
