"""The text of csrc/link/rs_tables.h, made from the plain code of `rs`.

All octets are in the dual basis. Tables of functions that are linear over GF(2) hold the values at the
eight powers of two only; the compiler fills in the rest (linear_table.h).
"""

from reference.link import rs

HEADER = """\
/* Constants of the Reed-Solomon codes of 131.0-B-6 clause 5, in the dual basis.
 * Made by tests/reference/link/rs_tables.py from the definitions of the standard; not edited by
 * hand. */
#ifndef DD_RS_TABLES_H
#define DD_RS_TABLES_H
/* clang-format off */
"""
FOOTER = """\
/* clang-format on */
#endif
"""
BITS = [1 << bit for bit in range(8)]
POSITIONS = 85
"""A third of the positions; the others differ by a cube root of one."""
POWERS = 18
"""0 to 16, the largest degree of an error locator, and one that makes a multiple of six."""


def product(a: int, b: int) -> int:
    return rs.to_dual(rs.times(rs.FROM_DUAL[a], rs.FROM_DUAL[b]))


def dual_beta(power: int) -> int:
    return rs.to_dual(rs.beta(power))


def matrix(a: int) -> int:
    """Return the 8x8 bit matrix of the product with `a`, as gf2p8affineqb reads it: octet 7-i makes bit i."""
    columns = [product(a, bit) for bit in BITS]
    rows = [sum((column >> i & 1) << j for j, column in enumerate(columns)) for i in range(8)]
    return sum(row << 8 * (7 - i) for i, row in enumerate(rows))


def nibble_words(a: int) -> list[int]:
    """Return the products of `a` with 0..15 and with 0x00..0xF0, as four little-endian words."""
    octets = bytes([product(a, n) for n in range(16)] + [product(a, n << 4) for n in range(16)])
    return [int.from_bytes(octets[i : i + 8], "little") for i in range(0, 32, 8)]


def slice_words(code: rs.Code, symbol: int, place: int) -> list[int]:
    """Return symbol * x^(parity+place) mod generator, as big-endian words."""
    rest = code.remainder([rs.FROM_DUAL[symbol]] + [0] * place)
    octets = bytes(rs.to_dual(v) for v in rest)
    return [int.from_bytes(octets[i : i + 8]) for i in range(0, code.parity, 8)]


def solution(code: rs.Code) -> list[bytes]:
    """Return the parity symbols, a row each, of the polynomials that are 1 at one root and 0 at others."""
    roots = [rs.beta(power) for power in range(code.first, code.first + code.parity)]
    columns = []
    for root in roots:
        numerator = [1]
        for other in roots:
            if other != root:
                shifted = [rs.times(other, a) for a in numerator]
                numerator = [a ^ b for a, b in zip([*numerator, 0], [0, *shifted], strict=True)]
        scale = rs.inverse(rs.evaluate(numerator, root))
        columns.append([rs.to_dual(rs.times(scale, a)) for a in numerator])
    return [bytes(row) for row in zip(*columns, strict=True)]


def _hex64(values: list[int]) -> str:
    return ", ".join(f"0x{v:016X}U" for v in values)


def _macro(name: str, values: list[int]) -> str:
    half = len(values) // 2
    return f"#define {name} {_hex64(values[:half])}, \\\n    {_hex64(values[half:])}\n"


def _rows(name: str, rows: list[bytes], *, wrap: str = "", line_count: int = 16) -> str:
    """Return rows of octets as initialisers, each wrapped in a macro; what is left out of a row is zero."""
    lines = []
    for row in rows:
        octets = [f"{wrap}(0x{v:02X})" if wrap else f"0x{v:02X}" for v in row]
        parts = [", ".join(octets[i : i + line_count]) for i in range(0, len(row), line_count)]
        lines.append("    {" + ", \\\n     ".join(parts) + "}")
    return f"#define {name} \\\n" + ", \\\n".join(lines) + "\n"


def _octets(name: str, values: list[int]) -> str:
    parts = [", ".join(f"0x{v:02X}" for v in values[i : i + 16]) for i in range(0, len(values), 16)]
    return f"#define {name} \\\n    " + ", \\\n    ".join(parts) + "\n"


def _logarithms() -> str:
    exp = [dual_beta(power) for power in range(rs.SYMBOLS)]
    log = [exp.index(v) if v else 0 for v in range(256)]
    return _octets("DD_GF_EXP", exp) + _octets("DD_GF_LOG", log)


def _linear() -> str:
    text = _octets("DD_GF_TO_DUAL", [rs.to_dual(bit) for bit in BITS])
    text += _octets("DD_GF_FROM_DUAL", [rs.FROM_DUAL[bit] for bit in BITS])
    text += _macro("DD_GF_MATRIX", [matrix(bit) for bit in BITS])
    for word in range(4):
        text += _macro(f"DD_GF_NIBBLES_{word}", [nibble_words(bit)[word] for bit in BITS])
    for parity in (32, 16):
        code = rs.Code(parity)
        for place in range(2):
            for word in range(parity // 8):
                values = [slice_words(code, bit, place)[word] for bit in BITS]
                text += _macro(f"DD_RS{parity}_SLICE_{place}_{word}", values)
    return text


def _codes() -> str:
    text = ""
    for parity in (32, 16):
        code = rs.Code(parity)
        text += _octets(
            f"DD_RS{parity}_GENERATOR", [rs.to_dual(g) for g in code.generator()[: parity // 2 + 1]]
        )
        roots = range(code.first, code.first + parity)
        rows = [bytes(dual_beta(power * root) for root in roots) for power in range(parity)]
        text += _rows(f"DD_RS{parity}_SYNDROMES", rows)
        text += _rows(f"DD_RS{parity}_SOLUTION", solution(code))
    rows = [bytes(dual_beta(-i * q) for q in range(POSITIONS)) for i in range(POWERS)]
    return text + _rows("DD_RS_POWERS(X)", rows, wrap="X", line_count=12)


def header_text() -> str:
    """Return the whole header."""
    return HEADER + _logarithms() + _linear() + _codes() + FOOTER
