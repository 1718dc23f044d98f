/* Frame parsers over any octets: every verdict is one that has a name, and what a record points at
 * lies within the frame. */
#include "forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

/* All content kinds of AOS and TM; security and codes are in fuzz_receive.c. */
static void parse_fixed(uint8_t option, const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size + 1); /* of the exact size, so that a read beyond is seen */
    dd_chain chain = {.format = plain_format_of(option)};
    dd_row rows[64];
    dd_chain_total total;
    require(octets != NULL);
    memcpy(octets, data, size);
    if (dd_chain_start(&chain, 0) != DD_OK) {
        free(octets);
        return;
    }
    const size_t fits = size / chain.layout.cadu_octets < 64 ? size / chain.layout.cadu_octets : 64;
    const int64_t done = dd_rx_batch(&chain, octets, size, rows, 64, &total);
    require(done == (int64_t)fits);
    for (size_t i = 0; i < fits; i++) {
        const dd_row *row = &rows[i];
        require(row->verdict <= DD_BAD_RESERVED || row->verdict >= DD_REPEATED);
        require(row->data_offset + row->data_octets <= size);
        require(row->verdict != DD_OK || row->data_octets <= chain.format.profile.frame_octets);
    }
    free(octets);
}

static void parse_tc(const dd_profile *profile, const uint8_t *data, size_t size)
{
    uint8_t *octets = malloc(size + 1);
    dd_frame frame;
    require(octets != NULL);
    memcpy(octets, data, size);
    const int64_t length = dd_tc_parse(profile, octets, size, &frame);
    require(length >= 0 && (uint64_t)length <= size);
    require(frame.verdict <= DD_BAD_RESERVED);
    require(frame.data_offset + frame.data_octets <= (uint64_t)length);
    require((length != 0) == (frame.verdict != DD_BAD_LENGTH));
    require(length == 0 || frame.data_octets > 0);
    require(length == 0 || length == ((dd_load16(data + 2) & 0x3FF) + 1));
    free(octets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    dd_profile profile = plain_format_of(data[0]).profile;
    parse_fixed(data[0], data + 1, size - 1);
    profile.frame_octets = 1024;
    parse_tc(&profile, data + 1, size - 1);
    return 0;
}
