"""A DStream and a query in one driver, scraped over HTTP, and what each takes in at once.

``python observed.py FOLDER RESULT`` writes what it saw as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
import urllib.request
import warnings
from pathlib import Path
from typing import Any

#: What a team sets for Prometheus, in ``metrics.conf`` or as here.
SERVLET = "org.apache.spark.metrics.sink.PrometheusServlet"
SETTINGS: dict[str, Any] = {
    "spark.ui.enabled": "true",
    "spark.ui.port": "0",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.streaming.metricsEnabled": "true",
    "spark.metrics.conf.*.sink.prometheusServlet.class": SERVLET,
    "spark.metrics.conf.*.sink.prometheusServlet.path": "/metrics/prometheus",
    "spark.metrics.namespace": "spark",
    "spark.sql.shuffle.partitions": "2",
    "spark.streaming.receiver.maxRate": "5000",
}
FILES, LINES = 8, 50

#: A burst on a socket, and what a receiver may take of it a second.
BURST, MAX_RATE = 20_000, 5_000


def fill(folder: str, names: range) -> None:
    """Whole files, LINES lines each."""
    os.makedirs(folder, exist_ok=True)
    for name in names:
        with open(f"{folder}-{name}", "w", encoding="utf-8") as file:
            file.write("line\n" * LINES)
        os.replace(f"{folder}-{name}", f"{folder}/{name}")


def get(url: str) -> str:
    """What the driver's own server says; loopback."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def bursting() -> int:
    """The port of a server that says BURST lines at once to whoever connects."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            client, _ = server.accept()
            client.sendall(b"line\n" * BURST)
            kept.append(client)

    kept: list[socket.socket] = []
    threading.Thread(target=serve, daemon=True).start()
    port: int = server.getsockname()[1]
    return port


def until(done: Any, timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(str(done))
        time.sleep(0.1)


def query(session: Any, base: str, name: str, **options: str) -> Any:
    """A running count over the files of a folder."""
    lines = session.readStream.format("text").options(**options).load(f"{base}/{name}")
    writer = lines.groupBy("value").count().writeStream.format("noop").outputMode("update")
    checkpoint = f"{base}/checkpoint-{name}"
    # One that looks for work all the time would leave the CPU to nobody else.
    writer = writer.trigger(processingTime="500 milliseconds").queryName(name)
    return writer.option("checkpointLocation", checkpoint).start()


def sizes(running: Any) -> list[int]:
    """Rows of each batch that had any."""
    found = [json.loads(one.json)["numInputRows"] for one in running.recentProgress]
    return [rows for rows in found if rows]


def main(base: str, result: str) -> None:
    warnings.simplefilter("ignore")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession
    from pyspark.streaming import StreamingContext

    builder = SparkSession.builder.master("local[2]").config(map=SETTINGS)
    session = builder.getOrCreate()
    context = session.sparkContext
    context.setLogLevel("OFF")
    ui, app = context.uiWebUrl, context.applicationId
    assert ui is not None
    ui = f"http://127.0.0.1:{ui.rpartition(':')[2]}"
    seen: dict[str, Any] = {"spark": session.version}

    def failing(one: int) -> float:
        with open(f"{base}/tried", "a") as tries:
            tries.write("once ")
        return 1 / (one - 1)

    with contextlib.suppress(Exception):
        context.parallelize([1], 1).map(failing).collect()
    seen["tried"] = Path(base, "tried").read_text().split()

    # What a burst of files becomes, by the limit that is set.
    for name, options in {
        "unlimited": {},
        "files": {"maxFilesPerTrigger": "2"},
        "bytes": {"maxBytesPerTrigger": str(LINES * 5 * 2)},
    }.items():
        fill(f"{base}/{name}", range(FILES))
        running = query(session, base, name, **options)
        running.processAllAvailable()
        seen[f"batches_{name}"] = sizes(running)
        running.stop()

    port = bursting()
    source = session.readStream.format("socket").option("host", "127.0.0.1").option("port", port)
    running = source.load().writeStream.format("noop").start()
    until(lambda: sum(sizes(running)) >= BURST)
    seen["batches_socket"] = sizes(running)
    running.stop()

    fill(f"{base}/lines", range(FILES))
    running = query(session, base, "lines", maxFilesPerTrigger="2")
    running.processAllAvailable()
    progress = json.loads(running.lastProgress.json)
    seen["progress"] = sorted(progress)
    seen["durations"] = sorted(progress["durationMs"])
    seen["sources"] = sorted(progress["sources"][0])

    stream = StreamingContext(context, 1)
    batches: list[int] = []
    stream.textFileStream(f"{base}/dstream").foreachRDD(lambda rdd: batches.append(rdd.count()))
    os.makedirs(f"{base}/dstream", exist_ok=True)
    received: list[int] = []
    stream.socketTextStream("127.0.0.1", port).foreachRDD(lambda rdd: received.append(rdd.count()))
    stream.start()
    time.sleep(1.5)
    fill(f"{base}/dstream", range(FILES))
    until(lambda: sum(batches) >= FILES * LINES)
    seen["batches_dstream"] = [rows for rows in batches if rows]
    until(lambda: sum(received) >= BURST)
    seen["batches_receiver"] = [rows for rows in received if rows]
    api = f"{ui}/api/v1/applications/{app}"
    until(lambda: json.loads(get(f"{api}/streaming/statistics"))["numTotalCompletedBatches"] > 1)
    seen["statistics"] = json.loads(get(f"{api}/streaming/statistics"))
    batches_told = json.loads(get(f"{api}/streaming/batches"))
    # One under way has no times yet.
    seen["batch"] = sorted({name for batch in batches_told for name in batch})
    # The query has no such page of its own: what REST knows of it are its SQL executions.
    seen["rest_sql"] = len(json.loads(get(f"{api}/sql")))
    seen["page_of_queries"] = "lines" in get(f"{ui}/StreamingQuery/")
    seen["driver"] = get(f"{ui}/metrics/prometheus/")
    seen["executors"] = get(f"{ui}/metrics/executors/prometheus/")
    stream.stop(False, False)
    running.stop()
    seen["driver_after"] = get(f"{ui}/metrics/prometheus/")
    with open(result, "w", encoding="utf-8") as file:
        json.dump(seen, file)
    session.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
