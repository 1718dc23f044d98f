from flight.gateway.refusals import LAYERS, RefusalCounts
from flight.gateway.uplink import Refusal


def test_the_first_and_then_every_decade_of_a_reason_is_announced():
    counts = RefusalCounts()
    said = [counts.add(Refusal(name="checksum", layer="command")) for _ in range(1000)]
    assert [count for count in said if count] == [1, 10, 100, 1000]
    assert counts.add(Refusal(name="cltu_empty", layer="cltu")) == 1


def test_each_layer_has_its_count_and_a_snapshot_keeps_them():
    counts = RefusalCounts()
    for number, layer in enumerate(LAYERS, 1):
        for _ in range(number):
            counts.add(Refusal(name=f"{layer}_x", layer=layer))
    again = RefusalCounts()
    again.restore(counts.snapshot())
    assert [again.layer_count(layer) for layer in LAYERS] == [1, 2, 3, 4, 5]
    assert again.add(Refusal(name="cltu_x", layer="cltu")) == 0
