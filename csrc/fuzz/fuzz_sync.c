/* Marker search over any octets, by octets and by bits: what comes out is what lies in the stream
 * at the offset that is told, and the pieces in which the stream comes change nothing. */
#include "../test/check.h"
#include "dd_link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STREAM_MAX 240u
#define FOUND_MAX 240u
#define CADU_MAX 64u

typedef struct {
    size_t count;
    uint64_t offsets[FOUND_MAX];
    uint8_t inverted[FOUND_MAX];
} found_list;

static unsigned bit_at(const uint8_t *data, uint64_t at)
{
    return (unsigned)data[at / 8] >> (7 - at % 8) & 1u;
}

/* First, middle and last octet of a CADU against the stream. */
static void check_octets(const uint8_t *data, uint64_t at, const uint8_t *cadu, size_t cadu_octets,
                         uint8_t *inverted)
{
    const size_t places[] = {0, cadu_octets / 2, cadu_octets - 1};
    *inverted = (cadu[0] >> 7) != bit_at(data, at);
    for (size_t i = 0; i < 3; i++) {
        for (size_t bit = 0; bit < 8; bit++) {
            const unsigned want = bit_at(data, at + 8 * places[i] + bit) ^ *inverted;
            CHECK(((unsigned)cadu[places[i]] >> (7 - bit) & 1u) == want);
        }
    }
}

static void run(dd_sync sync, const uint8_t *data, size_t size, size_t piece, found_list *found)
{
    uint8_t cadus[4 * CADU_MAX];
    uint64_t offsets[4];
    size_t base = 0;
    size_t end = 0;
    sync.offsets = offsets;
    found->count = 0;
    do {
        end = size - end < piece ? size : end + piece;
        for (;;) {
            size_t consumed;
            const int64_t rows = dd_sync_take(&sync, data + base, end - base, cadus,
                                              4u * sync.cadu_octets, &consumed);
            CHECK(rows >= 0 && rows <= 4 && consumed <= end - base && sync.bit < 8);
            for (size_t i = 0; i < (size_t)rows && found->count < FOUND_MAX; i++) {
                const uint64_t at = offsets[i];
                CHECK(at + 8 * (uint64_t)sync.cadu_octets <= 8 * (uint64_t)end);
                CHECK(found->count == 0 || at > found->offsets[found->count - 1]);
                check_octets(data, at, cadus + i * sync.cadu_octets, sync.cadu_octets,
                             &found->inverted[found->count]);
                CHECK(sync.is_bitwise || (at % 8 == 0 && !found->inverted[found->count]));
                found->offsets[found->count++] = at;
            }
            base += consumed;
            if (rows == 0) {
                break;
            }
        }
    } while (end < size);
    CHECK(sync.skipped_bits <= 8 * (uint64_t)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static found_list whole;
    static found_list pieces;
    static const uint8_t markers[][4] = {{0x1A, 0xCF, 0xFC, 0x1D}, {0x00, 0x00, 0x00, 0x01}};
    uint8_t stream[STREAM_MAX];
    if (size < 4) {
        return 0;
    }
    dd_sync sync = {.marker_octets = (uint8_t)(1 + data[0] % 4),
                    .mismatch_max = data[0] >> 4 & 3,
                    .is_bitwise = data[0] >> 6 & 1};
    memcpy(sync.marker, markers[data[0] >> 7], 4);
    sync.cadu_octets = sync.marker_octets + 1u + data[1] % 40u;
    const size_t piece = 1u + data[2] % 97u;
    const size_t length = size - 3 < STREAM_MAX ? size - 3 : STREAM_MAX;
    memcpy(stream, data + 3, length);
    for (size_t at = data[1] % 7u; at + 4 <= length; at += sync.cadu_octets + (data[2] >> 7)) {
        for (size_t i = 0; i < 4 && i < sync.marker_octets; i++) { /* most have their marker */
            stream[at + i] = sync.marker[i] ^ (stream[at + i] & data[2] & 1u);
        }
    }
    run(sync, stream, length, length, &whole);
    run(sync, stream, length, piece, &pieces);
    CHECK(whole.count == pieces.count);
    CHECK(memcmp(whole.offsets, pieces.offsets, whole.count * sizeof whole.offsets[0]) == 0);
    CHECK(memcmp(whole.inverted, pieces.inverted, whole.count) == 0);
    return 0;
}
