/* Frames of fixed length in batches: build, secure, check, encode, randomise, mark; and back. */
#include "chain.h"

#define BATCH_OCTETS_MAX 0x40000000u /* so that 32 bits hold every offset */

static size_t channel_of(const dd_row *row)
{
    return row->channel & 63u;
}

static uint32_t count_mask(const dd_format *format)
{
    if (format->frame_kind == DD_FRAME_TM) {
        return 0xFF;
    }
    return format->profile.flags & DD_COUNT_CYCLE ? 0xFFFFFFF : 0xFFFFFF;
}

int32_t dd_chain_start(dd_chain *chain, int32_t is_sender)
{
    dd_layout layout;
    if (dd_layout_of(&chain->format, &layout) != DD_OK || chain->sa_count > 64 ||
        (chain->sequence_size != 0 && chain->sequence_size < layout.block_octets) ||
        (chain->sa_count != 0) != (chain->format.security_head != 0)) {
        return -DD_BAD_SIZE;
    }
    const size_t marked =
        (size_t)chain->format.profile.marker_octets + chain->format.profile.frame_octets;
    if (chain->format.code == DD_CODE_SLICES &&
        chain->work_size < 2 * marked + (size_t)layout.info_octets) {
        return -DD_BAD_SIZE;
    }
    chain->layout = layout;
    chain->work_octets = chain->work_head = chain->work_next = chain->work_bad = 0;
    chain->work_base = 0;
    chain->master_count = 0;
    chain->idle_state = 0xFFFFFFFF;
    chain->pending_corrected = 0;
    for (size_t i = 0; i < 64; i++) {
        chain->counts[i] = is_sender ? 0 : DD_COUNT_ANY;
    }
    return DD_OK;
}

void dd_tx_blocks(const dd_chain *chain, uint8_t *cadus, size_t count)
{
    const dd_profile *profile = &chain->format.profile;
    const size_t stride = chain->layout.cadu_octets;
    const size_t lead = profile->marker_octets;
    if (chain->format.code != DD_CODE_NONE) {
        dd_rs_encode(&chain->format.rs, cadus + lead, count * stride - lead, stride, count);
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *cadu = cadus + i * stride;
        memcpy(cadu, profile->marker, lead);
        if (chain->sequence_size != 0) {
            dd_xor(cadu + lead, chain->layout.block_octets, chain->sequence);
        }
    }
}

void dd_rx_blocks(const dd_chain *chain, uint8_t *cadus, size_t count, int16_t *corrected,
                  dd_chain_total *total)
{
    const size_t stride = chain->layout.cadu_octets;
    const size_t lead = chain->format.profile.marker_octets;
    for (size_t i = 0; i < count; i++) {
        corrected[i] = 0;
        if (chain->sequence_size != 0) {
            dd_xor(cadus + i * stride + lead, chain->layout.block_octets, chain->sequence);
        }
    }
    if (chain->format.code != DD_CODE_NONE) {
        dd_rs_repair(&chain->format.rs, cadus + lead, count * stride - lead, stride, count,
                     corrected);
    }
    for (size_t i = 0; i < count; i++) {
        total->unrepairable_count += corrected[i] < 0;
        total->corrected_count += corrected[i] > 0 ? (uint64_t)corrected[i] : 0;
    }
    total->cadu_count += count;
}

/* Only-idle frames of AOS carry no security (355.0-B-2 2.3.1); nothing of them is handed on. */
static int is_secured(const dd_chain *chain, const dd_row *row)
{
    return chain->format.security_head != 0 &&
           !(chain->format.frame_kind == DD_FRAME_AOS && row->channel == DD_CHANNEL_IDLE);
}

int32_t dd_tx_seal(dd_chain *chain, const dd_source *source, const dd_row *row, uint8_t *frame)
{
    const dd_layout *layout = &chain->layout;
    if (is_secured(chain, row)) {
        dd_sa *sa = source->forms[channel_of(row)].sa;
        dd_secured parts;
        int32_t done = dd_sdls_prepare(sa, row->channel, frame, layout->header_octets,
                                       layout->secured_octets, &parts);
        if (done == DD_OK) {
            done = dd_sdls_seal(sa, chain->aead, &parts, frame);
        }
        if (done != DD_OK) {
            return done;
        }
    }
    dd_frame_finish(chain, frame);
    return DD_OK;
}

/* Check rows and insert zones of a batch; returns DD_OK or a negated verdict, nothing changed. */
static int32_t check_rows(const dd_chain *chain, const dd_row *rows, size_t count,
                          dd_source *source)
{
    const dd_format *format = &chain->format;
    const size_t insert = format->insert_octets;
    memset(source, 0, sizeof *source);
    source->insert = chain->inserts;
    source->insert_step = chain->inserts == NULL || chain->inserts_size == insert ? 0 : insert;
    if (source->insert_step != 0 && chain->inserts_size / insert < count) {
        return -DD_BAD_SIZE;
    }
    for (size_t i = 0; i < count; i++) {
        const int is_idle =
            format->frame_kind == DD_FRAME_AOS && rows[i].channel == DD_CHANNEL_IDLE;
        if (rows[i].channel > 63 ||
            (!is_idle && !(format->profile.channel_mask >> rows[i].channel & 1))) {
            return -DD_BAD_CHANNEL;
        }
        source->secured_count += is_secured(chain, &rows[i]) != 0;
    }
    return DD_OK;
}

/* The first association that sends on a channel with numbers for the whole batch. Its fields are as
 * long as those of the first that is started there, for which the zones were cut. */
static dd_sa *find_sender(const dd_chain *chain, uint8_t channel, size_t number_count)
{
    const dd_sa *first = NULL;
    for (size_t i = 0; i < chain->sa_count; i++) {
        dd_sa *sa = &chain->sas[i];
        if (!sa->is_sender || sa->state != DD_SA_STARTED || dd_sa_head(sa) < 0 ||
            !(sa->channel_mask >> channel & 1)) {
            continue;
        }
        first = first != NULL ? first : sa;
        if (sa->number_end - sa->number > number_count && dd_sa_head(sa) == dd_sa_head(first) &&
            sa->mac_octets == first->mac_octets) {
            return sa;
        }
    }
    return NULL;
}

/* Find the associations of all rows and add up their zones, so that no frame is begun that cannot
 * be filled and sealed. */
static int32_t find_senders(const dd_chain *chain, const dd_row *rows, size_t count,
                            const uint8_t *zones, size_t zones_size, dd_source *source)
{
    uint64_t zone_octets = 0;
    const int32_t fits = check_rows(chain, rows, count, source);
    if (fits != DD_OK) {
        return fits;
    }
    for (size_t i = 0; i < count; i++) {
        dd_form *form = &source->forms[channel_of(&rows[i])];
        if (form->zone_octets == 0) {
            const int is_clear = !is_secured(chain, &rows[i]);
            dd_sa *sa =
                is_clear ? NULL : find_sender(chain, rows[i].channel, source->secured_count);
            if (!is_clear && sa == NULL) {
                return -DD_NUMBERS_USED_UP;
            }
            if (!dd_form_of(chain, sa, form)) {
                return -DD_BAD_SIZE;
            }
        }
        zone_octets += dd_row_has_zone(&chain->format, &rows[i]) ? form->zone_octets : 0;
    }
    source->zone = zones;
    return zone_octets <= zones_size ? DD_OK : -DD_BAD_SIZE;
}

void dd_tx_next(dd_chain *chain, dd_row *row, dd_source *source, uint8_t *frame)
{
    uint32_t *next = &chain->counts[channel_of(row)];
    row->count = *next;
    row->verdict = DD_OK;
    row->flags &= DD_REPLAY;
    *next = (*next + 1) & count_mask(&chain->format);
    dd_frame_build(chain, &source->forms[channel_of(row)], row, source->insert, source->zone,
                   frame);
    source->zone += row->data_octets;
    if (source->insert != NULL) {
        source->insert += source->insert_step;
    }
}

static int64_t send_frames(dd_chain *chain, dd_source *source, dd_row *rows, size_t count,
                           uint8_t *out)
{
    const size_t stride = chain->layout.cadu_octets;
    const size_t lead = chain->format.profile.marker_octets;
    for (size_t begin = 0; begin < count; begin += DD_GROUP) {
        const size_t left = count - begin < DD_GROUP ? count - begin : DD_GROUP;
        uint8_t *cadus = out + begin * stride;
        for (size_t i = 0; i < left; i++) {
            dd_row *row = &rows[begin + i];
            uint8_t *frame = cadus + i * stride + lead;
            dd_tx_next(chain, row, source, frame);
            row->data_offset = (uint32_t)(frame - out) + row->lead_octets;
            const int32_t done = dd_tx_seal(chain, source, row, frame);
            if (done != DD_OK) {
                return done;
            }
        }
        dd_tx_blocks(chain, cadus, left);
    }
    return (int64_t)count;
}

int64_t dd_tx_batch(dd_chain *chain, dd_row *rows, size_t count, const uint8_t *zones,
                    size_t zones_size, uint8_t *out, size_t out_size, dd_chain_total *total)
{
    const dd_layout *layout = &chain->layout;
    dd_chain_total done = {0};
    dd_source source;
    const int32_t fits = find_senders(chain, rows, count, zones, zones_size, &source);
    if (fits != DD_OK) {
        return fits;
    }
    if (source.secured_count > 0 && chain->aead == NULL) {
        return -DD_STAGED;
    }
    int64_t sent = (int64_t)count;
    if (chain->format.code == DD_CODE_SLICES) {
        const size_t marked =
            (size_t)chain->format.profile.marker_octets + chain->format.profile.frame_octets;
        done.cadu_count = (chain->work_octets + count * marked) / layout->info_octets;
        if (done.cadu_count > out_size / layout->cadu_octets) {
            return -DD_BAD_SIZE;
        }
        const int32_t sliced = dd_slices_tx(chain, &source, rows, count, out);
        sent = sliced == DD_OK ? sent : sliced;
    } else if (count > out_size / layout->cadu_octets) {
        return -DD_BAD_SIZE;
    } else {
        sent = send_frames(chain, &source, rows, count, out);
        done.cadu_count = count;
    }
    if (sent >= 0) {
        done.frame_count = count;
        *total = done;
    }
    return sent;
}

int64_t dd_tx_build(dd_chain *chain, dd_row *rows, size_t count, const uint8_t *zones,
                    size_t zones_size, uint8_t *out, size_t out_size)
{
    const size_t stride = chain->layout.cadu_octets;
    const size_t lead = chain->format.profile.marker_octets;
    dd_source source;
    const int32_t fits = find_senders(chain, rows, count, zones, zones_size, &source);
    if (fits != DD_OK || chain->format.code == DD_CODE_SLICES || count > out_size / stride) {
        return fits != DD_OK ? fits : -DD_BAD_SIZE;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *frame = out + i * stride + lead;
        dd_tx_next(chain, &rows[i], &source, frame);
        rows[i].data_offset = (uint32_t)(i * stride + lead) + rows[i].lead_octets;
    }
    return (int64_t)count;
}

int64_t dd_tx_code(dd_chain *chain, size_t count, uint8_t *out, size_t out_size)
{
    const size_t stride = chain->layout.cadu_octets;
    if (chain->format.code == DD_CODE_SLICES || count > out_size / stride) {
        return -DD_BAD_SIZE;
    }
    for (size_t i = 0; i < count; i++) {
        dd_frame_finish(chain, out + i * stride + chain->format.profile.marker_octets);
    }
    if (count > 0) {
        dd_tx_blocks(chain, out, count);
    }
    return (int64_t)count;
}

static void judge_count(dd_chain *chain, dd_row *row)
{
    const uint32_t mask = count_mask(&chain->format);
    uint32_t *expected = &chain->counts[channel_of(row)];
    const uint32_t ahead = *expected == DD_COUNT_ANY ? 0 : (row->count - *expected) & mask;
    if (ahead == mask) {
        row->verdict = DD_REPEATED;
        return;
    }
    /* Eight bits are too few to tell a step back from a loss. */
    if (ahead > mask / 2 && mask != 0xFF) {
        row->flags |= DD_RESTARTED;
    } else {
        row->gap = ahead;
    }
    *expected = (row->count + 1) & mask;
}

static void open_frame(dd_chain *chain, uint8_t *frame, dd_row *row)
{
    dd_secured parts;
    int32_t done = dd_sdls_check(chain->sas, chain->sa_count, row->spacecraft, row->channel, frame,
                                 row->data_offset - chain->format.security_head,
                                 chain->layout.secured_octets, &parts);
    if (done == DD_OK) {
        done = dd_sdls_open(&chain->sas[parts.index], chain->aead, &parts, frame);
    }
    if (done != DD_OK) {
        row->verdict = (uint8_t)-done;
        return;
    }
    dd_sdls_commit(&chain->sas[parts.index], parts.number);
    row->data_offset = parts.data_offset;
    row->data_octets = parts.data_octets;
    row->sa_index = (uint8_t)parts.index;
}

void dd_rx_opened(dd_chain *chain, const uint8_t *frame, dd_row *row)
{
    row->verdict = DD_OK;
    dd_frame_content(chain, frame, row);
    if (row->verdict == DD_OK && !chain->leaves_counts) {
        judge_count(chain, row);
    }
}

void dd_rx_frame(dd_chain *chain, uint8_t *base, size_t at, dd_row *row)
{
    uint8_t *frame = base + at;
    dd_frame_parse(chain, frame, row);
    if (row->verdict == DD_OK && is_secured(chain, row)) {
        if (chain->aead == NULL) {
            row->verdict = DD_STAGED;
        } else {
            open_frame(chain, frame, row);
        }
    }
    if (row->verdict == DD_OK) {
        dd_rx_opened(chain, frame, row);
    }
    row->lead_octets = (uint16_t)row->data_offset;
    row->data_offset += (uint32_t)at;
}

int64_t dd_rx_batch(dd_chain *chain, uint8_t *cadus, size_t cadus_size, dd_row *rows,
                    size_t capacity, dd_chain_total *total)
{
    const size_t stride = chain->layout.cadu_octets;
    const size_t lead = chain->format.profile.marker_octets;
    const size_t given = cadus_size / stride;
    dd_chain_total done = {0};
    if (cadus_size > BATCH_OCTETS_MAX) {
        return -DD_BAD_SIZE;
    }
    if (chain->format.code == DD_CODE_SLICES) {
        dd_slices_rx(chain, cadus, given, rows, capacity, &done);
        *total = done;
        return (int64_t)done.frame_count;
    }
    const size_t count = given < capacity ? given : capacity;
    for (size_t begin = 0; begin < count; begin += DD_GROUP) {
        const size_t left = count - begin < DD_GROUP ? count - begin : DD_GROUP;
        int16_t corrected[DD_GROUP];
        dd_rx_blocks(chain, cadus + begin * stride, left, corrected, &done);
        for (size_t i = 0; i < left; i++) {
            dd_row row = {.corrected = corrected[i]};
            if (corrected[i] < 0) {
                row.verdict = DD_UNREPAIRABLE;
            } else {
                dd_rx_frame(chain, cadus, (begin + i) * stride + lead, &row);
            }
            rows[begin + i] = row;
        }
    }
    done.frame_count = count;
    *total = done;
    return (int64_t)count;
}
