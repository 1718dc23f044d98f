/* The numbers that leave the core, in records, recordings, JSON lines and telemetry: once given,
 * they stay. Sizes of records are those of the numpy types that read them. */
#include "check.h"
#include "dd_link.h"

#define DD_NAME(number) #number, (uint64_t)(number)

static const struct {
    const char *name;
    uint64_t number;
    uint64_t want;
} numbers[] = {
    {DD_NAME(DD_MARKER_MAX), 8},
    {DD_NAME(DD_POINTER_NONE), 2047},
    {DD_NAME(DD_POINTER_IDLE), 2046},
    {DD_NAME(DD_CHANNEL_IDLE), 63},
    {DD_NAME(DD_OCF), 1},
    {DD_NAME(DD_FECF), 2},
    {DD_NAME(DD_COUNT_CYCLE), 4},
    {DD_NAME(DD_SEGMENT), 8},
    {DD_NAME(DD_REPLAY), 1},
    {DD_NAME(DD_BYPASS), 2},
    {DD_NAME(DD_CONTROL), 4},
    {DD_NAME(DD_OK), 0},
    {DD_NAME(DD_BAD_SIZE), 1},
    {DD_NAME(DD_BAD_FECF), 2},
    {DD_NAME(DD_BAD_VERSION), 3},
    {DD_NAME(DD_BAD_SPACECRAFT), 4},
    {DD_NAME(DD_BAD_CHANNEL), 5},
    {DD_NAME(DD_BAD_LENGTH), 6},
    {DD_NAME(DD_BAD_POINTER), 7},
    {DD_NAME(DD_BAD_SIGNALLING), 8},
    {DD_NAME(DD_BAD_RESERVED), 9},
    {DD_NAME(DD_BAD_PACKET_VERSION), 10},
    {DD_NAME(DD_BAD_PACKET_LENGTH), 11},
    {DD_NAME(DD_BAD_JOIN), 101},
    {DD_NAME(DD_PACKET_INCOMPLETE), 102},
    {DD_NAME(DD_RANDOM_TM131071), 0},
    {DD_NAME(DD_RANDOM_TM255), 1},
    {DD_NAME(DD_RANDOM_TC255), 2},
    {DD_NAME(DD_BAD_SECURITY_LENGTH), 20},
    {DD_NAME(DD_BAD_ASSOCIATION), 21},
    {DD_NAME(DD_BAD_IV), 22},
    {DD_NAME(DD_BAD_NUMBER), 23},
    {DD_NAME(DD_REPLAYED), 24},
    {DD_NAME(DD_BAD_TAG), 25},
    {DD_NAME(DD_NUMBERS_USED_UP), 26},
    {DD_NAME(DD_BAD_AEAD), 27},
    {DD_NAME(DD_UNKNOWN_SPI), 28},
    {DD_NAME(DD_CLEAR_CONTROL), 29},
    {DD_NAME(DD_AEAD_GCM), 1},
    {DD_NAME(DD_AEAD_CMAC), 2},
    {DD_NAME(DD_SA_UNKEYED), 0},
    {DD_NAME(DD_SA_KEYED), 1},
    {DD_NAME(DD_SA_STARTED), 2},
    {DD_NAME(DD_SA_STOPPED), 3},
    {DD_NAME(DD_SA_EXPIRED), 4},
    {DD_NAME(DD_AAD_MAX), 128},
    {DD_NAME(DD_WINDOW_MAX), 1024},
    {DD_NAME(DD_FARM_OPEN), 0},
    {DD_NAME(DD_FARM_WAIT), 1},
    {DD_NAME(DD_FARM_LOCKOUT), 2},
    {DD_NAME(DD_FARM_ACCEPT), 0},
    {DD_NAME(DD_FARM_CONTROL), 1},
    {DD_NAME(DD_BAD_CONTROL), 30},
    {DD_NAME(DD_FARM_AHEAD), 31},
    {DD_NAME(DD_FARM_REPEATED), 32},
    {DD_NAME(DD_FARM_LOCKED), 33},
    {DD_NAME(DD_FARM_NO_ROOM), 34},
    {DD_NAME(DD_BAD_SEQUENCED), 35},
    {DD_NAME(DD_UNIT_EMPTY), 40},
    {DD_NAME(DD_UNIT_LONG), 41},
    {DD_NAME(DD_STAGED), 42},
    {DD_NAME(DD_FRAME_AOS), 0},
    {DD_NAME(DD_FRAME_TM), 1},
    {DD_NAME(DD_CONTENT_PACKETS), 0},
    {DD_NAME(DD_CONTENT_BITS), 1},
    {DD_NAME(DD_CONTENT_OCTETS), 2},
    {DD_NAME(DD_CODE_NONE), 0},
    {DD_NAME(DD_CODE_RS), 1},
    {DD_NAME(DD_CODE_SLICES), 2},
    {DD_NAME(DD_BITS_ALL), 0x3FFF},
    {DD_NAME(DD_BITS_IDLE), 0x3FFE},
    {DD_NAME(DD_UNREPAIRABLE), 50},
    {DD_NAME(DD_REPEATED), 51},
    {DD_NAME(DD_BAD_HEADER_CHECK), 52},
    {DD_NAME(DD_BAD_SECONDARY), 53},
    {DD_NAME(DD_RESTARTED), 16},
    {DD_NAME(DD_IDLE_ROW), 32},
    {DD_NAME(DD_MISMARKED), 64},
    {DD_NAME(DD_COUNT_ANY), 0xFFFFFFFF},
    {DD_NAME(DD_PACKET_HEADER), 6},
    {DD_NAME(DD_PACKET_MIN), 7},
    {DD_NAME(DD_PACKET_MAX), 65542},
    {DD_NAME(DD_ENCAPSULATION_HEADER_MAX), 8},
    {DD_NAME(DD_PACKETS_SPACE), 1},
    {DD_NAME(DD_PACKETS_ENCAPSULATION), 2},
    {DD_NAME(DD_PART_FIRST), 1},
    {DD_NAME(DD_PART_LAST), 2},
    {DD_NAME(DD_PART_IDLE), 4},
    {DD_NAME(DD_PART_ENCAPSULATION), 8},
    {DD_NAME(DD_SEQUENCES), 2048},
    {DD_NAME(DD_SEQUENCE_ANY), 0xFFFF},
};

int main(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (numbers[i].number != numbers[i].want) {
            fprintf(stderr, "%s must be %llu\n", numbers[i].name,
                    (unsigned long long)numbers[i].want);
            return 1;
        }
    }
    CHECK_SAME(sizeof(dd_row), 32);
    CHECK_SAME(sizeof(dd_part), 24);
    CHECK_SAME(sizeof(dd_frame), 24);
    CHECK_SAME(sizeof(dd_profile), 24);
    CHECK_SAME(sizeof(dd_mpdu), 24);
    CHECK_SAME(sizeof(((dd_sa *)0)->context), 64);
    CHECK_SAME(sizeof(((dd_sa *)0)->salt), 8);
    CHECK_SAME(sizeof(((dd_sa *)0)->implicit), 16);
    CHECK_SAME(sizeof(((dd_sa *)0)->seen), DD_WINDOW_MAX / 8);
    CHECK_SAME(sizeof(((dd_sa *)0)->mask), DD_AAD_MAX);
    CHECK_SAME(sizeof(((dd_secured *)0)->aad), DD_AAD_MAX);
    CHECK_SAME(sizeof(((dd_secured *)0)->iv), 16);
    CHECK_SAME(sizeof(((dd_chain *)0)->counts), 256);
    CHECK_SAME(sizeof(((dd_profile *)0)->marker), DD_MARKER_MAX);
    CHECK_SAME(sizeof(((dd_sync *)0)->marker), DD_MARKER_MAX);
    CHECK_SAME(sizeof(((dd_mpdu *)0)->header), DD_ENCAPSULATION_HEADER_MAX);
    return 0;
}
