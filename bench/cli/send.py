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
        str, typer.Option("--rate", metavar="RATE", help="Records per second: 1000, 10k.")
    ] = "1000",
    payload_bytes: options.PayloadBytes = None,
    duration: Annotated[
        str | None,
        typer.Option("--duration", metavar="TIME", help="How long to send [until Ctrl-C]."),
    ] = None,
    replay: options.Replay = None,
    arrivals: Annotated[
        str,
        typer.Option("--arrivals", metavar="SHAPE", help="How records arrive, as in compare."),
    ] = "constant",
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
    """
    from bench.cli._send import send_lines

    raise typer.Exit(
        send_lines(
            host=host,
            port=options.read_port(port, zero=True),
            rate=rate,
            payload_bytes=payload_bytes or "100",
            duration=duration,
            replay=replay,
            arrivals=arrivals,
            seed=seed or "1",
            streams=streams,
        )
    )
