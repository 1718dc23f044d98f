"""Pseudo-random sequences as lists of bits, straight from the recurrences of the polynomials."""


def _octets(bits: list[int], size: int) -> bytes:
    return bytes(int("".join(map(str, bits[8 * i : 8 * i + 8])), 2) for i in range(size))


def _recur(seed: list[int], delays: tuple[int, ...], size: int) -> bytes:
    bits = list(seed)
    while len(bits) < 8 * size:
        bits.append(sum(bits[-delay] for delay in delays) % 2)
    return _octets(bits, size)


def tm255(size: int) -> bytes:
    """x^8+x^7+x^5+x^3+1: s[n] = s[n-1] + s[n-3] + s[n-5] + s[n-8]."""
    return _recur([1] * 8, (1, 3, 5, 8), size)


def tc255(size: int) -> bytes:
    """x^8+x^6+x^4+x^3+x^2+x+1: s[n] = s[n-2] + s[n-4] + s[n-5] + s[n-6] + s[n-7] + s[n-8]."""
    return _recur([1] * 8, (2, 4, 5, 6, 7, 8), size)


def tm131071(size: int) -> bytes:
    """x^17+x^14+1: s[n] = s[n-3] + s[n-17]; the register is 0x18E38, its bit 0 comes out first."""
    return _recur([0x18E38 >> i & 1 for i in range(17)], (3, 17), size)


def idle_fill(size: int) -> bytes:
    """1+D+D^2+D^22+D^32: b[n] = b[n-1] + b[n-2] + b[n-22] + b[n-32], and the seed of ones is sent first."""
    return _recur([1] * 32, (1, 2, 22, 32), size)
