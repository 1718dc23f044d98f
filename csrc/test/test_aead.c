/* AES by the system's libcrypto against printed vectors: CMAC of SP 800-38B appendix D (AES-256)
 * and RFC 4493 (AES-128), GCM of McGrew and Viega, cases 4 and 16; messages over several chunks as
 * pyca/cryptography gives them. Headers and data are one message wherever they are cut. */
#include "check.h"
#include "dd_link.h"

#define TAG 16u

static const char *const message_hex =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const char *const key_128 = "2b7e151628aed2a6abf7158809cf4f3c";
static const char *const key_256 =
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";

static uint8_t message[700];

static dd_sa keyed(uint8_t kind, uint8_t is_sender, const char *hex)
{
    uint8_t key[32];
    dd_sa sa = {.kind = kind, .is_sender = is_sender, .mac_octets = TAG};
    sa.iv_octets = kind == DD_AEAD_GCM ? 12 : 0;
    sa.number_octets = kind == DD_AEAD_GCM ? 0 : 4;
    CHECK_SAME(dd_sa_key(&sa, dd_openssl(), key, from_hex(hex, key)), DD_OK);
    return sa;
}

static void check_mac(const char *key, size_t size, const char *want_hex)
{
    uint8_t want[TAG], tag[TAG];
    dd_sa sa = keyed(DD_AEAD_CMAC, 1, key);
    CHECK_SAME(from_hex(want_hex, want), TAG);
    for (size_t cut = 0; cut <= size; cut++) {
        memset(tag, 0, TAG);
        CHECK_SAME(dd_openssl()->mac(sa.context, message, cut, message + cut, size - cut, tag, TAG),
                   DD_OK);
        CHECK(memcmp(tag, want, TAG) == 0);
    }
    memset(tag, 0, TAG);
    CHECK_SAME(dd_openssl()->mac(sa.context, message, 0, message, size, tag, 4), DD_OK);
    CHECK(memcmp(tag, want, 4) == 0 && tag[4] == 0);
    CHECK_SAME(dd_openssl()->mac(sa.context, message, 0, message, size, tag, TAG + 1),
               -DD_BAD_AEAD);
    dd_sa_wipe(&sa, dd_openssl());
}

static void macs(void)
{
    from_hex(message_hex, message);
    check_mac(key_128, 0, "bb1d6929e95937287fa37d129b756746");
    check_mac(key_128, 16, "070a16b46b4d4144f79bdd9dd04a287c");
    check_mac(key_128, 40, "dfa66747de9ae63030ca32611497c827");
    check_mac(key_128, 64, "51f0bebf7e3b9d92fc49741779363cfe");
    check_mac(key_256, 0, "028962f61b7bf89efc6b551f4667d983");
    check_mac(key_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c");
    check_mac(key_256, 40, "aaf3d8f1de5640c232f5b169b9c911e6");
    check_mac(key_256, 64, "e1992190549f6ed5696a2c056c315410");
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)(i % 251);
    }
    check_mac(key_256, 256, "a955e1be1f457928ecbefd21486a9112");
    check_mac(key_256, 257, "e2c26fd96b885d48b96dba91e881d8db");
    check_mac(key_256, 512, "cb795d57b565448cb5798714823a8974");
    check_mac(key_256, 513, "4130fce99eef9e64b55f780a95a273f2");
    check_mac(key_256, 700, "9a78755423fca4b8b5c58529daa5b778");
}

static void check_gcm(const char *key, const char *cipher_hex, const char *tag_hex)
{
    static const char *const plain_hex =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    uint8_t plain[60], data[60], cipher[60], tag[TAG], want[TAG], iv[12], aad[20];
    dd_sa sender = keyed(DD_AEAD_GCM, 1, key);
    dd_sa receiver = keyed(DD_AEAD_GCM, 0, key);
    const dd_aead *aead = dd_openssl();
    CHECK_SAME(from_hex(plain_hex, plain), 60);
    CHECK_SAME(from_hex(cipher_hex, cipher), 60);
    CHECK_SAME(from_hex(tag_hex, want), TAG);
    from_hex("cafebabefacedbaddecaf888", iv);
    from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad);
    memcpy(data, plain, 60);
    CHECK_SAME(aead->seal(sender.context, iv, aad, 20, data, 60, tag, TAG), DD_OK);
    CHECK(memcmp(data, cipher, 60) == 0 && memcmp(tag, want, TAG) == 0);
    CHECK_SAME(aead->open(receiver.context, iv, aad, 20, data, 60, tag, TAG), DD_OK);
    CHECK(memcmp(data, plain, 60) == 0);
    memcpy(data, cipher, 60);
    tag[TAG - 1] ^= 1;
    CHECK_SAME(aead->open(receiver.context, iv, aad, 20, data, 60, tag, TAG), -DD_BAD_TAG);
    dd_sa_wipe(&sender, aead);
    dd_sa_wipe(&receiver, aead);
}

static void sizes_of_keys(void)
{
    static const uint8_t key[33] = {0};
    uint64_t context[8] = {0};
    for (int32_t kind = 0; kind <= 3; kind++) {
        for (size_t size = 0; size <= sizeof key; size++) {
            const int is_known = kind == DD_AEAD_GCM || kind == DD_AEAD_CMAC;
            CHECK_SAME(dd_openssl()->init(context, kind, 1, key, size, 12),
                       is_known && (size == 16 || size == 32) ? DD_OK : -DD_BAD_SIZE);
            dd_openssl()->wipe(context);
        }
    }
}

int main(void)
{
    if (dd_openssl_load("libcrypto.so.3") < 0) {
        printf("skipped: no libcrypto.so.3\n");
        return 0;
    }
    macs();
    check_gcm("feffe9928665731c6d6a8f9467308308",
              "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
              "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
              "5bc94fbc3221a5db94fae95ae7121a47");
    check_gcm("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
              "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
              "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
              "76fc6ece0f4e1768cddf8853bb2d551b");
    sizes_of_keys();
    return 0;
}
