"""JARs that do not go together: another Scala, or one class twice."""

from __future__ import annotations

import os
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence

from ..own.params import JobProblem

#: Of these packages a class that differs from Spark's own is no accident to live with; Spark's is
#: taken, whatever the JAR holds.
_SPARKS = ("scala/", "org/apache/spark/")

_SCALA_JAR = re.compile(r"scala-library-([0-9]+\.[0-9]+)\.([0-9]+)\.jar")

#: Bytes that follow the tag of an entry of a class file's constant pool (JVM specification, 4.4).
_SIZES = {
    **dict.fromkeys((7, 8, 16, 19, 20), 2),
    15: 3,
    **dict.fromkeys((3, 4, 9, 10, 11, 12, 17, 18), 4),
    **dict.fromkeys((5, 6), 8),
}


def check_jars(spark_home: str, jars: Sequence[str], made: Sequence[str]) -> None:
    """Raise :class:`JobProblem` for a JAR that cannot be read or does not fit.

    ``made`` are the names of classes that were compiled beside them.
    """
    if not jars:
        return
    folder = os.path.join(spark_home, "jars")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".jar"))
    library = next(name for name in names if _SCALA_JAR.fullmatch(name))
    sparks: dict[str, tuple[int, str]] = {}
    for name in names:
        if name.startswith(("spark-", "scala-")):
            sparks.update(_classes(os.path.join(folder, name)))
    seen = {name.replace(".", "/") + ".class": (-1, "the job itself") for name in made}
    for jar in jars:
        found = _classes(jar)
        _check_scala(jar, found, sparks, library)
        for name, (checksum, own) in found.items():
            for known in (sparks if name.startswith(_SPARKS) else {}, seen):
                if name in known and known[name][0] != checksum:
                    raise JobProblem(
                        f"{own}: it holds a {_dotted(name)} of its own, and so does "
                        f"{known[name][1]}; leave one of them out, what Spark brings above all"
                    )
        seen.update(found)


def _check_scala(
    jar: str,
    found: dict[str, tuple[int, str]],
    sparks: dict[str, tuple[int, str]],
    library: str,
) -> None:
    """Whether what the classes take of Scala's library is there."""
    version = _SCALA_JAR.fullmatch(library)
    assert version is not None
    with zipfile.ZipFile(jar) as archive:
        for name in found:
            if name.startswith(_SPARKS):
                continue
            for needed in _needed(archive.read(name)):
                place = f"{needed}.class"
                if needed.startswith("scala/") and place not in sparks and place not in found:
                    raise JobProblem(
                        f"{os.path.basename(jar)}: {_dotted(name)} needs {_dotted(place)}, which "
                        f"Scala {version[1]}.{version[2]} has not; it was compiled for another "
                        f"Scala: take its build for {version[1]}"
                    )


def _needed(data: bytes) -> Iterator[str]:
    """Names of the classes that a class file refers to."""
    (count,) = struct.unpack_from(">H", data, 8)
    at, number = 10, 1
    texts: dict[int, bytes] = {}
    classes = []
    while number < count:
        tag = data[at]
        if tag == 1:
            (length,) = struct.unpack_from(">H", data, at + 1)
            texts[number] = data[at + 3 : at + 3 + length]
            at += 3 + length
        else:
            if tag == 7:
                classes.append(struct.unpack_from(">H", data, at + 1)[0])
            at += 1 + _SIZES[tag]
        # A long or a double takes two places.
        number += 2 if tag in (5, 6) else 1
    for one in classes:
        name = texts[one].decode("utf-8", "replace")
        # An array's element stands between L and ;.
        yield name.lstrip("[")[1:-1] if name.startswith("[") else name


def _classes(jar: str) -> dict[str, tuple[int, str]]:
    """Place of each class file to its checksum and the JAR's name."""
    try:
        with zipfile.ZipFile(jar) as archive:
            return {
                entry.filename: (entry.CRC, os.path.basename(jar))
                for entry in archive.infolist()
                if entry.filename.endswith(".class")
                and not entry.filename.startswith("META-INF/")
                and not entry.filename.endswith(("module-info.class", "package-info.class"))
            }
    except FileNotFoundError:
        raise JobProblem(f"{jar}: there is no such file; check the path") from None
    except (OSError, zipfile.BadZipFile):
        raise JobProblem(f"{jar}: it is no JAR that can be read; build it again") from None


def _dotted(place: str) -> str:
    return place[: -len(".class")].replace("/", ".")
