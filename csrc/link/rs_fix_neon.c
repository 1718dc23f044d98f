/* Errors of one codeword by NEON. */
#include "vector_neon.h"

#include "rs_fix_lanes.h"

void dd_rs_locate_neon(const dd_rs_code *code, dd_rs_word *a, dd_rs_word *b)
{
    fix_locate(code, a, b);
}
