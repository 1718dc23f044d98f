"""Every function of the link core is under a fuzz harness, and every harness has inputs to begin with."""

import re
from pathlib import Path

import pytest

CORE = Path(__file__).resolve().parents[3] / "csrc"
# They read no octets from outside: the loader of a library, which instructions are in use, idle data.
NOT_FED = {"dd_openssl_load", "dd_openssl", "dd_level", "dd_idle_fill"}


def declared() -> list[str]:
    found: list[str] = []
    for path in sorted((CORE / "link").glob("cdef*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += re.findall(r"^[a-z_0-9 *]+?\b(dd_\w+)\(", text, flags=re.MULTILINE)
    return found


def test_the_declarations_are_found() -> None:
    assert len(declared()) > 40
    assert {"dd_rx_batch", "dd_tc_parse", "dd_packet_split", "dd_openssl"} <= set(declared())


@pytest.mark.parametrize("name", sorted(set(declared()) - NOT_FED))
def test_function_is_called_by_a_harness(name: str) -> None:
    harnesses = [*(CORE / "fuzz").glob("*.[ch]"), *(CORE / "test").glob("*.h")]
    calls = re.compile(rf"\b{name}\(")
    assert any(calls.search(path.read_text(encoding="utf-8")) for path in harnesses)


@pytest.mark.parametrize("path", sorted((CORE / "fuzz").glob("fuzz_*.c")), ids=lambda path: path.stem)
def test_harness_has_seeds(path: Path) -> None:
    assert f'write_seed("{path.stem}"' in (CORE / "fuzz" / "seeds.c").read_text(encoding="utf-8")
