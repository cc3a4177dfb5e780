"""Options that several commands share.

All values are texts: reading them is the plan's work, which says what is wrong in one sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

import typer

_Given = TypeVar("_Given")

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "1100"

Host = Annotated[str, typer.Option("--host", metavar="HOST", help="Host of the server.")]
Port = Annotated[str, typer.Option("--port", metavar="PORT", help="Port of the server.")]
Job = Annotated[
    str | None, typer.Option("--job", metavar="JOB", help="Job to run, or a Python file of yours.")
]
Conf = Annotated[
    list[str] | None,
    typer.Option("--conf", metavar="KEY=VALUE", help="A Spark setting; may be repeated."),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        "--param", metavar="NAME=VALUE", help="A parameter of the job; the same again: an axis."
    ),
]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--lines",
        metavar="KIND",
        help="What the lines hold: plain, words, csv, json, events:late=0.05, ... [the job's].",
    ),
]
Partitions = Annotated[
    list[str] | None,
    typer.Option(
        "--partitions",
        metavar="LIST",
        help="State partitions: a number, matched (one a core), textbook [matched].",
    ),
]
Seed = Annotated[
    str | None, typer.Option("--seed", metavar="N", help="Seed of order, load and phases.")
]
Arrivals = Annotated[
    list[str] | None,
    typer.Option(
        "--arrivals",
        metavar="SHAPE",
        help="How records arrive: constant, poisson, burst:factor=10,at=10s,for=2s, ...",
    ),
]
Replay = Annotated[
    str | None,
    typer.Option("--replay", metavar="FILE", help="Send the lines of this file instead."),
]
ReplaySpeed = Annotated[
    str | None,
    typer.Option(
        "--replay-speed",
        metavar="X",
        help="Send them at the pace of their own timestamps, X times as fast.",
    ),
]

PayloadBytes = Annotated[
    list[str] | None,
    typer.Option("--payload-bytes", metavar="LIST", help="Bytes of a generated line [100]."),
]
PayloadSpread = Annotated[
    list[str] | None,
    typer.Option(
        "--payload-spread", metavar="LIST", help="How far sizes spread, 0.5 is half of them [0]."
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--keys", metavar="LIST", help="Distinct keys in the lines, 0 for none [0]."),
]
Skew = Annotated[
    list[str] | None,
    typer.Option("--skew", metavar="LIST", help="Zipf exponent of the keys, 0: uniform [0]."),
]
Equal = Annotated[
    list[str] | None,
    typer.Option(
        "--equal",
        metavar="LIST",
        help="What arms have the same of: task slots, or cpus, with a slot more for each "
        "receiver [slots].",
    ),
]
Checkpoint = Annotated[
    list[str] | None,
    typer.Option(
        "--checkpoint",
        metavar="URI",
        help="Folder below which checkpoints are written; temp is the trial's own [temp].",
    ),
]
Master = Annotated[
    list[str] | None,
    typer.Option(
        "--master",
        metavar="URL",
        help="Spark master: local[2], spark://host:7077, yarn, ...; again: an axis [local[*]].",
    ),
]
Executors = Annotated[
    list[str] | None,
    typer.Option(
        "--executors", metavar="LIST", help="Executors of a cluster that share the cores [auto]."
    ),
]
Listen = Annotated[
    str | None,
    typer.Option(
        "--listen", metavar="ADDRESS", help="Address of this machine to bind for a cluster."
    ),
]
Advertise = Annotated[
    str | None,
    typer.Option("--advertise", metavar="HOST", help="How executors reach this machine."),
]
Fault = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="FAULT",
        help="What happens to the stream: disconnect:at=20s,for=3s, kill-driver:at=20s, ... "
        "[none].",
    ),
]
Metric = Annotated[
    str | None,
    typer.Option("--metric", metavar="METRIC", help="What the verdict is about [e2e_p99]."),
]
Runtimes = Annotated[
    list[str] | None,
    typer.Option(
        "--runtime",
        metavar="NAME=PATH",
        help="A Python with another PySpark, for arms with runtime=NAME.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say only what went wrong on the way.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="A run directory, or last.")]
Triggers = Annotated[
    list[str] | None,
    typer.Option("--trigger", metavar="LIST", help="Trigger intervals: 500ms,1s,5s [1s]."),
]
Cores = Annotated[
    list[str] | None,
    typer.Option("--cores", metavar="LIST", help="Cores: 1,2,'*' [* = all]."),
]
Rates = Annotated[
    list[str] | None,
    typer.Option("--rate", metavar="LIST", help="Records per second: 1000,10k [1000]."),
]
Streams = Annotated[
    list[str] | None,
    typer.Option("--streams", metavar="LIST", help="Connections a trial [1]."),
]
Sinks = Annotated[
    list[str] | None,
    typer.Option("--sink", metavar="LIST", help="drain, console, files, sqlite [drain]."),
]
Warmup = Annotated[
    str | None,
    typer.Option("--warmup", metavar="TIME", help="Settling time of a measured stream [3s]."),
]
Duration = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help="Least length of the window [15s]."),
]
Age = Annotated[
    str | None,
    typer.Option("--age", metavar="TIME", help="Age of each JVM when its window begins: 2m."),
]
Idle = Annotated[
    str | None,
    typer.Option(
        "--idle",
        metavar="TIME",
        help="Watch each stream without records too, and count its requests, for a bill: 20s.",
    ),
]
PlanFile = Annotated[
    str | None,
    typer.Option("--plan", metavar="FILE", help="A plan in TOML; options win over it."),
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter", metavar="KEY=VALUE,...", help="Only these arms (arm=) and cells (trigger=)."
    ),
]
Resume = Annotated[
    str | None,
    typer.Option("--resume", metavar="RUN", help="Go on with this run; a directory or last."),
]
Wait = Annotated[
    bool,
    typer.Option("--wait", help="Wait for another run on this machine to end."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help="Directory of the run, new or empty [runs/<date>-<n>]."
    ),
]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="-", help="Print only JSON on standard output."),
]
P99Allowed = Annotated[
    str | None,
    typer.Option("--p99", metavar="TIME", help="End-to-end p99 allowed: 2s."),
]
CoreHour = Annotated[
    str | None,
    typer.Option(
        "--cost-per-core-hour", metavar="PRICE", help="Price of a core, in any currency: 0.05."
    ),
]
Today = Annotated[
    str | None,
    typer.Option(
        "--today",
        metavar="KEY=VALUE,...",
        help="The setting in use, where several were measured: trigger=1s,cores=2.",
    ),
]


def is_json(text: str | None) -> bool:
    """Whether ``--json -`` was given; raises :class:`bench.errors.UsageError` for another place."""
    if text not in (None, "-"):
        from bench.errors import UsageError

        raise UsageError(f"--json: '{text}' is not '-'; write --json - and redirect the output")
    return text == "-"


def given(options: Mapping[str, _Given | None]) -> dict[str, _Given]:
    """Those options that the user has written."""
    return {name: value for name, value in options.items() if value is not None}


def read_port(text: str, *, zero: bool = False) -> int:
    """A port number, with ``zero`` also 0; raises :class:`bench.errors.UsageError`."""
    from bench.errors import UsageError
    from bench.process.ports import check_port_number

    try:
        port = int(text)
    except ValueError:
        raise UsageError(f"--port: '{text}' is not a port; give a number from 1 to 65535") from None
    if port != 0 or not zero:
        check_port_number(port)
    return port


def replay_file(path: str | None) -> str | None:
    """``--replay`` as an absolute path that can be read again and again; a pipe is copied."""
    if path is None:
        return None
    from bench.runner.replays import settled

    return settled(path, lambda words: print(f"sparkbench: {words}", file=sys.stderr, flush=True))
