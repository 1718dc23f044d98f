/* What the two halves of the chain share. */
#ifndef DD_CHAIN_H
#define DD_CHAIN_H

#include "frame_fixed.h"

/* Codeblocks worked on at a time: a multiple of the frames that fill the lanes of the vector levels
 * at interleave 5 or 8, nearly one for the 128 lanes of the portable level, and little enough for
 * the second cache. */
#define DD_GROUP 48u

/* Parse, open and count one received frame; data_offset becomes one from `base`. */
void dd_rx_frame(dd_chain *chain, uint8_t *base, size_t at, dd_row *row);
/* Encode, randomise and mark codeblocks whose data lie in `cadus`. */
void dd_tx_blocks(const dd_chain *chain, uint8_t *cadus, size_t count);
/* Derandomise and repair codeblocks; corrected[i] is -1 for those that cannot be. */
void dd_rx_blocks(const dd_chain *chain, uint8_t *cadus, size_t count, int16_t *corrected,
                  dd_chain_total *total);
/* What the rows of a batch are filled with, and how the frames of each virtual channel are laid
 * out.
 */
typedef struct {
    const uint8_t *zone;
    const uint8_t *insert; /* none: zeros */
    size_t insert_step;    /* 0: one insert zone for all rows */
    size_t secured_count;
    dd_form forms[64];
} dd_source;

/* Give the row its count and build its frame; `source` moves on to the next row. */
void dd_tx_next(dd_chain *chain, dd_row *row, dd_source *source, uint8_t *frame);
/* Seal and finish a built frame. */
int32_t dd_tx_seal(dd_chain *chain, const dd_source *source, const dd_row *row, uint8_t *frame);

/* slice.c */
int32_t dd_slices_tx(dd_chain *chain, dd_source *source, dd_row *rows, size_t count, uint8_t *out);
void dd_slices_rx(dd_chain *chain, uint8_t *cadus, size_t cadu_count, dd_row *rows, size_t capacity,
                  dd_chain_total *total);

#endif
