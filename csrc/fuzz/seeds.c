/* Writes what the fuzz harnesses begin with: for each a folder of valid inputs, made by the
 * encoders of the core. Usage: seeds FOLDER */
#define _DEFAULT_SOURCE
#include <sys/stat.h>

#include "forms.h"

#define INPUT_MAX 4096u

static const char *home;

/* Write the octets to HOME/HARNESS/NUMBER. */
static void write_seed(const char *harness, const uint8_t *octets, size_t size)
{
    static unsigned number;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", home, harness);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/%s/%05u", home, harness, number++);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK_SAME(fwrite(octets, 1, size, file), size);
    CHECK_SAME(fclose(file), 0);
}

/* Each form, with nothing hurt and with one octet hurt. */
static void receivers(void)
{
    for (unsigned a = 0; a < 256; a += 1) {
        const uint8_t b = (uint8_t)(a * 37u >> 2 ^ a);
        const uint8_t input[] = {(uint8_t)a, b, 0, (uint8_t)(7 * a), (uint8_t)(a | 1)};
        write_seed("fuzz_receive", input, OPTIONS);
        write_seed("fuzz_receive", input, sizeof input);
        write_seed("fuzz_staged", input, sizeof input);
    }
}

/* CADUs of each form without security, a telecommand frame of each option. */
static void frames(void)
{
    static link_end end;
    static uint8_t input[1 + 2 * FORM_CADUS_MAX];
    for (unsigned option = 0; option < 256; option++) {
        dd_format format = plain_format_of((uint8_t)option);
        dd_row rows[2] = {{.channel = 1}, {.channel = 2, .pointer = 5}};
        dd_chain_total total;
        uint8_t zones[2 * 64] = {0};
        input[0] = (uint8_t)option;
        if (dd_layout_of(&format, &end.chain.layout) == DD_OK) {
            start_end(&end, &format, 1);
            end.chain.sequence_size = 0;
            CHECK_SAME(dd_tx_batch(&end.chain, rows, 2, zones, sizeof zones, input + 1,
                                   sizeof input - 1, &total),
                       2);
            write_seed("fuzz_frames", input, 1 + 2 * end.chain.layout.cadu_octets);
        }
        format.profile.frame_octets = 1024;
        const dd_frame head = {.flags = (uint8_t)(option & (DD_BYPASS | DD_CONTROL))};
        const int64_t size = dd_tc_build(&format.profile, &head, zones, 1 + option % 60, input + 1,
                                         sizeof input - 1);
        write_seed("fuzz_frames", input, 1 + (size_t)size);
    }
}

static void units(void)
{
    uint8_t octets[200];
    uint8_t unit[300];
    draw_octets(&(uint64_t){4}, octets, sizeof octets);
    for (size_t size = 1; size < sizeof octets; size += 5) {
        const int64_t made = dd_cltu_encode(octets, size, NULL, 0, unit, sizeof unit);
        write_seed("fuzz_cltu", unit, (size_t)made);
        write_seed("fuzz_cltu", unit + 2, (size_t)made - 2);
    }
}

/* A run of packets of both kinds. */
static size_t packets(uint8_t *out, size_t size, size_t first)
{
    size_t filled = 0;
    for (size_t octets = first; filled + octets + DD_ENCAPSULATION_HEADER_MAX < size; octets += 3) {
        const size_t packet = octets + DD_PACKET_MIN;
        if (octets % 2) {
            dd_packet_header(out + filled, (uint16_t)octets, (uint16_t)octets, (uint32_t)packet);
            filled += packet;
        } else {
            out[filled] = 0xE5; /* encapsulation, one octet of length */
            out[filled + 1] = (uint8_t)octets;
            filled += octets;
        }
    }
    return filled;
}

static void packet_runs(void)
{
    for (size_t first = 2; first < 40; first++) {
        uint8_t input[INPUT_MAX] = {0};
        const size_t filled = packets(input + 2, 300, first);
        write_seed("fuzz_packets", input + 2, filled);
        input[0] = (uint8_t)(first * 64);
        input[1] = (uint8_t)(first * 5);
        write_seed("fuzz_packets", input, 2 + filled);
    }
}

/* Zones of a run of packets, each behind the two octets that fuzz_mpdu.c makes a row of. */
static void packet_zones(void)
{
    for (uint32_t zone = 1; zone < 60; zone++) {
        static uint8_t stream[INPUT_MAX];
        uint8_t input[INPUT_MAX];
        uint16_t pointers[64];
        const uint32_t kinds = DD_PACKETS_SPACE | DD_PACKETS_ENCAPSULATION;
        const size_t filled = packets(stream, 700, 2 + zone % 7);
        const size_t count = filled / zone < 24 ? filled / zone : 24;
        CHECK(dd_mpdu_pointers(stream, filled, kinds, 0, zone, pointers, count) >= 0);
        input[0] = 2; /* kinds - 1 */
        input[1] = (uint8_t)(zone - 1);
        size_t at = 2;
        for (size_t i = 0; i < count; i++) {
            input[at] = pointers[i] < zone ? 0x40 : 0;
            input[at + 1] = (uint8_t)(pointers[i] < zone ? pointers[i] : 1);
            memcpy(input + at + 2, stream + i * zone, zone);
            at += zone + 2;
        }
        write_seed("fuzz_mpdu", input, at);
    }
}

/* Orders of five genuine frames for the harnesses that bring their own. */
static void orders(void)
{
    uint64_t seed = 6;
    for (unsigned i = 0; i < 200; i++) {
        uint8_t input[50];
        draw_octets(&seed, input, sizeof input);
        for (size_t at = 3; at + 4 <= sizeof input; at += 4) {
            input[at] &= 0x3F;
            input[at + 1] |= i % 2 ? 0xFE : 0;
        }
        write_seed("fuzz_sdls", input, sizeof input);
        write_seed("fuzz_uplink", input, sizeof input);
        write_seed("fuzz_farm", input, sizeof input);
        write_seed("fuzz_sync", input, sizeof input);
        write_seed("fuzz_rs", input, 2 + i % 40);
        write_seed("fuzz_fhec", input, 10);
    }
}

/* What fuzz_layout.c reads as a format, for every kind, content, code and security. */
static void layouts(void)
{
    for (unsigned i = 0; i < 256; i++) {
        const uint8_t code = (uint8_t)(i >> 3 & 1);
        const uint8_t secured = i >> 4 & 1;
        const uint8_t input[28] = {0,
                                   0,
                                   0,
                                   0,
                                   0,
                                   0,
                                   0,
                                   (uint8_t)(1u << i % 8),
                                   0,
                                   0,
                                   0,
                                   code ? 223 : (uint8_t)(60 + i / 2),
                                   (uint8_t)(i >> 6),
                                   0x6D,
                                   i & 7,
                                   (uint8_t)(i % 9),
                                   32,
                                   1,
                                   0,
                                   (uint8_t)(i >> 5 & 1),
                                   0,
                                   0,
                                   (uint8_t)(i >> 7),
                                   (uint8_t)(i % 3),
                                   0,
                                   code,
                                   secured ? PLAIN_HEAD : 0,
                                   secured ? PLAIN_TAIL : 0};
        write_seed("fuzz_layout", input, sizeof input);
    }
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 2) {
        fprintf(stderr, "usage: seeds FOLDER\n");
        return 2;
    }
    home = arguments[1];
    receivers();
    frames();
    units();
    packet_runs();
    packet_zones();
    orders();
    layouts();
    return 0;
}
