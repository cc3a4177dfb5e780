"""``python -m bench.child.probe``: do executors come up, run our code and reach the generator?

Reads a line of JSON from standard input: ``master``, ``conf``, ``py_files``, ``slots``, ``host``
and ``port`` of a listener that says ``token`` to whoever connects, ``wait_s`` for executors.
Prints a line of JSON: ``slots`` that registered, and one entry of ``executors`` for each of them
(``host``, ``problem`` of its connection or ``null``, ``code``: where it has our code from), or
``problem``, a sentence.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.contract.causes import first_cause

from .executors import executors

_CONNECT_S = 5.0
_POLL_S = 0.2


def main() -> None:
    """Print the answer on what was standard output; what Spark prints goes elsewhere."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    asked = json.loads(sys.stdin.readline())
    try:
        found = probe(asked)
    except Exception as problem:
        found = {"problem": first_cause(problem)}
    with answer:
        answer.write(json.dumps(found) + "\n")


def probe(asked: dict[str, Any]) -> dict[str, Any]:
    """Start a session on the cluster, look at every slot once, and end it."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark import SparkConf, SparkContext

    conf = SparkConf().setMaster(asked["master"]).setAppName("sparkbench probe")
    for key, value in asked["conf"].items():
        conf.set(key, value)
    context = SparkContext(conf=conf)
    try:
        context.setLogLevel("ERROR")
        for file in asked["py_files"]:
            context.addPyFile(file)
        slots = _registered(context, asked["slots"], asked["wait_s"])
        if slots < asked["slots"]:
            return {"slots": slots, "executors": []}
        look = looker(asked["host"], asked["port"], asked["token"])
        # A barrier stage runs all its tasks at once: one in every slot.
        tasks = context.parallelize(range(slots), slots).barrier()
        return {"slots": slots, "executors": tasks.mapPartitions(look).collect()}
    finally:
        context.stop()


def looker(host: str, port: int, token: str) -> Callable[[Iterable[int]], Iterator[dict[str, Any]]]:
    """What each task does; it travels to the executor whole."""

    def look(_numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
        # What a DStream's Python functions need there.
        code = importlib.import_module("legacy_dstream.sinks").__file__
        problem = None
        try:
            with socket.create_connection((host, port), timeout=_CONNECT_S) as connection:
                said = connection.makefile("rb").readline().decode("ascii", "replace").strip()
            if said != token:
                problem = "another program answers there"
        except OSError as error:
            problem = error.strerror or str(error) or type(error).__name__
        yield {"host": socket.gethostname(), "problem": problem, "code": code}

    return look


def _registered(context: Any, slots: int, wait_s: float) -> int:
    """How many slots have registered, as soon as all have or when time is up."""
    spark, deadline = context._jsc.sc(), time.monotonic() + wait_s
    while True:
        found: int = sum(one["cores"] for one in executors(spark))
        if found >= slots or time.monotonic() > deadline or spark.isStopped():
            return found
        time.sleep(_POLL_S)


if __name__ == "__main__":
    main()
