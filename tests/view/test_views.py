"""Views: what a log gets, what a terminal shows, and what time is left."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.view import make_view
from bench.view.live import LiveView
from bench.view.plain import PlainView
from bench.view.progress import Progress
from tests.report.synthetic import make_trial

PLAN = build_plan(["dstream", "structured"], around=Surroundings(2), quick=True, rounds="3")


def events(result_of, statuses=("ok",)):
    """The events of a run whose trials end with these statuses."""
    trials = PLAN.trials()
    yield {"event": "run", "path": "runs/1", "trials": len(trials), "expected_s": 228.0}
    for done, (spec, status) in enumerate(zip(trials, statuses, strict=False)):
        left = len(trials) - done
        yield {
            "event": "trial",
            "spec": spec,
            "done": done,
            "left": left,
            "expected_s": 38.0,
            "left_s": 38.0 * left,
        }
        yield {"event": "phase", "name": "prelude"}
        yield {"event": "batch", "batch_s": 0.1, "batch_id": 0}
        yield {"event": "phase", "name": "measuring"}
        yield {"event": "batch", "batch_s": 0.2, "batch_id": 1}
        yield {"event": "something new", "value": 1}
        if status != "ok":
            yield {"event": "warning", "message": "the clock [jumped]"}
        yield {"event": "result", "spec": spec, "result": result_of(spec, status, ["why not"])}
    yield {"event": "end", "interrupted": len(statuses) < len(trials)}


def log(result_of, statuses, **options):
    stream = io.StringIO()
    with PlainView(PLAN, stream, **options) as view:
        for event in events(result_of, statuses):
            view(event)
    return stream.getvalue().splitlines()


def test_a_log_has_a_line_for_each_beginning_and_end(result_of):
    lines = log(result_of, ["ok"] * 6)
    assert lines[0] == "6 trials, about 3 min 48 s, into runs/1"
    assert len(lines) == 13, "these results have no figures to tell of after a round"
    assert re.fullmatch(
        r"\[1/6\] (dstream|structured)  trigger 1s, cores 2, rate 1000  round 1", lines[1]
    )
    assert lines[2].startswith("[1/6] ok")
    assert lines[-1].startswith("[6/6] ok")
    assert not any("\x1b" in line or "\r" in line for line in lines)


def test_a_quiet_log_tells_what_went_wrong_alone(result_of):
    assert log(result_of, ["ok"] * 6, quiet=True) == []
    lines = log(result_of, ["ok", "saturated", "failed"], quiet=True)
    assert lines[0] == "[2/6] warning: the clock [jumped]"
    assert lines[1] == "[3/6] warning: the clock [jumped]"
    assert re.fullmatch(r"\[3/6\] \w+  .* round 2: failed: why not", lines[2])
    assert lines[3:] == ["interrupted; what finished is kept"]


def test_a_log_whose_reader_has_gone_does_not_end_the_run(result_of):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    view = PlainView(PLAN, Gone())
    for event in events(result_of):
        view(event)


@pytest.mark.parametrize(
    ("rounds", "seen"),
    [("3", ["round 1", "round 2"]), (None, [])],  # its looks say more than how the arms stand
)
def test_a_log_tells_after_each_round_how_the_arms_stand(rounds, seen):
    plan = build_plan(
        ["dstream", "structured"],
        around=Surroundings(4),
        axes={"trigger": ["1s"], "cores": ["2"]},
        rounds=rounds,
    )
    stream = io.StringIO()
    view = PlainView(plan, stream)
    trials = plan.trials()
    for done, spec in enumerate(trials):
        left = len(trials) - done
        view(
            {
                "event": "trial",
                "spec": spec,
                "done": done,
                "left": left,
                "expected_s": 1.0,
                "left_s": left,
            }
        )
        result = make_trial(spec.number, spec.arm.text, round_number=spec.round, cell=spec.cell)
        view({"event": "result", "spec": spec, "result": result})
    told = [line for line in stream.getvalue().splitlines() if "so far" in line]
    assert [line.partition(" is done")[0] for line in told] == seen
    assert all("structured / dstream" in line for line in told)
    assert not told or re.search(r"structured / dstream ~0\.\d\dx$", told[0])


def test_a_resumed_run_begins_with_what_is_stored(result_of):
    stored = [make_trial(1, "dstream"), make_trial(2, "structured")]
    view, shown = live(width=100, height=40)
    view(
        {
            "event": "run",
            "path": "x",
            "trials": 4,
            "expected_s": 1.0,
            "stored": 2,
            "results": stored,
        }
    )
    view(next(event for event in events(result_of) if event["event"] == "trial"))
    assert "~0." in shown()


def live(*, width=100, height=30, stream=None, **options):
    """A view on a made-up terminal, and what it shows below at the moment."""
    stream = stream or io.StringIO()
    console = Console(
        file=stream, force_terminal=True, width=width, height=height, color_system=None, **options
    )
    view = LiveView(PLAN, stream, console=console)

    def shown():
        with console.capture() as capture:
            console.print(view.render())
        return capture.get()

    return view, shown


def test_a_terminal_keeps_results_above_and_the_run_as_it_is_below(result_of):
    stream = io.StringIO()
    view, shown = live(stream=stream)
    assert shown().strip() == ""
    with view:
        seen = []
        for event in events(result_of, ["ok", "failed"]):
            view(event)
            seen.append(shown())
    assert "trial 1 of 6" in seen[1]
    assert re.search(r"about \d min \d+ s left \(until \d\d:\d\d\)", seen[1])
    assert "prelude" in seen[2]
    assert "batch 100 ms" in seen[3]
    assert "of the trigger" not in seen[3], "the prelude has a trigger of its own"
    assert "measuring 0 s of 8 s" in seen[4]
    assert "batch 200 ms, 20% of the trigger" in seen[5]
    assert "⣿" in seen[5] or "⢸" in seen[5]
    assert "status" in seen[7], "the table, after the first result"
    written = stream.getvalue()
    assert "! the clock [jumped]" in written
    assert "failed: why not" in written
    assert "interrupted" in written


@pytest.mark.parametrize(("width", "height"), [(40, 8), (80, 14), (80, 24), (200, 60)])
def test_the_view_never_fills_more_than_the_terminal(width, height):
    plan = build_plan(
        ["dstream", "structured"],
        around=Surroundings(8),
        axes={"trigger": ["200ms", "500ms", "1s", "2s", "5s"], "cores": ["1", "2", "4", "8"]},
        rounds="1",
    )
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, width=width, height=height, color_system=None
    )
    view = LiveView(plan, stream, console=console)
    trials = plan.trials()
    results = [
        make_trial(s.number, s.arm.text, cell=s.cell, trigger_s=s.trigger_s, duration_s=2)
        for s in trials[:12]
    ]
    view(
        {
            "event": "run",
            "path": "x",
            "trials": 1,
            "expected_s": 1.0,
            "stored": 9,
            "results": results,
        }
    )
    spec = trials[12]
    view(
        {"event": "trial", "spec": spec, "done": 12, "left": 28, "expected_s": 9.0, "left_s": 99.0}
    )
    for number in range(50):
        view({"event": "batch", "batch_s": 0.1 + number / 100, "batch_id": number})
    with console.capture() as capture:
        console.print(view.render())
    lines = capture.get().splitlines()
    assert len(lines) < height
    assert all(len(line) <= width for line in lines)
    assert "trial 13 of 40" in " ".join(lines)
    if height >= 24:
        assert "p99" in capture.get(), "there is room for the table"
    if height == 24:
        assert re.search(r"and \d+ more cells?", capture.get())


def test_a_terminal_without_unicode_gets_words(result_of):
    class Ascii(io.StringIO):
        encoding = "ascii"

    view, shown = live(stream=Ascii())
    for event in events(result_of, ["ok"]):
        if event["event"] == "result":
            break
        view(event)
        text = shown()
    assert "batch 200 ms" in text
    assert "⣿" not in text


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "quiet", "kind"),
    [
        (Terminal(), {"TERM": "xterm"}, False, LiveView),
        (Terminal(), {"TERM": "xterm"}, True, PlainView),
        (Terminal(), {"TERM": "dumb"}, False, PlainView),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False, PlainView),
        (io.StringIO(), {"TERM": "xterm"}, False, PlainView),
    ],
)
def test_the_live_view_is_for_terminals(stream, environ, quiet, kind):
    assert isinstance(make_view(PLAN, stream, quiet=quiet, environ=environ), kind)


def test_time_left_follows_the_pace_of_the_trials_so_far(result_of):
    now = [0.0]
    progress = Progress(PLAN, clock=lambda: now[0])
    told = list(events(result_of, ["ok", "ok"]))
    trials = [event for event in told if event["event"] == "trial"]
    results = [event for event in told if event["event"] == "result"]
    progress.update(trials[0])
    assert progress.remaining_s() == pytest.approx(228)
    now[0] = 10
    assert progress.remaining_s() == pytest.approx(218)
    now[0] = 1000
    assert progress.remaining_s() == pytest.approx(190), "a slow trial takes no other's time"
    now[0] = 76
    progress.update(results[0])
    assert progress.after_s() == pytest.approx(5 * 76)
    progress.update(trials[1])
    assert progress.remaining_s() == pytest.approx(5 * 76)
    assert (progress.number, progress.total) == (2, 6)


def test_unsupported_trials_tell_nothing_about_the_pace(result_of):
    now = [0.0]
    progress = Progress(PLAN, clock=lambda: now[0])
    told = list(events(result_of, ["unsupported", "ok"]))
    for event in told:
        progress.update(event)
        if event["event"] == "result":
            break
    assert progress.after_s() == pytest.approx(5 * 38)
