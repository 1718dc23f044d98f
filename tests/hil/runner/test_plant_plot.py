"""The picture of a life: it holds what it should, and its limits are the satellite's own."""

from pathlib import Path

from hil.plant.core import Plant
from hil.plant.life import simulate
from hil.plant.params import odc100_mid_inclination
from hil.runner.plant_plot import FIELDS, Picture, draw_picture
from hil.runner.plots import Mark, Shade

EPOCH_NS = 2_152_709_197_000_000_000


def test_picture_names_quantities_units_limits_shades_and_faults(tmp_path: Path) -> None:
    params = odc100_mid_inclination()
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    kept = simulate(plant, 30.0, FIELDS)
    picture = Picture(
        title="a life",
        epoch_utc="2026-03-20T14:46:00Z",
        shades=[Shade(from_s=5.0, until_s=9.0, kind="eclipse")],
        marks=[Mark(time_s=12.0, text="section lost", kind="fault")],
    )
    path = tmp_path / "life.svg"
    draw_picture(path, kept, params, picture)
    text = path.read_text(encoding="utf-8")
    for word in ("a life", "shed 148 V", "cut-off 2.82 V", "kW", "packs (8)", "eclipse", "section lost"):
        assert word in text
    assert ">pass<" not in text
