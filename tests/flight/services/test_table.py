from flight.dictionary.declare import Kind
from flight.services.table import LIVE, STORED, TABLE


def test_the_table_names_messages_on_known_channels():
    assert {row.channel for row in TABLE} == {LIVE, STORED}
    assert all(row.message.SPEC.kind is Kind.MESSAGE and row.divisor > 0 for row in TABLE)
