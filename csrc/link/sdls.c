/* Space data link security, 355.0-B-2: security header, trailer, authentication mask, anti-replay.
 * A frame passes in three steps so that they can run apart: prepare or check, the cipher, commit.
 * Nothing of an association changes on receipt before the tag has matched. */
#include "dd_link.h"

#define IV_NUMBER 8u
#define IV_MAX 16u
#define MAC_MIN 4u
#define MAC_MAX 16u

static void store_number(uint8_t *out, size_t size, uint64_t number)
{
    for (size_t i = size; i > 0; i--) {
        out[i - 1] = (uint8_t)number;
        number >>= 8;
    }
}

static uint64_t load_number(const uint8_t *in, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        number = number << 8 | in[i];
    }
    return number;
}

/* Octets of the salt before the number in what is carried of the initialisation vector. */
static size_t salt_octets(const dd_sa *sa)
{
    return sa->iv_octets > IV_NUMBER ? sa->iv_octets - IV_NUMBER : 0;
}

/* Octets of the security header, or a negated verdict for an association of impossible form. */
int32_t dd_sa_head(const dd_sa *sa)
{
    const int iv_fits =
        sa->kind == DD_AEAD_GCM
            ? sa->iv_octets >= 1 && sa->iv_octets + sa->implicit_octets <= (int)IV_MAX
            : sa->kind == DD_AEAD_CMAC && sa->iv_octets == 0 && sa->number_octets >= 1;
    if (!iv_fits || sa->number_octets > IV_NUMBER || sa->pad_octets > 2 ||
        sa->mac_octets < MAC_MIN || sa->mac_octets > MAC_MAX || sa->window > DD_WINDOW_MAX) {
        return -DD_BAD_SIZE;
    }
    return 2 + sa->iv_octets + sa->number_octets + sa->pad_octets;
}

int32_t dd_sa_key(dd_sa *sa, const dd_aead *aead, const uint8_t *key, size_t key_size)
{
    if (dd_sa_head(sa) < 0) {
        return -DD_BAD_SIZE;
    }
    const int32_t done = aead->init(sa->context, sa->kind, sa->is_sender, key, key_size,
                                    (size_t)sa->implicit_octets + sa->iv_octets);
    if (done == DD_OK) {
        sa->state = DD_SA_KEYED;
    }
    return done;
}

void dd_sa_wipe(dd_sa *sa, const dd_aead *aead)
{
    if (aead != NULL) {
        aead->wipe(sa->context);
    }
    sa->state = DD_SA_UNKEYED;
}

/* Octets by which a header is shorter than the mask is made for: that of a control command. */
static size_t mask_shift(const dd_sa *sa, size_t header)
{
    return sa->mask_header > header ? sa->mask_header - header : 0;
}

/* Where the data of a frame begin, or a negated verdict. */
static int32_t find_data(const dd_sa *sa, size_t header, size_t secured)
{
    const int32_t head = dd_sa_head(sa);
    if (head < 0 || header + mask_shift(sa, header) > DD_AAD_MAX - (size_t)head) {
        return -DD_BAD_SIZE;
    }
    const size_t begin = header + (size_t)head;
    if (secured > UINT16_MAX || secured < begin + sa->mac_octets) {
        return -DD_BAD_SECURITY_LENGTH;
    }
    return (int32_t)begin;
}

static void apply_mask(uint8_t *restrict aad, const uint8_t *restrict frame,
                       const uint8_t *restrict mask, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        aad[i] = frame[i] & mask[i];
    }
}

/* Set the parts of a frame, with what the cipher needs from its headers: the whole vector and what
 * is authenticated. */
static void set_parts(const dd_sa *sa, const uint8_t *frame, size_t header, size_t begin,
                      size_t secured, dd_secured *parts)
{
    const size_t shift = mask_shift(sa, header);
    parts->iv_offset = (uint32_t)header + 2;
    parts->data_offset = (uint32_t)begin;
    parts->tag_offset = (uint32_t)(secured - sa->mac_octets);
    parts->data_octets = parts->tag_offset - parts->data_offset;
    parts->aad_octets = (uint32_t)begin;
    apply_mask(parts->aad, frame, sa->mask, begin);
    if (shift != 0) {
        apply_mask(parts->aad + header, frame + header, sa->mask + header + shift, begin - header);
    }
    if (sa->implicit_octets != 0) {
        memcpy(parts->iv, sa->implicit, sa->implicit_octets);
        memcpy(parts->iv + sa->implicit_octets, frame + parts->iv_offset, sa->iv_octets);
    }
}

static int is_too_wide(uint64_t number, size_t octets)
{
    return octets != 0 && octets < 8 && number >> 8 * octets != 0;
}

/* Write the security header of the next number and take that number. */
int32_t dd_sdls_prepare(dd_sa *sa, uint8_t channel, uint8_t *frame, size_t header, size_t secured,
                        dd_secured *parts)
{
    if (sa->state != DD_SA_STARTED || !sa->is_sender || channel > 63 ||
        !(sa->channel_mask >> channel & 1)) {
        return -DD_BAD_ASSOCIATION;
    }
    const int32_t begin = find_data(sa, header, secured);
    if (begin < 0) {
        return begin;
    }
    const uint64_t number = sa->number + 1;
    const size_t salt = salt_octets(sa);
    const size_t tail = sa->iv_octets - salt;
    if (number >= sa->number_end || is_too_wide(number, tail) ||
        is_too_wide(number, sa->number_octets)) {
        return -DD_NUMBERS_USED_UP;
    }
    uint8_t *at = frame + header;
    dd_store16(at, sa->spi);
    memcpy(at + 2, sa->salt, salt);
    store_number(at + 2 + salt, tail, number);
    store_number(at + 2 + sa->iv_octets, sa->number_octets, number);
    memset(at + 2 + sa->iv_octets + sa->number_octets, 0, sa->pad_octets);
    sa->number = number;
    parts->number = number;
    parts->index = 0;
    set_parts(sa, frame, header, (size_t)begin, secured, parts);
    return DD_OK;
}

static int32_t judge_number(const dd_sa *sa, uint64_t number)
{
    if (number > sa->number) {
        const int is_near = sa->ahead_max == 0 || number - sa->number <= sa->ahead_max;
        return is_near ? DD_OK : -DD_BAD_NUMBER;
    }
    const uint64_t age = sa->number - number;
    if (number == 0 || age >= sa->window || sa->seen[age / 64] >> age % 64 & 1) {
        return -DD_REPLAYED;
    }
    return DD_OK;
}

static const dd_sa *find_association(const dd_sa *sas, size_t sa_count, uint16_t spi)
{
    for (size_t i = 0; i < sa_count; i++) {
        if (sas[i].spi == spi && !sas[i].is_sender) {
            return &sas[i];
        }
    }
    return NULL;
}

/* Find the association and the parts of a received frame, and judge its number. */
int32_t dd_sdls_check(const dd_sa *sas, size_t sa_count, uint16_t spacecraft, uint8_t channel,
                      const uint8_t *frame, size_t header, size_t secured, dd_secured *parts)
{
    if (secured < header + 2) {
        return -DD_BAD_SECURITY_LENGTH;
    }
    const dd_sa *sa = find_association(sas, sa_count, dd_load16(frame + header));
    if (sa == NULL) {
        return -DD_UNKNOWN_SPI;
    }
    if (sa->state != DD_SA_STARTED || sa->spacecraft != spacecraft || channel > 63 ||
        !(sa->channel_mask >> channel & 1)) {
        return -DD_BAD_ASSOCIATION;
    }
    const int32_t begin = find_data(sa, header, secured);
    if (begin < 0) {
        return begin;
    }
    const uint8_t *at = frame + header + 2;
    const size_t salt = salt_octets(sa);
    if (!sa->takes_any_salt && memcmp(at, sa->salt, salt) != 0) {
        return -DD_BAD_IV;
    }
    if (load_number(at + sa->iv_octets + sa->number_octets, sa->pad_octets) != 0) {
        return -DD_BAD_SECURITY_LENGTH;
    }
    /* With a field of its own for the number, that of the vector says nothing. */
    const uint64_t number = sa->number_octets != 0
                                ? load_number(at + sa->iv_octets, sa->number_octets)
                                : load_number(at + salt, sa->iv_octets - salt);
    const int32_t judged = sa->takes_repeats ? DD_OK : judge_number(sa, number);
    if (judged == DD_OK) {
        parts->number = number;
        parts->index = (uint32_t)(sa - sas);
        set_parts(sa, frame, header, (size_t)begin, secured, parts);
    }
    return judged;
}

static const uint8_t *vector_of(const dd_sa *sa, const dd_secured *parts, const uint8_t *frame)
{
    return sa->implicit_octets != 0 ? parts->iv : frame + parts->iv_offset;
}

int32_t dd_sdls_seal(dd_sa *sa, const dd_aead *aead, const dd_secured *parts, uint8_t *frame)
{
    uint8_t *data = frame + parts->data_offset;
    uint8_t *tag = frame + parts->tag_offset;
    if (sa->kind == DD_AEAD_CMAC) {
        return aead->mac(sa->context, parts->aad, parts->aad_octets, data, parts->data_octets, tag,
                         sa->mac_octets);
    }
    return aead->seal(sa->context, vector_of(sa, parts, frame), parts->aad, parts->aad_octets, data,
                      parts->data_octets, tag, sa->mac_octets);
}

/* Equality in a time that does not depend on where the octets differ. */
static int same_octets(const uint8_t *first, const uint8_t *second, size_t size)
{
    uint32_t difference = 0;
    for (size_t i = 0; i < size; i++) {
        difference |= (uint32_t)(first[i] ^ second[i]);
    }
    return difference == 0;
}

int32_t dd_sdls_open(dd_sa *sa, const dd_aead *aead, const dd_secured *parts, uint8_t *frame)
{
    uint8_t *data = frame + parts->data_offset;
    const uint8_t *tag = frame + parts->tag_offset;
    if (sa->kind == DD_AEAD_CMAC) {
        uint8_t made[MAC_MAX];
        const int32_t done = aead->mac(sa->context, parts->aad, parts->aad_octets, data,
                                       parts->data_octets, made, sa->mac_octets);
        if (done != DD_OK) {
            return done;
        }
        return same_octets(made, tag, sa->mac_octets) ? DD_OK : -DD_BAD_TAG;
    }
    return aead->open(sa->context, vector_of(sa, parts, frame), parts->aad, parts->aad_octets, data,
                      parts->data_octets, tag, sa->mac_octets);
}

/* Move the window so that `steps` more numbers lie before its bit 0. */
static void move_window(dd_sa *sa, uint64_t steps)
{
    const size_t words = (sa->window + 63u) / 64u;
    if (steps >= sa->window) {
        memset(sa->seen, 0, sizeof sa->seen);
        return;
    }
    const size_t jump = (size_t)(steps / 64);
    const unsigned shift = (unsigned)(steps % 64);
    for (size_t i = words; i > 0; i--) {
        const size_t at = i - 1;
        const uint64_t low = at >= jump ? sa->seen[at - jump] : 0;
        const uint64_t below = at > jump ? sa->seen[at - jump - 1] : 0;
        sa->seen[at] = shift == 0 ? low : low << shift | below >> (64 - shift);
    }
}

/* Remember an accepted number; call it only after the tag has matched. */
void dd_sdls_commit(dd_sa *sa, uint64_t number)
{
    if (sa->takes_repeats) {
        return;
    }
    if (number > sa->number) {
        move_window(sa, number - sa->number);
        sa->number = number;
    }
    const uint64_t age = sa->number - number;
    if (age < DD_WINDOW_MAX) {
        sa->seen[age / 64] |= (uint64_t)1 << age % 64;
    }
}

/* Secure frames that lie `stride` octets apart, their data in place; returns how many were done.
 * It stops before the first that cannot be, and says why when that is the first of all. */
int64_t dd_sdls_apply(dd_sa *sa, const dd_aead *aead, uint8_t channel, uint8_t *frames,
                      size_t stride, size_t count, size_t header, size_t secured)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t *frame = frames + i * stride;
        dd_secured parts;
        int32_t done = dd_sdls_prepare(sa, channel, frame, header, secured, &parts);
        if (done == DD_OK) {
            done = dd_sdls_seal(sa, aead, &parts, frame);
        }
        if (done != DD_OK) {
            return i > 0 ? (int64_t)i : done;
        }
    }
    return (int64_t)count;
}

/* Open received frames whose records have no verdict yet; sets their verdict, or where their data
 * lie, and takes their numbers. Returns how many were opened. */
int64_t dd_sdls_process(dd_sa *sas, size_t sa_count, const dd_aead *aead, uint8_t *frames,
                        size_t stride, dd_frame *records, size_t count, size_t header,
                        size_t secured)
{
    int64_t opened = 0;
    for (size_t i = 0; i < count; i++) {
        dd_frame *record = &records[i];
        uint8_t *frame = frames + i * stride;
        dd_secured parts;
        if (record->verdict != DD_OK) {
            continue;
        }
        int32_t done = dd_sdls_check(sas, sa_count, record->spacecraft, record->channel, frame,
                                     header, secured, &parts);
        if (done == DD_OK) {
            done = dd_sdls_open(&sas[parts.index], aead, &parts, frame);
        }
        if (done != DD_OK) {
            record->verdict = (uint8_t)-done;
            continue;
        }
        dd_sdls_commit(&sas[parts.index], parts.number);
        record->data_offset = parts.data_offset;
        record->data_octets = parts.data_octets;
        opened++;
    }
    return opened;
}
