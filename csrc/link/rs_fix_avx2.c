/* Errors of one codeword by AVX2. */
#include "vector_avx2.h"

#include "rs_fix_lanes.h"

void dd_rs_locate_avx2(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b)
{
    fix_locate(code, a, b);
}
