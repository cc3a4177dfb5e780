"""The settings a running Spark has that are not its own, read from its JVM."""

from __future__ import annotations

import contextlib
import re
from typing import Any

#: What every PySpark session sets by itself, and what names one run of it.
_ITS_OWN = re.compile(
    r"spark\.(app\.(id|name|startTime|submitTime|initial\..*)|master|executor\.id|driver\.port"
    r"|rdd\.compress|serializer\.objectStreamReset|submit\.(deployMode|pyFiles)|repl\..*|files"
    r"|sql\.(catalogImplementation|warehouse\.dir|artifact\.isolation\.enabled))"
)

_JAVA_OPTIONS = re.compile(r"spark\.(driver|executor)\.extraJavaOptions")

#: ``ConfigEntry.defaultValueString`` where there is none, and where it is another setting's value.
_UNDEFINED = "<undefined>"
_SAME_AS = re.compile(r"<value of (\S+)>")

#: Key and value to default of those that differ: the answers of one JVM do not change.
_asked: dict[tuple[str, str], list[str | None] | None] = {}
_words: set[str] = set()


def read_settings(context: Any, session: Any = None) -> dict[str, list[str | None]]:
    """Setting to its value and Spark's default (``None`` where Spark knows none) where they differ.

    ``context``: the running ``SparkContext``; ``session``: the ``SparkSession`` whose own settings
    count too.  Two spellings of one value (``2min``, ``120s``) are the same value: the default and
    its reading come from Spark's own ``ConfigEntry``.
    """
    jvm = context._jvm
    found = dict(context.getConf().getAll())
    if session is not None:
        values = session._jsparkSession.conf().getAll()
        # Scala 2.12 has no scala.jdk, and 2.13 still has this.
        made = jvm.scala.collection.JavaConverters.mapAsJavaMapConverter(values).asJava()
        found.update({key: made[key] for key in made})
    told = {}
    for key, value in found.items():
        if _JAVA_OPTIONS.fullmatch(key):
            value = " ".join(word for word in value.split() if word not in _module_words(jvm))
        if _ITS_OWN.fullmatch(key) or not value:
            continue
        if (key, value) not in _asked:
            _asked[key, value] = _differs(jvm, key, value)
        answer = _asked[key, value]
        default = None if answer is None else answer[1]
        other = _SAME_AS.fullmatch(default or "")
        if answer is not None and not (other and value == found.get(other[1])):
            told[key] = answer
    return told


def _module_words(jvm: Any) -> frozenset[str]:
    """What Spark itself adds to Java options: for modules (since 3.3) and for IPv6 (since 3.4)."""
    if not _words:
        _words.add("-Djava.net.preferIPv6Addresses=false")
        with contextlib.suppress(Exception):  # a class of another version's
            _words.update(
                jvm.org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptionArray()
            )
    return frozenset(_words)


def _differs(jvm: Any, key: str, value: str) -> list[str | None] | None:
    """The value and its default, ``None`` where they are the same."""
    try:
        # An entry is known once the object that holds it was loaded.
        jvm.java.lang.Class.forName("org.apache.spark.streaming.StreamingConf$")
        entry = jvm.org.apache.spark.internal.config.ConfigEntry.findEntry(key)
        default = _UNDEFINED if entry is None else entry.defaultValueString()
    except Exception:  # a class of another version's: then no default is known
        return [value, None]
    if entry is None or default == _UNDEFINED:
        return [value, None]
    try:
        read = entry.valueConverter()
        same = read.apply(value) == read.apply(default)
    except Exception:  # an entry that falls back on another one gives words for a default
        same = value == default
    return None if same else [value, default]
