/* What every file of the link core includes: declarations and big-endian access. */
#ifndef DD_LINK_H
#define DD_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cdef.h"
/* Behind cdef.h, whose types it uses. */
#include "cdef_chain.h"
#include "cdef_packet.h"

static inline uint16_t dd_load16(const uint8_t *p)
{
    return (uint16_t)((uint32_t)p[0] << 8 | p[1]);
}

static inline void dd_store16(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline uint32_t dd_load32(const uint8_t *p)
{
    return (uint32_t)dd_load16(p) << 16 | dd_load16(p + 2);
}

static inline void dd_store32(uint8_t *p, uint32_t value)
{
    dd_store16(p, value >> 16);
    dd_store16(p + 2, value);
}

#endif
