/* The chain at its edges: what a start forgets, batches of none and of one, and streams of sliced
 * frames that lost or gained an octet, each row and count of it (131.0-B-6). */
#include "link_pair.h"

#define FRAME 60u
#define MARKED 64u
#define FRAMES 12u
#define INFO 223u
#define CADU 259u
#define ROWS 40u

static link_end sender, receiver;
static uint8_t zones[FRAMES * FRAME];
static uint8_t stream[FRAMES * MARKED + INFO];
static uint8_t cadus[(FRAMES * MARKED / INFO + 2) * CADU];
static dd_row rows[ROWS];
static dd_chain_total total;

static dd_format short_frames(uint8_t code)
{
    dd_format format = full_format();
    format.profile.frame_octets = FRAME;
    format.profile.flags = DD_FECF | DD_COUNT_CYCLE;
    format.insert_octets = format.header_check = 0;
    format.security_head = format.security_tail = 0;
    format.code = code;
    return format;
}

static void start_forgets(void)
{
    const dd_format format = short_frames(DD_CODE_SLICES);
    for (uint8_t is_sender = 0; is_sender < 2; is_sender++) {
        start_end(&receiver, &format, is_sender);
        dd_chain *chain = &receiver.chain;
        chain->work_octets = chain->work_head = chain->work_next = chain->work_bad = 5;
        chain->work_base = 5;
        chain->master_count = chain->idle_state = chain->pending_corrected = 5;
        memset(chain->counts, 5, sizeof chain->counts);
        CHECK_SAME(dd_chain_start(chain, is_sender), DD_OK);
        CHECK_SAME(chain->work_octets | chain->work_head | chain->work_next | chain->work_bad, 0);
        CHECK_SAME(chain->work_base, 0);
        CHECK_SAME(chain->master_count, 0);
        CHECK_SAME(chain->idle_state, 0xFFFFFFFF);
        CHECK_SAME(chain->pending_corrected, 0);
        for (size_t i = 0; i < 64; i++) {
            CHECK_SAME(chain->counts[i], is_sender ? 0 : DD_COUNT_ANY);
        }
    }
}

/* A batch of none says so; one of one, by stages, gives what it gives in one piece. */
static void none_and_one(void)
{
    const dd_format format = full_format();
    dd_format clear = format;
    uint8_t again[CADU];
    clear.security_head = clear.security_tail = 0;
    start_end(&sender, &clear, 1);
    total = (dd_chain_total){1, 2, 3, 4, 5};
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 0, zones, sizeof zones, cadus, CADU, &total), 0);
    CHECK(total.frame_count == 0 && total.cadu_count == 0 && total.unrepairable_count == 0 &&
          total.corrected_count == 0 && total.skipped_octets == 0);
    rows[0] = (dd_row){.channel = 1};
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, 1, zones, sizeof zones, cadus, CADU, &total), 1);
    start_end(&sender, &clear, 1);
    CHECK_SAME(dd_tx_code(&sender.chain, 0, again, sizeof again), 0);
    CHECK_SAME(dd_tx_build(&sender.chain, rows, 1, zones, sizeof zones, again, sizeof again), 1);
    CHECK_SAME(dd_tx_code(&sender.chain, 1, again, sizeof again), 1);
    CHECK(memcmp(again, cadus, CADU) == 0);
}

/* Frames with their markers, one behind the other; nothing is said to be repaired without a code.
 */
static void make_stream(const uint8_t *marker)
{
    dd_format format = short_frames(DD_CODE_NONE);
    uint64_t seed = 3;
    memcpy(format.profile.marker, marker, 4);
    start_end(&sender, &format, 1);
    sender.chain.sequence_size = 0;
    draw_octets(&seed, zones, sizeof zones);
    memset(rows, 0, sizeof rows);
    memset(stream, 0, sizeof stream);
    CHECK_SAME(dd_tx_batch(&sender.chain, rows, FRAMES, zones, sizeof zones, stream, sizeof stream,
                           &total),
               FRAMES);
    uint8_t copy[sizeof stream];
    memcpy(copy, stream, sizeof copy);
    start_end(&receiver, &format, 0);
    receiver.chain.sequence_size = 0;
    memset(rows, 0x55, sizeof rows);
    CHECK_SAME(dd_rx_batch(&receiver.chain, copy, FRAMES * MARKED, rows, ROWS, &total), FRAMES);
    for (size_t i = 0; i < FRAMES; i++) {
        CHECK(rows[i].verdict == DD_OK && rows[i].corrected == 0);
    }
}

/* Cut the stream into slices behind markers of their own; returns how many. */
static size_t slice(const uint8_t *marker, size_t octets)
{
    const size_t count = octets / INFO;
    const dd_format format = short_frames(DD_CODE_SLICES);
    for (size_t i = 0; i < count; i++) {
        memcpy(cadus + i * CADU, marker, 4);
        memcpy(cadus + i * CADU + 4, stream + i * INFO, INFO);
    }
    CHECK_SAME(dd_rs_encode(&format.rs, cadus + 4, sizeof cadus - 4, CADU, count), DD_OK);
    return count;
}

static size_t receive(const uint8_t *marker, size_t cadu_count, size_t capacity)
{
    dd_format format = short_frames(DD_CODE_SLICES);
    memcpy(format.profile.marker, marker, 4);
    start_end(&receiver, &format, 0);
    receiver.chain.sequence_size = 0;
    memset(rows, 0x55, sizeof rows);
    return (size_t)dd_rx_batch(&receiver.chain, cadus, cadu_count * CADU, rows, capacity, &total);
}

/* `octets` more, of value `fill`, or fewer in front of a frame. */
static void slip(size_t frame, int octets, uint8_t fill)
{
    const size_t at = frame * MARKED;
    memmove(stream + at + octets, stream + at, FRAMES * MARKED - at);
    if (octets > 0) {
        memset(stream + at, fill, (size_t)octets);
    }
}

static const uint8_t marker_32[4] = {0x1A, 0xCF, 0xFC, 0x1D};
static const uint8_t marker_same[4] = {0xAA, 0xAA, 0xAA, 0xAA}; /* overlaps itself */

static void check_counts(size_t first, size_t count, uint32_t frame)
{
    for (size_t i = 0; i < count; i++) {
        CHECK_SAME(rows[first + i].verdict, DD_OK);
        CHECK_SAME(rows[first + i].count, frame + i);
    }
}

static void symbols_are_those_of_the_frame(void)
{
    make_stream(marker_32);
    const size_t count = slice(marker_32, FRAMES * MARKED);
    CHECK_SAME(count, 3);
    cadus[CADU + 40] ^= 1; /* the second slice: octets 223 to 445 of the stream */
    cadus[CADU + 90] ^= 1;
    CHECK_SAME(receive(marker_32, count, ROWS), 3 * INFO / MARKED);
    check_counts(0, 10, 0);
    for (size_t i = 0; i < 10; i++) {
        CHECK_SAME(rows[i].corrected, i == 3 ? 2 : 0); /* the first that is whole with it */
    }
    CHECK_SAME(total.corrected_count, 2);
    CHECK_SAME(total.skipped_octets, 0);
    slice(marker_32, FRAMES * MARKED);
    for (size_t i = 44; i < 64; i++) { /* within frame 4, its marker apart */
        cadus[CADU + i] ^= 0x5A;
    }
    CHECK_SAME(receive(marker_32, count, ROWS), 10);
    check_counts(0, 3, 0);
    for (size_t i = 3; i < 7; i++) {
        CHECK_SAME(rows[i].verdict, DD_UNREPAIRABLE);
        CHECK_SAME((uint16_t)rows[i].corrected, 0xFFFF);
    }
    check_counts(7, 3, 7);
}

/* As few rows as the frames that end in one slice, and two: one slice is taken, not with fewer. */
static void rows_for_one_slice(void)
{
    make_stream(marker_32);
    slice(marker_32, FRAMES * MARKED);
    receive(marker_32, 3, INFO / MARKED + 1);
    CHECK_SAME(total.cadu_count, 0);
    receive(marker_32, 3, INFO / MARKED + 2);
    CHECK_SAME(total.cadu_count, 1);
    CHECK_SAME(total.frame_count, 3);
}

static void an_octet_less(void)
{
    make_stream(marker_32);
    slip(2, -1, 0); /* frame 1 has lost its last octet */
    CHECK_SAME(receive(marker_32, slice(marker_32, FRAMES * MARKED), ROWS), 10);
    check_counts(0, 1, 0);
    CHECK_SAME(rows[1].verdict, DD_BAD_FECF);
    check_counts(2, 8, 2);
    CHECK_SAME(rows[2].flags & DD_MISMARKED, DD_MISMARKED);
    CHECK_SAME(rows[2].gap, 1);
    CHECK_SAME(total.skipped_octets, 0);
}

static void octets_more(void)
{
    for (int more = 1; more < 4; more++) {
        make_stream(marker_32);
        slip(2, more, 0x77);
        CHECK_SAME(receive(marker_32, slice(marker_32, FRAMES * MARKED), ROWS), 10);
        check_counts(0, 10, 0);
        CHECK_SAME(rows[2].flags & DD_MISMARKED, DD_MISMARKED);
        CHECK_SAME(total.skipped_octets, (unsigned)more);
    }
}

/* What looks like a marker begins one octet before the real one: where it is expected, and where it
 * is looked for. */
static void markers_that_overlap(void)
{
    make_stream(marker_same);
    slip(2, 1, 0xAA);
    CHECK_SAME(receive(marker_same, slice(marker_32, FRAMES * MARKED), ROWS), 11);
    check_counts(0, 2, 0);
    CHECK_SAME(rows[2].verdict, DD_BAD_FECF);
    check_counts(3, 8, 2);
    make_stream(marker_same);
    slip(2, 1, 0xAA);
    slip(2, 1, 0x11);
    CHECK_SAME(receive(marker_same, slice(marker_32, FRAMES * MARKED), ROWS), 10);
    check_counts(0, 10, 0);
    CHECK_SAME(total.skipped_octets, 2);
}

int main(void)
{
    start_forgets();
    none_and_one();
    symbols_are_those_of_the_frame();
    rows_for_one_slice();
    an_octet_less();
    octets_more();
    markers_that_overlap();
    return 0;
}
