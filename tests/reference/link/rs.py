"""Reed-Solomon codes of 131.0-B-6 clause 5, from the field upwards; slow and plain.

Octets of frames are in the dual (Berlekamp) basis. Decoding is by Euclid's algorithm (Sugiyama and others,
1975) with a search over all positions, unlike the product's Berlekamp-Massey.
"""

from dataclasses import dataclass

FIELD = 0x187
"""x^8+x^7+x^2+x+1, 131.0-B-6 clause 5.3.2."""
DUAL_ROWS = (0x8D, 0xEF, 0xEC, 0x86, 0xFA, 0x99, 0xAF, 0x7B)
"""Dual representation of alpha^7, alpha^6, ... alpha^0, 131.0-B-6 annex on the dual basis."""
SYMBOLS = 255

EXP = [1]
for _ in range(SYMBOLS - 1):
    EXP.append((EXP[-1] << 1) ^ (FIELD if EXP[-1] & 0x80 else 0))
LOG = {value: power for power, value in enumerate(EXP)}


def times(a: int, b: int) -> int:
    return EXP[(LOG[a] + LOG[b]) % SYMBOLS] if a and b else 0


def inverse(a: int) -> int:
    return EXP[-LOG[a] % SYMBOLS]


def beta(power: int) -> int:
    """Return (alpha^11)^power: roots of the generator and locators of positions are its powers."""
    return EXP[11 * power % SYMBOLS]


def to_dual(value: int) -> int:
    result = 0
    for bit, row in enumerate(DUAL_ROWS):
        if value >> 7 - bit & 1:
            result ^= row
    return result


FROM_DUAL = {to_dual(value): value for value in range(256)}


def evaluate(polynomial: list[int], x: int) -> int:
    """Return the value of a polynomial, highest power first."""
    value = 0
    for coefficient in polynomial:
        value = times(value, x) ^ coefficient
    return value


@dataclass(frozen=True, slots=True)
class Code:
    """RS(255, 255 - parity), whose generator has the roots beta^first .. beta^(first+parity-1)."""

    parity: int

    @property
    def first(self) -> int:
        return 128 - self.parity // 2

    def generator(self) -> list[int]:
        polynomial = [1]
        for power in range(self.first, self.first + self.parity):
            shifted = [*polynomial, 0]
            scaled = [0, *(times(c, beta(power)) for c in polynomial)]
            polynomial = [a ^ b for a, b in zip(shifted, scaled, strict=True)]
        return polynomial

    def remainder(self, data: list[int]) -> list[int]:
        """Return data(x) * x^parity mod generator, conventional basis, highest power first."""
        generator = self.generator()
        register = [0] * self.parity
        for symbol in data:
            feedback = symbol ^ register[0]
            register = [
                old ^ times(feedback, g) for old, g in zip([*register[1:], 0], generator[1:], strict=True)
            ]
        return register

    def syndromes(self, word: list[int]) -> list[int]:
        return [evaluate(word, beta(power)) for power in range(self.first, self.first + self.parity)]

    def repair(self, word: list[int]) -> list[int] | None:
        """Return the nearest code word within parity/2 symbols of a full word, else None."""
        syndromes = self.syndromes(word)
        if not any(syndromes):
            return word
        locator, evaluator = self._euclid(syndromes)
        fixed = list(word)
        error_count = 0
        for position in range(SYMBOLS):
            x = beta(-position)
            if evaluate(locator, x):
                continue
            error_count += 1
            slope = evaluate([c if (len(locator) - 1 - i) % 2 else 0 for i, c in enumerate(locator)], x)
            if not slope:
                return None
            # The slope is x times the derivative of the locator.
            value = times(times(evaluate(evaluator, x), x), inverse(slope))
            fixed[SYMBOLS - 1 - position] ^= times(value, beta(position * (1 - self.first)))
        if error_count != len(locator) - 1 or any(self.syndromes(fixed)):
            return None
        return fixed

    def _euclid(self, syndromes: list[int]) -> tuple[list[int], list[int]]:
        """Return error locator and evaluator, highest power first, not normalised."""
        old, new = [1] + [0] * self.parity, _trim(syndromes[::-1])
        old_factor, new_factor = [0], [1]
        while len(new) - 1 >= self.parity // 2:
            quotient, rest = _divide(old, new)
            old, new = new, rest
            old_factor, new_factor = new_factor, _add(old_factor, _multiply(quotient, new_factor))
        return _trim(new_factor), new


def _trim(p: list[int]) -> list[int]:
    while len(p) > 1 and p[0] == 0:
        p = p[1:]
    return p


def _add(a: list[int], b: list[int]) -> list[int]:
    size = max(len(a), len(b))
    padded = zip([0] * (size - len(a)) + a, [0] * (size - len(b)) + b, strict=True)
    return _trim([x ^ y for x, y in padded])


def _multiply(a: list[int], b: list[int]) -> list[int]:
    out = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] ^= times(x, y)
    return out


def _divide(a: list[int], b: list[int]) -> tuple[list[int], list[int]]:
    rest, quotient = list(a), []
    while len(rest) >= len(b):
        factor = times(rest[0], inverse(b[0]))
        quotient.append(factor)
        for i, y in enumerate(b):
            rest[i] ^= times(factor, y)
        rest.pop(0)
    return quotient or [0], _trim(rest or [0])


def encode(frame: bytes, *, parity: int, interleave: int, is_dual: bool = True) -> bytes:
    """Return the parity octets of a frame of `interleave` codewords; missing symbols in front are zero."""
    code = Code(parity)
    columns = []
    for lane in range(interleave):
        data = [FROM_DUAL[o] if is_dual else o for o in frame[lane::interleave]]
        columns.append([to_dual(v) if is_dual else v for v in code.remainder(data)])
    return bytes(columns[lane][row] for row in range(parity) for lane in range(interleave))


def repair(block: bytes, *, parity: int, interleave: int, is_dual: bool = True) -> tuple[bytes, int]:
    """Return a codeblock with its errors repaired and the symbols corrected, or (block, -1)."""
    code = Code(parity)
    out = bytearray(block)
    corrected_count = 0
    for lane in range(interleave):
        word = [FROM_DUAL[o] if is_dual else o for o in block[lane::interleave]]
        fill = SYMBOLS - len(word)
        fixed = code.repair([0] * fill + word)
        if fixed is None or any(fixed[:fill]):
            return block, -1
        corrected_count += sum(a != b for a, b in zip(fixed[fill:], word, strict=True))
        out[lane::interleave] = bytes(to_dual(v) if is_dual else v for v in fixed[fill:])
    return bytes(out), corrected_count
