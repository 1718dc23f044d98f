/* Frames of fixed length: one frame at a time, for the chain. */
#ifndef DD_FRAME_FIXED_H
#define DD_FRAME_FIXED_H

#include "dd_link.h"

/* Whether a row brings a zone of data. */
int dd_row_has_zone(const dd_format *format, const dd_row *row);
/* How the frames of a virtual channel are laid out by the association that secures them. */
typedef struct {
    dd_sa *sa; /* none: not secured */
    uint32_t pointer_offset;
    uint32_t zone_octets; /* 0: not laid out yet */
} dd_form;

/* Lay out the frames of an association; without one as the profile has them. Returns whether there
 * is a zone that pointers reach over. */
int dd_form_of(const dd_chain *chain, dd_sa *sa, dd_form *form);
/* Header, insert zone (none: zeros), pointer, zone and control word; room for security stays as it
 * is. */
void dd_frame_build(dd_chain *chain, const dd_form *form, dd_row *row, const uint8_t *insert,
                    const uint8_t *zone, uint8_t *frame);
/* Header check and checksum, last. */
void dd_frame_finish(const dd_chain *chain, uint8_t *frame);
/* Verdict, header and place of what security covers. The header may be repaired in place. */
void dd_frame_parse(const dd_chain *chain, uint8_t *frame, dd_row *row);
/* Pointer and zone of an opened frame. data_offset is from the first octet of the frame. */
void dd_frame_content(const dd_chain *chain, const uint8_t *frame, dd_row *row);

#endif
