"""The list of events that came in a run."""

from flight.dictionary.power import SectionLost
from flight.dictionary.types import App
from ground.telemetry.events import EventLog


def test_log_numbers_events_and_gives_those_after_one() -> None:
    log = EventLog()
    for i in range(5):
        record = log.put(
            App.POWER,
            SectionLost(section_index=i, power_w=0.0, power_expected_w=1.0),
            generation_ns=i,
            reception_ns=9,
        )
        assert (record.count, record.severity) == (i + 1, "medium")
        assert record.text == f"section {i} lost: 0 W of 1 W"
    assert [record.count for record in log.after(3)] == [4, 5]
    assert log.after(5) == ()
    assert log.after(99) == ()


def test_log_is_bounded() -> None:
    log = EventLog()
    event = SectionLost(section_index=0, power_w=0.0, power_expected_w=1.0)
    for _ in range(10_050):
        log.put(App.POWER, event, generation_ns=0, reception_ns=0)
    assert log.count == 10_050
    assert len(log.after(0)) == 10_000
