from flight.bus.ledger import Ledger, is_announced
from flight.dictionary.executive import BusReject


def test_counts_are_announced_at_powers_of_ten() -> None:
    assert [count for count in range(1, 20_001) if is_announced(count)] == [1, 10, 100, 1000, 10_000]


def test_rejects_are_counted_by_reason_and_sender() -> None:
    ledger = Ledger()
    assert [ledger.reject(BusReject.LATE, 16), ledger.reject(BusReject.LATE, 16)] == [1, 2]
    assert ledger.reject(BusReject.LATE, 17) == 1
    assert ledger.reject_count == 3
