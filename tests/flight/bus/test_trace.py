from flight.bus.trace import Digest, Trace, first_difference


def test_lengths_are_part_of_the_hash() -> None:
    one, other = Trace(), Trace()
    one.add([b"ab", b"c"])
    other.add([b"a", b"bc"])
    assert one.hexdigest() != other.hexdigest()


def test_order_is_part_of_the_hash() -> None:
    one, other = Trace(), Trace()
    one.add([b"a", b"b"])
    other.add([b"b", b"a"])
    assert one.hexdigest() != other.hexdigest()


def test_first_difference_lies_between_two_digests() -> None:
    one = [Digest(100, "a"), Digest(200, "b"), Digest(300, "c")]
    other = [Digest(100, "a"), Digest(200, "x"), Digest(300, "y")]
    assert first_difference(one, other) == (100, 200)
    assert first_difference(one, one[:2]) is None


def test_digest_covers_everything_before_its_tick() -> None:
    one, other = Trace(), Trace()
    one.add([b"a"])
    one.mark(100)
    other.add([b"a"])
    assert one.digests == [Digest(100, other.hexdigest())]
    one.add([b"b"])
    assert one.hexdigest() != one.digests[0].hexdigest
