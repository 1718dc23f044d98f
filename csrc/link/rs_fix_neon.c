/* Errors of one codeword by NEON. */
#include "vector_neon.h"

#include "rs_fix_lanes.h"

int32_t dd_rs_locate_neon(const dd_rs_code *code, const uint8_t *difference, dd_rs_fault *faults)
{
    return fix_locate(code, difference, faults);
}
