/* Every failure of libcrypto, one call after another: this program exports a libcrypto of its own
 * whose n-th call fails, and has it loaded in place of the real one. */
#include "check.h"
#include "dd_link.h"

#define EXPORTED __attribute__((visibility("default")))
#define NEVER 1000
#define TAG 16u

static int fails_at = NEVER;
static unsigned long version = 0x30000000uL;
static int context_count; /* made and not yet freed */
static const uint8_t key[16] = {1, 2, 3};

static int works(void)
{
    return fails_at-- != 0;
}

EXPORTED unsigned long OpenSSL_version_num(void)
{
    return version;
}

EXPORTED void *EVP_CIPHER_CTX_new(void)
{
    static int context;
    if (!works()) {
        return NULL;
    }
    context_count++;
    return &context;
}

EXPORTED void EVP_CIPHER_CTX_free(void *context)
{
    context_count -= context != NULL;
}

EXPORTED int EVP_CIPHER_CTX_ctrl(void *context, int type, int size, void *value)
{
    (void)context;
    const int is_get = type == 0x10;
    const int done = works();
    if (done && is_get) {
        memset(value, 0xA5, (size_t)size);
    }
    return done;
}

EXPORTED int EVP_CIPHER_CTX_set_padding(void *context, int padding)
{
    (void)context, (void)padding;
    return works();
}

#define CIPHER(name)                                                                               \
    EXPORTED const void *name(void)                                                                \
    {                                                                                              \
        return &version;                                                                           \
    }
CIPHER(EVP_aes_128_gcm)
CIPHER(EVP_aes_256_gcm)
CIPHER(EVP_aes_128_cbc)
CIPHER(EVP_aes_256_cbc)

#define INIT(name)                                                                                 \
    EXPORTED int name(void *context, const void *type, void *engine, const uint8_t *k,             \
                      const uint8_t *iv)                                                           \
    {                                                                                              \
        (void)context, (void)type, (void)engine, (void)k, (void)iv;                                \
        return works();                                                                            \
    }
INIT(EVP_EncryptInit_ex)
INIT(EVP_DecryptInit_ex)

#define UPDATE(name)                                                                               \
    EXPORTED int name(void *context, uint8_t *out, int *done, const uint8_t *in, int size)         \
    {                                                                                              \
        (void)context;                                                                             \
        for (int i = 0; out != NULL && i < size; i++) {                                            \
            out[i] = in[i] ^ 0x55;                                                                 \
        }                                                                                          \
        *done = size;                                                                              \
        return works();                                                                            \
    }
UPDATE(EVP_EncryptUpdate)
UPDATE(EVP_DecryptUpdate)

#define FINAL(name)                                                                                \
    EXPORTED int name(void *context, uint8_t *out, int *done)                                      \
    {                                                                                              \
        (void)context, (void)out;                                                                  \
        *done = 0;                                                                                 \
        return works();                                                                            \
    }
FINAL(EVP_EncryptFinal_ex)
FINAL(EVP_DecryptFinal_ex)

static int is_zero(const void *data, size_t size)
{
    const uint8_t *octets = data;
    uint8_t seen = 0;
    for (size_t i = 0; i < size; i++) {
        seen |= octets[i];
    }
    return seen == 0;
}

static dd_sa keyed(uint8_t kind, uint8_t is_sender)
{
    dd_sa sa = {.kind = kind, .is_sender = is_sender, .mac_octets = TAG};
    sa.iv_octets = kind == DD_AEAD_GCM ? 12 : 0;
    sa.number_octets = kind == DD_AEAD_GCM ? 0 : 4;
    fails_at = NEVER;
    CHECK_SAME(dd_sa_key(&sa, dd_openssl(), key, sizeof key), DD_OK);
    return sa;
}

static void an_old_library_is_refused(void)
{
    CHECK(dd_openssl() == NULL);
    version = 0x1010117FuL; /* 1.1.1w */
    CHECK_SAME(dd_openssl_load(NULL), -1);
    CHECK(dd_openssl() == NULL);
    CHECK_SAME(dd_openssl_load("/no/such/library.so"), -1);
    version = 0x30000000uL;
    CHECK_SAME(dd_openssl_load(NULL), version);
    CHECK(dd_openssl() != NULL);
}

static void init_leaves_nothing_behind(uint8_t kind, int call_count)
{
    const dd_aead *aead = dd_openssl();
    for (int n = 0; n <= call_count; n++) {
        dd_sa sa = {.kind = kind, .is_sender = 1};
        memset(sa.context, 0, sizeof sa.context);
        fails_at = n;
        const int32_t done = aead->init(sa.context, kind, 1, key, sizeof key, 12);
        CHECK_SAME(done, n < call_count ? -DD_BAD_AEAD : DD_OK);
        CHECK_SAME(context_count, n < call_count ? 0 : 1);
        CHECK(n == call_count || is_zero(sa.context, sizeof sa.context));
        aead->wipe(sa.context);
        CHECK_SAME(context_count, 0);
    }
}

static void seal_says_so(void)
{
    dd_sa sa = keyed(DD_AEAD_GCM, 1);
    uint8_t data[20] = {0}, tag[TAG], iv[12] = {0};
    for (int n = 0; n <= 5; n++) {
        fails_at = n;
        CHECK_SAME(dd_openssl()->seal(sa.context, iv, iv, 12, data, sizeof data, tag, TAG),
                   n < 5 ? -DD_BAD_AEAD : DD_OK);
    }
    CHECK_SAME(tag[TAG - 1], 0xA5);
    dd_sa_wipe(&sa, dd_openssl());
}

/* Sizes go to the library as int: a mebibyte of data or of headers at most. */
static void largest_sizes(void)
{
    static uint8_t data[0x100001];
    dd_sa sa = keyed(DD_AEAD_GCM, 1);
    uint8_t tag[TAG] = {0}, iv[12] = {0};
    for (size_t more = 0; more < 2; more++) {
        const int32_t want = more ? -DD_BAD_AEAD : DD_OK;
        CHECK_SAME(dd_openssl()->seal(sa.context, iv, iv, 0, data, 0x100000 + more, tag, TAG),
                   want);
        CHECK_SAME(dd_openssl()->seal(sa.context, iv, data, 0x100000 + more, data, 0, tag, TAG),
                   want);
    }
    dd_sa_wipe(&sa, dd_openssl());
}

static void open_hands_out_nothing(void)
{
    dd_sa sa = keyed(DD_AEAD_GCM, 0);
    uint8_t tag[TAG] = {0}, iv[12] = {0};
    for (int n = 0; n <= 5; n++) {
        uint8_t data[20];
        memset(data, 7, sizeof data);
        fails_at = n;
        const int32_t done =
            dd_openssl()->open(sa.context, iv, iv, 12, data, sizeof data, tag, TAG);
        const int32_t fault = n == 4 ? -DD_BAD_TAG : -DD_BAD_AEAD;
        CHECK_SAME(done, n < 5 ? fault : DD_OK);
        CHECK_SAME(is_zero(data, sizeof data), n < 5);
        CHECK(n < 5 || data[0] == (7 ^ 0x55));
    }
    dd_sa_wipe(&sa, dd_openssl());
}

/* A frame whose code could not be worked out is refused for that, not for a wrong tag. */
static void mac_says_so(void)
{
    dd_sa sa = keyed(DD_AEAD_CMAC, 0);
    dd_secured parts = {.data_octets = 600, .tag_offset = 600};
    uint8_t frame[600 + TAG] = {0};
    for (int n = 0; n < 5; n++) { /* the start, three chunks, the last block */
        uint8_t tag[TAG] = {0};
        fails_at = n;
        CHECK_SAME(dd_openssl()->mac(sa.context, frame, 0, frame, 600, tag, TAG), -DD_BAD_AEAD);
        CHECK(is_zero(tag, TAG));
        fails_at = n;
        CHECK_SAME(dd_sdls_open(&sa, dd_openssl(), &parts, frame), -DD_BAD_AEAD);
    }
    fails_at = NEVER;
    CHECK_SAME(dd_sdls_open(&sa, dd_openssl(), &parts, frame), -DD_BAD_TAG);
    CHECK_SAME(dd_openssl()->mac(sa.context, frame, 0, frame, 600, frame + 600, TAG), DD_OK);
    CHECK_SAME(dd_sdls_open(&sa, dd_openssl(), &parts, frame), DD_OK);
    dd_sa_wipe(&sa, dd_openssl());
}

int main(void)
{
    an_old_library_is_refused();
    init_leaves_nothing_behind(DD_AEAD_GCM, 4);
    init_leaves_nothing_behind(DD_AEAD_CMAC, 5);
    seal_says_so();
    largest_sizes();
    open_hands_out_nothing();
    mac_says_so();
    CHECK_SAME(context_count, 0);
    return 0;
}
