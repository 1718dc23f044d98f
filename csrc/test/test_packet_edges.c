/* Packets in zones at the edges of their fields: the idle process and protocol, and counts where
 * they wrap (133.0-B-2 4.1.3.3.4 and 4.1.3.4.3, 133.1-B-3 4.1.2.3). */
#include "check.h"
#include "dd_link.h"

#define PARTS 16u

static uint16_t expected[DD_SEQUENCES];

static dd_part only_part(const uint8_t *packet, uint32_t octets)
{
    dd_mpdu mpdu = {.packet_max = 100, .kinds = DD_PACKETS_SPACE | DD_PACKETS_ENCAPSULATION};
    const dd_row row = {.data_octets = octets};
    dd_part parts[PARTS] = {0};
    size_t done;
    CHECK_SAME(dd_mpdu_unpack(&mpdu, 0, packet, &row, 1, parts, PARTS, &done), 1);
    CHECK_SAME(done, 1);
    CHECK_SAME(parts[0].packet_octets, octets);
    return parts[0];
}

static dd_part space_packet(uint16_t identification, uint16_t sequence)
{
    uint8_t packet[9] = {0};
    dd_packet_header(packet, identification, sequence, sizeof packet);
    return only_part(packet, sizeof packet);
}

/* 133.0-B-2 4.1.3.3.4: the octets of an idle packet. */
static void idle_packets(void)
{
    static const uint8_t want[][8] = {{0x07, 0xFF, 0xC0, 0x00, 0, 1, 0x55, 0x55},
                                      {0x07, 0xFF, 0xFF, 0xFF, 0, 1, 0x55, 0x55}};
    uint8_t made[8];
    CHECK_SAME(dd_packet_idle(0, made, 8), 8);
    CHECK(memcmp(made, want[0], 8) == 0);
    CHECK_SAME(dd_packet_idle(0x3FFF, made, 8), 8);
    CHECK(memcmp(made, want[1], 8) == 0);
    CHECK_SAME(space_packet(0x1A05, 0xC123).identification, 0x1A05);
    CHECK_SAME(space_packet(0x1A05, 0xC123).sequence, 0xC123);
    CHECK_SAME(only_part((const uint8_t[]){0xE5, 3, 0}, 3).identification, 0xE503);
}

static void idle_processes(void)
{
    const uint8_t whole = DD_PART_FIRST | DD_PART_LAST;
    CHECK_SAME(space_packet(0x07FF, 0).flags, whole | DD_PART_IDLE);
    CHECK_SAME(space_packet(0x1FFF, 0).flags, whole | DD_PART_IDLE); /* of any type */
    for (unsigned bit = 0; bit < 11; bit++) {
        CHECK_SAME(space_packet((uint16_t)(0x07FF ^ 1u << bit), 0).flags, whole);
    }
}

static void idle_protocols(void)
{
    const uint8_t whole = DD_PART_FIRST | DD_PART_LAST | DD_PART_ENCAPSULATION;
    for (uint8_t protocol = 0; protocol < 8; protocol++) {
        const uint8_t packet[3] = {(uint8_t)(0xE1 | protocol << 2), 3, 0};
        CHECK_SAME(only_part(packet, 3).flags, whole | (protocol == 0 ? DD_PART_IDLE : 0));
    }
    const uint8_t idle = 0xE0;
    CHECK_SAME(only_part(&idle, 1).flags, whole | DD_PART_IDLE);
}

/* Packets of a process that are missing where `expected` was the next count. */
static uint32_t missing(uint16_t identification, uint16_t next, uint16_t sequence)
{
    dd_part part = space_packet(identification, sequence);
    expected[identification & 0x7FF] = next;
    CHECK_SAME(dd_sequence_gaps(expected, &part, 1), part.gap);
    CHECK_SAME(expected[identification & 0x7FF], ((sequence & 0x3FFFu) + 1) & 0x3FFF);
    return part.gap;
}

static void counts(void)
{
    CHECK_SAME(missing(5, DD_SEQUENCE_ANY, 0xC007), 0);
    CHECK_SAME(missing(5, 0x3FFF, 0xFFFF), 0);
    CHECK_SAME(missing(5, 0, 0xFFFF), 0x3FFF);
    CHECK_SAME(missing(5, 0x3FFF, 0xC000), 1);
    for (unsigned bit = 0; bit < 14; bit++) {
        CHECK_SAME(missing(0x7FE, 0, (uint16_t)(0xC000 | 1u << bit)), 1u << bit);
        CHECK_SAME(missing(0x1805, (uint16_t)(1u << bit), 0xC000), 0x4000 - (1u << bit));
    }
    for (unsigned bit = 0; bit < 11; bit++) { /* each process has its own count */
        memset(expected, 0xFF, sizeof expected);
        CHECK_SAME(missing((uint16_t)(1u << bit), 3, 0xC003), 0);
        for (size_t apid = 0; apid < DD_SEQUENCES; apid++) {
            CHECK(apid == 1u << bit || expected[apid] == DD_SEQUENCE_ANY);
        }
    }
}

/* Lengths of both kinds where they change: 16 bits and seven of a space packet, one octet, two and
 * four of an encapsulation packet. */
static void lengths(void)
{
    for (uint32_t kinds = 0; kinds < 4; kinds++) {
        CHECK_SAME(dd_packet_octets((const uint8_t[]){0xE0}, 0, kinds), 0);
    }
    for (uint32_t octets = DD_PACKET_MIN; octets <= DD_PACKET_MAX; octets += 1 + octets / 200) {
        uint8_t header[6];
        dd_packet_header(header, 3, 0xC000, octets);
        CHECK_SAME(dd_packet_octets(header, sizeof header, DD_PACKETS_SPACE), octets);
        CHECK_SAME(header[4] << 8 | header[5], octets - 7);
    }
    for (unsigned bit = 2; bit < 8; bit++) {
        const uint8_t header[2] = {0xE5, (uint8_t)(1u << bit)};
        CHECK_SAME(dd_packet_octets(header, 2, DD_PACKETS_ENCAPSULATION), 1u << bit);
    }
    for (unsigned bit = 2; bit < 16; bit++) {
        uint8_t header[4] = {0xE6};
        dd_store16(header + 2, 1u << bit);
        CHECK_SAME(dd_packet_octets(header, 4, DD_PACKETS_ENCAPSULATION), 1u << bit);
    }
    for (unsigned bit = 3; bit < 32; bit++) {
        uint8_t header[8] = {0xE7};
        dd_store32(header + 4, 1u << bit);
        CHECK_SAME(dd_packet_octets(header, 8, DD_PACKETS_ENCAPSULATION), 1u << bit);
    }
}

int main(void)
{
    idle_packets();
    idle_processes();
    idle_protocols();
    counts();
    lengths();
    return 0;
}
