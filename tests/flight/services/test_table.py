from flight.dictionary.declare import Kind
from flight.dictionary.layout import packet_layout
from flight.dictionary.services import BULK_OCTETS_MAX
from flight.services.table import BULK, LIVE, STORED, TABLE


def test_the_table_names_messages_on_known_channels():
    assert {row.channel for row in TABLE} == {LIVE, STORED, BULK}
    assert all(row.message.SPEC.kind is Kind.MESSAGE and row.divisor > 0 for row in TABLE)


def test_every_message_of_the_table_fits_a_bulk_report():
    assert max(packet_layout(row.message).fixed_octets for row in TABLE) <= BULK_OCTETS_MAX
