"""What the console's commands do, with a port that answers from a list."""

from pathlib import Path

import pytest

from ground.archive.query import ArchiveReader
from ground.archive.records import AlarmRow, EventRow
from ground.archive.sqlite import ArchiveWriter
from ground.console.session import (
    fire_command,
    follow_events,
    follow_items,
    list_dictionary,
    send_command,
    show_alarms,
    show_archive,
    show_arming,
    show_status,
    show_telemetry,
)
from ground.script.api import Satellite
from ground.script.requests import (
    AlarmSeen,
    AlarmsSeen,
    Answer,
    Armed,
    CommandState,
    ConditionJudged,
    Done,
    EventSeen,
    EventsSeen,
    Overview,
    PacketValues,
    Request,
    Sample,
    Say,
    StageSeen,
)

SAMPLE = Sample(
    item="POWER PowerStatus charge_frac", value=0.8, raw=0.8, unit="1", generation_ns=0, reception_ns=0
)


def state(*stages: str) -> CommandState:
    seen = tuple(
        StageSeen(stage=stage, time_ns=i, onboard_ns=None, detail="") for i, stage in enumerate(stages)
    )
    return CommandState(command_id=1, command="POWER NoOperation", state=stages[-1], stages=seen)


class Script:
    """A port that gives answers in turn and keeps what was asked and shown."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.lines: list[str] = []

    def call(self, request: Request) -> Answer:
        if isinstance(request, Say):
            return Done(time_ns=0)
        self.asked.append(request)
        if not self.answers:
            raise KeyboardInterrupt
        return self.answers.pop(0)

    def show(self, line: str) -> None:
        self.lines.append(line)

    def close(self) -> None:
        self.lines.append("closed")


@pytest.mark.parametrize(
    ("stages", "done"), [(("submitted", "completed"), True), (("submitted", "failed"), False)]
)
def test_command_is_followed_to_its_end(stages: tuple[str, str], done: bool) -> None:
    for send in (
        lambda sat, show: send_command(sat, ["POWER", "NoOperation"], timeout_s=5.0, show=show),
        lambda sat, show: fire_command(sat, "0011", timeout_s=5.0, show=show),
    ):
        shown: list[object] = []
        port = Script(state("submitted", "queued"), state(*stages), state(*stages))
        assert send(Satellite(port), shown.append) is done
        assert len(shown) == 1


def test_arming_says_how_to_fire() -> None:
    shown: list[object] = []
    port = Script(Armed(token="00ff00ff", command="EXECUTIVE RestartApplication", valid_until_ns=0))
    show_arming(Satellite(port), ["EXECUTIVE", "RestartApplication", "application=16"], shown.append)
    assert str(shown[0]).endswith("ground fire 00ff00ff")


def test_telemetry_is_one_item_or_a_packet() -> None:
    shown: list[object] = []
    show_telemetry(Satellite(Script(SAMPLE, SAMPLE)), ["POWER PowerStatus", "charge_frac"], shown.append)
    assert str(shown[0]).startswith("POWER PowerStatus charge_frac = 0.8  (")
    packet = PacketValues(application="POWER", message="PowerStatus", samples=(SAMPLE,))
    show_telemetry(Satellite(Script(packet)), ["POWER", "PowerStatus"], shown.append)
    assert len(shown) == 2
    with pytest.raises(ValueError, match="telemetry must be"):
        show_telemetry(Satellite(Script()), ["POWER"], shown.append)


def test_followed_item_is_shown_with_each_packet() -> None:
    shown: list[object] = []
    none, one = (ConditionJudged(passed=passed, sample=None, waited_s=1.0) for passed in (False, True))
    port = Script(SAMPLE, SAMPLE, none, one, SAMPLE, SAMPLE)
    with pytest.raises(KeyboardInterrupt):
        follow_items(Satellite(port), ["POWER", "PowerStatus", "charge_frac"], shown.append)
    assert len(shown) == 2


def test_followed_events_are_shown_once_each() -> None:
    def seen(*counts: int) -> EventsSeen:
        return EventsSeen(
            events=tuple(
                EventSeen(count=n, generation_ns=0, source="P", name="E", severity="low", text=str(n))
                for n in counts
            )
        )

    shown: list[object] = []
    port = Script(seen(1, 2), Done(time_ns=0), seen(3), Done(time_ns=1), seen())
    with pytest.raises(KeyboardInterrupt):
        follow_events(Satellite(port), follow=True, show=shown.append)
    assert [str(line)[-1] for line in shown] == ["1", "2", "3"]
    assert [request.after_count for request in port.asked if hasattr(request, "after_count")] == [0, 2, 3]
    follow_events(Satellite(Script(seen(7))), follow=False, show=shown.append)
    assert len(shown) == 4


@pytest.mark.parametrize("part", ["packets", "events", "alarms", "commands", "meta"])
def test_archive_has_five_parts(tmp_path: Path, part: str) -> None:
    path = tmp_path / "ground.sqlite"
    writer = ArchiveWriter(path, satellite=7, durable=False)
    writer.put(
        EventRow(reception_ns=0, generation_ns=0, source=16, event_id=1, name="E", severity="low", text="t")
    )
    writer.put(AlarmRow(time_ns=0, generation_ns=0, item="i", state="low", value=0.0, text="t"))
    writer.close()
    reader = ArchiveReader(path)
    shown: list[object] = []
    show_archive(reader, part, shown.append)
    assert len(shown) == {"packets": 2, "events": 1, "alarms": 1, "commands": 0, "meta": 1}[part]
    with pytest.raises(ValueError, match="part must be packets"):
        show_archive(reader, "everything", shown.append)
    reader.close()


def test_status_says_time_view_packets_and_alarms() -> None:
    shown: list[object] = []
    overview = Overview(
        satellite=7, time_ns=1_861_920_037 * 10**9, dictionary_hash=0, in_view=True, packet_count=12
    )
    show_status(Satellite(Script(overview, AlarmsSeen(alarms=()))), shown.append)
    assert shown == ["satellite 7 at 2017-01-01T00:00:00.000Z, in view", "12 packets, 0 alarms stand"]


def test_queued_command_is_told_to_wait_for_the_pass() -> None:
    shown: list[object] = []
    waiting = [state("submitted", "queued") for _ in range(3)]
    assert not send_command(
        Satellite(Script(*waiting)), ["POWER", "NoOperation"], timeout_s=5.0, show=shown.append
    )
    assert "waits for the satellite to come into view" in str(shown[-1])


def test_alarms_are_listed() -> None:
    shown: list[object] = []
    show_alarms(
        Satellite(Script(AlarmsSeen(alarms=(AlarmSeen(item="POWER P i", state="low"),)))), shown.append
    )
    assert shown == ["low    POWER P i"]


def test_dictionary_is_listed_by_application() -> None:
    shown: list[object] = []
    list_dictionary("executive", shown.append)
    assert "command EXECUTIVE RestartApplication application=int  (arm and fire)" in shown
    assert any(str(line).startswith("packet  EXECUTIVE BootRecord") for line in shown)
