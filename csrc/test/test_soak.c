/* A long stream over a bad channel: every frame that was sent is delivered, or missing for a reason
 * that is known, exactly. Argument: how many frames (20,000). */
#include "link_pair.h"

#define BATCH 50u
#define CADU 259u
#define ROWS (2u * BATCH)

/* What the channel did. */
typedef struct {
    uint64_t lost;      /* frames that never came */
    uint64_t ruined;    /* with more wrong symbols than can be repaired, or slipped */
    uint64_t repeated;  /* that came twice */
    uint64_t corrected; /* symbols of frames that were hurt and can be repaired */
} channel_acts;

/* What the receiver says. */
typedef struct {
    uint64_t delivered;
    uint64_t gap;
    uint64_t unrepairable;
    uint64_t repeated; /* refused as replays, for security is on */
    uint64_t rejected; /* anything else */
    uint64_t rows;
    uint64_t corrected;
} receiver_says;

static link_end sender;
static link_end receiver;
static uint8_t zones[BATCH * 223];
static uint8_t cadus[BATCH * CADU];
static uint8_t stream[4 * BATCH * CADU];
static size_t filled;
static uint8_t found[ROWS * CADU];

static void spoil(uint8_t *cadu, size_t symbols, uint64_t *seed)
{
    const size_t first = draw_below(seed, 255);
    for (size_t i = 0; i < symbols; i++) { /* 37 and 255 have no common factor */
        cadu[4 + (first + 37 * i) % 255] ^= (uint8_t)(1 + draw_below(seed, 255));
    }
}

static void append(const uint8_t *octets, size_t size)
{
    memcpy(stream + filled, octets, size);
    filled += size;
}

/* One CADU goes through the channel. */
static void carry(uint8_t *cadu, int is_safe, channel_acts *acts, uint64_t *seed)
{
    const size_t kind = is_safe ? 100 : draw_below(seed, 100);
    const size_t cut = 40 + draw_below(seed, 140);
    const size_t few = 1 + draw_below(seed, 16);
    if (kind < 2) {
        acts->lost++;
        return;
    }
    if (kind < 10) {
        spoil(cadu, few, seed);
        acts->corrected += few;
    } else if (kind < 12) {
        spoil(cadu, 30 + few, seed);
        acts->ruined++;
    } else if (kind < 14) { /* an octet is lost within, or comes in */
        acts->ruined++;
        append(cadu, cut);
        append(cadu + cut - (kind - 12) * 2 + 1, CADU - cut + (kind - 12) * 2 - 1);
        return;
    } else if (kind < 16) {
        acts->repeated++;
        append(cadu, CADU);
    } else if (kind == 16) { /* noise between frames */
        uint8_t noise[30];
        memset(noise, (int)draw_below(seed, 256), sizeof noise);
        append(noise, few);
    }
    append(cadu, CADU);
}

static void receive(dd_sync *sync, receiver_says *says)
{
    for (;;) {
        dd_row rows[ROWS];
        dd_chain_total total;
        size_t consumed;
        const int64_t count = dd_sync_take(sync, stream, filled, found, sizeof found, &consumed);
        CHECK(count >= 0);
        filled -= consumed;
        memmove(stream, stream + consumed, filled);
        if (count == 0) {
            return;
        }
        CHECK_SAME(dd_rx_batch(&receiver.chain, found, (size_t)count * CADU, rows, ROWS, &total),
                   count);
        for (size_t i = 0; i < (size_t)count; i++) {
            says->rows++;
            says->gap += rows[i].gap;
            says->delivered += rows[i].verdict == DD_OK;
            says->unrepairable += rows[i].verdict == DD_UNREPAIRABLE;
            says->repeated += rows[i].verdict == DD_REPLAYED;
            says->rejected += rows[i].verdict != DD_OK && rows[i].verdict != DD_UNREPAIRABLE &&
                              rows[i].verdict != DD_REPLAYED;
            says->corrected += rows[i].verdict == DD_OK ? (uint64_t)rows[i].corrected : 0;
            if (rows[i].verdict == DD_OK) { /* the first octets of the data are the count */
                CHECK_SAME(dd_load32(found + rows[i].data_offset), rows[i].count);
            }
        }
    }
}

static void check_balance(uint64_t sent, const channel_acts *acts, const receiver_says *says)
{
    printf("sent %llu = delivered %llu + missing %llu; missing = lost %llu + ruined %llu\n",
           (unsigned long long)sent, (unsigned long long)says->delivered,
           (unsigned long long)says->gap, (unsigned long long)acts->lost,
           (unsigned long long)acts->ruined);
    CHECK_SAME(says->delivered + says->gap, sent);
    CHECK_SAME(says->gap, acts->lost + acts->ruined);
    CHECK_SAME(says->repeated, acts->repeated);
    CHECK_SAME(says->corrected, acts->corrected);
    CHECK_SAME(says->rows, says->delivered + says->unrepairable + says->repeated + says->rejected);
    CHECK(acts->lost > sent / 100 && acts->ruined > sent / 100 && acts->repeated > sent / 100);
}

int main(int argument_count, char **arguments)
{
    const uint64_t wanted = argument_count > 1 ? strtoull(arguments[1], NULL, 10) : 20000;
    dd_format format = full_format();
    dd_sync sync = {.marker = {0x1A, 0xCF, 0xFC, 0x1D},
                    .cadu_octets = CADU,
                    .marker_octets = 4,
                    .mismatch_max = 3};
    channel_acts acts = {0};
    receiver_says says = {0};
    dd_chain_total total;
    uint64_t seed = 20;
    uint64_t sent = 0;
    format.profile.channel_mask = 1;
    start_end(&sender, &format, 1);
    start_end(&receiver, &format, 0);
    receiver.chain.counts[0] = 0;
    while (sent < wanted) {
        dd_row rows[BATCH] = {0};
        const size_t zone = sender.chain.layout.zone_octets;
        draw_octets(&seed, zones, BATCH * 8);
        for (uint32_t i = 0; i < BATCH; i++) {
            dd_store32(zones + i * zone, (uint32_t)sent + i);
        }
        CHECK_SAME(dd_tx_batch(&sender.chain, rows, BATCH, zones, sizeof zones, cadus, sizeof cadus,
                               &total),
                   BATCH);
        for (size_t i = 0; i < BATCH; i++) { /* the very first and last are safe: no gap is open */
            const int is_safe = (sent == 0 && i == 0) || (sent + BATCH >= wanted && i + 2 > BATCH);
            carry(cadus + i * CADU, is_safe, &acts, &seed);
        }
        sent += BATCH;
        receive(&sync, &says);
    }
    check_balance(sent, &acts, &says);
    return 0;
}
