/* Codewords laid in lanes and their parity laid back: interleave 5 by byte permutes. */
#include "rs_gather_gfni.h"

size_t dd_rs_gather_gfni(const uint8_t *frames, size_t stride, size_t frame_count,
                         size_t interleave, size_t row_count, uint8_t *rows, size_t pitch)
{
    return rs_gather_of(frames, stride, frame_count, interleave, row_count, rows, pitch);
}

size_t dd_rs_scatter_gfni(const uint8_t *rows, size_t row_count, size_t interleave, uint8_t *frames,
                          size_t stride, size_t frame_count)
{
    return rs_scatter_of(rows, row_count, interleave, frames, stride, frame_count);
}
