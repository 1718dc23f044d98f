"""Arm and fire: once, soon, for those very octets."""

import pytest

from ground.command.authorise import ARM_VALID_S, NotAuthorisedError, TokenDesk
from ground.command.build import BuiltCommand, build_command

VALID_NS = int(ARM_VALID_S * 1e9)


def restart(application: int = 16) -> BuiltCommand:
    return build_command("EXECUTIVE", "RestartApplication", [("application", application)])


def test_token_fires_once_the_command_it_was_given_for() -> None:
    desk = TokenDesk(b"key")
    armed, other = desk.arm(restart(16), 0), desk.arm(restart(17), 0)
    assert armed.token != other.token
    assert desk.fire(armed.token, VALID_NS) == restart(16)
    with pytest.raises(NotAuthorisedError, match="unused"):
        desk.fire(armed.token, VALID_NS)
    assert desk.fire(other.token, VALID_NS) == restart(17)


def test_token_is_worth_nothing_after_its_time() -> None:
    desk = TokenDesk(b"key")
    armed = desk.arm(restart(), 0)
    with pytest.raises(NotAuthorisedError, match=r"60 s, got 0\.5 s late"):
        desk.fire(armed.token, VALID_NS + 500_000_000)


def test_guess_is_refused() -> None:
    desk = TokenDesk(b"key")
    desk.arm(restart(), 0)
    for guess in (0, 1, 0xFFFFFFFF, -5):
        with pytest.raises(NotAuthorisedError):
            desk.fire(guess, 0)


def test_tokens_follow_from_the_key_and_nothing_else() -> None:
    first, again, other = (TokenDesk(key).arm(restart(), 5).token for key in (b"a", b"a", b"b"))
    assert first == again != other


def test_harmless_command_needs_no_token_and_a_hazardous_one_does() -> None:
    desk = TokenDesk(b"key")
    desk.require_harmless(build_command("POWER", "NoOperation", []))
    with pytest.raises(NotAuthorisedError, match="EXECUTIVE RestartApplication"):
        desk.require_harmless(restart())


def test_arming_by_hand_is_refused() -> None:
    by_hand = build_command(
        "GATEWAY", "ArmCommand", [("application", 1), ("command_id", 0x4010), ("token", 1)]
    )
    with pytest.raises(NotAuthorisedError, match="arming must be asked for"):
        TokenDesk(b"key").require_harmless(by_hand)


def test_tokens_that_are_out_are_bounded_and_old_ones_are_forgotten() -> None:
    desk = TokenDesk(b"key")
    for _ in range(64):
        desk.arm(restart(), 0)
    with pytest.raises(NotAuthorisedError, match="armed commands must be < 64"):
        desk.arm(restart(), 0)
    desk.arm(restart(), VALID_NS + 1)
