"""The options of a profile for security and for sequence control."""

from dataclasses import dataclass, fields
from typing import NoReturn

from flight.link.errors import LocalLinkError

_MASK_OCTETS_MAX = 128
_SPI_RESERVED = 0xFFFF
_VECTOR_OCTETS_MAX = 16
_COUNTED_OCTETS = 8
ANY_SALT = "any"
DIRECTIONS = ("both", "forward", "return")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityOptions:
    """Space data link security (355.0-B-2); with mode "none" the rest is 0 or empty.

    Attributes
    ----------
    mode
        "none", "gcm" (encrypted and authenticated) or "cmac" (authenticated).
    spi
        Security parameter index, 1..65534.
    key
        Name in the key store.
    key_class
        "test" or "flight"; a profile of class "flight" refuses test keys.
    iv_octets
        gcm: what is carried of the initialisation vector, 1..16; its last eight octets are the number, the
        salt stands before them.
    number_octets
        Sequence number, cmac: 1..8; gcm: 0..8, and with 0 the end of the vector is the number.
    pad_octets
        Pad length field, 0..2, always of value 0.
    mac_octets
        Message authentication code, 4..16.
    mask_hex
        Authentication mask over header, insert zone or segment header and security header; empty: all of them
        but a header check and the insert zone, which security does not serve (732.0-B-4 table 2-1).
    window_count
        Receiver: numbers looked back, 0..1024; 0 accepts only rising numbers.
    ahead_max_count
        Receiver: largest step ahead that is accepted; 0: any.
    reserve_count
        Sender: numbers reserved on disk at a time. Receiver: numbers between two writes; 1 writes each.
    salt_hex
        gcm: the salt, as many octets as `iv_octets` has above eight; empty: SPI and key epoch. "any": a
        receiver takes the vector as it was sent, a sender makes its own salt.
    implicit_hex
        gcm: first octets of the vector, which both ends know and frames do not carry.
    anti_replay
        False: numbers are not judged; for recordings of missions that draw their vectors.
    channels
        Virtual channels that the association may serve; empty: all of the profile.
    direction
        "both", "forward" (to the spacecraft, or from the first end of a crosslink) or "return".

    Raises
    ------
    LocalLinkError
        When an option is out of range or contradicts another.
    """

    mode: str
    spi: int = 0
    key: str = ""
    key_class: str = ""
    iv_octets: int = 0
    number_octets: int = 0
    pad_octets: int = 0
    mac_octets: int = 0
    mask_hex: str = ""
    window_count: int = 0
    ahead_max_count: int = 0
    reserve_count: int = 0
    salt_hex: str = ""
    implicit_hex: str = ""
    anti_replay: bool = True
    channels: tuple[int, ...] = ()
    direction: str = "both"

    def __post_init__(self) -> None:
        if self.mode == "none":
            others = [one for one in fields(self) if one.name != "mode"]
            if any(getattr(self, one.name) != one.default for one in others):
                _refuse("security.mode", "gcm or cmac where other options are given", self.mode)
            return
        iv_low, iv_high = (1, 16) if self.mode == "gcm" else (0, 0)
        number_low = 1 if self.mode == "cmac" else 0
        if self.mode not in ("gcm", "cmac"):
            _refuse("security.mode", "one of none, gcm, cmac", self.mode)
        if self.key_class not in ("test", "flight"):
            _refuse("security.key_class", "one of test, flight", self.key_class)
        for option, value, low, high in (
            ("spi", self.spi, 1, _SPI_RESERVED - 1),
            ("iv_octets", self.iv_octets, iv_low, iv_high),
            ("number_octets", self.number_octets, number_low, 8),
            ("pad_octets", self.pad_octets, 0, 2),
            ("mac_octets", self.mac_octets, 4, 16),
            ("window_count", self.window_count, 0, 1024),
            ("ahead_max_count", self.ahead_max_count, 0, 1 << 62),
            ("reserve_count", self.reserve_count, 1, 1 << 40),
        ):
            if not low <= value <= high:
                _refuse(f"security.{option}", f"in [{low}, {high}] with mode {self.mode}", str(value))
        self._check_octets()

    def _check_octets(self) -> None:
        """Hold what is given in hexadecimal octets to its size."""
        mask, salt, implicit = (
            _octets(option, text)
            for option, text in (
                ("security.mask_hex", self.mask_hex),
                ("security.salt_hex", "" if self.salt_hex == ANY_SALT else self.salt_hex),
                ("security.implicit_hex", self.implicit_hex),
            )
        )
        if len(mask) > _MASK_OCTETS_MAX:
            _refuse("security.mask_hex", f"<= {_MASK_OCTETS_MAX} octets", f"{len(mask)} octets")
        if self.salt_hex == ANY_SALT and self.mode != "gcm":
            _refuse("security.salt_hex", "empty without gcm", self.salt_hex)
        if len(salt) not in (0, self.salt_octets):
            condition = f"empty, any or {self.salt_octets} octets (iv_octets above {_COUNTED_OCTETS})"
            _refuse("security.salt_hex", condition, f"{len(salt)} octets")
        limit = _VECTOR_OCTETS_MAX - self.iv_octets if self.mode == "gcm" else 0
        if len(implicit) > limit:
            _refuse("security.implicit_hex", f"<= {limit} octets", f"{len(implicit)} octets")
        if self.direction not in DIRECTIONS:
            _refuse("security.direction", f"one of {', '.join(DIRECTIONS)}", self.direction)

    @property
    def is_on(self) -> bool:
        """Frames carry security fields."""
        return self.mode != "none"

    @property
    def head_octets(self) -> int:
        """Octets of the security header."""
        return 2 + self.iv_octets + self.number_octets + self.pad_octets if self.is_on else 0

    @property
    def lengths(self) -> tuple[int, int]:
        """Octets of security header and trailer."""
        return self.head_octets, self.mac_octets

    @property
    def salt_octets(self) -> int:
        """Octets of the vector before the number."""
        return max(0, self.iv_octets - _COUNTED_OCTETS)

    @property
    def implicit(self) -> bytes:
        """First octets of the vector, not carried."""
        return bytes.fromhex(self.implicit_hex)

    @property
    def overhead_octets(self) -> int:
        """Octets of security header and trailer."""
        return self.head_octets + self.mac_octets


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOptions:
    """Sequence control of telecommand, COP-1 (232.1-B-2); with mode "none" the rest is 0.

    Attributes
    ----------
    mode
        "none" or "cop1".
    window_count
        Receiver's sliding window W: even, 2..254; the sender has half of it at most under way (K).
    sent_max_count
        Sender's window K, 1..W/2.
    timer_ms
        Timer T1: how long to wait for an acknowledgement; longer than the way there and back.
    transmission_max_count
        How often a frame is sent at most.
    control
        Where the profile has security: "secured", control commands carry its fields as data do, and others
        are refused; "clear", they come outside it as 355.0-B-2 has them: whoever sends may disturb the link.

    Raises
    ------
    LocalLinkError
        When an option is out of range or contradicts another.
    """

    mode: str
    window_count: int = 0
    sent_max_count: int = 0
    timer_ms: int = 0
    transmission_max_count: int = 0
    control: str = "secured"

    def __post_init__(self) -> None:
        values = (self.window_count, self.sent_max_count, self.timer_ms, self.transmission_max_count)
        if self.control not in ("secured", "clear"):
            _refuse("sequence.control", "one of secured, clear", self.control)
        if self.mode == "none":
            if any(values) or self.control != "secured":
                _refuse("sequence.mode", "cop1 where other options are given", self.mode)
            return
        if self.mode != "cop1":
            _refuse("sequence.mode", "one of none, cop1", self.mode)
        if self.window_count not in range(2, 255, 2):
            _refuse("sequence.window_count", "even and in [2, 254]", str(self.window_count))
        for option, value, high in (
            ("sent_max_count", self.sent_max_count, self.window_count // 2),
            ("timer_ms", self.timer_ms, 3_600_000),
            ("transmission_max_count", self.transmission_max_count, 255),
        ):
            if not 1 <= value <= high:
                _refuse(f"sequence.{option}", f"in [1, {high}]", str(value))

    @property
    def is_on(self) -> bool:
        """Frames go under sequence control."""
        return self.mode != "none"


def _octets(option: str, text: str) -> bytes:
    """Return the octets of an option."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        _refuse(option, "hexadecimal octets", text)


def _refuse(option: str, condition: str, value: str) -> NoReturn:
    """Raise the error of one option."""
    msg = f"{option} must be {condition}, got {value} (profile)"
    raise LocalLinkError(msg, field=option)


NO_SEQUENCE = SequenceOptions(mode="none")
