"""Settings that were found, as options of the command line and as Python to paste into a job."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from bench.contract.knobs import split
from bench.plan.arms import CHOICES, batch_s, choice
from bench.plan.axes import CONF_PREFIX
from bench.plan.spec import Arm
from bench.units import parse_duration

#: What a source is called in ``readStream.format``, and the path it loads.
_FORMATS = {
    "socket": "socket",
    "spooled": "spooled_socket",
    "native": "native_socket",
    "directory": "text",
}
_PATHS = {"spooled": "/data/spool", "directory": "/data/lines"}

_SERVER = {"host": "127.0.0.1", "port": "1100"}

#: What ``guarantee=recoverable`` sets of a source.
PROMISED = {source: {"durability": "batch"} for source in ("spooled", "native")}


def option_lines(config: Mapping[str, str]) -> list[str]:
    """``--conf KEY=VALUE`` or ``--trigger 500ms``, one a setting, quoted for a shell.

    What is no axis is a key of the arm: ``batch=30s``.
    """
    return [_option(key, value) for key, value in config.items()]


def _option(key: str, value: str) -> str:
    if key.startswith(CONF_PREFIX):
        return f"--conf {shlex.quote(f'{key.removeprefix(CONF_PREFIX)}={value}')}"
    if key in CHOICES:
        return f"{key}={value} in the arm"
    return f"--{key.replace('_', '-')} {shlex.quote(value)}"


def python_text(arm: Arm, config: Mapping[str, str], trigger_s: float) -> str:
    """A job with the settings in their places; ``trigger_s`` is the interval they go with.

    ``config`` maps keys of an arm to values; ``arm`` is the one they were found for.
    """
    conf = {
        key.removeprefix(CONF_PREFIX): value
        for key, value in {**arm.keys, **config}.items()
        if key.startswith(CONF_PREFIX)
    }
    if "trigger" in config:
        trigger_s = parse_duration(config["trigger"])
    streams = int({**arm.keys, **config}.get("streams", "1"))
    if arm.engine == "structured":
        recoverable = choice(arm, "guarantee") == "recoverable"
        lines = _structured(conf, choice(arm, "source"), recoverable, trigger_s, streams)
        live_s = batch_s(arm)
        if live_s is not None:
            lines = _in_real_time(lines, parse_duration(config.get("batch", f"{live_s:g}s")))
    elif arm.engine == "dstream":
        lines = _dstream(conf, trigger_s, streams)
    else:
        lines = [f"settings = {conf!r}"]
    return "\n".join(lines)


def _structured(
    conf: Mapping[str, str], source: str, recoverable: bool, trigger_s: float, streams: int
) -> list[str]:
    parts = split(conf)
    several = [f"# One of {streams} such streams, joined with union()."] if streams > 1 else []
    reading, writing = dict(parts.source), dict(parts.sink)
    reading.pop("directory", None)  # what is loaded says it
    if source != "directory":
        reading = {**_SERVER, **reading}
    if recoverable:
        kept = {"spool": _PATHS["spooled"]} if source == "native" else {}
        reading = {**kept, **PROMISED.get(source, {}), **reading}
        writing = {"checkpointLocation": "/data/checkpoint", **writing}
    imported, registered = [], []
    if source == "spooled":
        imported = ["from structured.spooled import SpooledSocketDataSource"]
        registered = ["spark.dataSource.register(SpooledSocketDataSource)"]
    elif source == "native":
        imported, registered = ["from structured.native import register"], ["register(spark)"]
    return [
        "from pyspark.sql import SparkSession",
        *imported,
        "",
        "spark = (",
        "    SparkSession.builder",
        *_calls("config", parts.spark),
        "    .getOrCreate()",
        ")",
        *registered,
        *several,
        "lines = (",
        f'    spark.readStream.format("{_FORMATS[source]}")',
        *_calls("option", reading),
        f"    .load({_PATHS[source]!r})" if source in _PATHS else "    .load()",
        ")",
        "query = (",
        '    lines.writeStream.format("console")',
        *_calls("option", writing),
        f'    .trigger(processingTime="{round(trigger_s * 1000)} milliseconds")',
        "    .start()",
        ")",
    ]


def _in_real_time(lines: list[str], batch_s: float) -> list[str]:
    """The same job in real-time mode, whose batches have a length of their own."""
    place = next(n for n, line in enumerate(lines) if ".trigger(" in line)
    return [
        "# Its sinks are Kafka and foreach in Java; the console shows a batch at its end.",
        *lines[:place],
        '    .outputMode("update")',
        f'    .trigger(realTime="{round(batch_s * 1000)} milliseconds")',
        *lines[place + 1 :],
    ]


def _dstream(conf: Mapping[str, str], trigger_s: float, streams: int) -> list[str]:
    parts = split(conf)
    level = parts.source.get("storageLevel", "MEMORY_AND_DISK")
    several = [f"# One of {streams} receivers, joined with stream_context.union()."]
    return [
        "from pyspark import SparkConf, SparkContext, StorageLevel",
        "from pyspark.streaming import StreamingContext",
        "",
        "conf = SparkConf()",
        *(f"conf.set({key!r}, {value!r})" for key, value in parts.spark.items()),
        "context = SparkContext.getOrCreate(conf)",
        f"stream_context = StreamingContext(context, {trigger_s:g})",
        *(several if streams > 1 else []),
        f'lines = stream_context.socketTextStream("127.0.0.1", 1100, StorageLevel.{level})',
        "lines.pprint()",
        "stream_context.start()",
    ]


def _calls(name: str, values: Mapping[str, str]) -> list[str]:
    return [f"    .{name}({key!r}, {value!r})" for key, value in values.items()]
