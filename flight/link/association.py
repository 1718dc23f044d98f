"""States of a security association and what moves it from one to another."""

from collections.abc import Mapping
from enum import IntEnum

from flight.link._clink import lib


class AssociationState(IntEnum):
    """State of an association (355.1-B-1 clause 3.4); only started ones serve."""

    UNKEYED = lib.DD_SA_UNKEYED
    KEYED = lib.DD_SA_KEYED
    STARTED = lib.DD_SA_STARTED
    STOPPED = lib.DD_SA_STOPPED
    EXPIRED = lib.DD_SA_EXPIRED


class AssociationAction(IntEnum):
    """What moves an association to another state."""

    REKEY = 0
    START = 1
    STOP = 2
    EXPIRE = 3
    ZEROISE = 4


_S = AssociationState
_A = AssociationAction
TRANSITIONS: Mapping[tuple[AssociationState, AssociationAction], AssociationState] = {
    (_S.UNKEYED, _A.REKEY): _S.KEYED,
    (_S.KEYED, _A.REKEY): _S.KEYED,
    (_S.STOPPED, _A.REKEY): _S.KEYED,
    (_S.EXPIRED, _A.REKEY): _S.KEYED,
    (_S.KEYED, _A.START): _S.STARTED,
    (_S.STOPPED, _A.START): _S.STARTED,
    (_S.STARTED, _A.STOP): _S.STOPPED,
    (_S.KEYED, _A.EXPIRE): _S.EXPIRED,
    (_S.STARTED, _A.EXPIRE): _S.EXPIRED,
    (_S.STOPPED, _A.EXPIRE): _S.EXPIRED,
    (_S.UNKEYED, _A.ZEROISE): _S.UNKEYED,
    (_S.KEYED, _A.ZEROISE): _S.UNKEYED,
    (_S.STARTED, _A.ZEROISE): _S.UNKEYED,
    (_S.STOPPED, _A.ZEROISE): _S.UNKEYED,
    (_S.EXPIRED, _A.ZEROISE): _S.UNKEYED,
}
