"""The ciphers themselves, both implementations, against printed vectors."""

import pytest

from flight.link._clink import ffi, lib
from flight.link.crypto import StagedCipher, find_crypto, python_crypto
from flight.link.errors import LocalLinkError

# McGrew and Viega, The Galois/Counter Mode of Operation (GCM), test case 16: AES-256, 12-octet vector.
GCM_KEY = bytes.fromhex("FEFFE9928665731C6D6A8F9467308308" * 2)
GCM_IV = bytes.fromhex("CAFEBABEFACEDBADDECAF888")
GCM_AAD = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
GCM_PLAIN = bytes.fromhex(
    "D9313225F88406E5A55909C5AFF5269A86A7A9531534F7DA2E4C303D8A318A721C3C0C95956809532FCF0E2449A6B525"
    "B16AEDF5AA0DE657BA637B39"
)
GCM_SEALED = bytes.fromhex(
    "522DC1F099567D07F47F37A32A84427D643A8CDCBFE5C0C97598A2BD2555D1AA8CB08E48590DBB3DA7B08B1056828838"
    "C5F61E6393BA7A0ABCC9F662"
)
GCM_TAG = bytes.fromhex("76FC6ECE0F4E1768CDDF8853BB2D551B")
# NIST SP 800-38B, appendix D.3: CMAC-AES256, messages of 0, 16, 40 and 64 octets.
CMAC_KEY = bytes.fromhex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4")
CMAC_TEXT = bytes.fromhex(
    "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EF"
    "F69F2445DF4F9B17AD2B417BE66C3710"
)
CMAC_TAGS = {
    0: "028962F61B7BF89EFC6B551F4667D983",
    16: "28A7023F452E8F82BD4BF28D8C37C35C",
    40: "AAF3D8F1DE5640C232F5B169B9C911E6",
    64: "E1992190549F6ED5696A2C056C315410",
}
# RFC 4493 clause 4: AES-128.
CMAC_KEY_128 = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")
CMAC_TAGS_128 = {
    0: "BB1D6929E95937287FA37D129B756746",
    16: "070A16B46B4D4144F79BDD9DD04A287C",
    40: "DFA66747DE9AE63030CA32611497C827",
    64: "51F0BEBF7E3B9D92FC49741779363CFE",
}


class Table:
    """The C core's function table with one key."""

    def __init__(self, kind: int, key: bytes, *, is_sender: bool = True, iv_octets: int = 12) -> None:
        find_crypto()
        self.functions = lib.dd_openssl()
        self.context = ffi.new("uint64_t[8]")
        made = self.functions.init(
            self.context, kind, is_sender, ffi.from_buffer("uint8_t[]", key), len(key), iv_octets
        )
        assert made == 0

    def mac(self, aad: bytes, data: bytes, size: int = 16) -> bytes:
        tag = bytearray(size)
        c = [ffi.from_buffer("uint8_t[]", octets) for octets in (aad, data, tag)]
        assert self.functions.mac(self.context, c[0], len(aad), c[1], len(data), c[2], size) == 0
        return bytes(tag)


def test_library_is_named() -> None:
    assert find_crypto().name.startswith("OpenSSL 3.")
    assert find_crypto("libcrypto-none.so").name.startswith("cryptography ")
    assert find_crypto("libc.so.6").is_staged


def test_printed_gcm_vector() -> None:
    sender, receiver = Table(lib.DD_AEAD_GCM, GCM_KEY), Table(lib.DD_AEAD_GCM, GCM_KEY, is_sender=False)
    iv, aad = ffi.from_buffer("uint8_t[]", GCM_IV), ffi.from_buffer("uint8_t[]", GCM_AAD)
    work, tag = bytearray(GCM_PLAIN), bytearray(16)
    data, code = ffi.from_buffer("uint8_t[]", work), ffi.from_buffer("uint8_t[]", tag)
    for _ in range(2):
        work[:] = GCM_PLAIN
        assert sender.functions.seal(sender.context, iv, aad, 20, data, len(work), code, 16) == 0
        assert (bytes(work), bytes(tag)) == (GCM_SEALED, GCM_TAG)
        assert receiver.functions.open(receiver.context, iv, aad, 20, data, len(work), code, 16) == 0
        assert bytes(work) == GCM_PLAIN
    staged = StagedCipher("gcm", GCM_KEY, iv_octets=12, mac_octets=16)
    assert staged.seal(GCM_IV, GCM_AAD, GCM_PLAIN) == (GCM_SEALED, GCM_TAG)
    assert staged.open(GCM_IV, GCM_AAD, GCM_SEALED, GCM_TAG) == GCM_PLAIN
    assert staged.open(GCM_IV, GCM_AAD, GCM_SEALED, bytes(16)) is None


def test_failed_opening_leaves_nothing_of_the_data() -> None:
    receiver = Table(lib.DD_AEAD_GCM, GCM_KEY, is_sender=False)
    work = bytearray(GCM_SEALED)
    c = [ffi.from_buffer("uint8_t[]", octets) for octets in (GCM_IV, GCM_AAD, work, bytes(16))]
    done = receiver.functions.open(receiver.context, c[0], c[1], 20, c[2], len(work), c[3], 16)
    assert done == -lib.DD_BAD_TAG
    assert bytes(work) == bytes(len(work))


@pytest.mark.parametrize("size", [0, 16, 40, 64])
@pytest.mark.parametrize("cut", [0, 1, 15, 16, 17, 64])
def test_printed_cmac_vectors(size: int, cut: int) -> None:
    text = CMAC_TEXT[:size]
    for key, tags in ((CMAC_KEY, CMAC_TAGS), (CMAC_KEY_128, CMAC_TAGS_128)):
        table = Table(lib.DD_AEAD_CMAC, key)
        for _ in range(2):
            assert table.mac(text[:cut], text[cut:]) == bytes.fromhex(tags[size])
        staged = StagedCipher("cmac", key, iv_octets=0, mac_octets=16)
        assert staged.seal(b"", text[:cut], text[cut:])[1] == bytes.fromhex(tags[size])


def test_long_message_equals_the_package() -> None:
    table = Table(lib.DD_AEAD_CMAC, CMAC_KEY)
    staged = StagedCipher("cmac", CMAC_KEY, iv_octets=0, mac_octets=8)
    for size in (239, 240, 241, 255, 256, 257, 511, 512, 513, 4000):
        data = bytes(index * 7 & 0xFF for index in range(size))
        assert table.mac(data[:20], data[20:], 8) == staged.seal(b"", data[:20], data[20:])[1]


def test_misuse_is_refused() -> None:
    find_crypto()
    functions = lib.dd_openssl()
    context = ffi.new("uint64_t[8]")
    key = ffi.from_buffer("uint8_t[]", bytes(32))
    for kind, size, iv_octets in ((3, 32, 12), (lib.DD_AEAD_GCM, 24, 12), (lib.DD_AEAD_CMAC, 17, 0)):
        assert functions.init(context, kind, 1, key, size, iv_octets) < 0
    assert functions.init(context, lib.DD_AEAD_GCM, 1, key, 32, 100_000) == -lib.DD_BAD_AEAD
    for call in (functions.seal, functions.open):
        assert call(context, key, key, 1, key, 1, key, 16) == -lib.DD_BAD_AEAD
    assert functions.mac(context, key, 1, key, 1, key, 16) == -lib.DD_BAD_AEAD
    with pytest.raises(LocalLinkError, match="iv_octets must be >= 8, got 7 octets"):
        StagedCipher("gcm", GCM_KEY, iv_octets=7, mac_octets=16)
    assert python_crypto().is_staged
