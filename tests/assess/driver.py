"""Runs applications of the corpus one after another in one JVM, and tells what became of each.

``driver.py FOLDER FILE...`` prints a JSON object: ``outcomes`` by file name, and the public
``methods`` and ``settings`` that this Spark has.
"""

import json
import sys
import time
from pathlib import Path

#: Enough for every application to show what it does.
BATCHES = 9
BATCH_S = 0.2
LONGEST_S = 40.0

CLASSES = {
    "StreamingContext": ("StreamingContext", "StreamingContext$", "api.java.JavaStreamingContext"),
    "DStream": (
        "dstream.DStream",
        "dstream.PairDStreamFunctions",
        "dstream.MapWithStateDStream",
        "api.java.JavaDStream",
        "api.java.JavaPairDStream",
    ),
    "StateSpec": ("StateSpec", "StateSpec$"),
}
PACKAGE = "org.apache.spark.streaming."


def run(sc, file, folder):
    """What became of an application: its error, and whether it kept its promise."""
    from pyspark.streaming import StreamingContext

    text = file.read_text(encoding="utf-8").replace("BATCH = 1\n", f"BATCH = {BATCH_S}\n")
    outcome: dict = {"error": None, "holds": False}
    space: dict = {"__name__": f"app_{file.stem}"}
    folder.mkdir()
    try:
        exec(compile(text, str(file), "exec"), space)
        context = space["main"](sc, str(folder))
        done = watch(context, space["holds"])
        outcome["holds"] = bool(space["holds"]())
        if space.get("RESTARTS") and done:
            context.stop(stopSparkContext=False)
            context = space["main"](sc, str(folder))
            outcome["holds"] = watch(context, lambda: False)
    except BaseException as error:
        outcome["error"] = f"{type(error).__name__}: {error}"[:500]
    finally:
        active = StreamingContext.getActive()
        if active is not None:
            active.stop(stopSparkContext=False)
    return outcome


def watch(context, holds):
    """Wait until the promise is kept or enough batches have ended; whether any batch has."""
    listener = context._jssc.ssc().progressListener()
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        if context._jssc.ssc().getState().toString() != "ACTIVE":
            return False
        context.awaitTerminationOrTimeout(0.1)  # raises what a batch has raised
        ended = listener.numTotalCompletedBatches()
        if ended >= BATCHES or (ended and holds()):
            return True
    raise TimeoutError(f"{BATCHES} batches did not end within {LONGEST_S} s")


def reflect(jvm):
    """Public methods by owner, and the settings that Spark defines."""
    loader = jvm.java.lang.Class
    of_any = {m.getName() for m in loader.forName("java.lang.Object").getMethods()}
    methods = {
        owner: sorted(
            {
                method.getName()
                for name in names
                for method in loader.forName(PACKAGE + name).getMethods()
                if "$" not in method.getName()
            }
            - of_any
        )
        for owner, names in CLASSES.items()
    }
    conf = loader.forName(PACKAGE + "StreamingConf$")
    module = conf.getField("MODULE$").get(None)
    settings = sorted(
        getattr(module, method.getName())().key()
        for method in conf.getMethods()
        if "ConfigEntry" in method.getReturnType().getName()
    )
    missing = []
    for name in ("kafka.KafkaUtils", "flume.FlumeUtils", "twitter.TwitterUtils", "mqtt.MQTTUtils"):
        try:
            loader.forName(PACKAGE + name)
        except Exception:
            missing.append(name)
    return {"methods": methods, "settings": settings, "missing": missing}


def main():
    from pyspark import SparkConf, SparkContext

    folder, *files = map(Path, sys.argv[1:])
    conf = SparkConf().setMaster("local[4]").setAppName("assess").set("spark.ui.enabled", "false")
    sc = SparkContext(conf=conf)
    sc.setLogLevel("OFF")
    outcomes = {}
    for file in files:
        outcomes[file.stem] = run(sc, file, folder / file.stem)
    print(json.dumps({"outcomes": outcomes, **reflect(sc._jvm)}))
    sc.stop()


if __name__ == "__main__":
    main()
