"""``sparkbench send``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def send(
    host: options.Host = options.DEFAULT_HOST,
    port: Annotated[
        str,
        typer.Option("--port", metavar="PORT", help="Port to listen on; 0 lets the system choose."),
    ] = options.DEFAULT_PORT,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="RATE", help="Records per second: 1000, 10k [1000]."),
    ] = None,
    payload_bytes: Annotated[
        str, typer.Option("--payload-bytes", metavar="N", help="Bytes of a generated line.")
    ] = "100",
    payload_spread: Annotated[
        str,
        typer.Option("--payload-spread", metavar="X", help="How far sizes spread, 0.5 is half."),
    ] = "0",
    keys: Annotated[
        str, typer.Option("--keys", metavar="N", help="Distinct keys in the lines, 0 for none.")
    ] = "0",
    skew: Annotated[
        str, typer.Option("--skew", metavar="X", help="Zipf exponent of the keys, 0: uniform.")
    ] = "0",
    lines: Annotated[
        str,
        typer.Option(
            "--lines",
            metavar="KIND",
            help="What they hold: plain, words, csv:malformed=0.01, json, events:late=0.05, "
            "weblog, payments.",
        ),
    ] = "plain",
    duration: Annotated[
        str | None,
        typer.Option("--duration", metavar="TIME", help="How long to send [until Ctrl-C]."),
    ] = None,
    replay: options.Replay = None,
    replay_speed: options.ReplaySpeed = None,
    arrivals: Annotated[
        str | None,
        typer.Option("--arrivals", metavar="SHAPE", help="How records arrive [constant]."),
    ] = None,
    seed: options.Seed = None,
    streams: Annotated[
        str, typer.Option("--streams", metavar="N", help="Connections, one port each.")
    ] = "1",
) -> None:
    """Send lines at a rate to whoever connects.

    \b
    Examples:
      sparkbench send --port 1100 --rate 1000 --duration 30s
      sparkbench send --port 1100 --rate 10k --replay access.log
      sparkbench send --port 1100 --replay access.log --replay-speed 10
      sparkbench send --port 1100 --keys 1000 --skew 1 --arrivals poisson
      sparkbench send --port 1100 --lines words --keys 500 --skew 1
    """
    from bench.cli.actions.send import send_lines

    raise typer.Exit(
        send_lines(
            host=host,
            port=options.read_port(port, zero=True),
            rate=rate,
            payload_bytes=payload_bytes,
            payload_spread=payload_spread,
            keys=keys,
            skew=skew,
            lines=lines,
            duration=duration,
            replay=replay,
            replay_speed=replay_speed,
            arrivals=arrivals,
            seed=seed or "1",
            streams=streams,
        )
    )
