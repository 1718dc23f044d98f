/* Markers of 64 bits at every bit of the stream: each wrong bit counts, up to the limit and no
 * further, upright and inverted; and the last options that are taken. */
#define _DEFAULT_SOURCE
#include "check.h"
#include "dd_link.h"
#include "guard.h"

#define LEAD 8u /* octets of the marker */
#define CADU 13u
#define BITS_MAX 16u
#define STREAM (2 * CADU + LEAD + BITS_MAX / 8)

/* The marker of the turbo and low-density codes of rate 1/2, 131.0-B-6. */
static const uint8_t marker[LEAD] = {0x03, 0x47, 0x76, 0xC7, 0x27, 0x28, 0x95, 0xB0};
static const uint8_t body[CADU - LEAD] = {0x00, 0xFF, 0xA5, 0x3C, 0x81};

static uint8_t stream[STREAM];
static uint8_t *stream_end;
static uint8_t cadus[4 * CADU];
static size_t consumed;

static dd_sync plain_sync(uint8_t limit)
{
    dd_sync sync = {.cadu_octets = CADU,
                    .marker_octets = LEAD,
                    .mismatch_max = limit,
                    .search_max = limit,
                    .is_bitwise = 1};
    memcpy(sync.marker, marker, LEAD);
    return sync;
}

static void flip(size_t bit)
{
    stream[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
}

static void put(size_t at, const uint8_t *octets, size_t size)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        if (octets[bit / 8] >> (7 - bit % 8) & 1) {
            flip(at + bit);
        }
    }
}

/* Two CADUs and a marker from bit `at` on, behind zeros. */
static void fill_stream(size_t at)
{
    memset(stream, 0, sizeof stream);
    for (size_t i = 0; i < 2; i++) {
        put(at + 8 * CADU * i, marker, LEAD);
        put(at + 8 * (CADU * i + LEAD), body, sizeof body);
    }
    put(at + 16 * CADU, marker, LEAD);
}

static void invert(void)
{
    for (size_t i = 0; i < sizeof stream; i++) {
        stream[i] ^= 0xFF;
    }
}

/* Returns the CADUs that come out; the stream ends with the last marker, at the end of memory. */
static int64_t take(dd_sync *sync, size_t at, uint64_t *offsets)
{
    sync->offsets = offsets;
    const size_t size = (at + 8 * (2 * CADU + LEAD) + 7) / 8;
    memcpy(stream_end - size, stream, size);
    return dd_sync_take(sync, stream_end - size, size, cadus, sizeof cadus, &consumed);
}

static void every_bit(size_t at, uint8_t is_inverted)
{
    dd_sync sync = plain_sync(0);
    uint64_t offsets[4];
    fill_stream(at);
    if (is_inverted) {
        invert();
    }
    CHECK_SAME(take(&sync, at, offsets), 2);
    CHECK_SAME(offsets[0], at);
    CHECK_SAME(offsets[1], at + 8 * CADU);
    for (size_t i = 0; i < 2; i++) {
        CHECK(memcmp(cadus + i * CADU, marker, LEAD) == 0);
        CHECK(memcmp(cadus + i * CADU + LEAD, body, sizeof body) == 0);
    }
    CHECK_SAME(sync.inverted_count, is_inverted ? 2 : 0);
    CHECK_SAME(sync.skipped_bits, at);
    CHECK_SAME(sync.relock_count, 0);
    CHECK_SAME(consumed, (at + 16 * CADU) / 8);
    CHECK_SAME(sync.bit, at % 8);
    CHECK_SAME(sync.base_bits, 8 * consumed);
    CHECK(sync.is_locked == 1 && sync.is_held == 0 && sync.held_bits == 0);
    const uint64_t bit = sync.bit;
    CHECK_SAME(dd_sync_take(&sync, stream_end - 2 * CADU, 0, cadus, 0, &consumed), 0);
    CHECK(sync.is_locked == 1 && sync.is_held == 0 && sync.bit == bit);
}

/* `count` bits of the first or the second marker are wrong, from one of them on. */
static void wrong_bits(size_t at, size_t first, size_t count, uint8_t limit, size_t second)
{
    dd_sync sync = plain_sync(0);
    uint64_t offsets[4] = {0};
    const int is_within = count <= limit;
    fill_stream(at);
    for (size_t i = 0; i < count; i++) {
        flip(at + second * 8 * CADU + (first + i) % 64);
    }
    *(second ? &sync.mismatch_max : &sync.search_max) = limit;
    const int64_t made = take(&sync, at, offsets);
    if (second) {
        CHECK_SAME(made, is_within ? 2 : 1);
        CHECK_SAME(sync.relock_count, !is_within);
        CHECK_SAME(offsets[0], at);
    } else {
        CHECK_SAME(made, is_within ? 2 : 1);
        CHECK_SAME(offsets[0], is_within ? at : at + 8 * CADU);
    }
}

static void limits(void)
{
    for (size_t bit = 0; bit < 64; bit++) {
        wrong_bits(bit % BITS_MAX, bit, 1, 0, 0);
        wrong_bits(bit % BITS_MAX, bit, 1, 1, 0);
        wrong_bits(bit % BITS_MAX, bit, 1, 0, 1);
        wrong_bits(bit % BITS_MAX, bit, 1, 1, 1);
        for (uint8_t count = 2; count <= 16; count++) {
            wrong_bits(bit % BITS_MAX, bit, count, count, 1);
            wrong_bits(bit % BITS_MAX, bit, count, (uint8_t)(count - 1), 1);
        }
    }
    for (uint8_t count = 17; count < 31; count++) {
        wrong_bits(3, count, count, count, 1);
        wrong_bits(3, count, count + 1u, count, 1);
    }
}

static int64_t verdict_of(dd_sync sync)
{
    return dd_sync_take(&sync, stream, 0, cadus, 0, &consumed);
}

static void options(void)
{
    dd_sync sync = plain_sync(31);
    CHECK_SAME(verdict_of(sync), 0);
    sync.mismatch_max = 32;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
    sync.mismatch_max = 31;
    sync.search_max = 32;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
    sync = plain_sync(0);
    sync.bit = 8;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
    sync = plain_sync(0);
    sync.marker_octets = 9;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
    sync.marker_octets = 1;
    sync.cadu_octets = 2;
    CHECK_SAME(verdict_of(sync), 0);
    sync.cadu_octets = 1;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
    sync.marker_octets = 0;
    CHECK_SAME(verdict_of(sync), -DD_BAD_SIZE);
}

/* A CADU whose end is not confirmed: the search begins one step behind its marker, no further. */
static void next_step(uint8_t is_bitwise, uint8_t second, uint64_t step)
{
    const uint8_t octets[4] = {0x00, second, 0x0F, 0xFF};
    uint64_t offsets[2] = {0};
    dd_sync sync = {.marker_octets = 1, .cadu_octets = 2, .is_bitwise = is_bitwise};
    sync.offsets = offsets;
    CHECK_SAME(dd_sync_take(&sync, octets, sizeof octets, cadus, 4, &consumed), 2);
    CHECK_SAME(offsets[0], 0);
    CHECK_SAME(offsets[1], step);
}

int main(void)
{
    stream_end = guarded_end(STREAM);
    for (size_t at = 0; at < BITS_MAX; at++) {
        every_bit(at, 0);
        every_bit(at, 1);
    }
    limits();
    options();
    next_step(1, 0x7F, 1);
    next_step(0, 0x00, 8);
    return 0;
}
