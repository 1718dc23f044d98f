"""The bars of the link; each kind of row has its own file."""

from collections.abc import Iterator

from bench import link_chain, link_codes, link_commands, link_memory
from bench.row import Row


def run() -> Iterator[Row]:
    """Measure everything."""
    yield from link_codes.rows()
    yield from link_commands.rows()
    yield from link_chain.rows()
    yield from link_memory.rows()
