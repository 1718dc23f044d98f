"""The one error of the dictionary: octets or values that no declaration allows."""

from flight.dictionary.executive import BusReject

__all__ = ["BodyError"]


class BodyError(ValueError):
    """A body, a packet or a value does not fit its declaration.

    Parameters
    ----------
    reason : BusReject
        Name under which the refusal is counted.
    text : str
        What was wrong, in the form ``quantity must be condition, got value``.
    """

    def __init__(self, reason: BusReject, text: str) -> None:
        super().__init__(text)
        self.reason = reason
