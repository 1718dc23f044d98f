import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link.ends import plain_ends

from flight.dictionary.application import NoOperation
from flight.dictionary.compute import CycleNode, SetPowerCeiling
from flight.dictionary.gateway import ArmCommand
from flight.dictionary.pus import PusReason, Telecommand, build_telecommand
from flight.dictionary.types import App
from flight.gateway.uplink import Refusal, Uplink
from flight.link.clcw import parse_clcw
from flight.link.profile import load_builtin
from flight.link.telecommand import TelecommandSender

PROFILE = load_builtin("plain_telecommand")
CEILING = SetPowerCeiling(power_ceiling_w=90_000.0)


def unit(packet: bytes) -> bytes:
    return TelecommandSender(PROFILE).send(0, 0, packet)


@pytest.mark.requirement("GTW-001")
def test_a_telecommand_unit_becomes_its_command():
    uplink = Uplink(plain_ends())
    (found,) = uplink.receive(unit(build_telecommand(CEILING, App.COMPUTE, 9)), 0)
    assert isinstance(found, Telecommand)
    assert (found.command, found.application, found.sequence) == (CEILING, App.COMPUTE, 9)
    assert parse_clcw(uplink.control_word).bypass_count == 1


@pytest.mark.requirement("GTW-002")
def test_each_wrong_packet_is_refused_by_its_name():
    good = build_telecommand(CEILING, App.COMPUTE, 9)
    wrong = {
        "checksum": good[:-1] + bytes([good[-1] ^ 1]),
        "not_armed": build_telecommand(CycleNode(node_index=1), App.COMPUTE, 1, token=5),
    }
    for name, packet in wrong.items():
        (found,) = Uplink(plain_ends()).receive(unit(packet), 0)
        assert isinstance(found, Refusal)
        assert (found.name, found.layer) == (name, "command")


def test_a_link_refusal_keeps_its_layer():
    other = PROFILE.with_spacecraft(1)
    octets = TelecommandSender(other).send(0, 0, build_telecommand(CEILING, App.COMPUTE, 9))
    (found,) = Uplink(plain_ends()).receive(octets, 0)
    assert found == Refusal(name="frame_spacecraft", layer="frame")


@pytest.mark.requirement("GTW-005")
def test_arm_and_fire_in_one_run_of_octets_pass_once():
    arm = ArmCommand(application=App.COMPUTE, command_id=CycleNode.SPEC.id, token=77)
    fire = build_telecommand(CycleNode(node_index=3), App.COMPUTE, 2, token=77)
    octets = unit(build_telecommand(arm, App.GATEWAY, 1)) + unit(fire)
    uplink = Uplink(plain_ends())
    first, second = uplink.receive(octets, 0)
    assert (first.command, second.command) == (arm, CycleNode(node_index=3))
    (again,) = uplink.receive(unit(fire), 1)
    assert again.reject.reason is PusReason.NOT_ARMED
    assert again.reject.request == second.request


def test_what_was_begun_is_taken_when_the_carrier_goes():
    uplink = Uplink(plain_ends())
    octets = unit(build_telecommand(CEILING, App.COMPUTE, 9))
    assert uplink.receive(octets[:-8], 0) == []
    assert uplink.carrier_lost(0)[0].command == CEILING


def test_a_snapshot_keeps_the_bypass_count_and_no_arming():
    uplink, again = Uplink(plain_ends()), Uplink(plain_ends())
    uplink.receive(unit(build_telecommand(CEILING, App.COMPUTE, 9)), 0)
    again.restore(uplink.snapshot())
    assert again.control_word == uplink.control_word


@given(st.binary(max_size=400), st.integers(0, 3))
def test_no_octets_make_it_raise(octets, cut):
    uplink = Uplink(plain_ends())
    start = unit(build_telecommand(NoOperation(), App.POWER, 1))[:cut]
    found = uplink.receive(start + octets, 0) + uplink.carrier_lost(0)
    assert all(isinstance(one, Telecommand | Refusal) for one in found)
