"""An archive is read with the dictionary that it keeps, not with the declarations of this build."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from flight.dictionary.exports import export_json
from flight.dictionary.registry import DICTIONARY
from ground.archive.history import archived_packets, item_history
from ground.archive.query import ArchiveReader
from ground.archive.sqlite import ArchiveWriter
from ground.script.procedure import Procedure


@pytest.fixture
def archive(make_loop, publish, archive_path: Path) -> Path:
    """Return the archive of ten seconds with one command."""
    body = Procedure("p", lambda sat: sat.cmd("POWER SetLoadTier tier=2").wait("completed", 5))
    loop = make_loop(procedure=body)
    loop.each_tick = publish
    loop.run(10)
    loop.node.close()
    return archive_path


def test_history_of_an_item_has_values_words_and_units(archive: Path) -> None:
    reader = ArchiveReader(archive)
    tiers = list(item_history(reader, "POWER PowerStatus load_tier"))
    assert [sample.value for sample in tiers] == [0, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    assert [b.generation_ns - a.generation_ns for a, b in pairwise(tiers)] == [10**9] * 9
    modes = list(item_history(reader, "POWER PowerStatus mode"))
    assert (modes[0].value, modes[0].raw) == ("SUNLIT", 1)
    voltage = next(item_history(reader, "POWER PowerStatus capacity_wh"))
    assert voltage.unit == "Wh"
    assert list(item_history(reader, "THERMAL PowerStatus mode")) == []
    reader.close()


def test_every_packet_is_read(archive: Path) -> None:
    reader = ArchiveReader(archive)
    names = [packet.name for _, packet in archived_packets(reader)]
    assert len(names) == len(list(reader.packets()))
    assert names.count("power.PowerStatus") == 10
    reader.close()


@pytest.mark.parametrize(
    ("item", "text"),
    [("POWER PowerStatus", "three words"), ("POWER PowerStatus charge", "nearest: PowerStatus charge_frac")],
)
def test_unknown_item_is_met_with_the_nearest(archive: Path, item: str, text: str) -> None:
    reader = ArchiveReader(archive)
    with pytest.raises(ValueError, match=text):
        next(item_history(reader, item))
    reader.close()


def test_packets_are_read_with_the_dictionary_of_their_day(archive: Path) -> None:
    """A later dictionary with another word for a mode does not change what was said before."""
    changed = json.loads(export_json(DICTIONARY))
    modes = changed["enumerations"]["PowerMode"]
    changed["enumerations"]["PowerMode"] = {
        ("DAY" if word == "SUNLIT" else word): n for word, n in modes.items()
    }
    changed["hash"] = "later"
    octets = next(iter(ArchiveReader(archive).packets(kind="housekeeping")))
    writer = ArchiveWriter(archive, satellite=109, durable=False)
    writer.store_dictionary("later", json.dumps(changed))
    writer.put(octets)
    writer.close()
    reader = ArchiveReader(archive)
    words = [sample.value for sample in item_history(reader, "POWER PowerStatus mode")]
    assert words == ["SUNLIT"] * 10 + ["DAY"]
    assert [use.hash for use in reader.dictionaries()] == [f"{DICTIONARY.hash:016x}", "later"]
    reader.close()


@pytest.mark.slow
def test_reading_imports_no_declaration(archive: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from flight.dictionary.stored import StoredDictionary\n"
        "import sqlite3\n"
        "connection = sqlite3.connect(sys.argv[1])\n"
        "stored = StoredDictionary(connection.execute('SELECT json FROM dictionary').fetchone()[0])\n"
        "packets = [stored.decode(row[0]) for row in connection.execute('SELECT octets FROM packet')]\n"
        "assert 'flight.dictionary.power' not in sys.modules\n"
        "print(len(packets))\n"
    )
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", code, str(archive), root], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 12


def test_archive_without_a_dictionary_is_refused(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path / "empty.sqlite", satellite=1, durable=False)
    writer.close()
    reader = ArchiveReader(tmp_path / "empty.sqlite")
    with pytest.raises(ValueError, match="item must be in a dictionary of the archive"):
        next(item_history(reader, "POWER PowerStatus mode"))
    assert list(archived_packets(reader)) == []
    reader.close()
