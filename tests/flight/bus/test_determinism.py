"""The trace catches what makes a run differ from its repeat: wall clock, order of a set, unseeded draw."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = str(Path(__file__).resolve().parents[2])
RUN = """
import json, sys
from reference.bus.probe import Loop
from reference.bus.unruly import build
from flight.bus.application import Config
from flight.bus.group import Unit
from flight.dictionary.types import App
options = json.loads(sys.argv[1])
loop = Loop(Unit(build, {App.POWER: Config(app=App.POWER, options=options)}))
loop.run(30)
print(loop.coordinator.trace.hexdigest())
"""


def _trace(options: str, hash_seed: str) -> str:
    paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", RUN, options], env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("fault", ["wall", "hash", "draw"])
def test_hidden_input_of_a_law_is_caught(fault: str) -> None:
    options = f'{{"{fault}": true}}'
    assert _trace(options, "1") != _trace(options, "3")


def test_law_without_hidden_inputs_repeats() -> None:
    assert _trace("{}", "1") == _trace("{}", "3")
