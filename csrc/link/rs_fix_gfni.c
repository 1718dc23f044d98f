/* Errors of one codeword by GFNI. */
#include "vector_gfni.h"

#include "rs_fix_lanes.h"

int32_t dd_rs_locate_gfni(const dd_rs_code *code, const uint8_t *difference, dd_rs_fault *faults)
{
    return fix_locate(code, difference, faults);
}
