/* CRC-16 of CCSDS frames: 732.0-B-4 4.1.6.2 and 232.0-B-4 4.1.4.2, generator
 * x^16+x^12+x^5+1, preset ones, no reflection, no final inversion. Sixteen octets
 * a step by sixteen tables. */
#include "kernels.h"
#include "linear_table.h"

/* Row k, octet b: remainder of b followed by k octets of zero. */
static const uint16_t crc_table[16][256] = {
    {DD_LINEAR_256(0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4, 0x9188)},
    {DD_LINEAR_256(0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC, 0x1B98)},
    {DD_LINEAR_256(0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3B5A)},
    {DD_LINEAR_256(0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C, 0xDD38)},
    {DD_LINEAR_256(0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x22D0)},
    {DD_LINEAR_256(0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10, 0xD420)},
    {DD_LINEAR_256(0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0xABF9)},
    {DD_LINEAR_256(0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0, 0xFD81)},
    {DD_LINEAR_256(0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0xBFB2)},
    {DD_LINEAR_256(0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A, 0xE434)},
    {DD_LINEAR_256(0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x89AA)},
    {DD_LINEAR_256(0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40, 0xAAA1)},
    {DD_LINEAR_256(0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0xB5A0)},
    {DD_LINEAR_256(0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF, 0x577E)},
    {DD_LINEAR_256(0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x5412)},
    {DD_LINEAR_256(0xA824, 0x4069, 0x80D2, 0x1185, 0x230A, 0x4614, 0x8C28, 0x0871)},
};

/* Exclusive or of the table entries of eight octets that are followed by `last`
 * more. */
static inline uint32_t sum_of_eight(const uint8_t *data, uint32_t first, size_t last)
{
    return (uint32_t)crc_table[last + 7][data[0] ^ first >> 8] ^
           crc_table[last + 6][data[1] ^ (first & 0xFF)] ^ crc_table[last + 5][data[2]] ^
           crc_table[last + 4][data[3]] ^ crc_table[last + 3][data[4]] ^
           crc_table[last + 2][data[5]] ^ crc_table[last + 1][data[6]] ^ crc_table[last][data[7]];
}

uint16_t dd_crc16_scalar(uint16_t crc, const uint8_t *data, size_t size)
{
    uint32_t r = crc;
    while (size >= 16) {
        r = sum_of_eight(data, r, 8) ^ sum_of_eight(data + 8, 0, 0);
        data += 16;
        size -= 16;
    }
    while (size > 0) {
        r = (uint32_t)crc_table[0][(r >> 8) ^ *data] ^ (r << 8 & 0xFF00);
        data++;
        size--;
    }
    return (uint16_t)r;
}

uint16_t dd_crc16(uint16_t crc, const uint8_t *data, size_t size)
{
    return dd_kernels_now()->crc16(crc, data, size);
}
