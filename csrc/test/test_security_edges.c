/* Security header and numbers at their edges, octet by octet as 355.0-B-2 4.1.1 lays them out: SPI,
 * vector or number, padding of zeros; and the limits of an association. */
#include "plain_aead.h"

#define HEADER 5u
#define FRAME 60u

static dd_sa cmac_association(uint8_t number_octets)
{
    dd_sa sa = {.channel_mask = UINT64_MAX,
                .number_end = UINT64_MAX,
                .spi = 0xA1B2,
                .kind = DD_AEAD_CMAC,
                .is_sender = 1,
                .state = DD_SA_STARTED,
                .number_octets = number_octets,
                .pad_octets = 2,
                .mac_octets = 8};
    return sa;
}

static void header_octets(void)
{
    static const uint8_t want[] = {0xA1, 0xB2, 0x01, 0x02, 0x03, 0x04, 0, 0, 0xEE};
    dd_sa sa = cmac_association(4);
    dd_secured parts;
    uint8_t frame[FRAME];
    memset(frame, 0xEE, sizeof frame);
    sa.number = 0x01020303;
    CHECK_SAME(dd_sdls_prepare(&sa, 63, frame, HEADER, FRAME, &parts), DD_OK);
    CHECK(memcmp(frame + HEADER, want, sizeof want) == 0);
    CHECK_SAME(parts.data_offset, HEADER + 8);
    CHECK_SAME(parts.tag_offset, FRAME - 8);
    CHECK_SAME(parts.data_octets, FRAME - 8 - HEADER - 8);
    CHECK_SAME(dd_sdls_prepare(&sa, 64, frame, HEADER, FRAME, &parts), -DD_BAD_ASSOCIATION);
    sa.is_sender = 0;
    sa.number = 0;
    CHECK_SAME(dd_sdls_check(&sa, 1, 0, 63, frame, HEADER, FRAME, &parts), DD_OK);
    CHECK_SAME(parts.number, 0x01020304);
    CHECK_SAME(dd_sdls_check(&sa, 1, 0, 64, frame, HEADER, FRAME, &parts), -DD_BAD_ASSOCIATION);
}

/* The last number of each width, and the one after it. */
static void widths(void)
{
    for (uint8_t octets = 1; octets <= 8; octets++) {
        dd_sa sa = cmac_association(octets);
        dd_secured parts;
        uint8_t frame[FRAME] = {0};
        sa.number = (UINT64_MAX >> (64 - 8 * octets)) - 1 - (octets == 8); /* the end is excluded */
        CHECK_SAME(dd_sdls_prepare(&sa, 0, frame, HEADER, FRAME, &parts), DD_OK);
        CHECK_SAME(dd_sdls_prepare(&sa, 0, frame, HEADER, FRAME, &parts), -DD_NUMBERS_USED_UP);
    }
}

static int32_t head_of(uint8_t kind, uint8_t iv, uint8_t number, uint8_t pad, uint8_t mac)
{
    const dd_sa sa = {.kind = kind,
                      .iv_octets = iv,
                      .number_octets = number,
                      .pad_octets = pad,
                      .mac_octets = mac};
    return dd_sa_head(&sa);
}

static void limits(void)
{
    CHECK_SAME(head_of(DD_AEAD_GCM, 16, 0, 0, 16), 18);
    CHECK_SAME(head_of(DD_AEAD_GCM, 17, 0, 0, 16), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_GCM, 0, 0, 0, 16), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 8, 0, 16), 10);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 9, 0, 16), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 0, 0, 16), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 4, 2, 16), 8);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 4, 3, 16), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 4, 0, 4), 6);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 4, 0, 3), -DD_BAD_SIZE);
    CHECK_SAME(head_of(DD_AEAD_CMAC, 0, 4, 0, 17), -DD_BAD_SIZE);
    dd_sa sa = cmac_association(4);
    sa.window = 1024;
    CHECK_SAME(dd_sa_head(&sa), 8);
    sa.window = 1025;
    CHECK_SAME(dd_sa_head(&sa), -DD_BAD_SIZE);
}

int main(void)
{
    header_octets();
    widths();
    limits();
    return 0;
}
