/* A cipher for tests only, the same on every CPU: a keyed stream of SplitMix64 and a keyed sum. It
 * has the form of the real ones, so that the chain runs with security where no libcrypto is. */
#ifndef DD_TEST_PLAIN_AEAD_H
#define DD_TEST_PLAIN_AEAD_H

#include "check.h"
#include "dd_link.h"

static inline int32_t plain_init(void *context, int32_t kind, int32_t is_sender, const uint8_t *key,
                                 size_t key_size, size_t iv_size)
{
    uint64_t hash = DIGEST_SEED;
    uint64_t *state = context;
    (void)kind;
    (void)is_sender;
    digest(&hash, key, key_size);
    state[0] = hash;
    state[1] = iv_size;
    return DD_OK;
}

static inline void plain_stream(const uint64_t *context, const uint8_t *iv, uint8_t *data,
                                size_t size)
{
    uint64_t state = context[0];
    digest(&state, iv, (size_t)context[1]);
    for (size_t i = 0; i < size; i++) {
        data[i] ^= (uint8_t)(draw(&state) >> 32);
    }
}

static inline void plain_tag(const uint64_t *context, const uint8_t *iv, const uint8_t *aad,
                             size_t aad_size, const uint8_t *data, size_t size, uint8_t *tag,
                             size_t tag_size)
{
    uint64_t state = context[0] ^ 0x5DEECE66Du;
    digest(&state, iv, (size_t)context[1]);
    digest(&state, aad, aad_size);
    digest(&state, data, size);
    draw_octets(&state, tag, tag_size);
}

static inline int32_t plain_seal(void *context, const uint8_t *iv, const uint8_t *aad,
                                 size_t aad_size, uint8_t *data, size_t size, uint8_t *tag,
                                 size_t tag_size)
{
    plain_stream(context, iv, data, size);
    plain_tag(context, iv, aad, aad_size, data, size, tag, tag_size);
    return DD_OK;
}

static inline int32_t plain_open(void *context, const uint8_t *iv, const uint8_t *aad,
                                 size_t aad_size, uint8_t *data, size_t size, const uint8_t *tag,
                                 size_t tag_size)
{
    uint8_t made[16];
    plain_tag(context, iv, aad, aad_size, data, size, made, tag_size);
    if (memcmp(made, tag, tag_size) != 0) {
        memset(data, 0, size);
        return -DD_BAD_TAG;
    }
    plain_stream(context, iv, data, size);
    return DD_OK;
}

static inline int32_t plain_mac(void *context, const uint8_t *aad, size_t aad_size,
                                const uint8_t *data, size_t size, uint8_t *tag, size_t tag_size)
{
    plain_tag(context, NULL, aad, aad_size, data, size, tag, tag_size);
    return DD_OK;
}

static inline void plain_wipe(void *context)
{
    memset(context, 0, 2 * sizeof(uint64_t));
}

static const dd_aead plain_aead = {plain_init, plain_seal, plain_open, plain_mac, plain_wipe};

/* A started association of the form of the built-in profiles: GCM, IV of 12 octets, MAC of 16. */
static inline void plain_association(dd_sa *sa, const dd_format *format, uint8_t is_sender)
{
    static const uint8_t key[32] = {'p', 'l', 'a', 'i', 'n'};
    *sa = (dd_sa){
        .channel_mask = format->profile.channel_mask,
        .number_end = UINT64_MAX,
        .window = 64,
        .spi = 7,
        .spacecraft = format->profile.spacecraft,
        .kind = DD_AEAD_GCM,
        .is_sender = is_sender,
        .iv_octets = 12,
        .mac_octets = 16,
        .salt = {1, 2, 3, 4},
    };
    memset(sa->mask, 0xFF, sizeof sa->mask);
    if (format->header_check) {
        sa->mask[6] = sa->mask[7] = 0;
    }
    CHECK_SAME(dd_sa_key(sa, &plain_aead, key, sizeof key), DD_OK);
    sa->state = DD_SA_STARTED;
}

#define PLAIN_HEAD 14
#define PLAIN_TAIL 16

#endif
