"""Orders to the plant's units, seen on a plant that only listens."""

from __future__ import annotations

from typing import Any

from flight.dictionary.application import NoOperation
from flight.dictionary.power import ArraySetpoint, BusSetpoint
from flight.dictionary.thermal import LoopSetpoint
from hil.devices.actuators import Actuators
from hil.devices.bench import Bench

ALL_SWITCHES = (1 << 23) - 1
ALL_SECTIONS = (1 << 24) - 1


class Listener:
    """Stands in for the plant: keeps every order."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, tuple[object, ...], dict[str, object]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *words, **named: self.orders.append((name, words, named))

    def of(self, name: str) -> list[tuple[tuple[object, ...], dict[str, object]]]:
        found = [(words, named) for order, words, named in self.orders if order == name]
        self.orders.clear()
        return found


def made() -> tuple[Listener, Actuators]:
    plant = Listener()
    bench = Bench(plant=plant, motion=plant, pack_count=4, pack_current_max_a=210.0)  # type: ignore[arg-type]
    return plant, Actuators(bench)


def bus(mask: int) -> BusSetpoint:
    return BusSetpoint(charge_voltage_max_v=164.0, charge_current_max_a=50.0, switch_mask=mask)


def test_switch_acts_on_a_change_of_its_bit_only() -> None:
    plant, actuators = made()
    actuators.obey(bus(ALL_SWITCHES))
    assert plant.of("set_switch") == []
    actuators.obey(bus(ALL_SWITCHES ^ 1 << 5))
    assert plant.of("set_switch") == [((5,), {"closed": False})]
    actuators.obey(bus(ALL_SWITCHES ^ 1 << 5))
    assert plant.of("set_switch") == []
    actuators.obey(bus(ALL_SWITCHES))
    assert plant.of("set_switch") == [((5,), {"closed": True})]


def test_charge_limits_go_to_every_pack_that_exists() -> None:
    plant, actuators = made()
    actuators.obey(bus(ALL_SWITCHES))
    orders = plant.of("set_pack")
    assert [words for words, _ in orders] == [(0,), (1,), (2,), (3,)]
    assert {named["charge_voltage_max_v"] for _, named in orders} == {164.0}
    assert {named["charge_current_max_a"] for _, named in orders} == {50.0}


def test_sections_act_on_change_and_wings_always() -> None:
    plant, actuators = made()
    actuators.obey(ArraySetpoint(section_enabled_mask=ALL_SECTIONS ^ 0b1001, gimbal_angle_rad=(0.1, 0.2)))
    assert [words[0] for words, _ in plant.of("set_section")] == [0, 3]
    actuators.obey(ArraySetpoint(section_enabled_mask=ALL_SECTIONS ^ 0b1001, gimbal_angle_rad=(0.1, 0.2)))
    assert plant.of("set_section") == []
    actuators.obey(ArraySetpoint(section_enabled_mask=ALL_SECTIONS ^ 0b1001, gimbal_angle_rad=(0.1, 0.2)))
    assert plant.of("set_wing") == [((0, 0.1), {}), ((1, 0.2), {})]


def test_heater_power_is_shared_by_the_packs() -> None:
    plant, actuators = made()
    actuators.obey(LoopSetpoint(pump_speed_frac=(0.5, 0.6), bypass_frac=(0.1, 0.2), battery_heater_w=400.0))
    assert [words for words, _ in plant.of("set_pack_heater")] == [(pack, 100.0) for pack in range(4)]


def test_other_messages_move_nothing() -> None:
    plant, actuators = made()
    actuators.obey(NoOperation())
    assert plant.orders == []
