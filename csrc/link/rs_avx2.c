/* Remainders of the Reed-Solomon codes, 32 codewords abreast. */
#include "vector_avx2.h"

#include "rs_lanes.h"

void dd_rs_remainder_avx2(const dd_rs_code *code, uint8_t *rows, size_t row_count,
                          size_t lane_count)
{
    (void)lane_count;
    rs_remainder_of(code, rows, row_count);
}
