import pytest
from reference.bus.probe import Loop, Probe, probe

from flight.bus.application import Inbox, Now
from flight.bus.mail import Policy, SendResult, Subscription
from flight.dictionary.application import CommandReport, Overrun, ParameterValue
from flight.dictionary.types import App, Stage


def _value(number: int) -> ParameterValue:
    return ParameterValue(application=16, parameter_id=number, value=float(number))


def test_inbox_gives_latest_all_and_decoded_messages() -> None:
    seen: list[object] = []

    def send(app: Probe, now: Now, _: Inbox) -> None:
        if now.tick == 0:
            for number in (1, 2, 3):
                assert app.publish(_value(number), cause=77) is SendResult.SENT
            app.emit(Overrun(application=16, skipped_count=1))

    def read(_: Probe, now: Now, inbox: Inbox) -> None:
        if now.tick == 1:
            received = inbox.all(ParameterValue)
            seen.append(inbox.latest(ParameterValue))
            seen.append([one.sequence for one in received])
            seen.append((received[0].source, received[0].tick, received[0].cause, received[0].message_id))
            seen.append(received[0].identity == 16 << 32 | received[0].sequence)
            seen.append([message.parameter_id for message in inbox.messages(ParameterValue)])
            seen.append((len(inbox), inbox.latest(CommandReport), inbox.messages(CommandReport)))

    hears = [Subscription(message=cls) for cls in (ParameterValue, Overrun)]
    Loop(probe(App.POWER, send), probe(App.THERMAL, read, hears=hears)).run(3)
    assert seen == [_value(3), [2, 3, 4], (16, 0, 77, 0x1003), True, [1, 2, 3], (4, None, [])]


@pytest.mark.parametrize("depth", [0, 1025])
def test_depth_of_a_pipe_has_bounds(depth: int) -> None:
    with pytest.raises(ValueError, match=f"got {depth}"):
        Subscription(message=CommandReport, depth=depth)


def test_refused_messages_are_told_to_the_sender() -> None:
    results: list[SendResult] = []

    def send(app: Probe, now: Now, _: Inbox) -> None:
        if now.tick == 0:
            results.append(app.publish(ParameterValue(application=16, parameter_id=1, value=float("nan"))))
            results.append(app.publish(CommandReport(request=1, stage=Stage.ACCEPTED, code=0, step=0)))

    Loop(probe(App.POWER, send)).run(2)
    assert results == [SendResult.INVALID, SendResult.SENT]


def test_policies_have_distinct_values() -> None:
    assert sorted(Policy) == [Policy.REJECT_NEW, Policy.DROP_OLDEST, Policy.KEEP_NEWEST]
