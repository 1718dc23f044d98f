/* Printed vectors of the link core, so that every CPU is held to them without Python, and so that
 * no constant can change unseen (.ci/mutants.py changes each). "Reviewed": octets derived from the
 * figure or printed in the annex of the book that is named, and published with its clause in a
 * public table of vectors (2026-07-20), independent of this code. */
#include "plain_aead.h"

static void check_hex(const uint8_t *got, size_t got_size, const char *want)
{
    uint8_t octets[256];
    const size_t size = from_hex(want, octets);
    CHECK_SAME(got_size, size);
    CHECK(memcmp(got, octets, size) == 0);
}

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

/* dariol83/ccsds, BchCltuAlgorithmTest; the two codewords are reviewed, 231.0-B-4 3.2. */
static void check_coded_unit(void)
{
    uint8_t frame[64];
    uint8_t unit[80];
    uint8_t block[8];
    const size_t size = from_hex("2062042900C1000102030405060708090A0BAABBCCDDEEFFAABBCCDDEEFF"
                                 "AABBCCDDEEFFAABBCCDDEEFF",
                                 frame);
    const int64_t made = dd_cltu_encode(frame, size, NULL, 0, unit, sizeof unit);
    check_hex(unit, (size_t)made,
              "EB902062042900C10036010203040506077008090A0BAABBCCC4DDEEFFAABBCCDDE6EEFFAABBCCDDEE10"
              "FFAABBCCDDEEFF64C5C5C5C5C5C5C579");
    from_hex("0102030405060770", block);
    CHECK_SAME(dd_bch_parity(block), 0x70);
    memset(block, 0, sizeof block);
    CHECK_SAME(dd_bch_parity(block), 0xFE);
    /* yamcs, CltuGenerator: the last block is filled with 55. */
    CHECK_SAME(dd_cltu_encode(frame, 1, NULL, 0, unit, sizeof unit), 18);
    check_hex(unit + 2, 7, "20555555555555");
}

/* 132.0-B-3, 732.0-B-5 annex D and 732.1-B-3 annex H print the first twenty octets. */
static void check_idle_data(void)
{
    uint32_t state = 0xFFFFFFFF;
    uint8_t out[20];
    dd_idle_fill(&state, out, 7);
    dd_idle_fill(&state, out + 7, 13);
    check_hex(out, sizeof out, "FFFFFFFF6DB6D861451F11F19716723CBE7E00B1");
}

/* libfec 1.0 over octets 00, 01, ...: encode_rs_ccsds, and encode_rs_char with 16 octets of parity
 * behind its tables of the dual basis. */
static void check_parity(void)
{
    static const struct {
        dd_rs rs;
        const char *parity;
    } rows[] = {
        {{32, 1, 0, 0}, "4FFB92DD557EC67F27FB8982CF58F8FD028AD117FCEF6B2793D0418826578651"},
        {{32, 1, 0, 1}, "2FBD4FB4748494B9ACD554627212EEB3EBED41191DE1D36320EA49290B25ABCF"},
        {{16, 1, 0, 0}, "9755133F2714A3FBE0101E8F0E0AC1D2"},
        {{16, 1, 0, 1}, "2AA9A33235AEFE260E3C55BE8F495000"},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        const size_t data = 255u - rows[row].rs.parity_octets;
        uint8_t block[255];
        int16_t corrected;
        for (size_t i = 0; i < data; i++) {
            block[i] = (uint8_t)i;
        }
        CHECK_SAME(dd_rs_encode(&rows[row].rs, block, 255, 255, 1), DD_OK);
        check_hex(block + data, rows[row].rs.parity_octets, rows[row].parity);
        for (size_t i = 0; i < rows[row].rs.parity_octets / 2u; i++) {
            block[15 * i] ^= (uint8_t)(i + 1);
        }
        CHECK_SAME(dd_rs_repair(&rows[row].rs, block, 255, 255, 1, &corrected), 0);
        CHECK_SAME(corrected, rows[row].rs.parity_octets / 2u);
        CHECK(block[15] == 15 && block[0] == 0);
    }
}

/* Reviewed, 732.0-B-5 figures 4-1 and 4-2, 4.1.4.2, 4.1.4.3; the header check by yamcs too. */
static void check_aos(void)
{
    static const uint8_t zone[3] = {0xAA, 0xBB, 0xCC};
    dd_chain chain = {.format = {.profile = {.channel_mask = UINT64_MAX >> 1,
                                             .frame_octets = 8,
                                             .spacecraft = 0x321,
                                             .flags = DD_COUNT_CYCLE},
                                 .content = DD_CONTENT_OCTETS}};
    dd_row row = {.channel = 5, .flags = DD_REPLAY};
    dd_chain_total total;
    uint8_t frame[24];
    CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
    chain.counts[5] = 0x9A0B0C0;
    CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 2, frame, sizeof frame, &total), 1);
    check_hex(frame, 8, "4845A0B0C0F9AABB");
    for (uint8_t content = DD_CONTENT_PACKETS; content <= DD_CONTENT_BITS; content++) {
        chain.format.content = content;
        chain.format.profile.frame_octets = 11;
        CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
        row = (dd_row){.channel = 5, .pointer = content == DD_CONTENT_BITS ? 9 : 2};
        CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 3, frame, sizeof frame, &total), 1);
        check_hex(frame + 6, 5, content == DD_CONTENT_BITS ? "0009AABBCC" : "0002AABBCC");
    }
    /* Insert zone, control word and checksum in their places; channel 63 and no cycle. */
    chain.format.profile.flags = DD_OCF | DD_FECF;
    chain.format.profile.frame_octets = 19;
    chain.format.insert_octets = 2;
    chain.format.content = DD_CONTENT_OCTETS;
    CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
    row = (dd_row){.channel = DD_CHANNEL_IDLE, .ocf = 0x01020304};
    CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 0, frame, sizeof frame, &total), 1);
    check_hex(frame, 17, "487F000000300000FFFFFFFF6D01020304");
    CHECK_SAME(dd_crc16(0xFFFF, frame, 19), 0);
    from_hex("1234000000560000", frame);
    CHECK_SAME(dd_fhec_parity(frame), 0x94DC);
    from_hex("369C000000FA0000", frame);
    CHECK_SAME(dd_fhec_parity(frame), 0x457C);
}

/* Reviewed, 132.0-B-3 figure 4-2; the second has a control word, the third fixed data units. */
static void check_tm(void)
{
    static const uint8_t zone[4] = {1, 2, 3, 4};
    dd_chain chain = {
        .format = {.profile = {.channel_mask = 0xFF, .frame_octets = 10, .spacecraft = 1},
                   .frame_kind = DD_FRAME_TM}};
    dd_row row = {.channel = 2};
    dd_chain_total total;
    uint8_t frame[16];
    CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
    chain.counts[2] = 7;
    chain.master_count = 9;
    CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 4, frame, sizeof frame, &total), 1);
    check_hex(frame, 10, "00140907180001020304");
    chain.format.profile.flags = DD_OCF;
    chain.format.profile.frame_octets = 14;
    chain.format.profile.spacecraft = 0x3FF;
    CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
    row = (dd_row){.channel = 7, .pointer = DD_POINTER_NONE, .ocf = 0xA0B0C0D0};
    CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 4, frame, sizeof frame, &total), 1);
    check_hex(frame, 14, "3FFF00001FFF01020304A0B0C0D0");
    chain.format.content = DD_CONTENT_OCTETS;
    CHECK_SAME(dd_chain_start(&chain, 1), DD_OK);
    CHECK_SAME(dd_tx_batch(&chain, &row, 1, zone, 4, frame, sizeof frame, &total), 1);
    check_hex(frame, 10, "3FFF0000580001020304");
}

/* Reviewed, 232.0-B-4 figures 4-2 and 4-3, 4.1.3.3, 4.1.4.2. */
static void check_tc(void)
{
    dd_profile profile = {.channel_mask = 1u << 5, .frame_octets = 64, .spacecraft = 42};
    uint8_t data[8];
    uint8_t frame[16];
    dd_frame record = {.channel = 5, .count = 77, .flags = DD_BYPASS, .segment = 0xAA};
    dd_farm farm = {.window = 10, .state = DD_FARM_LOCKOUT};
    const size_t size = from_hex("AABBCC", data);
    CHECK_SAME(dd_tc_build(&profile, &record, data, size, frame, sizeof frame), 8);
    check_hex(frame, 8, "202A14074DAABBCC");
    profile.flags = DD_SEGMENT | DD_FECF;
    CHECK_SAME(dd_tc_build(&profile, &record, data, size, frame, sizeof frame), 11);
    check_hex(frame, 9, "202A140A4DAAAABBCC");
    CHECK_SAME(dd_crc16(0xFFFF, frame, 11), 0);
    CHECK_SAME(dd_tc_parse(&profile, frame, 11, &record), 11);
    CHECK_SAME(record.segment, 0xAA);
    from_hex("01020304", data);
    CHECK_SAME(dd_crc16(0xFFFF, data, 4), 0x89C3);
    record = (dd_frame){.flags = DD_BYPASS | DD_CONTROL, .data_octets = 1};
    data[0] = 0;
    CHECK_SAME(dd_farm_take(&farm, &record, data, 1), DD_FARM_CONTROL);
    CHECK_SAME(farm.state, DD_FARM_OPEN);
    record.data_octets = (uint32_t)from_hex("8200DB", data);
    CHECK_SAME(dd_farm_take(&farm, &record, data, 1), DD_FARM_CONTROL);
    CHECK_SAME(farm.report_value, 219);
    record.channel = 5;
    record.count = 0;
    profile.flags = 0;
    CHECK_SAME(dd_tc_build(&profile, &record, data, 3, frame, sizeof frame), 8);
    check_hex(frame, 8, "302A1407008200DB");
}

/* Reviewed, 133.0-B-2 figure 4-2; nasa/HDTN for the other. */
static void check_packets(void)
{
    uint8_t octets[10];
    dd_packet_header(octets, 0x0123, 0xC042, 9);
    check_hex(octets, 6, "0123C0420002");
    CHECK_SAME(dd_packet_idle(5, octets, 8), 8);
    check_hex(octets, 8, "07FFC00500015555");
    from_hex("F20001F4", octets);
    octets[1] = 0;
    CHECK_SAME(dd_packet_octets(octets, 4, DD_PACKETS_ENCAPSULATION), 0x1F4);
    from_hex("E700000000010000", octets);
    CHECK_SAME(dd_packet_octets(octets, 8, DD_PACKETS_ENCAPSULATION), 65536);
    CHECK_SAME(dd_packet_octets(octets, 7, DD_PACKETS_ENCAPSULATION), 0);
    CHECK_SAME(dd_packet_octets(octets, 8, DD_PACKETS_SPACE), -DD_BAD_PACKET_VERSION);
}

/* 355.0-B-2 4.1: SPI, initialisation vector (salt and number), padding, data, code. */
static void check_security(void)
{
    static const uint8_t key[16] = {1};
    dd_sa sa = {.channel_mask = 1,
                .number_end = UINT64_MAX,
                .number = 0x0102030405060707,
                .spi = 0xA1B2,
                .kind = DD_AEAD_GCM,
                .is_sender = 1,
                .iv_octets = 12,
                .pad_octets = 1,
                .mac_octets = 16,
                .salt = {0xC1, 0xC2, 0xC3, 0xC4}};
    dd_secured parts;
    uint8_t frame[64] = {0x20, 0x6D};
    CHECK_SAME(dd_sa_key(&sa, &plain_aead, key, sizeof key), DD_OK);
    sa.state = DD_SA_STARTED;
    memset(sa.mask, 0x0F, sizeof sa.mask);
    CHECK_SAME(dd_sdls_prepare(&sa, 0, frame, 5, 60, &parts), DD_OK);
    check_hex(frame, 20, "206D000000A1B2C1C2C3C4010203040506070800");
    check_hex(parts.aad, parts.aad_octets,
              "000D0000000102010203040102030405060708"
              "00");
    CHECK_SAME(parts.data_offset, 20);
    CHECK_SAME(parts.tag_offset, 44);
    CHECK_SAME(parts.data_octets, 24);
    CHECK_SAME(dd_sdls_prepare(&sa, 1, frame, 5, 60, &parts), -DD_BAD_ASSOCIATION);
}

/* Table 6-1 of 232.1-B-2: what V(R) = 100 with W = 20 says of each number, and in each state. */
static void check_farm(void)
{
    static const int32_t wants[3] = {DD_FARM_ACCEPT, DD_FARM_NO_ROOM, DD_FARM_LOCKED};
    for (int number = 0; number < 256; number++) {
        dd_farm farm = {.window = 20, .report_value = 100};
        const dd_frame frame = {.count = (uint8_t)number};
        const int32_t want = number == 100                   ? DD_FARM_ACCEPT
                             : number > 100 && number <= 109 ? DD_FARM_AHEAD
                             : number >= 90 && number < 100  ? DD_FARM_REPEATED
                                                             : DD_FARM_LOCKED;
        CHECK_SAME(dd_farm_take(&farm, &frame, NULL, 1), want);
        CHECK_SAME(farm.state, want == DD_FARM_LOCKED ? DD_FARM_LOCKOUT : DD_FARM_OPEN);
        CHECK_SAME(farm.retransmit, want == DD_FARM_AHEAD);
        CHECK_SAME(farm.report_value, want == DD_FARM_ACCEPT ? 101 : 100);
    }
    for (uint8_t state = 0; state < 3; state++) {
        dd_farm farm = {.window = 20, .report_value = 100, .state = state, .retransmit = 1};
        dd_frame frame = {.count = 100};
        CHECK_SAME(dd_farm_take(&farm, &frame, NULL, 1), wants[state]);
        frame.flags = DD_BYPASS;
        CHECK_SAME(dd_farm_take(&farm, &frame, NULL, 1), DD_FARM_ACCEPT);
        CHECK_SAME(farm.bypass_count, 1);
        CHECK_SAME(farm.state, state);
    }
}

int main(void)
{
    check_crc();
    check_randomisers();
    check_transmission_unit();
    check_coded_unit();
    check_idle_data();
    check_parity();
    check_aos();
    check_tm();
    check_tc();
    check_packets();
    check_security();
    check_farm();
    return 0;
}
