import pytest

from flight.bus.boot import Boot, pack_boot, parse_boot
from flight.bus.manifest import COORDINATOR, Level, Manifest, Participant, resolve, rights_of
from flight.dictionary.application import NoOperation, ParameterValue
from flight.dictionary.power import PowerStatus
from flight.dictionary.types import App

FACTORY = "reference.bus.mixed:build"


def _participant(app: App, process: str = "a", **changes: object) -> Participant:
    return Participant(app=app, factory=FACTORY, process=process, **changes)  # type: ignore[arg-type]


MANIFEST = Manifest(
    participants=(
        _participant(App.WORLD, "plant", unit="plant", level=Level.DEVICE),
        _participant(App.POWER, "power", options={"gain_ratio": 2.5, "names": ["a", "b"]}),
        _participant(App.EVENTS, "core", level=Level.CORE, publishes=("EventReport",)),
        _participant(App.RADIO, "plant", unit="plant", level=Level.DEVICE),
        _participant(App.GROUND, COORDINATOR, level=Level.GROUND),
    ),
    seed=7,
)


def test_processes_come_in_order_of_level() -> None:
    assert MANIFEST.processes == ("core", "power", "plant")


def test_application_appears_once() -> None:
    with pytest.raises(ValueError, match="unique"):
        Manifest(participants=(_participant(App.POWER), _participant(App.POWER, "b")))


def test_unit_has_one_process_and_one_factory() -> None:
    pair = (_participant(App.WORLD, "a", unit="u"), _participant(App.RADIO, "b", unit="u"))
    with pytest.raises(ValueError, match="'u'"):
        Manifest(participants=pair)


def test_unit_is_built_by_one_call() -> None:
    units = MANIFEST.placed("all").units("all")
    assert [sorted(unit.configs) for unit in units] == [
        [App.EVENTS],
        [App.POWER],
        [App.WORLD, App.RADIO],
        [App.GROUND],
    ]


def test_rights_follow_the_dictionary_unless_narrowed() -> None:
    rights = MANIFEST.may_publish()
    assert PowerStatus.SPEC.id in rights[App.POWER]
    assert PowerStatus.SPEC.id not in rights[App.RADIO]
    assert NoOperation.SPEC.id not in rights[App.POWER]
    assert ParameterValue.SPEC.id in rights[App.RADIO]
    assert len(rights[App.EVENTS]) == 1
    assert NoOperation.SPEC.id in rights_of(App.GATEWAY, sends_commands=True)


def test_hash_is_of_everything_but_the_placement() -> None:
    assert MANIFEST.placed("one").hash() == MANIFEST.hash()
    assert MANIFEST.placed({App.POWER: "other"}).hash() == MANIFEST.hash()
    other = Manifest(participants=MANIFEST.participants, seed=8)
    assert other.hash() != MANIFEST.hash()
    changed = (*MANIFEST.participants[1:], _participant(App.WORLD, "plant", unit="plant", options={"a": 1}))
    assert Manifest(participants=changed, seed=7).hash() != MANIFEST.hash()


def test_start_information_comes_back_from_its_octets() -> None:
    boot = Boot("power", b"power.1", "ipc://somewhere", bytes(16), "stack", MANIFEST)
    again = parse_boot(pack_boot(boot))
    assert again[:5] == boot[:5]
    assert again.manifest.hash() == MANIFEST.hash()
    assert [one.process for one in again.manifest.participants] == [
        one.process for one in MANIFEST.participants
    ]


@pytest.mark.parametrize(
    "factory", ["reference.bus.mixed", "reference.bus.mixed:nobody", "reference.bus.mixed:RING"]
)
def test_factory_must_name_something_callable(factory: str) -> None:
    with pytest.raises(ValueError, match=factory):
        resolve(factory)
