/* Frames of fixed length: one frame at a time, for the chain. */
#ifndef DD_FRAME_FIXED_H
#define DD_FRAME_FIXED_H

#include "dd_link.h"

/* Whether a row brings a zone of data. */
int dd_row_has_zone(const dd_format *format, const dd_row *row);
/* Octets of data in a frame secured by an association (none: of the profile's form), < 0: no room.
 */
int64_t dd_zone_octets(const dd_chain *chain, const dd_sa *sa);
/* Header, insert zone (none: zeros), pointer, zone and control word; room for security stays as it
 * is. The zone lies where the fields of the association end. */
void dd_frame_build(dd_chain *chain, const dd_sa *sa, dd_row *row, const uint8_t *insert,
                    const uint8_t *zone, uint8_t *frame);
/* Header check and checksum, last. */
void dd_frame_finish(const dd_chain *chain, uint8_t *frame);
/* Verdict, header and place of what security covers. The header may be repaired in place. */
void dd_frame_parse(const dd_chain *chain, uint8_t *frame, dd_row *row);
/* Pointer and zone of an opened frame. data_offset is from the first octet of the frame. */
void dd_frame_content(const dd_chain *chain, const uint8_t *frame, dd_row *row);

#endif
