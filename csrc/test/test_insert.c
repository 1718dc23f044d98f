/* Insert zones and several associations in one chain, at every level of instructions; the codeblock
 * with an insert zone is that of the plain reference (tests/reference/link/cadus.py). */
#include "link_pair.h"

#define CADU 259u
#define INSERT 5u

static const char *const sent =
    "1ACFFC1D7530AB2FFFFA4FB6B5BE5350BAD054422C4D3490559025DCC4946791C3C55E8B8674C5B2E19A25C04FEF"
    "5F2073AECA01345A66E1FD9D6CCC443D3803004992F669808F2F4458950CBDFF1AADD148AB0F8FF4BC30EEC25F4F"
    "F7DC8BD54C78C2BB360B0CCA7EA84F65AEF6F26D6ECC7AC0261A987A85BC859E8075332A451F9943BED93A46C6D5"
    "9D272273397934EEE921DC218B96123734FB6968F3286CA559190503BB0E1023BEA05159432AFC9D200915B3993E"
    "28138A022A45C0F1F2BED36E16607E2FFBFC9BD5571F3B3F431B4E5CC4EE8F0A74CE415BA2A8FF212AD95EE48A97"
    "B8F342270F39E3D3698364E86ECA0B20D2566CE7B453A82B9017C67C81";

static link_end sender, receiver;
static uint8_t cadus[3 * CADU];
static uint8_t zones[3 * 223];
static dd_row rows[3];
static dd_chain_total total;

static dd_format clear_format(void)
{
    dd_format format = full_format();
    format.profile.flags = DD_FECF | DD_COUNT_CYCLE;
    format.profile.spacecraft = 0xA5;
    format.insert_octets = INSERT;
    format.security_head = format.security_tail = 0;
    return format;
}

static void zone_is_where_the_reference_has_it(void)
{
    static const uint8_t insert[INSERT] = {1, 2, 3, 4, 5};
    const dd_format format = clear_format();
    uint8_t want[CADU];
    CHECK_SAME(from_hex(sent, want), CADU);
    start_end(&sender, &format, 1);
    start_end(&receiver, &format, 0);
    for (size_t i = 0; i < sizeof zones; i++) {
        zones[i] = (uint8_t)i;
    }
    sender.chain.inserts = insert;
    sender.chain.inserts_size = INSERT;
    sender.chain.counts[1] = 0x123456;
    rows[0] = (dd_row){.channel = 1};
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total), 1);
    CHECK(memcmp(cadus, want, CADU) == 0);
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, CADU, rows, 1, &total), 1);
    CHECK_SAME(rows[0].verdict, DD_OK);
    CHECK_SAME(rows[0].lead_octets, 8 + INSERT);
    CHECK(memcmp(cadus + rows[0].data_offset - INSERT, insert, INSERT) == 0);
}

/* Channels 0 and 1 are secured by associations of fields of several lengths, channel 2 by none. */
static void associations_are_those_of_the_channels(void)
{
    static const uint8_t key[32] = {7};
    dd_format format = clear_format();
    format.security_head = 6;
    format.security_tail = 8;
    static dd_sa ends[2][2];
    for (uint8_t is_sender = 0; is_sender < 2; is_sender++) {
        for (uint8_t i = 0; i < 2; i++) {
            dd_sa *sa = &ends[is_sender][i];
            plain_association(sa, &format, is_sender);
            sa->spi = (uint16_t)(100 + i);
            sa->channel_mask = (uint64_t)1 << i;
            sa->iv_octets = i == 0 ? 4 : 12;
            sa->mac_octets = i == 0 ? 8 : 16;
            CHECK_SAME(dd_sa_key(sa, &plain_aead, key, sizeof key), DD_OK);
            sa->state = DD_SA_STARTED;
        }
        link_end *end = is_sender ? &sender : &receiver;
        const dd_format plain = clear_format();
        start_end(end, &plain, is_sender);
        end->chain.format = format;
        end->chain.sas = ends[is_sender];
        end->chain.sa_count = 2;
        end->chain.aead = &plain_aead;
        CHECK_SAME(dd_chain_start(&end->chain, is_sender), DD_OK);
    }
    const size_t first = sender.chain.layout.zone_octets;
    const size_t second = first - (14 + 16 - 6 - 8);
    memset(rows, 0, sizeof rows);
    rows[1].channel = 1;
    CHECK_SAME(
        dd_tx_batch(&sender.chain, rows, 2, zones, first + second - 1, cadus, sizeof cadus, &total),
        -DD_BAD_SIZE);
    CHECK_SAME(
        dd_tx_batch(&sender.chain, rows, 2, zones, first + second, cadus, sizeof cadus, &total), 2);
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, 2 * CADU, rows, 2, &total), 2);
    CHECK(rows[0].verdict == DD_OK && rows[1].verdict == DD_OK);
    CHECK(rows[0].data_octets == first && rows[1].data_octets == second);
    CHECK(memcmp(cadus + rows[0].data_offset, zones, first) == 0);
    CHECK(memcmp(cadus + rows[1].data_offset, zones + first, second) == 0);
    rows[0] = (dd_row){.channel = 2};
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total),
               -DD_NUMBERS_USED_UP);
    ends[1][0].mac_octets = 0; /* of no possible form */
    rows[0] = (dd_row){.channel = 0};
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total),
               -DD_NUMBERS_USED_UP);
    ends[1][0].mac_octets = 8;
    sender.chain.layout.zone_octets = 0; /* as if the profile's fields filled the frame */
    ends[1][0].pad_octets = 1;
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total),
               -DD_BAD_SIZE);
    ends[0][0].spi = 9;
    ends[1][0].pad_octets = 0;
    sender.chain.layout.zone_octets = (uint32_t)first;
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total), 1);
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, CADU, rows, 1, &total), 1);
    CHECK_SAME(rows[0].verdict, DD_UNKNOWN_SPI);
}

int main(void)
{
    static const char *const names[] = {"scalar", "neon", "avx2", "gfni"};
    for (size_t i = 0; i < 4; i++) {
        if (dd_set_level(names[i]) != DD_OK) {
            printf("%s: the processor lacks it\n", names[i]);
            continue;
        }
        zone_is_where_the_reference_has_it();
        associations_are_those_of_the_channels();
        printf("%s: insert zone and associations\n", names[i]);
    }
    return 0;
}
