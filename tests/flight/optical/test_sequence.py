import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flight.dictionary.optical import FaultCause, TerminalMode
from flight.optical.sequence import (
    TRANSITIONS,
    Detectors,
    TerminalState,
    Thresholds,
    advance,
    is_up,
)

THRESHOLDS = Thresholds(
    camera_w=1e-10, quad_w=1e-9, fine_error_rad=2e-5, settled_rad=5e-4, acquisition_s=20.0
)
IDLE = Detectors(
    valid=True,
    gimbal_error_rad=1.0,
    camera_w=0.0,
    quad_w=0.0,
    error_rad=0.0,
    frame_lock=False,
    wanted=False,
    window_open=False,
    laser_allowed=True,
)
READY = IDLE._replace(wanted=True, window_open=True, gimbal_error_rad=1e-5)
SEEN = READY._replace(camera_w=3e-7, error_rad=5e-6)
TRACKED = SEEN._replace(quad_w=5e-7, error_rad=1e-6)
LINKED = TRACKED._replace(frame_lock=True)


def run(state: TerminalState, detectors: Detectors, seconds: float) -> TerminalState:
    for _ in range(round(seconds / 0.5)):
        state = advance(state, detectors, THRESHOLDS, 0.5)
    return state


def linked() -> TerminalState:
    state = run(TerminalState(), READY, 3.0)
    state = run(state, SEEN, 1.0)
    return run(run(state, TRACKED, 1.0), LINKED, 2.0)


@pytest.mark.requirement("OPT-003")
def test_the_way_to_a_link_is_slew_point_acquire_coarse_fine_link() -> None:
    modes, state = [], TerminalState()
    for detectors in (
        IDLE,
        READY._replace(gimbal_error_rad=0.3),
        READY,
        READY,
        READY,
        SEEN,
        SEEN,
        TRACKED,
        LINKED,
    ):
        state = advance(state, detectors, THRESHOLDS, 0.5)
        modes.append(state.mode.name)
    assert modes == [
        "STOW", "SLEW", "POINT", "ACQUIRE", "ACQUIRE", "COARSE_TRACK", "FINE_TRACK", "LINK", "LINK",
    ]  # fmt: skip
    assert is_up(state, LINKED)


@pytest.mark.requirement("OPT-003")
def test_no_light_means_another_search_after_the_time_out() -> None:
    state = run(TerminalState(), READY, 15.0)
    assert state.mode == TerminalMode.ACQUIRE
    modes = set()
    for _ in range(60):
        state = advance(state, READY, THRESHOLDS, 0.5)
        modes.add(state.mode)
    assert modes == {TerminalMode.ACQUIRE, TerminalMode.POINT}


@pytest.mark.requirement("OPT-004")
def test_a_fade_shorter_than_a_second_keeps_the_link_and_a_longer_one_searches_again() -> None:
    dark = READY._replace(camera_w=0.0)
    assert run(linked(), dark, 1.0).mode == TerminalMode.LINK
    assert run(linked(), dark, 2.0).mode == TerminalMode.ACQUIRE
    unlocked = TRACKED._replace(frame_lock=False)
    assert run(linked(), unlocked, 1.5).mode == TerminalMode.FINE_TRACK


@pytest.mark.requirement("OPT-005")
@pytest.mark.parametrize("detectors", [READY, SEEN, TRACKED, LINKED])
def test_a_forbidden_laser_ends_every_emitting_mode_at_once(detectors: Detectors) -> None:
    state = linked()
    after = advance(state, detectors._replace(laser_allowed=False), THRESHOLDS, 0.5)
    assert after.mode == TerminalMode.POINT


def test_the_end_of_the_window_stows_from_every_mode() -> None:
    for mode in TerminalMode:
        state = TerminalState(mode)
        assert advance(state, IDLE, THRESHOLDS, 0.5).mode == TerminalMode.STOW


def test_a_gimbal_that_never_arrives_is_a_fault() -> None:
    state = run(TerminalState(), READY._replace(gimbal_error_rad=0.5), 100.0)
    assert state.mode == TerminalMode.FAULT


@pytest.mark.requirement("OPT-011")
def test_a_gimbal_that_stops_in_a_link_is_named_and_the_terminal_comes_back_after_its_repair() -> None:
    away = READY._replace(gimbal_error_rad=0.01)
    state = run(linked(), away, 3.0)
    assert (state.mode, state.cause) == (TerminalMode.ACQUIRE, FaultCause.NONE)
    state = run(state, away, 5.0)
    assert (state.mode, state.cause) == (TerminalMode.FAULT, FaultCause.GIMBAL)
    assert run(state, away, 500.0) == state._replace(
        elapsed_s=state.elapsed_s + 500.0, acquiring_s=pytest.approx(state.acquiring_s + 500.0)
    )
    state = run(state, READY, 12.0)
    assert (state.mode, state.cause) == (TerminalMode.ACQUIRE, FaultCause.GIMBAL)
    state = run(run(state, SEEN, 1.0), TRACKED, 1.0)
    assert (state.mode, state.cause) == (TerminalMode.LINK, FaultCause.NONE)


@pytest.mark.requirement("OPT-011")
def test_a_dead_tracking_detector_is_named_and_a_fade_is_not_one() -> None:
    dead = SEEN._replace(frame_lock=True, quad_w=0.0)
    state = run(linked(), dead, 4.0)
    assert (state.mode, state.cause) == (TerminalMode.FAULT, FaultCause.TRACKING_DETECTOR)
    assert run(state, dead, 8.5).mode == TerminalMode.FAULT
    retried = run(state, dead, 20.0)
    assert (retried.mode, retried.cause) == (TerminalMode.FAULT, FaultCause.TRACKING_DETECTOR)
    faded = SEEN._replace(camera_w=5e-9, quad_w=5e-10)  # both see 25 dB less
    state = run(linked(), faded, 30.0)
    assert state.cause == FaultCause.NONE
    assert state.mode in {TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK}


def test_a_search_that_shows_nothing_is_named_and_goes_on() -> None:
    state = run(TerminalState(), READY, 30.0)
    assert (state.mode, state.cause) == (TerminalMode.ACQUIRE, FaultCause.NO_LIGHT)
    state = run(run(run(state, SEEN, 1.0), TRACKED, 1.0), LINKED, 1.0)
    assert state.cause == FaultCause.NONE
    forbidden = run(run(TerminalState(), READY, 5.0), READY._replace(laser_allowed=False), 50.0)
    assert (forbidden.mode, forbidden.cause) == (TerminalMode.POINT, FaultCause.NONE)


def test_the_acquisition_time_counts_from_the_opening_of_the_window() -> None:
    early = READY._replace(window_open=False)
    state = run(TerminalState(), early, 30.0)
    assert state.acquiring_s == 0.0
    state = run(state, READY, 3.0)
    state = run(run(state, SEEN, 1.0), TRACKED, 1.0)
    assert state.mode == TerminalMode.LINK
    assert 3.0 <= state.acquiring_s <= 5.0


def test_every_mode_has_a_way_out() -> None:
    assert {row.source for row in TRANSITIONS} == set(TerminalMode)


class Terminal(RuleBasedStateMachine):
    """Any readings in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = TerminalState()
        self.detectors = IDLE

    @rule(
        camera=st.sampled_from([0.0, 1e-11, 3e-7]),
        quad=st.sampled_from([0.0, 1e-10, 5e-7]),
        error=st.floats(0.0, 1e-3),
        lock=st.booleans(),
        valid=st.booleans(),
        gimbal=st.sampled_from([1e-5, 0.2]),
    )
    def detectors_read(
        self, camera: float, quad: float, error: float, lock: bool, valid: bool, gimbal: float
    ) -> None:
        self.detectors = self.detectors._replace(
            valid=valid,
            camera_w=camera,
            quad_w=quad,
            error_rad=error,
            frame_lock=lock,
            gimbal_error_rad=gimbal,
        )
        self._step()

    @rule(wanted=st.booleans(), opened=st.booleans(), allowed=st.booleans())
    def plan_changes(self, wanted: bool, opened: bool, allowed: bool) -> None:
        self.detectors = self.detectors._replace(
            wanted=wanted, window_open=wanted and opened, laser_allowed=allowed
        )
        self._step()

    @precondition(lambda self: self.state.mode in {TerminalMode.ACQUIRE, TerminalMode.LINK})
    @rule()
    def laser_is_forbidden(self) -> None:
        self.detectors = self.detectors._replace(laser_allowed=False)
        self._step()
        assert self.state.mode in {TerminalMode.POINT, TerminalMode.STOW}

    def _step(self) -> None:
        self.state = advance(self.state, self.detectors, THRESHOLDS, 0.5)

    @invariant()
    def emission_only_with_permission(self) -> None:
        emitting = {
            TerminalMode.ACQUIRE, TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK, TerminalMode.LINK,
        }  # fmt: skip
        if self.state.mode in emitting:
            assert self.detectors.laser_allowed
            assert self.detectors.wanted

    @invariant()
    def times_are_never_negative(self) -> None:
        assert min(self.state.elapsed_s, self.state.fade_s, self.state.acquiring_s) >= 0.0


Terminal.TestCase.settings = settings(max_examples=50, stateful_step_count=40)
TestTerminal = Terminal.TestCase
