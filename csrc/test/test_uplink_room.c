/* The uplink refuses memory in which one unit might not fit, and takes the least that suffices. */
#include "check.h"
#include "dd_link.h"

#define FRAME 100u
#define UNIT 112u   /* 15 blocks of 7 octets hold the frame; one more shows the tail */
#define RECORDS 19u /* frames of 6 octets in a unit, and one */

int main(void)
{
    static dd_farm farms[64];
    static const uint8_t data[50] = {0};
    uint8_t out[UNIT], sequence[UNIT] = {0};
    dd_uplinked records[RECORDS];
    const dd_profile profile = {.frame_octets = FRAME};
    dd_uplink link = {.profile = &profile, .farms = farms};
    dd_uplinked_total total = {.consumed = 77};
    CHECK_SAME(dd_uplink_take(&link, data, 50, 0, out, UNIT - 1, records, RECORDS, &total),
               -DD_BAD_SIZE);
    CHECK_SAME(dd_uplink_take(&link, data, 50, 0, out, UNIT, records, RECORDS - 1, &total),
               -DD_BAD_SIZE);
    link.sequence = sequence;
    link.sequence_size = UNIT - 1;
    CHECK_SAME(dd_uplink_take(&link, data, 50, 0, out, UNIT, records, RECORDS, &total),
               -DD_BAD_SIZE);
    CHECK_SAME(total.consumed, 77);
    link.sequence_size = UNIT;
    CHECK_SAME(dd_uplink_take(&link, data, 50, 0, out, UNIT, records, RECORDS, &total), DD_OK);
    CHECK_SAME(total.consumed, 49); /* no start; the last octet may be half of one */
    CHECK_SAME(total.unit_count, 0);
    return 0;
}
