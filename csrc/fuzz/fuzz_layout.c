/* Any octets as a format: its layout is refused, and then untouched, or it adds up to the frame;
 * and then what a sender of that format makes comes out of its receiver. */
#include "../test/link_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FORMAT_OCTETS 28u
#define CADU_MAX 4096u

static dd_format read_format(const uint8_t *in)
{
    return (dd_format){
        .profile = {.channel_mask = (uint64_t)dd_load32(in) << 32 | dd_load32(in + 4),
                    .frame_octets = dd_load32(in + 8),
                    .spacecraft = (uint16_t)dd_load16(in + 12),
                    .flags = in[14],
                    .marker_octets = in[15],
                    .marker = {0x1A, 0xCF, 0xFC, 0x1D, 0x40, 0xB7, 0x3E, 0x22}},
        .rs = {.parity_octets = in[16],
               .interleave = in[17],
               .fill = in[18],
               .conventional = in[19]},
        .insert_octets = (uint16_t)dd_load16(in + 20),
        .frame_kind = in[22],
        .content = in[23],
        .header_check = in[24],
        .code = in[25],
        .security_head = in[26],
        .security_tail = in[27],
    };
}

static void check_sum(const dd_format *format, const dd_layout *layout)
{
    const uint32_t frame = format->profile.frame_octets;
    const uint32_t trailer =
        (format->profile.flags & DD_OCF ? 4u : 0u) + (format->profile.flags & DD_FECF ? 2u : 0u);
    const int has_pointer =
        format->frame_kind == DD_FRAME_AOS && format->content != DD_CONTENT_OCTETS;
    CHECK_SAME(layout->header_octets,
               6u + (format->header_check ? 2u : 0u) + format->insert_octets);
    CHECK_SAME(layout->pointer_offset, layout->header_octets + format->security_head);
    CHECK_SAME(layout->zone_offset, layout->pointer_offset + (has_pointer ? 2u : 0u));
    CHECK(layout->zone_octets >= 1);
    CHECK_SAME((uint64_t)layout->zone_offset + layout->zone_octets + format->security_tail +
                   trailer,
               frame);
    CHECK_SAME(layout->secured_octets, frame - trailer);
    CHECK_SAME(layout->cadu_octets, format->profile.marker_octets + layout->block_octets);
    CHECK(format->code != DD_CODE_NONE || layout->block_octets == frame);
    CHECK(format->code != DD_CODE_RS || layout->info_octets == frame);
    CHECK(format->code == DD_CODE_NONE ||
          layout->block_octets - layout->info_octets ==
              (uint32_t)format->rs.parity_octets * format->rs.interleave);
    CHECK(format->content != DD_CONTENT_PACKETS || layout->zone_octets < DD_POINTER_IDLE);
    CHECK(format->content != DD_CONTENT_BITS || 8 * layout->zone_octets < DD_BITS_IDLE);
}

static uint8_t lowest_channel(uint64_t mask)
{
    uint8_t channel = 0;
    while (!(mask >> channel & 1)) {
        channel++;
    }
    return channel;
}

static void there_and_back(const dd_format *format, const dd_layout *layout)
{
    static link_end ends[2];
    static uint8_t cadu[CADU_MAX];
    static uint8_t zone[CADU_MAX];
    dd_row rows[1] = {{.channel = lowest_channel(format->profile.channel_mask)}};
    dd_chain_total total;
    memset(zone, 0xB4, sizeof zone);
    start_end(&ends[0], format, 1);
    start_end(&ends[1], format, 0);
    CHECK_SAME(
        dd_tx_batch(&ends[0].chain, rows, 1, zone, layout->zone_octets, cadu, sizeof cadu, &total),
        1);
    CHECK_SAME(dd_rx_batch(&ends[1].chain, cadu, layout->cadu_octets, rows, 1, &total), 1);
    CHECK_SAME(rows[0].verdict, DD_OK);
    if (rows[0].channel != DD_CHANNEL_IDLE) {
        CHECK_SAME(rows[0].data_octets, layout->zone_octets);
        CHECK(memcmp(cadu + rows[0].data_offset, zone, layout->zone_octets) == 0);
    }
}

/* Associations of any form: the octets of the security header, or refused. */
static void check_association(const uint8_t *in)
{
    const dd_sa sa = {.window = (uint32_t)dd_load16(in) & 0x7FF,
                      .kind = in[2] & 3,
                      .iv_octets = in[3],
                      .number_octets = in[4],
                      .pad_octets = in[5],
                      .mac_octets = in[6]};
    const int32_t head = dd_sa_head(&sa);
    CHECK(head == -DD_BAD_SIZE || (head >= 3 && head <= 2 + 16 + 2));
    CHECK(head < 0 || (sa.mac_octets >= 4 && sa.mac_octets <= 16 && sa.window <= DD_WINDOW_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < FORMAT_OCTETS) {
        return 0;
    }
    const dd_format format = read_format(data);
    dd_layout layout;
    dd_layout before;
    memset(&layout, 0xA5, sizeof layout);
    before = layout;
    check_association(data);
    const int32_t done = dd_layout_of(&format, &layout);
    if (done != DD_OK) {
        CHECK_SAME(done, -DD_BAD_SIZE);
        CHECK(memcmp(&before, &layout, sizeof layout) == 0);
        return 0;
    }
    check_sum(&format, &layout);
    const int is_plain = format.security_head == 0 && format.security_tail == 0;
    const int is_secured = format.security_head == PLAIN_HEAD && format.security_tail == PLAIN_TAIL;
    const int fits = layout.header_octets + PLAIN_HEAD <= DD_AAD_MAX;
    if (layout.cadu_octets <= CADU_MAX && format.code != DD_CODE_SLICES &&
        format.profile.channel_mask != 0 && (is_plain || (is_secured && fits))) {
        there_and_back(&format, &layout);
    }
    return 0;
}
