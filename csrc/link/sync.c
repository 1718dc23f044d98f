/* Synchronisation on attached markers, 131.0-B-6, in a stream of octets or of bits.
 *
 * A CADU goes out when it is whole. It stays at the front of the stream until the marker behind it
 * has been seen: where that is missing, bits slipped or the frame was cut short, so the search
 * begins within it. */
#include "dd_link.h"

#define OCTET 8u

/* 64 bits of the stream from bit `at`; those beyond its end are zero. */
static uint64_t bits_at(const uint8_t *data, size_t size, uint64_t at)
{
    const size_t octet = (size_t)(at / OCTET);
    const unsigned shift = (unsigned)(at % OCTET);
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++) {
        value = value << 8 | (octet + i < size ? data[octet + i] : 0u);
    }
    const uint64_t next = octet + 8 < size ? data[octet + 8] : 0u;
    return shift == 0 ? value : value << shift | next >> (OCTET - shift);
}

static unsigned weight(uint64_t value)
{
    value -= value >> 1 & 0x5555555555555555u;
    value = (value & 0x3333333333333333u) + (value >> 2 & 0x3333333333333333u);
    value = (value + (value >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (unsigned)(value * 0x0101010101010101u >> 56);
}

/* Compare with the marker: 1 upright, -1 inverted, 0 neither. */
static int compare(const dd_sync *sync, uint64_t bits, uint64_t marker, unsigned limit)
{
    const unsigned width = OCTET * sync->marker_octets;
    const unsigned wrong = weight((bits ^ marker) >> (64u - width));
    if (wrong <= limit) {
        return 1;
    }
    return sync->is_bitwise && width - wrong <= limit ? -1 : 0;
}

/* Copy a CADU from any bit, upright. Octets behind the last bit are not read. */
static void copy_bits(const uint8_t *data, uint64_t at, int inverted, uint8_t *out, size_t size)
{
    const uint8_t *from = data + at / OCTET;
    const unsigned shift = (unsigned)(at % OCTET);
    const uint8_t flip = inverted ? 0xFF : 0;
    if (shift == 0 && !inverted) {
        memcpy(out, from, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        const uint32_t low = shift != 0 ? (uint32_t)from[i + 1] >> (OCTET - shift) : 0u;
        out[i] = (uint8_t)(((uint32_t)from[i] << shift | low) ^ flip);
    }
}

/* The first marker from bit `at` on whose octets are all there; sets the sense. Returns the bit
 * where to go on, which is the marker's when *sense is not 0. */
static uint64_t search(const dd_sync *sync, const uint8_t *data, size_t size, uint64_t at,
                       uint64_t marker, int *sense)
{
    const uint64_t end = (uint64_t)size * OCTET;
    const uint64_t step = sync->is_bitwise ? 1 : OCTET;
    const uint64_t width = OCTET * (uint64_t)sync->marker_octets;
    const uint64_t first = at;
    uint64_t window = 0;
    uint64_t next = 0;
    *sense = 0;
    for (; at + width <= end; at += step) {
        const unsigned shift = (unsigned)(at % OCTET);
        if (shift == 0 || at == first) {
            window = bits_at(data, size, at - shift);
            next = bits_at(data, size, at - shift + OCTET);
        }
        const uint64_t bits =
            shift == 0 ? window : window << shift | (next & 0xFF) >> (OCTET - shift);
        *sense = compare(sync, bits, marker, sync->search_max);
        if (*sense != 0) {
            return at;
        }
    }
    return at;
}

static void skip(dd_sync *sync, uint64_t bits)
{
    const uint64_t held = bits < sync->held_bits ? bits : sync->held_bits;
    sync->held_bits -= held;
    sync->skipped_bits += bits - held;
}

/* Look at the marker behind the CADU at `at`; 0 when it has not come yet. */
static int confirm(dd_sync *sync, const uint8_t *data, size_t size, uint64_t marker, uint64_t *at)
{
    const uint64_t next = *at + (uint64_t)sync->cadu_octets * OCTET;
    if (next + OCTET * (uint64_t)sync->marker_octets > (uint64_t)size * OCTET) {
        return 0;
    }
    const int sense = compare(sync, bits_at(data, size, next), marker, sync->mismatch_max);
    sync->is_held = 0;
    if (sense != 0) {
        sync->is_inverted = sense < 0;
        sync->held_bits = 0;
        *at = next;
        return 1;
    }
    sync->is_locked = 0;
    sync->relock_count++;
    sync->held_bits = next - *at;
    const uint64_t step = sync->is_bitwise ? 1 : OCTET;
    skip(sync, step);
    *at += step;
    return 1;
}

static int is_bound(const dd_sync *sync)
{
    return sync->marker_octets >= 1 && sync->marker_octets <= DD_MARKER_MAX &&
           sync->cadu_octets > sync->marker_octets && sync->bit < OCTET &&
           sync->mismatch_max < 4 * sync->marker_octets &&
           sync->search_max < 4 * sync->marker_octets;
}

int64_t dd_sync_take(dd_sync *sync, const uint8_t *data, size_t size, uint8_t *out, size_t out_size,
                     size_t *consumed)
{
    if (!is_bound(sync)) {
        return -DD_BAD_SIZE;
    }
    uint64_t marker = 0;
    for (size_t i = 0; i < 8; i++) {
        marker = marker << 8 | (i < sync->marker_octets ? sync->marker[i] : 0u);
    }
    const size_t stride = sync->cadu_octets;
    const uint64_t end = (uint64_t)size * OCTET;
    uint64_t at = sync->bit;
    size_t count = 0;
    for (;;) {
        if (sync->is_held) {
            if (!confirm(sync, data, size, marker, &at)) {
                break;
            }
        } else if (!sync->is_locked) {
            int sense;
            const uint64_t found = search(sync, data, size, at, marker, &sense);
            skip(sync, found - at);
            at = found;
            if (sense == 0) {
                break;
            }
            sync->held_bits = 0;
            sync->is_locked = 1;
            sync->is_inverted = sense < 0;
        } else if (at + (uint64_t)stride * OCTET > end || (count + 1) * stride > out_size) {
            break;
        } else {
            copy_bits(data, at, sync->is_inverted, out + count * stride, stride);
            if (sync->offsets != NULL) {
                sync->offsets[count] = sync->base_bits + at;
            }
            sync->inverted_count += sync->is_inverted;
            sync->is_held = 1;
            count++;
        }
    }
    const uint64_t whole = at / OCTET < size ? at / OCTET : size;
    *consumed = (size_t)whole;
    sync->bit = (uint8_t)(at - whole * OCTET);
    sync->base_bits += whole * OCTET;
    return (int64_t)count;
}
