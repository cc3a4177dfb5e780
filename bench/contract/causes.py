"""One line out of a long Java or py4j error, and whose line of code it was."""

from __future__ import annotations

import importlib.util
import re
import traceback
from collections.abc import Iterable

_CAUSED = re.compile(r"^\s*Caused by:", re.MULTILINE)
_PREFIXES = ("py4j.protocol.Py4JJavaError", "An error occurred while calling")
_TRACEBACK = "Traceback (most recent call last):"
_FRAMES = ("at ", "Driver stacktrace", "===")
_LIMIT = 500

#: What a query of ``transformWithState`` in Python says in the end, whatever its process lacked.
_STATE_WORKER = "TransformWithStateInPySpark driver worker exited unexpectedly"

#: Files that are the user's: path, as Python names it in a traceback, to what it is called.
_USERS: dict[str, str] = {}

#: Names of classes of the user's in the JVM; one that ends in a dot is a package.
_CLASSES: set[str] = set()

_FRAME = re.compile(r'File "([^"\n]+)", line (\d+), in (\S+)')

#: ``at CLASS.METHOD(FILE:LINE)``, with a loader and a module before it from Java 9 on.
_JAVA_FRAME = re.compile(
    r"^\s*at (?:\S*/)?([\w.$]+)\.([\w$<>]+)\(([^():\s]+):(\d+)\)", re.MULTILINE
)

#: Lines of a trace that are no error, and what may stand before one.
_NO_ERROR = ("at ", "... ", "Driver stacktrace")
_ANNOUNCED = re.compile(r"^(?:Caused by: )?(?:.*\(\S+ executor \S+\): )?")

#: What Spark puts around the error that ended a query.
_ENDED = re.compile(
    r"^\[STREAM_FAILED\] Query \[id = [^\]]*\] terminated with exception: (.+?)( SQLSTATE: \w+)?$"
)

#: What compilers put around the name of the method that a lambda stands in.
_LAMBDA = re.compile(r"(?:\$?\$anonfun|lambda)\$(\w+?)\$\d+(?:\$adapted)?")


def first_cause(problem: object) -> str:
    """The line of an error that says what went wrong: its innermost cause, else its first line.

    ``problem`` is an exception or the text of one; the answer is at most 500 characters.  An error
    in a file of the user's begins with that file and line.
    """
    users = users_error(problem)
    if users is not None:
        return users
    said = _first(str(problem)) or type(problem).__name__
    if said.find(_STATE_WORKER) >= 0 and not _has_protobuf():
        return f"{said[:_LIMIT]} (it needs google.protobuf, which this Python lacks)"
    inner = _cause_of(problem)
    # "Exception thrown in awaitResult:" and the like: what they announce is told further in.
    while said.endswith(":") and inner is not None:
        said, inner = _first(str(inner)) or said, _cause_of(inner)
    return said[:_LIMIT]


def _has_protobuf() -> bool:
    try:
        return importlib.util.find_spec("google.protobuf") is not None
    except (ImportError, ValueError):
        return False


def _first(text: str) -> str:
    """The telling line of a text; ``""`` for none."""
    causes = [found.end() for found in _CAUSED.finditer(text)]
    rest = text[causes[-1] :] if causes else text
    lines = [line.strip() for line in rest.splitlines() if line.strip()]
    telling = [line.lstrip(": ") for line in lines if not line.startswith(_PREFIXES)]
    first = _ENDED.sub(r"\1", next(iter(telling), ""))
    if first.endswith(_TRACEBACK) or (first.endswith(":") and telling[1:2] == [_TRACEBACK]):
        return _raised(rest)
    if first.endswith(":") and telling[1:] and not telling[1].startswith(_FRAMES):
        return f"{first} {telling[1]}"
    return first


def _cause_of(problem: object) -> object:
    """What an exception came of, by Spark's word or by Python's; ``None`` where it is unknown."""
    return getattr(problem, "_cause", None) or getattr(problem, "__cause__", None)


def _raised(text: str) -> str:
    """What Python raised where Java called it: the line after the frames of the traceback."""
    rest = text.partition(_TRACEBACK)[2]
    said = _after_frames(rest)
    if said.startswith(_PREFIXES):
        # Java called Python, which called Java: what went wrong there follows.
        return _first(rest.partition(said)[2]) or said
    return said or _TRACEBACK


def _after_frames(text: str) -> str:
    """The first line that is not indented, as frames and lines of source are; ``""`` for none."""
    return next((line.strip() for line in text.splitlines()[1:] if line[:1].strip()), "")


def blame(path: str, name: str) -> None:
    """From now on errors with a line of this file are the user's; ``name`` is what it is called."""
    _USERS[path] = name


def blame_classes(names: Iterable[str]) -> None:
    """From now on errors in these classes of the JVM, and in what is nested there, are the user's.

    A name that ends in a dot stands for all classes of a package.
    """
    _CLASSES.update(names)


def users_error(problem: object) -> str | None:
    """``FILE, line N, in FUNCTION: ERROR`` where code of the user's is to blame, else ``None``.

    It is looked for in the exception's own frames and, as a Python worker's traceback comes within
    the text of a Java error, in the text.
    """
    if not _USERS and not _CLASSES:
        return None
    text = str(problem)
    if isinstance(problem, BaseException):
        # Java's text first: there the innermost frame is, where both hold one.
        own = "".join(traceback.format_exception(type(problem), problem, problem.__traceback__))
        return _in_text(text) or _in_text(own)
    return _in_text(text)


def _in_text(text: str) -> str | None:
    return _in_python(text) or _in_java(text)


def _in_java(text: str) -> str | None:
    """Of the last error with a frame of the user's, the innermost such frame."""
    told, error, fresh = None, "", True
    for line in text.splitlines():
        frame = _JAVA_FRAME.match(line)
        if frame is None:
            if line.strip() and not line.lstrip().startswith(_NO_ERROR):
                error, fresh = line.strip(), True
        elif fresh and _is_users(frame[1]):
            method = _LAMBDA.sub(r"\1", frame[2])
            place = f"{frame[3]}, line {frame[4]}, in {method}"
            told, fresh = f"{place}: {_thrown(error)}"[:_LIMIT], False
    return told


def _is_users(name: str) -> bool:
    top = name.partition("$")[0]
    return any(top.startswith(one) if one.endswith(".") else top == one for one in _CLASSES)


def _thrown(line: str) -> str:
    """The exception out of a line that announces one."""
    return _ANNOUNCED.sub("", line.lstrip(": "))


def _in_python(text: str) -> str | None:
    frames = [found for found in _FRAME.finditer(text) if found[1] in _USERS]
    if not frames:
        return None
    frame = frames[-1]
    place = f"{_USERS[frame[1]]}, line {frame[2]}, in {frame[3]}"
    # The source's line follows, indented, then frames of others, then the error itself.
    error = _after_frames(text[frame.end() :])
    return f"{place}: {error}"[:_LIMIT] if error else place


#: What a JVM or its launcher says that is no reason.
_NO_REASON = (
    "Error: Could not create the Java Virtual Machine",
    "Error: A fatal exception has occurred",
    "Error occurred during initialization of VM",
)
_REASON = re.compile(
    r"^(?:Error:|Error |Exception in thread|Caused by:|Unrecognized|Unsupported|Invalid|"
    r"Multiple|Conflicting|Could not|Failed|\S*(?:Exception|Error)\b)|: (?:not found|No such file)"
)


def jvm_reason(text: str) -> str:
    """Why a JVM ended before it could speak, from what it and its launcher wrote; ``""`` for none.

    The last line that says so, at most 500 characters.
    """
    lines = [line.strip() for line in text.splitlines()]
    causes = [line for line in lines if _REASON.search(line) and not line.startswith(_NO_REASON)]
    return (causes or [""])[-1][:_LIMIT]
