/* Sixteen octets at once by NEON: the operations that rs_lanes.h and rs_fix_lanes.h are written in.
 * A product with one octet is two lookups of nibbles. */
#ifndef DD_VECTOR_NEON_H
#define DD_VECTOR_NEON_H

#include <arm_neon.h>

#include "gf.h"

#define VECTOR_OCTETS 16
#define LANES 16

typedef uint8x16_t vector;
typedef struct {
    vector low;
    vector high;
} operand;
typedef struct {
    vector low;
    vector high;
} factor;

static inline vector v_zero(void)
{
    return vdupq_n_u8(0);
}

static inline vector v_load(const uint8_t *at)
{
    return vld1q_u8(at);
}

static inline void v_store(uint8_t *at, vector v)
{
    vst1q_u8(at, v);
}

static inline vector v_xor(vector a, vector b)
{
    return veorq_u8(a, b);
}

static inline vector v_or(vector a, vector b)
{
    return vorrq_u8(a, b);
}

static inline vector v_xor3(vector a, vector b, vector c)
{
    return v_xor(v_xor(a, b), c);
}

static inline operand v_operand(vector v)
{
    return (operand){vandq_u8(v, vdupq_n_u8(15)), vshrq_n_u8(v, 4)};
}

static inline factor v_factor(uint8_t a)
{
    const uint64_t *row = dd_gf_nibbles[a];
    return (factor){vreinterpretq_u8_u64(vld1q_u64(row)), vreinterpretq_u8_u64(vld1q_u64(row + 2))};
}

static inline vector v_times(factor f, operand v)
{
    return v_xor(vqtbl1q_u8(f.low, v.low), vqtbl1q_u8(f.high, v.high));
}

/* beta^(-iq) for the columns q from `column` on. */
static inline operand v_power(uint32_t i, uint32_t column)
{
    return (operand){v_load(dd_rs_power_nibbles[0][i] + column),
                     v_load(dd_rs_power_nibbles[1][i] + column)};
}

/* Octets 1.. of a, then octet 0 of b. */
static inline vector v_next(vector a, vector b)
{
    return vextq_u8(a, b, 1);
}

static inline uint8_t v_first(vector v)
{
    return vgetq_lane_u8(v, 0);
}

/* Bit i is set where octet i of both is the same. */
static inline uint64_t v_same(vector a, vector b)
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const vector bits = vandq_u8(vceqq_u8(a, b), vld1q_u8(weights));
    return (uint64_t)vaddv_u8(vget_low_u8(bits)) | (uint64_t)vaddv_u8(vget_high_u8(bits)) << 8;
}

#endif
