import pytest

from flight.gateway.arming import ARMED_COUNT_MAX, ARMED_NS, ArmingDesk

APP, COMMAND, TOKEN = 18, 0x4121, 0xDEADBEEF


@pytest.mark.requirement("GTW-005")
def test_an_arming_lets_its_command_through_exactly_once():
    desk = ArmingDesk()
    desk.arm(APP, COMMAND, TOKEN, 0)
    assert desk.fire(APP, COMMAND, TOKEN, 1)
    assert not desk.fire(APP, COMMAND, TOKEN, 2)


@pytest.mark.parametrize(
    ("application", "command_id", "token"),
    [(APP + 1, COMMAND, TOKEN), (APP, COMMAND + 1, TOKEN), (APP, COMMAND, TOKEN + 1)],
)
def test_another_command_application_or_token_does_not_pass_and_does_not_use_up(
    application, command_id, token
):
    desk = ArmingDesk()
    desk.arm(APP, COMMAND, TOKEN, 0)
    assert not desk.fire(application, command_id, token, 1)
    assert desk.fire(APP, COMMAND, TOKEN, 1)


def test_an_arming_ends_after_sixty_seconds():
    desk = ArmingDesk()
    desk.arm(APP, COMMAND, TOKEN, 0)
    assert not desk.fire(APP, COMMAND, TOKEN, ARMED_NS)
    desk.arm(APP, COMMAND, TOKEN, ARMED_NS)
    assert desk.fire(APP, COMMAND, TOKEN, 2 * ARMED_NS - 1)


def test_one_arming_too_many_drops_the_oldest():
    desk = ArmingDesk()
    for token in range(ARMED_COUNT_MAX + 1):
        desk.arm(APP, COMMAND, token, 0)
    assert [desk.fire(APP, COMMAND, token, 1) for token in range(ARMED_COUNT_MAX + 1)] == [False] + [True] * 8
