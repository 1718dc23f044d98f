/* The whole way of telecommand over any octets, with security and COP-1: a packet is handed on only
 * from a frame that the ground sealed, once, and under sequence control in its order. Control
 * commands outside security are refused, and where they may come, forged ones hand nothing on. */
#include "../test/plain_aead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GENUINE 5u
#define BYPASS_FROM 4u /* the last of them goes by bypass */
#define DATA 21u
#define UNIT_MAX 128u
#define STREAM_MAX 1500u
#define OUT_MAX 600u
#define RECORDS 128u

typedef struct {
    dd_profile profile;
    dd_format format; /* only for the form of the association */
    uint8_t units[GENUINE][UNIT_MAX];
    size_t octets[GENUINE];
    uint8_t data[GENUINE][DATA];
} ground;

static void seal_units(ground *made)
{
    dd_sa sa;
    made->profile = (dd_profile){
        .channel_mask = 1, .frame_octets = 128, .spacecraft = 0x6D, .flags = DD_FECF | DD_SEGMENT};
    made->format = (dd_format){.profile = made->profile};
    plain_association(&sa, &made->format, 1);
    for (size_t i = 0; i < GENUINE; i++) {
        uint8_t frame[128];
        uint8_t room[PLAIN_HEAD + DATA + PLAIN_TAIL];
        const dd_frame head = {
            .count = (uint32_t)i, .segment = 0xC0, .flags = i >= BYPASS_FROM ? DD_BYPASS : 0};
        memset(made->data[i], (int)(0x30 + i), DATA);
        memset(room, 0, sizeof room);
        memcpy(room + PLAIN_HEAD, made->data[i], DATA);
        const int64_t size =
            dd_tc_build(&made->profile, &head, room, sizeof room, frame, sizeof frame);
        CHECK_SAME(dd_sdls_apply(&sa, &plain_aead, 0, frame, sizeof frame, 1, 6, (size_t)size - 2),
                   1);
        dd_store16(frame + size - 2, dd_crc16(0xFFFF, frame, (size_t)size - 2));
        made->octets[i] =
            (size_t)dd_cltu_encode(frame, (size_t)size, NULL, 0, made->units[i], UNIT_MAX);
    }
}

/* Units in an order that the input chooses, hurt where it says, with noise and control commands. */
static size_t make_stream(const ground *made, const uint8_t *data, size_t size, uint8_t *stream)
{
    size_t filled = 0;
    for (size_t i = 0; i + 4 <= size && filled + UNIT_MAX <= STREAM_MAX; i += 4) {
        const uint8_t choice = data[i];
        if (choice < 160) {
            const size_t which = choice % GENUINE;
            memcpy(stream + filled, made->units[which], made->octets[which]);
            if (data[i + 1] & 1) {
                stream[filled + data[i + 2] % made->octets[which]] ^= data[i + 3];
            }
            filled += made->octets[which];
        } else if (choice < 200) {
            uint8_t frame[16];
            const uint8_t command[3] = {0x82, 0x00, data[i + 2]};
            const dd_frame head = {.flags = DD_BYPASS | DD_CONTROL};
            const size_t octets = choice < 180 ? 3 : 1;
            const int64_t built =
                dd_tc_build(&made->profile, &head, octets == 3 ? command : command + 1, octets,
                            frame, sizeof frame);
            filled += (size_t)dd_cltu_encode(frame, (size_t)built, NULL, 0, stream + filled,
                                             STREAM_MAX - filled);
        } else {
            const size_t take = size - i < 30 ? size - i : 30;
            memcpy(stream + filled, data + i, take);
            filled += take;
        }
    }
    return filled;
}

static void judge(const ground *made, const dd_uplinked *record, const uint8_t *out,
                  unsigned *taken)
{
    CHECK((uint64_t)record->frame.data_offset + record->frame.data_octets <= OUT_MAX);
    if (record->outcome != DD_FARM_ACCEPT) {
        return;
    }
    const uint8_t *data = out + record->frame.data_offset;
    const size_t which = (size_t)data[0] - 0x30;
    CHECK(record->frame.data_octets == DATA && which < GENUINE);
    CHECK(memcmp(data, made->data[which], DATA) == 0);
    CHECK(!(*taken >> which & 1u)); /* once */
    CHECK((*taken >> which) == 0);  /* numbers only rise: the window is 0 */
    *taken |= 1u << which;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ground made;
    static dd_uplinked records[RECORDS];
    uint8_t stream[STREAM_MAX];
    uint8_t out[OUT_MAX];
    dd_farm farms[64] = {0};
    dd_sa sa;
    unsigned taken = 0;
    if (size < 5) {
        return 0;
    }
    if (made.octets[0] == 0) {
        seal_units(&made);
    }
    plain_association(&sa, &made.format, 0);
    sa.window = 0;
    farms[0].window = (uint8_t)(2 + (data[0] & 0x0E));
    dd_uplink link = {.profile = &made.profile,
                      .aead = &plain_aead,
                      .sas = &sa,
                      .sa_count = 1,
                      .farms = farms,
                      .correct = data[0] & 1,
                      .cop1 = (data[0] & 0x30) != 0,
                      .has_room = (data[0] & 0xC0) != 0,
                      .clear_control = data[1] & 1};
    const size_t filled = make_stream(&made, data + 1, size - 1, stream);
    size_t base = 0;
    for (size_t rounds = 0; rounds < 40; rounds++) {
        dd_uplinked_total total;
        const size_t end = rounds < 2 ? filled / 2 : filled;
        const int32_t is_last = rounds > 30;
        if (end < base) {
            continue;
        }
        CHECK_SAME(dd_uplink_take(&link, stream + base, end - base, is_last, out, sizeof out,
                                  records, RECORDS, &total),
                   DD_OK);
        CHECK(total.consumed <= end - base && total.record_count <= RECORDS);
        for (size_t i = 0; i < (size_t)total.record_count; i++) {
            judge(&made, &records[i], out, &taken);
            CHECK(link.clear_control || records[i].outcome != DD_FARM_CONTROL);
        }
        base += (size_t)total.consumed;
        if (total.unit_count == 0 && end == filled) {
            break;
        }
    }
    return 0;
}
