"""Pipes against a plain model: a list of everything that waits, in order."""

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flight.bus.envelope import BUNDLE_OCTETS_MAX, fixed_part, varying_part
from flight.bus.mail import Policy
from flight.bus.pipes import Mailbox, Pipe


class PipesAgainstModel(RuleBasedStateMachine):
    """Three pipes of one mailbox with any depth and policy; two wait, one wakes."""

    @initialize(
        depths=st.tuples(*[st.integers(1, 5)] * 3), policies=st.tuples(*[st.sampled_from(Policy)] * 3)
    )
    def begin(self, depths: tuple[int, ...], policies: tuple[Policy, ...]) -> None:
        self.box = Mailbox()
        self.pipes = [
            self.box.add_pipe(depth, policy, wake=index == 2)
            for index, (depth, policy) in enumerate(zip(depths, policies, strict=True))
        ]
        self.model: list[tuple[int, bytes]] = []
        self.offered = self.taken = 0
        self.lost = [0, 0, 0]
        self.superseded = [0, 0, 0]

    @rule(index=st.integers(0, 2))
    def put(self, index: int) -> None:
        self.offered += 1
        octets = fixed_part(0x1001, 16, 0, 0) + varying_part(self.offered, self.offered, 0)
        pipe = self.pipes[index]
        mine = [one for one in self.model if one[0] == index]
        is_lost = False
        if len(mine) < pipe.depth:
            self.model.append((index, octets))
        elif pipe.policy is Policy.REJECT_NEW:
            self.lost[index] += 1
            is_lost = True
        else:
            self.model.remove(mine[0])
            self.model.append((index, octets))
            is_lost = pipe.policy is Policy.DROP_OLDEST
            (self.lost if is_lost else self.superseded)[index] += 1
        assert pipe.put(octets) is is_lost

    @rule(due=st.booleans())
    def take(self, due: bool) -> None:
        expected = [octets for index, octets in self.model if due or index == 2]
        assert self.box.take(due=due) == expected
        self.model = [] if due else [one for one in self.model if one[0] != 2]
        self.taken += len(expected)

    @invariant()
    def every_message_is_in_one_place(self) -> None:
        if not hasattr(self, "box"):
            return
        lost = [pipe.lost_count for pipe in self.pipes]
        superseded = [pipe.superseded_count for pipe in self.pipes]
        assert (lost, superseded) == (self.lost, self.superseded)
        assert self.box.waiting_count == len(self.model)
        assert self.offered == self.taken + self.box.waiting_count + sum(lost) + sum(superseded)
        assert all(pipe.waiting_count <= pipe.peak_count <= pipe.depth for pipe in self.pipes)


TestPipesAgainstModel = PipesAgainstModel.TestCase


def _message(sequence: int, octets_count: int) -> bytes:
    return fixed_part(0x1001, 16, 0, 0) + varying_part(sequence, sequence, 0) + bytes(octets_count)


def test_mail_beyond_one_bundle_waits_for_the_next_tick() -> None:
    box = Mailbox()
    pipe = box.add_pipe(64, Policy.REJECT_NEW, wake=False)
    sent = [_message(number, 60_000) for number in range(40)]
    for octets in sent:
        pipe.put(octets)
    first = box.take(due=True)
    assert sum(map(len, first)) <= BUNDLE_OCTETS_MAX < sum(map(len, first)) + 60_030
    assert pipe.waiting_count == 40 - len(first)
    second, third = box.take(due=True), box.take(due=True)
    assert first + second + third == sent
    assert box.take(due=True) == []


def test_full_bundle_of_both_lanes_keeps_the_order_of_sending() -> None:
    box = Mailbox()
    pipes: list[Pipe] = [box.add_pipe(64, Policy.REJECT_NEW, wake=wake) for wake in (False, True)]
    sent = [_message(number, 50_000) for number in range(30)]
    for number, octets in enumerate(sent):
        pipes[number % 2].put(octets)
    assert box.take(due=True) + box.take(due=True) == sent
