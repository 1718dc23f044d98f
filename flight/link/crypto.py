"""Who does AES: OpenSSL's shared library from C, or the package `cryptography` frame by frame."""

from dataclasses import dataclass, field
from importlib import metadata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.constant_time import bytes_eq

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError

LIBRARY = "libcrypto.so.3"
_PYTHON_IV_OCTETS_MIN = 8


@dataclass(frozen=True, slots=True)
class Crypto:
    """One implementation of AES-GCM and AES-CMAC.

    Attributes
    ----------
    name
        Implementation and version, for `flight link info` and reports.
    aead
        The C core's function table, or NULL where the stages run from Python.
    """

    name: str
    aead: object = field(repr=False)

    @property
    def is_staged(self) -> bool:
        """Each frame's cipher runs from Python."""
        return bool(self.aead == ffi.NULL)


def find_crypto(library: str = LIBRARY) -> Crypto:
    """Return the fastest implementation that this machine has.

    Parameters
    ----------
    library
        Name of OpenSSL's shared library (>= 3.0); where it cannot be loaded, the package serves.
    """
    version = lib.dd_openssl_load(library.encode())
    if version >= 0:
        text = f"{version >> 28}.{version >> 20 & 0xFF}.{version >> 4 & 0xFFFF}"
        return Crypto(f"OpenSSL {text} ({library})", lib.dd_openssl())
    return python_crypto()


def python_crypto() -> Crypto:
    """Return the implementation by the package `cryptography`, one frame at a time."""
    return Crypto(f"cryptography {metadata.version('cryptography')} (frame by frame)", ffi.NULL)


class StagedCipher:
    """The cipher of one association where the C core has none.

    Parameters
    ----------
    mode
        "gcm" or "cmac".
    key
        16 or 32 octets.
    iv_octets, mac_octets
        Of the association.

    Raises
    ------
    LocalLinkError
        When the package does not take initialisation vectors so short.
    """

    def __init__(self, mode: str, key: bytes, *, iv_octets: int, mac_octets: int) -> None:
        if mode == "gcm" and iv_octets < _PYTHON_IV_OCTETS_MIN:
            msg = f"iv_octets must be >= {_PYTHON_IV_OCTETS_MIN}, got {iv_octets} octets (cryptography)"
            raise LocalLinkError(msg, field="security.iv_octets")
        self._mode = mode
        self._algorithm = algorithms.AES(key)
        self._mac_octets = mac_octets

    def seal(self, iv: bytes, aad: bytes, data: bytes) -> tuple[bytes, bytes]:
        """Return the data as they go out and their code."""
        if self._mode == "cmac":
            return data, self._mac(aad + data)
        encryptor = Cipher(self._algorithm, modes.GCM(iv)).encryptor()
        encryptor.authenticate_additional_data(aad)
        sealed = encryptor.update(data) + encryptor.finalize()
        return sealed, encryptor.tag[: self._mac_octets]

    def open(self, iv: bytes, aad: bytes, data: bytes, tag: bytes) -> bytes | None:
        """Return the data inside, or None when the code does not match."""
        if self._mode == "cmac":
            return data if bytes_eq(self._mac(aad + data), tag) else None
        mode = modes.GCM(iv, tag, min_tag_length=self._mac_octets)
        decryptor = Cipher(self._algorithm, mode).decryptor()
        decryptor.authenticate_additional_data(aad)
        opened = decryptor.update(data)
        try:
            return opened + decryptor.finalize()
        except InvalidTag:
            return None

    def _mac(self, message: bytes) -> bytes:
        cmac = CMAC(self._algorithm)
        cmac.update(message)
        return cmac.finalize()[: self._mac_octets]
