"""Settings of this engine as plain data, so that the harness reads them without pyspark."""

from __future__ import annotations

#: Set unless the user sets them: they keep a local run on loopback and its console readable, and
#: do not touch how batches are made.  ``spark.driver.host`` is set for local masters only.
BASE_CONF: dict[str, str] = {
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOCAL_CONF: dict[str, str] = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}

#: ``socketTextStream`` stores each block twice by default and, where there is no second executor,
#: logs a warning per block.  One copy that spills to disk is the safe choice on one machine:
#: MEMORY_ONLY drops blocks under backlog and loses records.
LOCAL_STORAGE_LEVEL = "MEMORY_AND_DISK"
CLUSTER_STORAGE_LEVEL = "MEMORY_AND_DISK_2"

#: Which paths a job can take when the user does not say; the first is the default.
DEFAULT_PATHS: list[str] = ["python", "jvm"]

#: A socket receiver that loses its peer tries again after this time
#: (``spark.streaming.receiverRestartDelay``).
RECONNECT_S = 2.0
