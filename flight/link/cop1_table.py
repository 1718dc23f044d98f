"""The state table of FOP-1: states, events and what each does in each state (232.1-B-2 table 5-1)."""

from collections.abc import Mapping
from enum import Enum, IntEnum


class FopState(IntEnum):
    """States S1 to S6 of 232.1-B-2 clause 5.1."""

    ACTIVE = 1
    RETRANSMIT = 2
    RETRANSMIT_WAIT = 3
    INITIALISING = 4
    INITIALISING_BC = 5
    INITIAL = 6


class Alert(Enum):
    """Why sequence control ended; frames not acknowledged may or may not have been executed."""

    SYNCHRONISATION = "synch"
    CONTROL_WORD = "clcw"
    LIMIT = "limit"
    REPORT_VALUE = "nn_r"
    LOCKOUT = "lockout"
    TIMER = "t1"
    TERMINATED = "term"


class Cue(Enum):
    """Events of 232.1-B-2 table 5-1, by number."""

    E1 = "all acknowledged before"
    E2 = "all acknowledged now"
    E3 = "all acknowledged, wait"
    E4 = "all acknowledged, retransmit"
    E5 = "none acknowledged"
    E6 = "some acknowledged"
    E7 = "wait without retransmit"
    E101 = "some acknowledged, retransmit, one transmission allowed"
    E102 = "none acknowledged, retransmit, one transmission allowed"
    E8 = "some acknowledged, retransmit"
    E9 = "some acknowledged, retransmit, wait"
    E10 = "retransmit"
    E11 = "retransmit, wait"
    E12 = "retransmit, limit reached"
    E103 = "retransmit, wait, limit reached"
    E13 = "report value outside"
    E14 = "lockout"
    E15 = "bad control word"
    E16 = "timer"
    E17 = "timer, limit reached"
    E19 = "submission"
    E23 = "initiate without check"
    E24 = "initiate with check"
    E25 = "initiate with unlock"
    E27 = "initiate with set value"
    E29 = "terminate"


# Columns S1 to S6. Words are actions, a digit the next state, "-" nothing; "alert" ends in S6.
_ROWS: Mapping[Cue, tuple[str, str, str, str, str, str]] = {
    Cue.E1: ("-", "alert", "alert", "confirm 1", "confirm 1", "-"),
    Cue.E2: ("remove cancel look 1", "remove cancel look 1", "remove cancel look 1", "-", "-", "-"),
    Cue.E3: ("alert", "alert", "alert", "alert", "-", "-"),
    Cue.E4: ("alert", "alert", "alert", "alert", "-", "-"),
    Cue.E5: ("-", "alert", "alert", "-", "-", "-"),
    Cue.E6: ("remove look 1", "remove look 1", "remove look 1", "-", "-", "-"),
    Cue.E7: ("alert", "alert", "alert", "-", "-", "-"),
    Cue.E101: ("remove alert", "remove alert", "remove alert", "-", "-", "-"),
    Cue.E102: ("alert", "alert", "alert", "-", "-", "-"),
    Cue.E8: ("remove again look 2", "remove again look 2", "remove again look 2", "-", "-", "-"),
    Cue.E9: ("remove 3", "remove 3", "remove 3", "-", "-", "-"),
    Cue.E10: ("again look 2", "-", "again look 2", "-", "-", "-"),
    Cue.E11: ("3", "3", "-", "-", "-", "-"),
    Cue.E12: ("2", "-", "2", "-", "-", "-"),
    Cue.E103: ("3", "3", "-", "-", "-", "-"),
    Cue.E13: ("alert", "alert", "alert", "alert", "-", "-"),
    Cue.E14: ("alert", "alert", "alert", "alert", "-", "-"),
    Cue.E15: ("alert", "alert", "alert", "alert", "alert", "-"),
    Cue.E16: ("again look", "again look", "-", "alert", "control_again", "-"),
    Cue.E17: ("alert", "alert", "alert", "alert", "alert", "-"),
    Cue.E19: ("look", "look", "-", "-", "-", "-"),
    Cue.E23: ("-", "-", "-", "-", "-", "initialise confirm 1"),
    Cue.E24: ("-", "-", "-", "-", "-", "initialise start 4"),
    Cue.E25: ("-", "-", "-", "-", "-", "initialise control 5"),
    Cue.E27: ("-", "-", "-", "-", "-", "initialise control 5"),
    Cue.E29: ("alert", "alert", "alert", "alert", "alert", "-"),
}
TABLE: Mapping[tuple[Cue, FopState], tuple[str, ...]] = {
    (cue, state): tuple(cell.split())
    for cue, row in _ROWS.items()
    for state, cell in zip(FopState, row, strict=True)
}
ALERTS: Mapping[Cue, Alert] = {
    Cue.E3: Alert.CONTROL_WORD,
    Cue.E7: Alert.CONTROL_WORD,
    Cue.E15: Alert.CONTROL_WORD,
    Cue.E13: Alert.REPORT_VALUE,
    Cue.E14: Alert.LOCKOUT,
    Cue.E16: Alert.TIMER,
    Cue.E17: Alert.TIMER,
    Cue.E29: Alert.TERMINATED,
    Cue.E101: Alert.LIMIT,
    Cue.E102: Alert.LIMIT,
}
