"""``python restored.py FOLDER NAME TEXT``: a DStream from its checkpoint, given one more file.

``parse`` is this file's own or, if there is one beside it, that of the module ``parsing``.  It
ends when a batch has failed or the new file's lines were written.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
import warnings
from typing import Any


def own(line: str) -> int:
    return int(line)


BESIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parsing.py")
parse: Any = importlib.import_module("parsing").parse if os.path.exists(BESIDE) else own


def main(base: str, name: str, text: str) -> None:
    warnings.simplefilter("ignore")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark import SparkContext
    from pyspark.streaming import StreamingContext

    folder, out = f"{base}/in", f"{base}/out"
    os.makedirs(folder, exist_ok=True)

    def write(rdd: Any) -> None:
        with open(out, "a", encoding="utf-8") as file:
            file.write("".join(f"{number}\n" for number in rdd.collect()))

    def make() -> Any:
        context = SparkContext("local[2]", "restored")
        stream = StreamingContext(context, 1)
        stream.checkpoint(f"{base}/checkpoint")
        stream.textFileStream(folder).map(parse).foreachRDD(write)
        return stream

    stream = StreamingContext.getOrCreate(f"{base}/checkpoint", make)
    stream.sparkContext.setLogLevel("OFF")
    stream.start()
    time.sleep(1.5)
    with open(f"{base}/{name}", "w", encoding="utf-8") as file:
        file.write(text.replace(" ", "\n") + "\n")
    os.rename(f"{base}/{name}", f"{folder}/{name}")
    last, failed, deadline = text.split()[-1], False, time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            stream.awaitTerminationOrTimeout(1)
        except Exception as problem:
            failed = "invalid literal" in str(problem)
            break
        with open(out, encoding="utf-8") as file:
            if last in file.read().split():
                break
    print("failed" if failed else "went on", flush=True)
    # As whoever kills a driver: nothing is put in order.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
