/* Receivers of telemetry over any octets, in each form: AOS and TM; packets, bits and octets;
 * insert zone, header check, control word, checksum and count cycle; no code, Reed-Solomon and
 * slices; with security and without. With it no octets that were not sealed by the sender's key
 * give a good row with data, none do so twice, and what was not hurt does once. The stream goes
 * through the synchroniser too. */
#include "forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS 64u
#define CADUS 16u
#define NOISE_MAX 200u
#define EDITS_MAX 48u

typedef struct {
    const dd_format *format;
    const dd_layout *layout;
    unsigned accepted; /* bit i: frame i */
} judgement;

/* Every good row with data must be one of those that were sent, each once. */
static void judge_secured(judgement *now, const dd_row *row, const uint8_t *octets)
{
    const size_t which = (size_t)row->count * FORM_CHANNELS + row->channel;
    CHECK(row->channel < FORM_CHANNELS && which < form_count(now->format));
    CHECK(!(now->accepted >> which & 1u));
    CHECK_SAME(row->pointer, form_pointer(now->format, which));
    CHECK_SAME(row->data_octets, now->layout->zone_octets);
    for (size_t i = 0; i < row->data_octets; i++) {
        CHECK_SAME(octets[row->data_offset + i], 0x30 + which);
    }
    now->accepted |= 1u << which;
}

static void judge(judgement *now, const dd_row *rows, const dd_chain_total *total,
                  const uint8_t *octets, size_t size)
{
    uint64_t corrected = 0;
    uint64_t unrepairable = 0;
    for (size_t i = 0; i < (size_t)total->frame_count; i++) {
        const dd_row *row = &rows[i];
        CHECK((size_t)row->data_offset + row->data_octets <= size);
        CHECK(row->data_octets <= FORM_FRAME && row->channel <= DD_CHANNEL_IDLE);
        CHECK(!(row->flags & DD_IDLE_ROW) || row->verdict != DD_OK || row->data_octets == 0);
        CHECK((row->verdict == DD_UNREPAIRABLE) == (row->corrected < 0));
        corrected += row->corrected < 0 ? 0 : (uint64_t)row->corrected;
        unrepairable += row->verdict == DD_UNREPAIRABLE;
        if (now->format->security_head != 0 && row->verdict == DD_OK && row->data_octets > 0) {
            judge_secured(now, row, octets);
        }
    }
    CHECK(total->unrepairable_count <= total->cadu_count);
    if (now->format->code != DD_CODE_SLICES) {
        CHECK_SAME(total->frame_count, total->cadu_count);
        CHECK_SAME(unrepairable, total->unrepairable_count);
        CHECK_SAME(corrected, total->corrected_count);
    }
}

static void take(link_end *end, judgement *now, uint8_t *cadus, size_t count)
{
    dd_row rows[ROWS];
    const size_t stride = end->chain.layout.cadu_octets;
    const int is_sliced = now->format->code == DD_CODE_SLICES;
    for (size_t taken = 0; taken < count;) {
        dd_chain_total total;
        uint8_t *from = cadus + taken * stride;
        const size_t left = (count - taken) * stride;
        const int64_t made = dd_rx_batch(&end->chain, from, left, rows, ROWS, &total);
        CHECK_SAME(made, total.frame_count);
        CHECK(made >= 0 && made <= (int64_t)ROWS);
        CHECK(total.cadu_count > 0 && total.cadu_count <= count - taken);
        judge(now, rows, &total, is_sliced ? end->work : from,
              is_sliced ? end->chain.work_octets : left);
        taken += (size_t)total.cadu_count;
    }
}

/* Genuine frames, hurt where the input says, the input itself, and all of the former once more. */
static size_t make_stream(const uint8_t *data, size_t size, uint8_t *stream, size_t genuine,
                          size_t *changed)
{
    const size_t more = size < NOISE_MAX ? size : NOISE_MAX;
    *changed = form_edit(stream, genuine, data, size < EDITS_MAX ? size : EDITS_MAX);
    memcpy(stream + genuine, data, more);
    memcpy(stream + genuine + more, stream, genuine);
    return 2 * genuine + more;
}

static void receive(const uint8_t *options, const uint8_t *data, size_t size)
{
    static link_end ends[2];
    static uint8_t stream[2 * FORM_CADUS_MAX + NOISE_MAX];
    static uint8_t cadus[CADUS * (FORM_MARKER + 255u * 2u)];
    const dd_format format = form_of(options);
    const size_t sent = form_send(&ends[0], &format, stream, sizeof stream / 2);
    const size_t stride = ends[0].chain.layout.cadu_octets;
    judgement now = {.format = &format, .layout = &ends[1].chain.layout};
    size_t changed;
    start_end(&ends[1], &format, 0);
    const size_t filled = make_stream(data, size, stream, sent * stride, &changed);
    dd_sync sync = {.marker = {0x1A, 0xCF, 0xFC, 0x1D},
                    .cadu_octets = (uint32_t)stride,
                    .marker_octets = FORM_MARKER,
                    .mismatch_max = 2,
                    .is_bitwise = options[1] >> 3 & 1};
    for (size_t base = 0;;) {
        size_t consumed;
        const int64_t count =
            dd_sync_take(&sync, stream + base, filled - base, cadus, CADUS * stride, &consumed);
        CHECK(count >= 0 && consumed <= filled - base && sync.bit < 8);
        base += consumed;
        if (count == 0) {
            break;
        }
        take(&ends[1], &now, cadus, (size_t)count);
    }
    if (format.security_head != 0 && changed == 0) { /* the last frame lies over four slices */
        const unsigned whole = format.code == DD_CODE_SLICES ? FORM_SLICED_COUNT - 1 : FORM_COUNT;
        CHECK((now.accepted & ((1u << whole) - 1)) == (1u << whole) - 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= OPTIONS) {
        receive(data, data + OPTIONS, size - OPTIONS);
    }
    return 0;
}
