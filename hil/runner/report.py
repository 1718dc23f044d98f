"""The report of a run: one HTML file that needs nothing else."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from html import escape

import numpy as np

from flight.dictionary.types import Severity
from hil.runner.epoch import utc_text
from hil.runner.errors import RunDataError
from hil.runner.evidence import CommandRecord, EventRecord
from hil.runner.ledger import balance
from hil.runner.plots import Mark, Shade, can_shade, draw
from hil.runner.quantity import Series
from hil.runner.report_style import STYLE
from hil.runner.run_folder import RunFolder
from hil.runner.scenario import Plot
from hil.runner.summary import Summary
from hil.runner.verdict import Outcome, Verdict

__all__ = ["render", "shades_of"]

_EVENT_ROWS_MAX = 400
_HALF = 0.5
_PASS_GAP_S = 5.0
"""The station reports each second of a pass, and nothing between passes."""
_NUMBER = re.compile(r"[+-]?\d[\d.]*(%| \S+)?")
_SHADED = {"eclipse": "eclipses", "pass": "passes"}
_SEVERITIES = tuple(severity.name for severity in sorted(Severity, reverse=True))
_STAGES = (
    "submitted", "authorised", "queued", "released", "framed", "radiated", "cop_acked", "accepted", "started",
    "progress", "completed", "expired", "cancelled", "ambiguous",
)  # fmt: skip


def render(run: RunFolder, summary: Summary) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    run : RunFolder
        The run's evidence.
    summary : Summary
        Verdicts and figures.
    """
    scenario = run.scenario
    sections = [
        _head(run, summary),
        _section("Verdicts", _verdict_table(summary.expectations)),
        _section("Course of the run", _plots(run)),
        _section("Faults", _fault_table(run)),
        *_ground_sections(run),
        _section("Energy ledger", _guarded(lambda: _ledger_table(run))),
        _section("Events", _event_table(run.events)),
        _section("Time and resources", _timing_table(summary)),
    ]
    body = "\n".join(sections)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(scenario.title)}</title>"
        f"<style>{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n"
    )


def _ground_sections(run: RunFolder) -> list[str]:
    """Return what the ground knows, or one sentence where there was no ground."""
    if not run.scenario.stations:
        return [_section("Ground", "<p>The scenario has no ground station: no commands, no telemetry.</p>")]
    sections = [
        _section("Commands", _guarded(lambda: _command_table(run.commands))),
        _section("Telemetry that came down", _guarded(lambda: _link_table(run))),
        _section("Radio link", _guarded(lambda: _health_table(run))),
    ]
    if run.scenario.laser_link is not None:
        sections.append(_section("Laser link", _guarded(lambda: _laser_table(run))))
    return sections


def shades_of(run: RunFolder) -> list[Shade]:
    """Return eclipses (from the plant's truth) and passes (from the station's own view)."""
    shades = []
    with suppress(RunDataError):
        light = run.channel("truth.world", "illumination_frac")
        shades += _intervals(Series(time_s=light.time_s, values=1.0 - light.values), "eclipse")
    with suppress(RunDataError):
        gap_max_s = max(_PASS_GAP_S, 2.0 * run.scenario.record_every_s)
        shades += _intervals(run.channel("StationStatus", "in_view"), "pass", gap_max_s=gap_max_s)
    return shades


def _intervals(light: Series, kind: str, *, gap_max_s: float = np.inf) -> list[Shade]:
    """Return the runs of samples above one half; a gap between samples ends a run."""
    time_s, above = light.time_s, light.values[:, 0] > _HALF
    if not len(time_s):
        return []
    torn = np.diff(time_s) > gap_max_s
    begins = np.flatnonzero(above & np.concatenate([[True], ~above[:-1] | torn]))
    ends = np.flatnonzero(above & np.concatenate([~above[1:] | torn, [True]]))
    cut = np.concatenate([torn, [True]])[ends]  # else the run lasts to the sample that is below
    until_s = np.where(cut, time_s[ends], time_s[np.minimum(ends + 1, len(time_s) - 1)])
    return [
        Shade(from_s=float(first_s), until_s=float(last_s), kind=kind)
        for first_s, last_s in zip(time_s[begins], until_s, strict=True)
    ]


def _marks_of(run: RunFolder) -> list[Mark]:
    marks = [
        Mark(
            time_s=fault.at_s,
            text=fault.title,
            kind="fault",
            until_s=None if fault.for_s is None else fault.at_s + fault.for_s,
        )
        for fault in run.faults
        if fault.at_s < run.duration_s
    ]
    try:
        radiated = [
            (item.stages["radiated"], item.name) for item in run.commands if "radiated" in item.stages
        ]
    except RunDataError:
        radiated = []
    return marks + [Mark(time_s=at_s, text=name, kind="command") for at_s, name in radiated]


def _plots(run: RunFolder) -> str:
    shades, marks = shades_of(run), _marks_of(run)
    note = ""
    if not can_shade(shades, run.duration_s):
        counts = [f"{sum(one.kind == kind for one in shades)} {word}" for kind, word in _SHADED.items()]
        note = f"<p>{' and '.join(counts)}, too short to be shaded over so long a time.</p>"
        shades = []
    drawn = [_guarded(partial(_figure, plot, run, shades, marks)) for plot in run.scenario.plots]
    return note + '<div class="plots">' + "".join(drawn) + "</div>"


def _figure(plot: Plot, run: RunFolder, shades: Sequence[Shade], marks: Sequence[Mark]) -> str:
    return f"<figure>{draw(plot, run, shades, marks, run.duration_s)}</figure>"


def _head(run: RunFolder, summary: Summary) -> str:
    scenario = run.scenario
    outcome = summary.verdict.value
    facts = [
        ("scenario", scenario.title),
        ("epoch", utc_text(scenario.epoch_ns)),
        ("simulated", f"{summary.simulated_s:.0f} s of {scenario.duration_s:.0f} s"),
        ("speed", f"{summary.speed_ratio:.0f} times real time"),
        ("clock, rig, seed", f"{summary.clock}, {summary.rig}, {summary.seed}"),
        ("trace hash", summary.trace_hash[:24]),
        ("versions", ", ".join(f"{k} {v}" for k, v in summary.versions.items())),
    ]
    rows = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts)
    return f'<header class="{outcome.lower()}"><h1>{outcome}</h1><dl>{rows}</dl></header>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _guarded(make: Callable[[], str]) -> str:
    """Return what a part shows, or why the run cannot show it."""
    try:
        return make()
    except RunDataError as error:
        return f'<p class="missing">Not shown: {escape(str(error))}.</p>'


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], classes: Sequence[str] = ()) -> str:
    head = "".join(f"<th>{escape(item)}</th>" for item in heads)
    lines = []
    for index, row in enumerate(rows):
        mark = f' class="{classes[index]}"' if index < len(classes) else ""
        lines.append(f"<tr{mark}>" + "".join(map(_cell, row)) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _cell(text: str) -> str:
    kind = ' class="number"' if _NUMBER.fullmatch(text) else ""
    return f"<td{kind}>{escape(text)}</td>"


def _verdict_table(verdicts: Sequence[Verdict]) -> str:
    rows = [
        (
            item.outcome.value,
            item.name,
            item.required,
            item.measured,
            "" if item.at_s is None else f"{item.at_s:.1f} s",
            "" if item.margin_ratio is None else f"{item.margin_ratio:+.0%}",
        )
        for item in verdicts
    ]
    classes = [item.outcome.value.lower() for item in verdicts]
    heads = ("verdict", "expectation", "required", "measured", "at", "margin")
    passed = sum(item.outcome is Outcome.PASS for item in verdicts)
    return f"<p>{passed} of {len(verdicts)} hold.</p>" + _table(heads, rows, classes)


def _fault_table(run: RunFolder) -> str:
    rows = [
        (f"{item.at_s:.1f} s", "to the end" if item.for_s is None else f"{item.for_s:g} s", item.title)
        for item in run.faults
    ]
    return _table(("at", "for", "fault"), rows) if rows else "<p>None were injected.</p>"


def _command_table(commands: Sequence[CommandRecord]) -> str:
    seen = [stage for stage in _STAGES if any(stage in item.stages for item in commands)]
    rows = []
    for item in commands:
        start_s = min(item.stages.values(), default=0.0)
        times = [f"+{item.stages[stage] - start_s:.2f}" if stage in item.stages else "" for stage in seen]
        others = [stage for stage in item.stages if stage not in _STAGES]
        rows.append((f"{start_s:.1f} s", item.name, *times, ", ".join(others)))
    if not rows:
        return "<p>None were sent.</p>"
    return "<p>Seconds after submission.</p>" + _table(("submitted at", "command", *seen, "other"), rows)


def _link_table(run: RunFolder) -> str:
    account = run.link
    rows = [
        ("packets made on board", f"{account.made_count}"),
        ("given up on board (transmitter off, queue full)", f"{account.dropped_count}"),
        ("radiated", f"{account.radiated_count}"),
        ("archived on the ground", f"{account.archived_count}"),
        ("missing on the ground, counted there", f"{account.gap_count}"),
        ("on their way when the run ended", f"{account.in_flight_count}"),
        ("never came down", f"{account.made_count - account.archived_count}"),
        ("unaccounted", f"{account.unaccounted_count}"),
    ]
    return _table(("packets", "count"), rows)


def _health_table(run: RunFolder) -> str:
    health = run.health
    down, up, profiles = health.down, health.up, run.scenario.radio_link
    rows = [
        ("frames taken", f"{down['frames_received']}", f"{up['frames_received']}"),
        ("bits flipped by the channel", f"{health.flipped_down_count}", f"{health.flipped_up_count}"),
        ("repaired: symbols down, bits up", f"{down['symbols_corrected']}", f"{up['bits_corrected']}"),
        ("frames repaired", f"{down['frames_corrected']}", ""),
        ("beyond repair", f"{down['frame_unrepairable']}", f"{up['cltu_empty']}"),
        ("sent again by sequence control", "", f"{down['units_repeated']}"),
        *((f"frames missing, {name}", f"{count}", "") for name, count in health.missing_by_channel.items()),
    ]
    names = dict.fromkeys(name.partition(" ")[2] for name in (*health.rejected_by_security, *health.rejected))
    rows += [
        (f"rejected: {name.replace('_', ' ')}", f"{down.get(name, 0)}", f"{up.get(name, 0)}")
        for name in names
    ]
    head = f"<p>Profiles {escape(profiles.telemetry)} (down) and {escape(profiles.telecommand)} (up).</p>"
    return head + _table(("count", "down (ground)", "up (satellite)"), rows)


def _laser_table(run: RunFolder) -> str:
    account = run.laser
    packets, board, ground = account.packets, account.board, account.ground
    rows = [
        ("packets made on board", f"{packets.made_count}"),
        ("given up on board (store full, disk refused)", f"{packets.dropped_count}"),
        ("waiting on board at the end", f"{account.waiting_count}"),
        ("radiated", f"{packets.radiated_count}"),
        ("archived on the ground", f"{packets.archived_count}"),
        ("missing on the ground, counted there", f"{packets.gap_count}"),
        ("on their way when the run ended", f"{packets.in_flight_count}"),
        ("unaccounted", f"{packets.unaccounted_count}"),
        ("frames sent, taken, missing", _counts(board["frame_radiated_count"], ground, "frames")),
        ("batches sent", f"{board['batch_count']}"),
        ("batches carried, lost while the link was down", _carried(board)),
        ("batches taken by the ground", f"{ground['batches_received']}"),
        ("symbols repaired", f"{ground['symbols_corrected']}"),
    ]
    rows += [(f"rejected: {name.replace('_', ' ')}", f"{count}") for name, count in account.rejected.items()]
    if not account.rejected:
        rows.append(("rejected", "none"))
    link = run.scenario.laser_link
    head = "" if link is None else f"<p>Profile {escape(link.profile)}, terminal {link.terminal_index}.</p>"
    return head + _table(("bulk telemetry", "count"), rows)


def _counts(sent_count: int, ground: Mapping[str, int], name: str) -> str:
    return f"{sent_count}, {ground[f'{name}_received']}, {ground[f'{name}_missing']}"


def _carried(board: Mapping[str, int]) -> str:
    return f"{board['batch_carried_count']}, {board['batch_lost_count']}"


def _ledger_table(run: RunFolder) -> str:
    result = balance(run)
    rows = [(line.name, f"{line.energy_wh / 1e3:+.3f} kWh") for line in result.lines]
    rows.append(("residual", f"{result.residual_wh:+.3f} Wh ({result.closure_frac:+.4%} of what flowed)"))
    return _table(("terminal", "energy"), rows)


def _event_table(events: Sequence[EventRecord]) -> str:
    shown = _most_severe(events)
    rows = [(f"{item.time_s:.1f} s", item.severity, item.source, item.name, item.text) for item in shown]
    note = f"<p>{len(events)} events" + (
        f", the {len(shown)} most severe are shown; all are in events.jsonl"
        if len(events) > len(shown)
        else ""
    )
    classes = [item.severity.lower() for item in shown]
    return note + ".</p>" + _table(("at", "severity", "source", "event", "text"), rows, classes)


def _most_severe(events: Sequence[EventRecord]) -> list[EventRecord]:
    """Return as many as a reader can bear, the most severe and of those the first, in order of time."""
    by_weight = sorted(events, key=lambda item: _SEVERITIES.index(item.severity))
    return sorted(by_weight[:_EVENT_ROWS_MAX], key=lambda item: item.tick)


def _timing_table(summary: Summary) -> str:
    rows = [(f"wall time: {part}", f"{seconds:.2f} s") for part, seconds in summary.wall_s.items()]
    rows += [
        ("processes", str(summary.processes)),
        ("memory (sum of proportional set sizes, peak)", f"{summary.rss_peak_mb:.0f} MB"),
        *(
            (f"lateness of ticks, {name}", f"{late_ms:.2f} ms")
            for name, late_ms in summary.lateness_ms.items()
        ),
        ("slipped ticks", str(summary.slips)),
        ("messages lost by full pipes", str(summary.losses)),
        ("trace hash", summary.trace_hash),
    ]
    return _table(("figure", "value"), rows)
