/* Errors of one codeword by AVX2. */
#include "vector_avx2.h"

#include "rs_fix_lanes.h"

int32_t dd_rs_locate_avx2(const dd_rs_code *code, const uint8_t *difference, dd_rs_fault *faults)
{
    return fix_locate(code, difference, faults);
}
