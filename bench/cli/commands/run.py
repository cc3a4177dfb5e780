"""``sparkbench run``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def run(
    arm: Annotated[
        str, typer.Argument(metavar="ARM", help="dstream, structured, dstream:path=jvm, ...")
    ],
    host: options.Host = options.DEFAULT_HOST,
    port: options.Port = options.DEFAULT_PORT,
    trigger: Annotated[
        str, typer.Option("--trigger", metavar="TIME", help="Trigger or batch interval.")
    ] = "1s",
    cores: Annotated[
        str,
        typer.Option("--cores", metavar="N", help="Cores: task slots, n of local[n]; * is all."),
    ] = "*",
    job: options.Job = None,
    jars: options.Jars = None,
    param: options.Param = None,
    app_name: Annotated[
        str | None, typer.Option("--app-name", metavar="NAME", help="Name of the session.")
    ] = None,
    rows: Annotated[
        str | None,
        typer.Option("--rows", metavar="N", help="Rows to show of each batch [the API's own]."),
    ] = None,
    conf: options.Conf = None,
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="Spark master [local[cores]].")
    ] = None,
    sink: Annotated[
        str | None, typer.Option("--sink", metavar="SINK", help="drain, console [console].")
    ] = None,
    runtime: options.Runtimes = None,
    connect_timeout: Annotated[
        str, typer.Option("--connect-timeout", metavar="TIME", help="Wait for the server.")
    ] = "30s",
    exit_on_close: Annotated[
        bool, typer.Option("--exit-on-close", help="End once the server has closed.")
    ] = False,
    graceful_stop: Annotated[
        str,
        typer.Option(
            "--graceful-stop",
            metavar="TIME",
            help="When told to end, write first what was received, for so long at most.",
        ),
    ] = "0s",
    stop_file: Annotated[
        str | None,
        typer.Option("--stop-file", metavar="FILE", help="End once this file is there."),
    ] = None,
) -> None:
    """Run the job of one arm on lines from a socket, until Ctrl-C.

    Lines come from any server: `sparkbench send`, or `nc -lk 1100` and you typing.

    \b
    Examples:
      sparkbench run structured --port 1100
      sparkbench run dstream:spark=3.5.9 --exit-on-close
      sparkbench run dstream:path=jvm --trigger 500ms --cores 2 --exit-on-close
      sparkbench run structured --graceful-stop 30s --stop-file /tmp/stop
    """
    from bench.cli.actions.run import Request, replace_process

    replace_process(
        Request(
            arm=arm,
            host=host,
            port=options.read_port(port),
            trigger=trigger,
            cores=cores,
            job=options.job_with_jars(job, jars),
            app_name=app_name,
            rows=rows,
            conf=tuple(conf or ()),
            params=tuple(param or ()),
            master=master,
            sink=sink,
            connect_timeout=connect_timeout,
            exit_on_close=exit_on_close,
            graceful_stop=graceful_stop,
            stop_file=stop_file,
            runtimes=tuple(runtime or ()),
        )
    )
