/* Reed-Solomon codes of 131.0-B-6 clause 5 over batches of interleaved codeblocks.
 *
 * The codewords of several frames are laid side by side in rows of lanes, one symbol of each in a
 * row; the remainder of all lanes is computed at once and added to the rows of the parity. Where
 * those were zeros they are the parity then. Where they were what came, all are zero when the
 * codeword is clean; else they have the same syndromes and say where the errors are. */
#include "gf.h"
#include "kernels.h"

#define SPILL 8 /* octets that a copy of eight may write past its row */

/* One group of frames that fit in the lanes. */
typedef struct {
    const dd_kernels *kernels;
    const dd_rs *rs;
    const dd_rs_code *code;
    size_t stride;
    size_t frame_count;
    size_t row_count; /* data symbols of a codeword */
    _Alignas(64) uint8_t rows[DD_RS_ROWS_MAX * DD_RS_LANES_MAX + SPILL];
    uint8_t *parity; /* the last of the rows */
} batch;

static size_t block_octets(const dd_rs *rs)
{
    return (255u - rs->fill) * (size_t)rs->interleave;
}

/* Returns whether options and buffer fit; fills in what does not depend on the group. */
static int prepare(batch *b, const dd_kernels *kernels, const dd_rs *rs, size_t size, size_t stride,
                   size_t frame_count)
{
    if ((rs->parity_octets != 32 && rs->parity_octets != 16) || rs->interleave < 1 ||
        rs->interleave > 8 || rs->fill + rs->parity_octets >= 255) {
        return 0;
    }
    const size_t block = block_octets(rs);
    if (stride < block ||
        (frame_count > 0 && (size < block || (size - block) / stride < frame_count - 1))) {
        return 0;
    }
    b->kernels = kernels;
    b->rs = rs;
    b->code = &dd_rs_codes[rs->parity_octets == 16];
    b->stride = stride;
    b->row_count = 255u - rs->fill - rs->parity_octets;
    /* Lanes without a codeword are computed too; their octets must be something. */
    memset(b->rows, 0, (255u - rs->fill) * kernels->rs_lanes);
    b->parity = b->rows + b->row_count * kernels->rs_lanes;
    return 1;
}

static inline void copy8(uint8_t *to, const uint8_t *from)
{
    uint64_t octets;
    memcpy(&octets, from, 8);
    memcpy(to, &octets, 8);
}

/* Distances between rows and between frames on one side of a copy. */
typedef struct {
    size_t row;
    size_t frame;
} pitch;

/* Copies `width` octets of each row and frame, rows in order. Copies of eight octets have a surplus
 * that a later copy overwrites; the last rows and the frames from `wide_count` on go without one.
 */
static inline void copy_width(uint8_t *to, pitch out, const uint8_t *from, pitch in,
                              size_t row_count, size_t frame_count, size_t wide_count, size_t width)
{
    const size_t whole = row_count * width < 8 ? 0 : (row_count * width - 8) / width + 1;
    for (size_t f = 0; f < frame_count; f++) {
        uint8_t *o = to + f * out.frame;
        const uint8_t *i = from + f * in.frame;
        const size_t wide = f < wide_count ? whole : 0;
        size_t r = 0;
        for (; r < wide; r++, o += out.row, i += in.row) {
            copy8(o, i);
        }
        for (; r < row_count; r++, o += out.row, i += in.row) {
            memcpy(o, i, width);
        }
    }
}

/* The width is a constant in each case, so that the copies are single instructions. */
static void copy_rows(uint32_t width, uint8_t *to, pitch out, const uint8_t *from, pitch in,
                      size_t row_count, size_t frame_count, size_t wide_count)
{
    switch (width) {
    case 1:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 1);
        break;
    case 2:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 2);
        break;
    case 3:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 3);
        break;
    case 4:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 4);
        break;
    case 5:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 5);
        break;
    case 6:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 6);
        break;
    case 7:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 7);
        break;
    default:
        copy_width(to, out, from, in, row_count, frame_count, wide_count, 8);
        break;
    }
}

static void map_rows(const batch *b, uint8_t *rows, size_t row_count, const uint8_t *table)
{
    for (size_t i = 0; i < row_count * b->kernels->rs_lanes; i++) {
        rows[i] = table[rows[i]];
    }
}

/* Lays rows `first` .. `end` - 1 of the group's frames, from `frame` on, in rows of lanes. A copy
 * of eight octets must not go into lanes without a codeword: they stay clean. */
static void lay_rows(batch *b, const uint8_t *frames, size_t first, size_t end, size_t frame)
{
    const size_t width = b->rs->interleave;
    const size_t lanes = b->kernels->rs_lanes;
    const size_t lane_count = b->frame_count * width;
    const size_t wide_count = lane_count < 8 ? 0 : (lane_count - 8) / width + 1;
    copy_rows(b->rs->interleave, b->rows + first * lanes + frame * width, (pitch){lanes, width},
              frames + first * width + frame * b->stride, (pitch){width, b->stride}, end - first,
              b->frame_count - frame, wide_count > frame ? wide_count - frame : 0);
}

/* Lays the first symbols of the group's frames in rows of lanes. */
static void gather(batch *b, const uint8_t *frames, size_t row_count)
{
    size_t done = 0;
    size_t rows_done = b->row_count + b->rs->parity_octets - DD_RS_GATHER_SURPLUS;
    rows_done = rows_done < row_count ? rows_done : row_count;
    if (b->kernels->rs_gather != NULL) {
        done = b->kernels->rs_gather(frames, b->stride, b->frame_count, b->rs->interleave,
                                     rows_done, b->rows, b->kernels->rs_lanes);
    }
    if (done > 0) {
        lay_rows(b, frames, rows_done, row_count, 0);
    }
    lay_rows(b, frames, 0, row_count, done);
    if (b->rs->conventional) {
        map_rows(b, b->rows, row_count, dd_gf_to_dual);
    }
}

/* Lays the parity of the group in its frames, given from there on. */
static void scatter(const batch *b, uint8_t *frames)
{
    const size_t width = b->rs->interleave;
    const size_t row_count = b->rs->parity_octets;
    size_t done = 0;
    if (b->kernels->rs_scatter != NULL) {
        done =
            b->kernels->rs_scatter(b->parity, row_count, width, frames, b->stride, b->frame_count);
    }
    copy_rows(b->rs->interleave, frames + done * b->stride, (pitch){width, b->stride},
              b->parity + done * width, (pitch){b->kernels->rs_lanes, width}, row_count,
              b->frame_count - done, b->frame_count - done);
}

/* Leaves remainder + received parity in b->parity and ors its rows into `any`. */
static void compute_difference(batch *b, const uint8_t *frames, uint8_t *any)
{
    typedef uint64_t part __attribute__((vector_size(16)));
    const size_t lanes = b->kernels->rs_lanes;
    gather(b, frames, b->row_count + b->rs->parity_octets);
    b->kernels->rs_remainder(b->code, b->rows, b->row_count, b->frame_count * b->rs->interleave);
    for (size_t lane = 0; lane < lanes; lane += sizeof(part)) {
        part sum = {0};
        for (size_t r = 0; r < b->rs->parity_octets; r++) {
            part row;
            memcpy(&row, b->parity + r * lanes + lane, sizeof row);
            sum |= row;
        }
        memcpy(any + lane, &sum, sizeof sum);
    }
}

/* Finds the errors of all codewords of a frame; returns their number, or -1 when one cannot be
 * repaired. */
static int32_t locate_frame(const batch *b, size_t first_lane, const uint8_t *any,
                            dd_rs_word *words)
{
    static const uint8_t no_difference[DD_RS_PARITY_MAX] = {0};
    const size_t width = b->rs->interleave;
    dd_rs_word *pending[2];
    size_t pending_count = 0;
    int32_t total = 0;
    for (size_t i = 0; i < width; i++) {
        words[i].fault_count = 0;
        if (any[first_lane + i] != 0) {
            words[i].difference = b->parity + first_lane + i;
            words[i].pitch = b->kernels->rs_lanes;
            pending[pending_count++] = &words[i];
        }
        if (pending_count == 1 && i + 1 == width) {
            /* The odd one goes with a codeword without errors. */
            words[width].difference = no_difference;
            words[width].pitch = 1;
            pending[pending_count++] = &words[width];
        }
        if (pending_count == 2) {
            b->kernels->rs_locate(b->code, pending[0], pending[1]);
            if (pending[0]->fault_count < 0 || pending[1]->fault_count < 0) {
                return -1;
            }
            total += pending[0]->fault_count + pending[1]->fault_count;
            pending_count = 0;
        }
    }
    return total;
}

/* Repairs one frame of the group when all its codewords can be; returns the symbols or -1. */
static int16_t repair_frame(const batch *b, uint8_t *frame, size_t first_lane, const uint8_t *any)
{
    const size_t width = b->rs->interleave;
    const uint32_t first_power = 254u - b->rs->fill;
    dd_rs_word words[8 + 1];
    const int32_t total = locate_frame(b, first_lane, any, words);
    if (total <= 0) {
        return (int16_t)total;
    }
    for (size_t i = 0; i < width; i++) {
        for (int32_t k = 0; k < words[i].fault_count; k++) {
            if (words[i].faults[k].power > first_power) {
                return -1; /* in the virtual fill, which was not sent */
            }
        }
    }
    for (size_t i = 0; i < width; i++) {
        for (int32_t k = 0; k < words[i].fault_count; k++) {
            const dd_rs_fault fault = words[i].faults[k];
            frame[(first_power - fault.power) * width + i] ^=
                b->rs->conventional ? dd_gf_from_dual[fault.value] : fault.value;
        }
    }
    return (int16_t)total;
}

/* Frames of the next group, which begins at frame `first`. */
static size_t group_count(const batch *b, size_t first, size_t frame_count)
{
    const size_t most = b->kernels->rs_lanes / b->rs->interleave;
    return frame_count - first < most ? frame_count - first : most;
}

int32_t dd_rs_encode_with(const dd_kernels *kernels, const dd_rs *rs, uint8_t *frames, size_t size,
                          size_t stride, size_t frame_count)
{
    batch b;
    if (!prepare(&b, kernels, rs, size, stride, frame_count)) {
        return -DD_BAD_SIZE;
    }
    const size_t width = rs->interleave;
    for (size_t first = 0; first < frame_count; first += b.frame_count) {
        b.frame_count = group_count(&b, first, frame_count);
        uint8_t *at = frames + first * stride;
        gather(&b, at, b.row_count);
        memset(b.parity, 0, rs->parity_octets * kernels->rs_lanes);
        kernels->rs_remainder(b.code, b.rows, b.row_count, b.frame_count * width);
        if (rs->conventional) {
            map_rows(&b, b.parity, rs->parity_octets, dd_gf_from_dual);
        }
        scatter(&b, at + b.row_count * width);
    }
    return DD_OK;
}

int32_t dd_rs_check_with(const dd_kernels *kernels, const dd_rs *rs, const uint8_t *frames,
                         size_t size, size_t stride, size_t frame_count, uint8_t *faulty)
{
    batch b;
    if (!prepare(&b, kernels, rs, size, stride, frame_count)) {
        return -DD_BAD_SIZE;
    }
    int32_t faulty_count = 0;
    for (size_t first = 0; first < frame_count; first += b.frame_count) {
        uint8_t any[DD_RS_LANES_MAX];
        b.frame_count = group_count(&b, first, frame_count);
        compute_difference(&b, frames + first * stride, any);
        for (size_t f = 0; f < b.frame_count; f++) {
            uint32_t bits = 0;
            for (size_t i = 0; i < rs->interleave; i++) {
                bits |= (any[f * rs->interleave + i] != 0 ? 1u : 0u) << i;
            }
            faulty[first + f] = (uint8_t)bits;
            faulty_count += bits != 0;
        }
    }
    return faulty_count;
}

int32_t dd_rs_repair_with(const dd_kernels *kernels, const dd_rs *rs, uint8_t *frames, size_t size,
                          size_t stride, size_t frame_count, int16_t *corrected)
{
    batch b;
    if (!prepare(&b, kernels, rs, size, stride, frame_count)) {
        return -DD_BAD_SIZE;
    }
    int32_t lost_count = 0;
    for (size_t first = 0; first < frame_count; first += b.frame_count) {
        uint8_t any[DD_RS_LANES_MAX];
        b.frame_count = group_count(&b, first, frame_count);
        compute_difference(&b, frames + first * stride, any);
        for (size_t f = 0; f < b.frame_count; f++) {
            corrected[first + f] =
                repair_frame(&b, frames + (first + f) * stride, f * rs->interleave, any);
            lost_count += corrected[first + f] < 0;
        }
    }
    return lost_count;
}

int32_t dd_rs_encode(const dd_rs *rs, uint8_t *frames, size_t size, size_t stride,
                     size_t frame_count)
{
    return dd_rs_encode_with(dd_kernels_now(), rs, frames, size, stride, frame_count);
}

int32_t dd_rs_check(const dd_rs *rs, const uint8_t *frames, size_t size, size_t stride,
                    size_t frame_count, uint8_t *faulty)
{
    return dd_rs_check_with(dd_kernels_now(), rs, frames, size, stride, frame_count, faulty);
}

int32_t dd_rs_repair(const dd_rs *rs, uint8_t *frames, size_t size, size_t stride,
                     size_t frame_count, int16_t *corrected)
{
    return dd_rs_repair_with(dd_kernels_now(), rs, frames, size, stride, frame_count, corrected);
}
