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

#: Which paths a job can take when the user does not say; the first is the default.
DEFAULT_PATHS: list[str] = ["jvm"]
