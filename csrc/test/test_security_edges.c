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
    CHECK_SAME(head_of(DD_AEAD_GCM, 1, 0, 0, 16), 3);
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

/* A frame that ends within the field of the SPI, with it, and behind it. */
static void shortest_frames(void)
{
    dd_sa sa = cmac_association(4);
    dd_secured parts;
    uint8_t frame[FRAME] = {0};
    sa.is_sender = 0;
    CHECK_SAME(dd_sdls_check(&sa, 1, 0, 0, frame, HEADER, HEADER + 1, &parts),
               -DD_BAD_SECURITY_LENGTH);
    CHECK_SAME(dd_sdls_check(&sa, 1, 0, 0, frame, HEADER, HEADER + 2, &parts), -DD_UNKNOWN_SPI);
    dd_store16(frame + HEADER, sa.spi);
    CHECK_SAME(dd_sdls_check(&sa, 1, 0, 0, frame, HEADER, HEADER + 8 + 7, &parts),
               -DD_BAD_SECURITY_LENGTH);
}

/* The code alone, made and checked; the last number that is reserved ends a batch. */
static void codes(void)
{
    static const uint8_t key[16] = {3};
    dd_sa sender = cmac_association(4);
    dd_sa receiver = cmac_association(4);
    dd_secured parts = {.index = 9};
    uint8_t frames[2 * FRAME] = {0};
    receiver.is_sender = 0;
    CHECK_SAME(dd_sa_key(&sender, &plain_aead, key, sizeof key), DD_OK);
    CHECK_SAME(dd_sa_key(&receiver, &plain_aead, key, sizeof key), DD_OK);
    sender.state = receiver.state = DD_SA_STARTED;
    CHECK_SAME(dd_sdls_prepare(&sender, 0, frames, HEADER, FRAME, &parts), DD_OK);
    CHECK_SAME(parts.index, 0);
    sender.number_end = 3;
    CHECK_SAME(dd_sdls_apply(&sender, &plain_aead, 0, frames, FRAME, 2, HEADER, FRAME), 1);
    CHECK_SAME(dd_sdls_apply(&sender, &plain_aead, 0, frames, FRAME, 2, HEADER, FRAME),
               -DD_NUMBERS_USED_UP);
    CHECK_SAME(dd_sdls_check(&receiver, 1, 0, 0, frames, HEADER, FRAME, &parts), DD_OK);
    CHECK_SAME(dd_sdls_open(&receiver, &plain_aead, &parts, frames), DD_OK);
    for (unsigned bit = 0; bit < 64; bit++) {
        uint8_t *tag = frames + FRAME - 8 + bit / 8;
        *tag ^= (uint8_t)(1u << bit % 8);
        CHECK_SAME(dd_sdls_open(&receiver, &plain_aead, &parts, frames), -DD_BAD_TAG);
        *tag ^= (uint8_t)(1u << bit % 8);
    }
}

/* The mask is that of frames with a header of HEADER octets; a shorter header leaves out its end.
 * The octets that a vector leaves out come before those that are carried. */
static void masks_and_vectors(void)
{
    for (uint8_t shift = 0; shift < 3; shift++) {
        dd_sa sa = cmac_association(4);
        dd_secured parts;
        uint8_t frame[FRAME];
        const size_t header = HEADER - shift;
        memset(frame, 0xFF, sizeof frame);
        for (uint8_t i = 0; i < sizeof sa.mask; i++) {
            sa.mask[i] = (uint8_t)(i + 1);
        }
        sa.mask_header = HEADER;
        sa.spi = 0xFFFF;
        sa.number = 0xFFFFFFFE;
        sa.pad_octets = 0;
        CHECK_SAME(dd_sdls_prepare(&sa, 0, frame, header, FRAME, &parts), DD_OK);
        CHECK_SAME(parts.aad_octets, header + 6);
        for (size_t i = 0; i < parts.aad_octets; i++) {
            CHECK_SAME(parts.aad[i], i + 1 + (i < header ? 0u : shift));
        }
    }
    for (uint8_t implicit = 1; implicit < 4; implicit++) {
        static const uint8_t want[] = {0xA0, 0xA1, 0xA2, 0xA3};
        dd_sa sa = cmac_association(0);
        dd_secured parts = {0};
        uint8_t frame[FRAME] = {0};
        sa.kind = DD_AEAD_GCM;
        sa.iv_octets = 8;
        sa.implicit_octets = implicit;
        memcpy(sa.implicit, want, sizeof want);
        sa.number = 0x0102030405060707;
        CHECK_SAME(dd_sdls_prepare(&sa, 0, frame, HEADER, FRAME, &parts), DD_OK);
        CHECK(memcmp(parts.iv, want, implicit) == 0);
        for (uint8_t i = 0; i < 8; i++) {
            CHECK_SAME(parts.iv[implicit + i], i + 1);
        }
    }
}

#define NUMBERS 6000u

/* The window against a list of what was accepted: numbers jump ahead by up to twice the window and
 * come back from anywhere, and nothing beside it in the association moves. */
static void window_is_a_list(uint32_t window)
{
    static uint8_t accepted[NUMBERS];
    uint64_t seed = window;
    dd_sa sa = cmac_association(8);
    memset(accepted, 0, sizeof accepted);
    sa.is_sender = 0;
    sa.window = window;
    for (int round = 0; round < 6000; round++) {
        const uint64_t reach = draw_below(&seed, 8) == 0 ? 2 * window + 2 : 4;
        const uint64_t lowest = sa.number > window + 2 ? sa.number - window - 2 : 0;
        const int is_ahead = draw_below(&seed, 40) == 0;
        const uint64_t number = is_ahead ? sa.number + 1 + draw_below(&seed, (size_t)reach)
                                         : lowest + draw_below(&seed, window + 4u);
        if (number >= NUMBERS) {
            break;
        }
        uint8_t frame[FRAME] = {0xA1, 0xB2};
        dd_secured parts;
        dd_store32(frame + 6, (uint32_t)number);
        const int is_new =
            number > sa.number || (number != 0 && sa.number - number < window && !accepted[number]);
        CHECK_SAME(dd_sdls_check(&sa, 1, 0, 0, frame, 0, FRAME, &parts),
                   is_new ? DD_OK : -DD_REPLAYED);
        if (is_new) {
            dd_sdls_commit(&sa, number);
            accepted[number] = 1;
        }
        CHECK(sa.window == window && sa.spi == 0xA1B2 && sa.ahead_max == 0);
    }
}

int main(void)
{
    static const uint32_t windows[] = {0, 1, 2, 63, 64, 65, 127, 128, 129, 500, 1023, 1024};
    header_octets();
    widths();
    limits();
    shortest_frames();
    codes();
    masks_and_vectors();
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        window_is_a_list(windows[i]);
    }
    return 0;
}
