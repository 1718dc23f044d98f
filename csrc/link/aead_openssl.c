/* AES-GCM and AES-CMAC by the EVP functions of a shared libcrypto (OpenSSL >= 3.0), loaded at run
 * time: no header and no package is needed to build. Contexts are made once per association; a
 * frame only sets its initialisation vector. CMAC (NIST SP 800-38B) runs on AES-CBC of the same
 * library, since EVP_MAC in 3.0 cannot start anew without the key. Hosted builds only. */
#include <dlfcn.h>

#include "dd_link.h"

#define CTRL_SET_IV_SIZE 0x09 /* EVP_CTRL_AEAD_SET_IVLEN, stable since 1.1.0 */
#define CTRL_GET_TAG 0x10     /* EVP_CTRL_AEAD_GET_TAG */
#define CTRL_SET_TAG 0x11     /* EVP_CTRL_AEAD_SET_TAG */
#define VERSION_MIN 0x30000000L
#define SIZE_MAX_OCTETS 0x100000u
#define BLOCK 16u
#define CHUNK 256u

typedef void cipher_ctx;
typedef void cipher;
typedef int init_function(cipher_ctx *, const cipher *, void *, const uint8_t *, const uint8_t *);
typedef int update_function(cipher_ctx *, uint8_t *, int *, const uint8_t *, int);
typedef int final_function(cipher_ctx *, uint8_t *, int *);

/* The library's functions. */
typedef struct {
    unsigned long (*version)(void);
    cipher_ctx *(*ctx_new)(void);
    void (*ctx_free)(cipher_ctx *);
    int (*ctx_ctrl)(cipher_ctx *, int, int, void *);
    int (*ctx_padding)(cipher_ctx *, int);
    const cipher *(*gcm128)(void);
    const cipher *(*gcm256)(void);
    const cipher *(*cbc128)(void);
    const cipher *(*cbc256)(void);
    init_function *encrypt_init;
    update_function *encrypt_update;
    final_function *encrypt_final;
    init_function *decrypt_init;
    update_function *decrypt_update;
    final_function *decrypt_final;
} functions;

/* The dispatch table of this file, set once and kept. */
static functions crypto;

/* What dd_sa.context holds. */
typedef struct {
    cipher_ctx *ctx;
    uint8_t last_whole[BLOCK]; /* CMAC subkey for a whole last block */
    uint8_t last_part[BLOCK];  /* CMAC subkey for a padded last block */
} state;

_Static_assert(sizeof(state) <= sizeof(((dd_sa *)0)->context), "the context must fit dd_sa");

static int find(void *library, const char *name, void *target)
{
    void *address = dlsym(library, name);
    memcpy(target, &address, sizeof address);
    return address != NULL;
}

int64_t dd_openssl_load(const char *library)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        return -1;
    }
    functions made = {0};
    const int found = find(handle, "OpenSSL_version_num", &made.version) &&
                      find(handle, "EVP_CIPHER_CTX_new", &made.ctx_new) &&
                      find(handle, "EVP_CIPHER_CTX_free", &made.ctx_free) &&
                      find(handle, "EVP_CIPHER_CTX_ctrl", &made.ctx_ctrl) &&
                      find(handle, "EVP_CIPHER_CTX_set_padding", &made.ctx_padding) &&
                      find(handle, "EVP_aes_128_gcm", &made.gcm128) &&
                      find(handle, "EVP_aes_256_gcm", &made.gcm256) &&
                      find(handle, "EVP_aes_128_cbc", &made.cbc128) &&
                      find(handle, "EVP_aes_256_cbc", &made.cbc256) &&
                      find(handle, "EVP_EncryptInit_ex", &made.encrypt_init) &&
                      find(handle, "EVP_EncryptUpdate", &made.encrypt_update) &&
                      find(handle, "EVP_EncryptFinal_ex", &made.encrypt_final) &&
                      find(handle, "EVP_DecryptInit_ex", &made.decrypt_init) &&
                      find(handle, "EVP_DecryptUpdate", &made.decrypt_update) &&
                      find(handle, "EVP_DecryptFinal_ex", &made.decrypt_final);
    if (!found || made.version() < VERSION_MIN) {
        dlclose(handle);
        return -1;
    }
    crypto = made;
    return (int64_t)made.version();
}

static const cipher *cipher_of(int32_t kind, size_t key_size)
{
    if (kind == DD_AEAD_GCM && key_size == 16) {
        return crypto.gcm128();
    }
    if (kind == DD_AEAD_GCM && key_size == 32) {
        return crypto.gcm256();
    }
    if (kind == DD_AEAD_CMAC && key_size == 16) {
        return crypto.cbc128();
    }
    return kind == DD_AEAD_CMAC && key_size == 32 ? crypto.cbc256() : NULL;
}

/* Double in GF(2^128) as SP 800-38B 6.1 makes subkeys. */
static void double_block(const uint8_t *in, uint8_t *out)
{
    const uint8_t carry = (uint8_t)(in[0] >> 7);
    for (unsigned i = 0; i < BLOCK - 1; i++) {
        out[i] = (uint8_t)(in[i] << 1 | in[i + 1] >> 7);
    }
    out[BLOCK - 1] = (uint8_t)(in[BLOCK - 1] << 1 ^ (carry ? 0x87 : 0));
}

static int make_subkeys(state *s)
{
    static const uint8_t zero[BLOCK] = {0};
    uint8_t block[BLOCK];
    int size = 0;
    if (!crypto.ctx_padding(s->ctx, 0) || !crypto.encrypt_init(s->ctx, NULL, NULL, NULL, zero) ||
        !crypto.encrypt_update(s->ctx, block, &size, zero, (int)BLOCK)) {
        return 0;
    }
    double_block(block, s->last_whole);
    double_block(s->last_whole, s->last_part);
    return 1;
}

static void wipe(void *context)
{
    state *s = context;
    if (s->ctx != NULL) {
        crypto.ctx_free(s->ctx);
    }
    volatile uint8_t *octets = context;
    for (size_t i = 0; i < sizeof *s; i++) {
        octets[i] = 0;
    }
}

static int32_t init(void *context, int32_t kind, int32_t is_sender, const uint8_t *key,
                    size_t key_size, size_t iv_size)
{
    state *s = context;
    const cipher *type = cipher_of(kind, key_size);
    if (type == NULL) {
        return -DD_BAD_SIZE;
    }
    wipe(s);
    s->ctx = crypto.ctx_new();
    if (s->ctx == NULL) {
        return -DD_BAD_AEAD;
    }
    init_function *start =
        kind == DD_AEAD_CMAC || is_sender ? crypto.encrypt_init : crypto.decrypt_init;
    const int done = kind == DD_AEAD_CMAC
                         ? start(s->ctx, type, NULL, key, NULL) && make_subkeys(s)
                         : start(s->ctx, type, NULL, NULL, NULL) &&
                               crypto.ctx_ctrl(s->ctx, CTRL_SET_IV_SIZE, (int)iv_size, NULL) &&
                               start(s->ctx, NULL, NULL, key, NULL);
    if (!done) {
        wipe(s);
        return -DD_BAD_AEAD;
    }
    return DD_OK;
}

static int fits(const state *s, size_t aad_size, size_t size)
{
    return s->ctx != NULL && aad_size <= SIZE_MAX_OCTETS && size <= SIZE_MAX_OCTETS;
}

static int32_t seal(void *context, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                    uint8_t *data, size_t size, uint8_t *tag, size_t tag_size)
{
    const state *s = context;
    int done = 0;
    if (!fits(s, aad_size, size) || !crypto.encrypt_init(s->ctx, NULL, NULL, NULL, iv) ||
        !crypto.encrypt_update(s->ctx, NULL, &done, aad, (int)aad_size) ||
        !crypto.encrypt_update(s->ctx, data, &done, data, (int)size) ||
        !crypto.encrypt_final(s->ctx, data + size, &done) ||
        !crypto.ctx_ctrl(s->ctx, CTRL_GET_TAG, (int)tag_size, tag)) {
        return -DD_BAD_AEAD;
    }
    return DD_OK;
}

static int32_t open_sealed(void *context, const uint8_t *iv, const uint8_t *aad, size_t aad_size,
                           uint8_t *data, size_t size, const uint8_t *tag, size_t tag_size)
{
    const state *s = context;
    int done = 0;
    uint8_t expected[BLOCK];
    if (!fits(s, aad_size, size) || tag_size > BLOCK) {
        return -DD_BAD_AEAD;
    }
    memcpy(expected, tag, tag_size);
    if (!crypto.decrypt_init(s->ctx, NULL, NULL, NULL, iv) ||
        !crypto.decrypt_update(s->ctx, NULL, &done, aad, (int)aad_size) ||
        !crypto.decrypt_update(s->ctx, data, &done, data, (int)size) ||
        !crypto.ctx_ctrl(s->ctx, CTRL_SET_TAG, (int)tag_size, expected)) {
        memset(data, 0, size);
        return -DD_BAD_AEAD;
    }
    if (crypto.decrypt_final(s->ctx, data + size, &done) <= 0) {
        memset(data, 0, size);
        return -DD_BAD_TAG;
    }
    return DD_OK;
}

/* The octets of aad and data as one message. */
typedef struct {
    const uint8_t *aad;
    size_t aad_size;
    const uint8_t *data;
    size_t size;
} message;

static void take(const message *m, size_t at, uint8_t *out, size_t count)
{
    const size_t left = at < m->aad_size ? m->aad_size - at : 0;
    const size_t first = left < count ? left : count;
    if (first > 0) {
        memcpy(out, m->aad + at, first);
    }
    if (count > first) {
        memcpy(out + first, m->data + (at + first - m->aad_size), count - first);
    }
}

static int32_t mac(void *context, const uint8_t *aad, size_t aad_size, const uint8_t *data,
                   size_t size, uint8_t *tag, size_t tag_size)
{
    static const uint8_t zero[BLOCK] = {0};
    const state *s = context;
    const message m = {aad, aad_size, data, size};
    const size_t total = aad_size + size;
    uint8_t chunk[CHUNK];
    int done = 0;
    if (!fits(s, aad_size, size) || tag_size > BLOCK ||
        !crypto.encrypt_init(s->ctx, NULL, NULL, NULL, zero)) {
        return -DD_BAD_AEAD;
    }
    /* All blocks but the last, then the last one with its subkey. */
    const size_t before = total > BLOCK ? (total - 1) / BLOCK * BLOCK : 0;
    for (size_t at = 0; at < before; at += CHUNK) {
        const size_t count = before - at < CHUNK ? before - at : CHUNK;
        take(&m, at, chunk, count);
        if (!crypto.encrypt_update(s->ctx, chunk, &done, chunk, (int)count)) {
            return -DD_BAD_AEAD;
        }
    }
    uint8_t last[BLOCK] = {0};
    const size_t rest = total - before;
    take(&m, before, last, rest);
    if (rest < BLOCK) {
        last[rest] = 0x80;
    }
    const uint8_t *subkey = rest < BLOCK ? s->last_part : s->last_whole;
    for (unsigned i = 0; i < BLOCK; i++) {
        last[i] ^= subkey[i];
    }
    if (!crypto.encrypt_update(s->ctx, last, &done, last, (int)BLOCK)) {
        return -DD_BAD_AEAD;
    }
    memcpy(tag, last, tag_size);
    return DD_OK;
}

static const dd_aead table = {
    .init = init, .seal = seal, .open = open_sealed, .mac = mac, .wipe = wipe};

const dd_aead *dd_openssl(void)
{
    return crypto.version != NULL ? &table : NULL;
}
