/* Slicing of 131.0-B-6: frames, each behind its marker, form a stream of octets that is cut into
 * the data of codeblocks without regard to where frames begin. A frame may be longer than a
 * codeblock. */
#include "chain.h"

static size_t marked_octets(const dd_chain *chain)
{
    return (size_t)chain->format.profile.marker_octets + chain->format.profile.frame_octets;
}

/* Send the whole slices of the stream and move the rest to its front. */
static uint8_t *drain(dd_chain *chain, uint8_t *out)
{
    const dd_layout *layout = &chain->layout;
    const size_t info = layout->info_octets;
    const size_t lead = chain->format.profile.marker_octets;
    size_t at = 0;
    while (chain->work_octets - at >= info) {
        size_t count = (chain->work_octets - at) / info;
        count = count < DD_GROUP ? count : DD_GROUP;
        for (size_t i = 0; i < count; i++) {
            memcpy(out + i * layout->cadu_octets + lead, chain->work + at, info);
            at += info;
        }
        dd_tx_blocks(chain, out, count);
        out += count * layout->cadu_octets;
    }
    memmove(chain->work, chain->work + at, chain->work_octets - at);
    chain->work_octets -= at;
    return out;
}

int32_t dd_slices_tx(dd_chain *chain, dd_source *source, dd_row *rows, size_t count, uint8_t *out)
{
    const dd_profile *profile = &chain->format.profile;
    const size_t marked = marked_octets(chain);
    for (size_t i = 0; i < count; i++) {
        if (chain->work_size - chain->work_octets < marked) {
            out = drain(chain, out);
        }
        uint8_t *begin = chain->work + chain->work_octets;
        uint8_t *frame = begin + profile->marker_octets;
        memcpy(begin, profile->marker, profile->marker_octets);
        dd_tx_next(chain, &rows[i], source, frame);
        const int32_t done = dd_tx_seal(chain, source, &rows[i], frame);
        if (done != DD_OK) {
            return done;
        }
        chain->work_octets += marked;
    }
    drain(chain, out);
    return DD_OK;
}

/* Octets that a former call handed out are done with; the others move to the front. */
static void compact(dd_chain *chain)
{
    const size_t head = chain->work_head;
    memmove(chain->work, chain->work + head, chain->work_octets - head);
    chain->work_base += head;
    chain->work_octets -= head;
    chain->work_next -= head;
    chain->work_bad = chain->work_bad > head ? chain->work_bad - head : 0;
    chain->work_head = 0;
}

/* Append the data of a slice. One that cannot be repaired goes in as it is, for what follows it. */
static void append(dd_chain *chain, const uint8_t *info, int16_t corrected)
{
    memcpy(chain->work + chain->work_octets, info, chain->layout.info_octets);
    chain->work_octets += chain->layout.info_octets;
    if (corrected < 0) {
        chain->work_bad = chain->work_octets;
    } else {
        chain->pending_corrected += (uint16_t)corrected;
    }
}

static int is_marker(const dd_chain *chain, size_t at)
{
    const dd_profile *profile = &chain->format.profile;
    return memcmp(chain->work + at, profile->marker, profile->marker_octets) == 0;
}

/* Judge the frame behind the marker at `at`. */
static dd_row take(dd_chain *chain, size_t at)
{
    const uint32_t corrected = chain->pending_corrected;
    dd_row row = {.corrected = (int16_t)(corrected < INT16_MAX ? corrected : INT16_MAX)};
    chain->pending_corrected = 0;
    const size_t begin = at + chain->format.profile.marker_octets;
    if (chain->work_bad > at) {
        row.corrected = -1;
        row.verdict = DD_UNREPAIRABLE;
        row.data_offset = (uint32_t)begin;
    } else {
        dd_rx_frame(chain, chain->work, begin, &row);
    }
    return row;
}

/* Whether what was found by looking is a frame: its checksum or, without one, every check says so.
 */
static int is_frame(const dd_chain *chain, const dd_row *row)
{
    const int is_readable = row->verdict != DD_BAD_FECF && row->verdict != DD_UNREPAIRABLE &&
                            row->verdict != DD_BAD_HEADER_CHECK;
    return row->verdict == DD_OK || (chain->format.profile.flags & DD_FECF && is_readable);
}

/* Take the frames that are whole. A marker that is missing where it is expected is looked for from
 * the last frame on that was bad: that one may have been cut short. */
static void take_frames(dd_chain *chain, dd_row *rows, size_t capacity, dd_chain_total *total)
{
    const size_t marked = marked_octets(chain);
    while (total->frame_count < capacity && chain->work_octets >= chain->work_next + marked) {
        const size_t at = chain->work_next;
        const int is_expected = chain->work_head <= at && is_marker(chain, at);
        if (!is_expected) {
            size_t from = chain->work_head;
            while (chain->work_octets - from >= marked && !is_marker(chain, from)) {
                from++;
            }
            if (chain->work_octets - from < marked) {
                total->skipped_octets += from - at; /* at least a frame lies behind `at` */
                chain->work_head = chain->work_next = from;
                return;
            }
            dd_row row = take(chain, from);
            if (!is_frame(chain, &row)) {
                chain->work_head = from + 1;
                continue;
            }
            row.flags |= DD_MISMARKED;
            rows[total->frame_count++] = row;
            total->skipped_octets += from > at ? from - at : 0;
            chain->work_head = chain->work_next = from + marked;
            continue;
        }
        const dd_row row = take(chain, at);
        rows[total->frame_count++] = row;
        chain->work_next = at + marked;
        chain->work_head = row.verdict == DD_OK ? chain->work_next : at + 1;
    }
}

void dd_slices_rx(dd_chain *chain, uint8_t *cadus, size_t cadu_count, dd_row *rows, size_t capacity,
                  dd_chain_total *total)
{
    const dd_layout *layout = &chain->layout;
    const size_t lead = chain->format.profile.marker_octets;
    const size_t slice_frames = layout->info_octets / marked_octets(chain) + 2;
    compact(chain);
    for (size_t taken = 0; taken < cadu_count;) {
        int16_t corrected[DD_GROUP];
        const size_t room = (chain->work_size - chain->work_octets) / layout->info_octets;
        const size_t free_rows = (capacity - (size_t)total->frame_count) / slice_frames;
        size_t count = cadu_count - taken < DD_GROUP ? cadu_count - taken : DD_GROUP;
        count = count < room ? count : room;
        count = count < free_rows ? count : free_rows;
        if (count == 0) {
            return;
        }
        uint8_t *group = cadus + taken * layout->cadu_octets;
        dd_rx_blocks(chain, group, count, corrected, total);
        for (size_t i = 0; i < count; i++) {
            append(chain, group + i * layout->cadu_octets + lead, corrected[i]);
            take_frames(chain, rows, capacity, total);
        }
        taken += count;
    }
}
