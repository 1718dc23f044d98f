from flight.bus.envelope import BUNDLE_OCTETS_MAX, parse_header
from flight.bus.mail import SendResult
from flight.bus.outbox import Outbox
from flight.dictionary.application import ParameterValue
from flight.dictionary.executive import BusReject
from flight.dictionary.radio import RadioTransmit

FIRST = ParameterValue(application=1, parameter_id=1, value=1.0)


def test_sequence_counts_on_over_ticks_and_wraps() -> None:
    outbox = Outbox(16)
    outbox.sequence = 0xFFFFFFFE
    sequences = []
    for tick in (5, 6, 7):
        outbox.begin(tick)
        outbox.publish(FIRST, 0, None)
        header = parse_header(outbox.messages[0])
        sequences.append((header.tick, header.sequence))
    assert sequences == [(5, 0xFFFFFFFF), (6, 0), (7, 1)]


def test_withdrawn_messages_leave_no_gap() -> None:
    outbox = Outbox(16)
    outbox.begin(0)
    for _ in range(3):
        outbox.publish(FIRST, 0, None)
    outbox.withdraw(1)
    outbox.publish(FIRST, 9, 17)
    headers = [parse_header(octets) for octets in outbox.messages]
    assert [(h.sequence, h.cause, h.destination) for h in headers] == [(1, 0, 0), (2, 9, 17)]


def test_bundle_is_full_at_one_mebibyte() -> None:
    outbox = Outbox(5)
    outbox.begin(0)
    large = RadioTransmit(octets=bytes(57_000))
    results = [outbox.publish(large, 0, None) for _ in range(20)]
    sent = results.count(SendResult.SENT)
    assert results == [SendResult.SENT] * sent + [SendResult.BUNDLE_FULL] * (20 - sent)
    assert sum(map(len, outbox.messages)) <= BUNDLE_OCTETS_MAX < sum(map(len, outbox.messages)) + 57_040
    assert set(outbox.refusals) == {(int(BusReject.OVERSIZED), 0, RadioTransmit.SPEC.id)}
    outbox.withdraw(0)
    assert outbox.publish(large, 0, None) is SendResult.SENT


def test_body_above_sixty_kibibytes_is_refused() -> None:
    outbox = Outbox(5)
    outbox.begin(0)
    assert outbox.publish(RadioTransmit(octets=bytes(61_441)), 0, None) is SendResult.TOO_LARGE
    assert outbox.messages == []
