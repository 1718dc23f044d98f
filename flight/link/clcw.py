"""The communications link control word: the telecommand receiver's report in telemetry frames."""

from dataclasses import dataclass

from flight.link.errors import LocalLinkError, RemoteLinkError

_COP_1 = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clcw:
    """What a telecommand receiver reports about one virtual channel.

    Attributes
    ----------
    vcid
        Telecommand virtual channel, 0..63.
    bypass_count
        FARM-B counter, 0..3: accepted bypass frames modulo 4.
    report_value
        V(R), 0..255: the sequence-controlled frame expected next.
    no_rf_available, no_bit_lock, lockout, wait, retransmit
        The five flags.
    status
        Mission field, 0..7.

    Source: 232.0-B-4 clause 4.2.1.
    """

    vcid: int
    bypass_count: int = 0
    report_value: int = 0
    no_rf_available: bool = False
    no_bit_lock: bool = False
    lockout: bool = False
    wait: bool = False
    retransmit: bool = False
    status: int = 0

    def __post_init__(self) -> None:
        for name, value, limit in (
            ("vcid", self.vcid, 63),
            ("bypass_count", self.bypass_count, 3),
            ("report_value", self.report_value, 255),
            ("status", self.status, 7),
        ):
            if not 0 <= value <= limit:
                msg = f"{name} must be in [0, {limit}], got {value} (CLCW)"
                raise LocalLinkError(msg, field=name, clause="232.0-B-4 4.2.1")

    def pack(self) -> int:
        """Return the 32-bit word."""
        flags = (
            self.no_rf_available << 4
            | self.no_bit_lock << 3
            | self.lockout << 2
            | self.wait << 1
            | self.retransmit
        )
        return (
            self.status << 26
            | _COP_1 << 24
            | self.vcid << 18
            | flags << 11
            | self.bypass_count << 9
            | self.report_value
        )


def parse_clcw(word: int) -> Clcw:
    """Parse a 32-bit word; spare bits are not looked at.

    Raises
    ------
    RemoteLinkError
        When the word is not a version-1 CLCW of COP-1.

    Source: 232.0-B-4 clause 4.2.1.
    """
    if word >> 31 or word >> 29 & 3 or word >> 24 & 3 != _COP_1:
        msg = f"control word must be a CLCW of COP-1, got {word:08x} (operational control field)"
        raise RemoteLinkError(msg, field="ocf_word", clause="232.0-B-4 4.2.1")
    return Clcw(
        status=word >> 26 & 7,
        vcid=word >> 18 & 0x3F,
        no_rf_available=bool(word >> 15 & 1),
        no_bit_lock=bool(word >> 14 & 1),
        lockout=bool(word >> 13 & 1),
        wait=bool(word >> 12 & 1),
        retransmit=bool(word >> 11 & 1),
        bypass_count=word >> 9 & 3,
        report_value=word & 0xFF,
    )
