"""CRC-16 bit by bit, from the shift register of 732.0-B-4 figure 4-6."""


def crc16(data: bytes) -> int:
    register = 0xFFFF
    for octet in data:
        for bit in range(7, -1, -1):
            feedback = (register >> 15) ^ (octet >> bit & 1)
            register = register << 1 & 0xFFFF
            if feedback:
                register ^= 1 << 12 | 1 << 5 | 1
    return register
