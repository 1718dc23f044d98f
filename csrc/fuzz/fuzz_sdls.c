/* Security on receipt over any octets: no frame that its sender did not seal is opened, none is
 * opened twice, none is opened by an association that does not serve, and nothing that is refused
 * changes an association. GCM and CMAC, every state, windows of any size, vectors of 12 and 16,
 * one of which half is not carried, and one beside a number of its own. */
#include "../test/plain_aead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER 6u
#define DATA 24u
#define FRAME_MAX 96u
#define GENUINE 5u
#define FORMS 6u

typedef struct {
    dd_sa sender;
    uint8_t frames[GENUINE][FRAME_MAX];
    size_t secured;
} sealed;

static void make_association(dd_sa *sa, size_t form, uint8_t is_sender)
{
    static const uint8_t key[32] = {'f', 'u', 'z', 'z'};
    const int is_gcm = form < 2 || form > 3;
    *sa = (dd_sa){.channel_mask = 0x3,
                  .number_end = UINT64_MAX,
                  .spi = (uint16_t)(7 + form),
                  .spacecraft = 0x6D,
                  .kind = is_gcm ? DD_AEAD_GCM : DD_AEAD_CMAC,
                  .is_sender = is_sender,
                  .iv_octets = (uint8_t[]){12, 16, 0, 0, 6, 12}[form],
                  .number_octets = (uint8_t[]){0, 0, 4, 4, 0, 2}[form],
                  .implicit_octets = form == 4 ? 6 : 0,
                  .implicit = {1, 2, 3, 4, 5, 6},
                  .takes_any_salt = form == 5,
                  .pad_octets = form == 3 ? 2 : 0,
                  .mac_octets = is_gcm ? 16 : 8,
                  .salt = {9, 8, 7, 6}};
    memset(sa->mask, 0xFF, sizeof sa->mask);
    CHECK_SAME(dd_sa_key(sa, &plain_aead, key, sizeof key), DD_OK);
    sa->state = DD_SA_STARTED;
}

static const sealed *genuine(size_t form)
{
    static sealed all[FORMS];
    static int is_made;
    for (size_t i = 0; i < FORMS && !is_made; i++) {
        sealed *one = &all[i];
        make_association(&one->sender, i, 1);
        one->secured = HEADER + (size_t)dd_sa_head(&one->sender) + DATA + one->sender.mac_octets;
        memset(one->frames, 0x5C, sizeof one->frames);
        CHECK_SAME(dd_sdls_apply(&one->sender, &plain_aead, 0, one->frames[0], FRAME_MAX, GENUINE,
                                 HEADER, one->secured),
                   GENUINE);
    }
    is_made = 1;
    return &all[form];
}

/* What was opened must be genuine to the last octet, and new. */
static void judge(const sealed *made, const dd_sa *sa, const uint8_t *given, unsigned *opened,
                  const dd_frame *record)
{
    size_t which = 0;
    while (which < GENUINE && memcmp(given, made->frames[which], made->secured) != 0) {
        which++;
    }
    CHECK(which < GENUINE && !(*opened >> which & 1u));
    CHECK(sa->state == DD_SA_STARTED && record->channel < 2 && record->spacecraft == 0x6D);
    CHECK(record->data_octets == DATA);
    *opened |= 1u << which;
}

static void receive(size_t form, const uint8_t *data, size_t size)
{
    const sealed *made = genuine(form);
    dd_sa sa;
    unsigned opened = 0;
    make_association(&sa, form, 0);
    sa.window = data[0] % 70u * (data[0] >> 7);
    sa.ahead_max = data[1] & 0x40 ? 2 : 0;
    sa.state = data[1] & 0x80 ? DD_SA_STARTED : data[1] % 5;
    for (size_t i = 2; i + 4 <= size && i < 2 + 4 * 12; i += 4) {
        uint8_t frame[FRAME_MAX];
        uint8_t given[FRAME_MAX];
        dd_frame record = {.channel = data[i] >> 6, .spacecraft = data[i] & 8 ? 0x6C : 0x6D};
        size_t secured = made->secured;
        memcpy(frame, made->frames[data[i] % GENUINE], sizeof frame);
        if (data[i + 1] < 90) {
            frame[data[i + 1] % made->secured] ^= data[i + 2];
        } else if (data[i + 1] < 110) {
            secured = data[i + 3] % (FRAME_MAX + 1); /* another length */
        } else if (data[i + 1] < 130) {
            memset(frame + HEADER, data[i + 2], data[i + 3] % (FRAME_MAX - HEADER));
        }
        memcpy(given, frame, sizeof given);
        const dd_sa before = sa;
        const int64_t count =
            dd_sdls_process(&sa, 1, &plain_aead, frame, FRAME_MAX, &record, 1, HEADER, secured);
        CHECK((count == 1) == (record.verdict == DD_OK));
        if (count == 1) {
            CHECK(secured == made->secured);
            judge(made, &before, given, &opened, &record);
        } else {
            CHECK(memcmp(&before, &sa, sizeof sa) == 0);
            CHECK(record.verdict >= DD_BAD_SECURITY_LENGTH && record.verdict <= DD_UNKNOWN_SPI);
        }
    }
    uint8_t frame[FRAME_MAX];
    dd_frame record = {.spacecraft = 0x6D};
    memcpy(frame, made->frames[0], sizeof frame);
    dd_sa_wipe(&sa, &plain_aead); /* serves no more, whatever it was */
    CHECK_SAME(
        dd_sdls_process(&sa, 1, &plain_aead, frame, FRAME_MAX, &record, 1, HEADER, made->secured),
        0);
    CHECK_SAME(record.verdict, DD_BAD_ASSOCIATION);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 6) {
        receive(data[0] % FORMS, data + 1, size - 1);
    }
    return 0;
}
