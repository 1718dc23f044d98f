"""Bad input at the coordinator: refused by name, counted, evented, without any effect."""

import struct
from collections.abc import Callable

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.bus.probe import Loop, probe

from flight.bus.envelope import MESSAGE_OCTETS_MAX, fixed_part, varying_part
from flight.bus.mail import Policy, Subscription
from flight.dictionary.application import NoOperation, ParameterValue
from flight.dictionary.codec import encode
from flight.dictionary.executive import BusReject, BusRejected, PipeLoss, SetSystemMode
from flight.dictionary.power import PowerStatus
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

VALUE = ParameterValue(application=1, parameter_id=1, value=2.0)
SCHEMA = DICTIONARY.schema_hash(ParameterValue)
BODY = encode(VALUE)


def _loop(**changes: object) -> Loop:
    ears = [Subscription(message=ParameterValue, depth=4, policy=Policy.REJECT_NEW)]
    loop = Loop(probe(App.EVENTS), probe(App.POWER, hears=ears, **changes))
    loop.run(1)
    return loop


def _send(loop: Loop, *messages: bytes) -> None:
    """Put octets into an outbox, as a hostile process could, and close the tick."""
    port = loop.coordinator.ports[App.EVENTS]
    port.outbox, port.outbox_tick = list(messages), loop.clock.tick - 1
    loop.coordinator.close_tick(loop.clock.tick - 1)


def _octets(
    *,
    message_id: int = ParameterValue.SPEC.id,
    source: int = App.EVENTS,
    destination: int = 0,
    schema: int = SCHEMA,
    sequence: int = 100,
    tick: int = 0,
    body: bytes = BODY,
) -> bytes:
    return fixed_part(message_id, source, destination, schema) + varying_part(sequence, tick, 0) + body


def test_good_octets_go_through() -> None:
    loop = _loop()
    _send(loop, _octets())
    loop.run(1)
    assert loop.probe(App.POWER).heard == [(1, VALUE)]


CASES: dict[str, tuple[Callable[[], bytes], BusReject]] = {
    "empty": (lambda: b"", BusReject.TRUNCATED),
    "one octet": (lambda: b"\x01", BusReject.TRUNCATED),
    "header less one": (lambda: _octets()[:29], BusReject.TRUNCATED),
    "64 KiB and one": (lambda: _octets(body=bytes(MESSAGE_OCTETS_MAX - 29)), BusReject.OVERSIZED),
    "other version": (lambda: b"\x02" + _octets()[1:], BusReject.MALFORMED),
    "flags": (lambda: b"\x01\x80" + _octets()[2:], BusReject.MALFORMED),
    "unknown id": (lambda: _octets(message_id=0x1FFF), BusReject.UNKNOWN_MESSAGE),
    "id zero": (lambda: _octets(message_id=0), BusReject.UNKNOWN_MESSAGE),
    "claims another source": (lambda: _octets(source=App.POWER), BusReject.WRONG_SENDER),
    "message of another": (
        lambda: _octets(message_id=PowerStatus.SPEC.id, schema=DICTIONARY.schema_hash(PowerStatus)),
        BusReject.WRONG_SENDER,
    ),
    "command without right": (
        lambda: _octets(
            message_id=NoOperation.SPEC.id, destination=16, schema=DICTIONARY.schema_hash(NoOperation)
        ),
        BusReject.WRONG_SENDER,
    ),
    "other schema": (lambda: _octets(schema=SCHEMA ^ 1), BusReject.WRONG_SCHEMA),
    "nobody's destination": (lambda: _octets(destination=99), BusReject.UNKNOWN_DESTINATION),
    "tick to come": (lambda: _octets(tick=1), BusReject.MALFORMED),
    "sequence again": (lambda: _octets(sequence=0), BusReject.MALFORMED),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_message_is_refused_by_name_and_changes_nothing(name: str) -> None:
    make, reason = CASES[name]
    loop = _loop()
    trace_before = loop.coordinator.trace.hexdigest()
    sequence_before = loop.coordinator.ports[App.EVENTS].sequence
    _send(loop, make())
    assert loop.coordinator.ledger.rejects == {(reason, App.EVENTS): 1}
    [event] = [event for event in loop.coordinator.notices if isinstance(event, BusRejected)]
    assert (event.reason, event.application, event.count) == (reason, App.EVENTS, 1)
    assert loop.coordinator.trace.hexdigest() == trace_before
    assert loop.coordinator.ports[App.EVENTS].sequence == sequence_before
    loop.run(1)
    assert loop.probe(App.POWER).heard == []
    assert loop.coordinator.unaccounted_count == 0


BODIES: dict[str, tuple[bytes, BusReject]] = {
    "truncated": (BODY[:-1], BusReject.TRUNCATED),
    "nothing": (b"", BusReject.TRUNCATED),
    "not finite": (msgpack.packb((1, 1, float("nan"))), BusReject.NON_FINITE),
    "infinite": (msgpack.packb((1, 1, float("-inf"))), BusReject.NON_FINITE),
    "deep": (b"\x91" * 5000 + b"\x90", BusReject.TOO_DEEP),
    "duplicate keys": (b"\x93\x01\x01\x82\xa1a\x01\xa1a\x02", BusReject.DUPLICATE_KEY),
    "map": (b"\x81\xa1a\x01", BusReject.MALFORMED),
    "wrong type": (msgpack.packb((1, "one", 1.0)), BusReject.MALFORMED),
    "field missing": (msgpack.packb((1, 1)), BusReject.MALFORMED),
    "field too many": (msgpack.packb((1, 1, 1.0, 2)), BusReject.MALFORMED),
    "octets after it": (BODY + b"\x00", BusReject.MALFORMED),
    "wider than declared": (msgpack.packb((70_000, 1, 1.0)), BusReject.OUT_OF_RANGE),
    "array of 2**32 - 1": (b"\xdd\xff\xff\xff\xff", BusReject.MALFORMED),
    "60 KiB and one": (b"\xc6" + struct.pack(">I", 61_440) + bytes(61_440), BusReject.OVERSIZED),
}


@pytest.mark.parametrize("name", BODIES)
def test_bad_body_is_refused_by_its_reader_and_evented(name: str) -> None:
    body, reason = BODIES[name]
    loop = _loop()
    _send(loop, _octets(body=body))
    loop.run(2)
    ledger = loop.coordinator.ledger
    found = {one for one, source in ledger.rejects if source == App.EVENTS}
    assert found == {reason}
    assert (ledger.refused_count, loop.coordinator.unaccounted_count) == (1, 0)
    assert loop.probe(App.POWER).heard == []
    assert loop.group.application(App.POWER).counters.decode_error == 1
    assert any(isinstance(event, BusRejected) for event in loop.coordinator.notices)


@given(
    st.lists(
        st.binary(max_size=200) | st.binary(max_size=40).map(lambda end: _octets()[:20] + end), max_size=8
    )
)
def test_no_octets_raise_out_of_the_bus(messages: list[bytes]) -> None:
    loop = _loop()
    _send(loop, *messages)
    loop.run(2)
    assert loop.coordinator.unaccounted_count == 0


def test_refusals_are_announced_at_powers_of_ten() -> None:
    loop = _loop()
    _send(loop, *[b""] * 120)
    assert [e.count for e in loop.coordinator.notices if isinstance(e, BusRejected)] == [1, 10, 100]
    assert loop.coordinator.ledger.rejects == {(BusReject.TRUNCATED, App.EVENTS): 120}


def test_losses_name_pipe_and_message_at_powers_of_ten() -> None:
    loop = _loop(PERIOD_MS=1000)
    _send(loop, *[_octets(sequence=number) for number in range(100, 115)])
    losses = [event for event in loop.coordinator.notices if isinstance(event, PipeLoss)]
    assert [(e.application, e.message_id, e.count) for e in losses] == [
        (App.POWER, ParameterValue.SPEC.id, 1),
        (App.POWER, ParameterValue.SPEC.id, 10),
    ]
    assert loop.coordinator.lost_count == 11


def test_bundle_beyond_one_mebibyte_is_cut() -> None:
    loop = _loop()
    sent = [_octets(sequence=number, body=bytes(60_000)) for number in range(100, 120)]
    _send(loop, *sent)
    assert loop.coordinator.ledger.rejects == {(BusReject.OVERSIZED, App.EVENTS): 20 - 17}


def test_addressed_message_goes_to_one_and_command_must_fit_its_application() -> None:
    ears = [Subscription(message=ParameterValue)]

    def act(app: object, now: object, _: object) -> None:
        if now.tick == 0:  # type: ignore[attr-defined]
            app.publish(VALUE, destination=App.POWER)  # type: ignore[attr-defined]
            app.publish(SetSystemMode(mode=1), destination=App.POWER)  # type: ignore[attr-defined]
            app.publish(NoOperation())  # type: ignore[attr-defined]

    loop = Loop(probe(App.GATEWAY, act), probe(App.POWER, hears=ears), probe(App.THERMAL, hears=ears))
    loop.run(2)
    assert loop.probe(App.POWER).heard == [(1, VALUE)]
    assert loop.probe(App.THERMAL).heard == []
    assert loop.coordinator.ledger.rejects == {(BusReject.UNKNOWN_DESTINATION, App.GATEWAY): 2}
