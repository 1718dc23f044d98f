/* What the chain refuses, by name. BI-01..BI-05 are classes of bad input that felled other
 * decoders: lengths, nested lengths, noise, repeats and order, security state. */
#include "link_pair.h"

#define CADUS_MAX 60000u

static link_end sender;
static link_end receiver;
static uint8_t zones[40000];
static uint8_t cadus[CADUS_MAX];
static dd_row rows[64];
static dd_chain_total total;

static dd_format plain_format(uint8_t kind, uint8_t content)
{
    dd_format format = full_format();
    format.profile.flags = 0;
    format.profile.frame_octets = 40;
    format.insert_octets = 0;
    format.header_check = 0;
    format.code = DD_CODE_NONE;
    format.security_head = format.security_tail = 0;
    format.frame_kind = kind;
    format.content = content;
    return format;
}

static void start_both(const dd_format *format)
{
    start_end(&sender, format, 1);
    start_end(&receiver, format, 0);
    sender.chain.sequence_size = receiver.chain.sequence_size = 0;
}

static int64_t send(size_t count)
{
    return dd_tx_batch(&sender.chain, rows, count, zones, sizeof zones, cadus, sizeof cadus,
                       &total);
}

static uint8_t receive_one(void)
{
    CHECK_SAME(
        dd_rx_batch(&receiver.chain, cadus, receiver.chain.layout.cadu_octets, rows, 64, &total),
        1);
    return rows[0].verdict;
}

/* Send one frame, write `value` over octet `at` of it, receive it. */
static uint8_t verdict_with(const dd_format *format, const dd_row *row, size_t at, uint8_t value)
{
    start_both(format);
    rows[0] = *row;
    CHECK_SAME(send(1), 1);
    cadus[4 + at] = value;
    return receive_one();
}

static void bi_01_lengths(void)
{
    for (uint32_t octets = 0; octets < 2100; octets++) {
        for (uint8_t form = 0; form < 8; form++) {
            dd_format format = plain_format(form & 1, form >> 1 & 1 ? DD_CONTENT_OCTETS : 0);
            dd_layout layout = {0};
            format.profile.frame_octets = octets;
            format.security_head = form & 4 ? PLAIN_HEAD : 0;
            format.security_tail = form & 4 ? PLAIN_TAIL : 0;
            const uint32_t security = form & 4 ? PLAIN_HEAD + PLAIN_TAIL : 0;
            const uint32_t least = 7u + security + (form % 4 == 0 ? 2u : 0u);
            const int32_t made = dd_layout_of(&format, &layout);
            CHECK(made == DD_OK || layout.cadu_octets == 0);
            CHECK(octets >= least || made == -DD_BAD_SIZE);
            CHECK(made != DD_OK || layout.zone_octets + least == octets + 1);
        }
    }
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_BITS);
    dd_layout layout;
    format.profile.frame_octets = 4000; /* beyond what a bitstream pointer reaches */
    CHECK_SAME(dd_layout_of(&format, &layout), -DD_BAD_SIZE);
    format.profile.frame_octets = 40;
    format.profile.marker_octets = 9;
    CHECK_SAME(dd_layout_of(&format, &layout), -DD_BAD_SIZE);
    format.profile.marker_octets = 4;
    format.frame_kind = 2;
    CHECK_SAME(dd_layout_of(&format, &layout), -DD_BAD_SIZE);
    format.frame_kind = DD_FRAME_AOS;
    format.code = DD_CODE_RS;
    format.rs.parity_octets = 31;
    CHECK_SAME(dd_layout_of(&format, &layout), -DD_BAD_SIZE);
    start_both(&(dd_format){.profile = {.frame_octets = 40, .marker_octets = 4}, .content = 2});
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, 0x40000001u, rows, 64, &total), -DD_BAD_SIZE);
}

static void bi_02_nested_lengths(void)
{
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_PACKETS);
    const dd_row row = {.channel = 1, .pointer = 3};
    CHECK_SAME(verdict_with(&format, &row, 7, 31), DD_OK); /* zone of 32 octets */
    CHECK_SAME(verdict_with(&format, &row, 7, 32), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&format, &row, 6, 0x08), DD_BAD_RESERVED);
    format.content = DD_CONTENT_BITS;
    CHECK_SAME(verdict_with(&format, &row, 6, 0x01), DD_BAD_POINTER);
    CHECK_SAME(verdict_with(&format, &row, 6, 0x40), DD_BAD_RESERVED);
    format = plain_format(DD_FRAME_TM, DD_CONTENT_PACKETS);
    CHECK_SAME(verdict_with(&format, &row, 5, 34), DD_BAD_POINTER);
    memset(zones, 0, 40);
    CHECK_SAME(verdict_with(&format, &row, 4, 0x98), DD_BAD_SECONDARY); /* length 1: no header */
    zones[0] = 5;
    CHECK_SAME(verdict_with(&format, &row, 4, 0x98), DD_OK);
    CHECK_SAME(rows[0].data_octets, 28);
    zones[0] = 33; /* leaves nothing for packets */
    CHECK_SAME(verdict_with(&format, &row, 4, 0x98), DD_BAD_SECONDARY);
    zones[0] = 0x45; /* version */
    CHECK_SAME(verdict_with(&format, &row, 4, 0x98), DD_BAD_SECONDARY);
}

static void bi_03_noise(void)
{
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    const dd_row row = {.channel = 1};
    CHECK_SAME(verdict_with(&format, &row, 0, 0x1B), DD_BAD_VERSION);
    CHECK_SAME(verdict_with(&format, &row, 0, 0x5A), DD_BAD_SPACECRAFT);
    CHECK_SAME(verdict_with(&format, &row, 1, 0x47), DD_BAD_CHANNEL);
    CHECK_SAME(verdict_with(&format, &row, 5, 0x40), DD_BAD_SIGNALLING);
    CHECK_SAME(verdict_with(&format, &row, 5, 0x10), DD_BAD_SPACECRAFT);
    format = plain_format(DD_FRAME_TM, DD_CONTENT_PACKETS);
    CHECK_SAME(verdict_with(&format, &row, 4, 0x18), DD_OK);
    CHECK_SAME(verdict_with(&format, &row, 4, 0x38), DD_BAD_SIGNALLING); /* packet order */
    CHECK_SAME(verdict_with(&format, &row, 4, 0x10), DD_BAD_SIGNALLING); /* segment length */
    format = plain_format(DD_FRAME_TM, DD_CONTENT_OCTETS);
    CHECK_SAME(verdict_with(&format, &row, 0, 0x46), DD_BAD_VERSION);
    CHECK_SAME(verdict_with(&format, &row, 0, 0x07), DD_BAD_SPACECRAFT);
    CHECK_SAME(verdict_with(&format, &row, 1, 0xDE), DD_BAD_CHANNEL);
    CHECK_SAME(verdict_with(&format, &row, 4, 0x18), DD_BAD_SIGNALLING);
    format = full_format();
    start_both(&format);
    for (size_t bit = 0; bit < 8 * 223; bit++) { /* all single bits: the code repairs each */
        rows[0] = row;
        CHECK_SAME(send(1), 1);
        cadus[4 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        CHECK_SAME(receive_one(), DD_OK);
        CHECK_SAME(rows[0].corrected, 1);
    }
    format.code = DD_CODE_NONE;
    start_both(&format);
    for (size_t bit = 0; bit < 8 * 223;
         bit++) { /* without it none passes but in a checked header */
        rows[0] = row;
        CHECK_SAME(send(1), 1);
        cadus[4 + bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        const size_t octet = bit / 8;
        const int is_repaired = octet < 2 || (octet >= 5 && octet < 8);
        CHECK_SAME(receive_one(), is_repaired ? DD_OK : DD_BAD_FECF);
        CHECK(octet != 7 || rows[0].gap <= 5 * 8);
    }
    draw_octets(&(uint64_t){3}, cadus + 4, 8);
    CHECK_SAME(receive_one(), DD_BAD_HEADER_CHECK);
}

static void bi_04_order(void)
{
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    const dd_row row = {.channel = 1};
    CHECK_SAME(verdict_with(&format, &row, 39, 0), DD_OK);
    CHECK_SAME(receive_one(), DD_REPEATED);
    cadus[4 + 4] = 9; /* eight are missing */
    CHECK_SAME(receive_one(), DD_OK);
    CHECK_SAME(rows[0].gap, 8);
    cadus[4 + 4] = 2;
    CHECK_SAME(receive_one(), DD_OK);
    CHECK_SAME(rows[0].flags & DD_RESTARTED, DD_RESTARTED);
    receiver.chain.counts[1] = 0xFFFFFF;
    cadus[4 + 2] = cadus[4 + 3] = cadus[4 + 4] = 0xFF;
    CHECK_SAME(receive_one(), DD_OK);
    cadus[4 + 2] = cadus[4 + 3] = cadus[4 + 4] = 0; /* the count wraps */
    CHECK_SAME(receive_one(), DD_OK);
    CHECK_SAME(rows[0].gap, 0);
}

static int32_t broken_seal(void *context, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                           uint8_t *data, size_t size, uint8_t *tag, size_t tag_size)
{
    (void)context, (void)iv, (void)aad, (void)aad_size;
    (void)data, (void)size, (void)tag, (void)tag_size;
    return -DD_BAD_AEAD;
}

static void bi_05_security_state(void)
{
    static const uint8_t states[] = {DD_SA_UNKEYED, DD_SA_KEYED, DD_SA_STOPPED, DD_SA_EXPIRED};
    dd_format format = full_format();
    start_both(&format);
    rows[0] = (dd_row){.channel = 1};
    CHECK_SAME(send(1), 1);
    uint8_t kept[300];
    memcpy(kept, cadus, sizeof kept);
    for (size_t i = 0; i < sizeof states; i++) {
        receiver.sa.state = states[i];
        CHECK_SAME(receive_one(), DD_BAD_ASSOCIATION);
        memcpy(cadus, kept, sizeof kept);
    }
    receiver.sa.state = DD_SA_STARTED;
    receiver.sa.channel_mask = 1;
    CHECK_SAME(receive_one(), DD_BAD_ASSOCIATION);
    receiver.sa.channel_mask = 2;
    memcpy(cadus, kept, sizeof kept);
    receiver.sa.mac_octets = 12; /* another form than the profile's is read, and must match */
    CHECK_SAME(receive_one(), DD_BAD_TAG);
    receiver.sa.mac_octets = 16;
    memcpy(cadus, kept, sizeof kept);
    CHECK_SAME(receive_one(), DD_OK);
    memcpy(cadus, kept, sizeof kept);
    CHECK_SAME(receive_one(), DD_REPLAYED);
    sender.sa.number_end = sender.sa.number + 1;
    CHECK_SAME(send(1), -DD_NUMBERS_USED_UP);
    sender.sa.number_end = UINT64_MAX;
    dd_aead broken = plain_aead;
    broken.seal = broken_seal;
    sender.chain.aead = &broken;
    CHECK_SAME(send(1), -DD_BAD_AEAD);
    sender.chain.aead = NULL;
    CHECK_SAME(send(1), -DD_STAGED);
    rows[0].channel = 9;
    CHECK_SAME(send(1), -DD_BAD_CHANNEL);
    format.code = DD_CODE_SLICES;
    start_both(&format);
    sender.chain.aead = &broken;
    rows[0].channel = 1;
    CHECK_SAME(send(1), -DD_BAD_AEAD);
}

/* The halves for a cipher that is elsewhere give the same octets as the whole. */
static void staged_halves(void)
{
    dd_format format = full_format();
    static uint8_t whole[3000];
    start_both(&format);
    const size_t stride = sender.chain.layout.cadu_octets;
    for (size_t i = 0; i < 5; i++) {
        rows[i] = (dd_row){.channel = i == 3 ? DD_CHANNEL_IDLE : 1};
    }
    CHECK_SAME(send(5), 5);
    memcpy(whole, cadus, 5 * stride);
    start_both(&format);
    CHECK_SAME(dd_tx_build(&sender.chain, rows, 5, zones, sizeof zones, cadus, stride),
               -DD_BAD_SIZE);
    CHECK_SAME(dd_tx_build(&sender.chain, rows, 5, zones, sizeof zones, cadus, sizeof cadus), 5);
    for (size_t i = 0; i < 5; i++) {
        CHECK(i == 3 || dd_sdls_apply(&sender.sa, &plain_aead, 1, cadus + i * stride + 4, 1, 1,
                                      sender.chain.layout.header_octets,
                                      sender.chain.layout.secured_octets) == 1);
    }
    CHECK_SAME(dd_tx_code(&sender.chain, 5, cadus, stride), -DD_BAD_SIZE);
    CHECK_SAME(dd_tx_code(&sender.chain, 5, cadus, sizeof cadus), 5);
    CHECK(memcmp(cadus, whole, 5 * stride) == 0);
    receiver.chain.aead = NULL;
    CHECK_SAME(dd_rx_batch(&receiver.chain, cadus, 5 * stride, rows, 64, &total), 5);
    CHECK_SAME(rows[0].verdict, DD_STAGED);
    CHECK_SAME(rows[3].verdict, DD_OK);
    dd_secured parts;
    const uint32_t begin = 4;
    CHECK_SAME(dd_sdls_check(&receiver.sa, 1, 0x6D, 1, cadus + begin,
                             receiver.chain.layout.header_octets,
                             receiver.chain.layout.secured_octets, &parts),
               DD_OK);
    CHECK_SAME(dd_sdls_open(&receiver.sa, &plain_aead, &parts, cadus + begin), DD_OK);
    rows[0].data_offset -= begin;
    dd_rx_opened(&receiver.chain, cadus + begin, &rows[0]);
    CHECK_SAME(rows[0].verdict, DD_OK);
    CHECK(memcmp(cadus + begin + rows[0].data_offset, zones, rows[0].data_octets) == 0);
}

static void misuse(void)
{
    dd_format format = full_format();
    start_both(&format);
    dd_chain *chain = &sender.chain;
    CHECK_SAME(dd_tx_batch(chain, rows, 5, zones, 3 * chain->layout.zone_octets, cadus,
                           sizeof cadus, &total),
               -DD_BAD_SIZE);
    rows[0] = (dd_row){.channel = 1};
    CHECK_SAME(dd_tx_batch(chain, rows, 1, zones, sizeof zones, cadus, 100, &total), -DD_BAD_SIZE);
    chain->sequence_size = 100;
    CHECK_SAME(dd_chain_start(chain, 1), -DD_BAD_SIZE);
    chain->sequence_size = 0;
    chain->sa_count = 0;
    CHECK_SAME(dd_chain_start(chain, 1), -DD_BAD_SIZE);
    chain->sa_count = 1;
    chain->format.code = DD_CODE_SLICES;
    chain->work_size = 2 * 227 + 222;
    CHECK_SAME(dd_chain_start(chain, 1), -DD_BAD_SIZE);
    chain->work_size++;
    CHECK_SAME(dd_chain_start(chain, 1), DD_OK); /* the least memory: it is drained on the way */
    memset(rows, 0, sizeof rows);
    CHECK_SAME(send(64), 64);
    CHECK_SAME(total.cadu_count, 64 * 227 / 223);
    CHECK_SAME(dd_tx_batch(chain, rows, 64, zones, sizeof zones, cadus, 300, &total), -DD_BAD_SIZE);
    dd_sync sync = {.marker_octets = 0};
    size_t consumed;
    CHECK_SAME(dd_sync_take(&sync, cadus, 10, zones, 10, &consumed), -DD_BAD_SIZE);
}

/* Markers in the data mislead the search, never the result; too few rows leave CADUs for later. */
static void marker_in_data(void)
{
    dd_format format = plain_format(DD_FRAME_AOS, DD_CONTENT_OCTETS);
    uint64_t offsets[64];
    dd_sync sync = {.marker = {0x1A, 0xCF, 0xFC, 0x1D},
                    .marker_octets = 4,
                    .cadu_octets = 259,
                    .offsets = offsets};
    static uint8_t upright[CADUS_MAX];
    size_t consumed;
    format.profile.flags = DD_FECF;
    format.profile.frame_octets = 500;
    format.code = DD_CODE_SLICES;
    start_both(&format);
    receiver.chain.sequence_size = sender.chain.sequence_size = sizeof sender.sequence;
    for (size_t i = 0; i < sizeof zones; i += 4) {
        memcpy(zones + i, format.profile.marker, 4);
    }
    memset(rows, 0, sizeof rows);
    CHECK_SAME(send(12), 12);
    const size_t size = (size_t)(total.cadu_count - 1) * 259;
    CHECK_SAME(dd_sync_take(&sync, cadus + 259, size, upright, sizeof upright, &consumed),
               total.cadu_count - 1);
    CHECK_SAME(offsets[3], 3 * 259 * 8);
    CHECK_SAME(dd_rx_batch(&receiver.chain, upright, size, rows, 1, &total), 0);
    CHECK_SAME(total.cadu_count, 0);
    const int64_t count = dd_rx_batch(&receiver.chain, upright, size, rows, 64, &total);
    CHECK(count >= 10 && rows[0].flags & DD_MISMARKED);
    for (size_t i = 0; i < (size_t)count; i++) {
        CHECK_SAME(rows[i].verdict, DD_OK);
        CHECK_SAME(rows[i].count, i + 1);
    }
}

int main(void)
{
    bi_01_lengths();
    bi_02_nested_lengths();
    bi_03_noise();
    bi_04_order();
    bi_05_security_state();
    staged_halves();
    misuse();
    marker_in_data();
    return 0;
}
