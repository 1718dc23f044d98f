"""What the optical application says about a terminal at fault."""

import pytest

from flight.dictionary.optical import FaultCause, TerminalFault, TerminalMode
from flight.optical.manager import Decision
from flight.optical.memory import Memory, TerminalMemory
from flight.optical.pointing import STOWED
from flight.optical.report import events, terminal_setpoint
from flight.optical.sequence import TerminalState

DECISION = Decision(pointings=(STOWED,) * 4, wanted=(True,) * 4, windows=(None,) * 4, request_w=0.0)


def with_state(state: TerminalState) -> Memory:
    return Memory(terminals=(TerminalMemory(state=state), *(TerminalMemory(),) * 3))


@pytest.mark.requirement("OPT-011")
def test_a_terminal_at_fault_is_told_to_look_where_it_should_with_its_laser_off() -> None:
    setpoint = terminal_setpoint(with_state(TerminalState(TerminalMode.FAULT)), DECISION)
    assert setpoint.terminal_mode == (TerminalMode.POINT, *(TerminalMode.STOW,) * 3)
    assert setpoint.laser_mask == 0


@pytest.mark.requirement("OPT-011")
def test_each_cause_is_told_once() -> None:
    sound = with_state(TerminalState(TerminalMode.ACQUIRE))
    stuck = with_state(TerminalState(TerminalMode.FAULT, cause=FaultCause.GIMBAL))
    again = with_state(TerminalState(TerminalMode.ACQUIRE, cause=FaultCause.GIMBAL))
    linked = with_state(TerminalState(TerminalMode.LINK))
    assert list(events(sound, stuck, 0)) == [TerminalFault(terminal_index=0, cause=FaultCause.GIMBAL)]
    for before, after in ((stuck, again), (again, stuck), (again, linked)):
        assert list(events(before, after, 0)) == []
