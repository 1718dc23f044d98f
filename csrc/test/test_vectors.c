/* Printed vectors of the link core, so that every CPU is held to them without Python. */
#include "check.h"
#include "dd_link.h"

static void check_crc(void)
{
    static const uint8_t zeros[1113];
    static const uint8_t packet[] = {0x06, 0x00, 0x0C, 0xF0, 0x00, 0x04, 0x00, 0x55,
                                     0x88, 0x73, 0xC9, 0x00, 0x00, 0x05, 0x21};
    CHECK_SAME(dd_crc16(0xFFFF, (const uint8_t *)"123456789", 9), 0x29B1);
    CHECK_SAME(dd_crc16(0xFFFF, packet, sizeof packet), 0x75FB);
    CHECK_SAME(dd_crc16(0xFFFF, zeros, 2), 0x1D0F);
    CHECK_SAME(dd_crc16(0xFFFF, zeros, sizeof zeros), 0xF6F5);
}

static void check_randomisers(void)
{
    uint8_t out[8];
    CHECK_SAME(dd_random_sequence(DD_RANDOM_TM131071, out, sizeof out), DD_OK);
    CHECK_SAME(dd_load32(out), 0x1C71B91B);
    CHECK_SAME(dd_load32(out + 4), 0xA9BA8457);
    CHECK_SAME(dd_random_sequence(DD_RANDOM_TM255, out, sizeof out), DD_OK);
    CHECK_SAME(dd_load32(out), 0xFF480EC0);
    CHECK_SAME(dd_load32(out + 4), 0x9A0D70BC);
    CHECK_SAME(dd_random_sequence(DD_RANDOM_TC255, out, sizeof out), DD_OK);
    CHECK_SAME(dd_load32(out), 0xFF399E5A);
    CHECK_SAME(dd_load32(out + 4), 0x68E906F5);
    CHECK_SAME(dd_random_sequence(3, out, sizeof out), -DD_BAD_SIZE);
}

/* A unit keeps its data over every single wrong bit. */
static void check_transmission_unit(void)
{
    uint8_t frame[14];
    uint8_t unit[2 + 16 + 8];
    uint8_t out[32];
    dd_cltu result;
    for (size_t i = 0; i < sizeof frame; i++) {
        frame[i] = (uint8_t)(37 * i + 1);
    }
    CHECK_SAME(dd_cltu_encode(frame, sizeof frame, NULL, 0, unit, sizeof unit), sizeof unit);
    CHECK_SAME(dd_load16(unit), 0xEB90);
    CHECK_SAME(dd_load32(unit + 18), 0xC5C5C5C5);
    CHECK_SAME(dd_load32(unit + 22), 0xC5C5C579);
    for (size_t bit = 0; bit < 128; bit++) {
        unit[2 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        CHECK_SAME(dd_cltu_decode(unit + 2, sizeof unit - 2, 1, out, sizeof out, &result), DD_OK);
        CHECK_SAME(result.data_octets, sizeof frame);
        CHECK_SAME(result.ended, 1);
        CHECK(memcmp(out, frame, sizeof frame) == 0);
        unit[2 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
    }
}

int main(void)
{
    check_crc();
    check_randomisers();
    check_transmission_unit();
    return 0;
}
