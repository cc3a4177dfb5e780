"""Which measurement to run here, and a skeleton of a job of the application's own."""

from __future__ import annotations

import keyword
import re
import shlex
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.assess.findings import File
from bench.assess.kinds import OUTPUTS, STREAM, TABLE
from bench.assess.names import Names, Use
from bench.assess.syntax import PYTHON
from bench.assess.syntax.tree import ATTR, CALL, CLASS, LAMBDA, NAME, Node
from bench.catalog.operations import DSTREAM
from bench.units import format_duration

#: The nearest job of the catalogue: the first whose operations the application has.
_PARSERS = {"parse_json": ("loads", "parseJson", "parse", "fromJson", "readTree", "readValue")}
_TOP = frozenset({"sortBy", "sortByKey", "top", "takeOrdered", "transform"})
#: A window longer than this makes a trial longer than anyone waits for.
LONGEST_S = 60.0


@dataclass(frozen=True)
class Measurement:
    """``job`` of the catalogue stands for the application; ``why`` says so and what it leaves out.

    ``commands`` are pairs of what a command answers and its words; ``skeleton`` the text of a file
    for ``--job``.
    """

    job: str
    why: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    skeleton: str


def measurement(name: str, files: Sequence[File]) -> Measurement:
    """What to run for an application."""
    used = {use.name for file in files for use in file.uses(DSTREAM)}
    job, params, why = _nearest(files, used)
    batch = next((b for file in files if (b := file.batch_s()) is not None), None)
    trigger = batch if batch and batch >= 0.1 else 1.0
    if batch is None:
        why.append("its batch interval is not in the source: 1s stands for it")
    if any(use.owner == "KafkaUtils" for file in files for use in file.sources):
        why.append("Kafka is not among the sources here: a socket stands for it")
    python = any(file.names.language == PYTHON for file in files)
    folder = any(
        use.name in ("textFileStream", "fileStream") for file in files for use in file.sources
    )
    arms = _arms(python, folder, why)
    words = ["--job", job, "--trigger", format_duration(trigger)]
    for key, value in params.items():
        words += ["--param", f"{key}={value:g}"]
    compare = ["sparkbench", "compare", *arms, *words]
    commands = [
        ("Which side is sooner at your rate?", shlex.join([*compare, "--rate", "1000"])),
        (
            "How much does each side hold?",
            shlex.join(["sparkbench", "capacity", *arms, *words]),
        ),
        (
            "What does a killed driver cost?",
            "sparkbench compare dstream:guarantee=recoverable "
            "structured:source=spooled,guarantee=recoverable --fault none "
            "--fault kill-driver:at=20s --duration 60s --metric outage",
        ),
        ("And then, with the run's name:", "sparkbench decide last --rate 1000 --p99 2s"),
    ]
    return Measurement(job, tuple(why), tuple(commands), skeleton(name, files))


def _nearest(files: Sequence[File], used: set[str]) -> tuple[str, dict[str, float], list[str]]:
    windows = [window for file in files for window in file.windows]
    window = max(windows, key=lambda w: (w.inverse, w.length_s or 0), default=None)
    why: list[str] = []
    params: dict[str, float] = {}
    if used & {"join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin", "cogroup"}:
        job = "join"
    elif used & {"mapWithState"} and any(file.uses("StateSpec", "timeout") for file in files):
        job = "sessions"
    elif window is not None:
        slides = window.slide is not None and window.slide_s != window.length_s
        job = "sliding_inverse" if window.inverse else "sliding" if slides else "tumbling"
    elif used & {"updateStateByKey", "mapWithState"}:
        counts = "touched_wordcount" if "mapWithState" in used else "running_wordcount"
        job = counts if _sums(files) else "custom_state"
    elif used & {"transform"} and _calls(files, _TOP - {"transform"}):
        job = "topk"
    elif used & {"reduceByKey", "countByValue", "groupByKey", "combineByKey", "count", "reduce"}:
        job = "wordcount"
    elif _calls(files, frozenset(_PARSERS["parse_json"])):
        job = "parse_json"
    elif used & {"union"}:
        job = "union"
    else:
        job = "echo"
    why.append(f"`{job}` is the nearest job of the catalogue ({_because(job)})")
    if window is not None and job in ("join", "sliding", "sliding_inverse", "tumbling"):
        params = _window_params(job, window.length_s, window.slide_s, files, why)
    return job, params, why


_REASONS = {
    "join": "it joins streams",
    "sessions": "it keeps state that times out",
    "sliding_inverse": "it has windows with an inverse function",
    "sliding": "it has windows that overlap",
    "tumbling": "it has windows end to end",
    "running_wordcount": "it keeps running counts or sums",
    "touched_wordcount": "it keeps running counts or sums with mapWithState",
    "custom_state": "it keeps state of its own",
    "topk": "it sorts each batch",
    "wordcount": "it aggregates each batch by key",
    "parse_json": "it parses JSON record by record",
    "union": "it unites streams",
    "echo": "it works record by record",
}


def _because(job: str) -> str:
    return _REASONS[job]


def _window_params(
    job: str,
    length_s: float | None,
    slide_s: float | None,
    files: Sequence[File],
    why: list[str],
) -> dict[str, float]:
    """Window and slide as the job takes them: whole batches, and no longer than anyone waits."""
    batch = next((b for file in files if (b := file.batch_s()) is not None), None) or 1.0
    if length_s is None:
        why.append("its window's length is not in the source: the job's own stands for it")
        return {}
    slide = slide_s or batch
    scale = max(1.0, length_s / LONGEST_S)
    if scale > 1:
        why.append(
            f"its window of {length_s:g} s is longer than a trial should be: {LONGEST_S:g} s stand "
            "for it; give --param window_s yourself for the whole of it"
        )
        length_s = LONGEST_S
        slide = min(slide, length_s)
    length = max(1, round(length_s / batch)) * batch
    step = min(max(1, round(slide / batch)) * batch, length)
    if job in ("sliding", "sliding_inverse"):
        return {"window_s": length, "slide_s": step}
    return {"window_s": length}


def _arms(python: bool, folder: bool, why: list[str]) -> list[str]:
    if folder:
        return ["dstream:source=directory", "structured:source=directory"]
    if python:
        return ["dstream", "structured"]
    why.append("it is not Python, so the DStream side is the one in Scala (`dstream:path=jvm`)")
    return ["dstream:path=jvm", "structured"]


def _sums(files: Sequence[File]) -> bool:
    """Whether a state function adds up: ``sum`` or ``+`` of values and state."""
    for file in files:
        for use in file.uses(DSTREAM, "updateStateByKey", "mapWithState"):
            given = use.node.args
            function = file.names.as_function(given[0]) if given else None
            if function is not None:
                names = {node.text for node in function.walk() if node.kind in (NAME, ATTR)}
                if "sum" in names or "reduce" in names:
                    return True
    return False


def _calls(files: Sequence[File], names: frozenset[str]) -> bool:
    return any(
        node.kind == CALL and node.kids[0].text in names
        for file in files
        for node in file.names.tree.order
    )


# --- the skeleton ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    use: Use
    file: File
    text: str
    functions: tuple[str, ...]


def skeleton(name: str, files: Sequence[File]) -> str:
    """A file for ``--job`` with the application's longest chain and its functions named."""
    steps = max((chain for file in files for chain in _chains(file)), key=len, default=[])
    python = bool(steps) and steps[0].file.names.language == PYTHON
    functions = list(dict.fromkeys(f for step in steps for f in step.functions)) if python else []
    stateful = any(
        step.use.name in ("updateStateByKey", "mapWithState") or "Window" in step.use.name
        for step in steps
    )
    title = Path(name).name.replace('"', "'").replace("\\", "/")
    lines = [
        f'"""{title}: the application\'s own work as a pair (docs/own-jobs.md)."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any",
        "",
        "#: What the generator sends; `--replay FILE` sends lines of yours instead.",
        'LINES = "words"',
        "KEYS = 1000",
        *(["STATEFUL = True"] if stateful else []),
        "",
        "",
        "def build_dstream(lines: Any, params: Any) -> Any:",
        '    """Time: to be said.  State: to be said.  Output: to be said."""',
    ]
    if steps and python:
        lines.append("    stream = lines")
        for step in steps:
            lines.append(f"    stream = stream.{step.text}  # line {step.use.node.line}")
        lines.append("    return stream")
    else:
        lines += [f"    # {_comment(step.text)}  (line {step.use.node.line})" for step in steps]
        lines.append('    raise NotImplementedError("write the chain above in Python")')
    lines += [
        "",
        "",
        "def build_structured(lines: Any, params: Any) -> Any:",
        '    """Time: to be said.  State: to be said.  Output: to be said."""',
        *(
            f"    # {step.use.name}: {_comment(TABLE[DSTREAM, step.use.name].instead)}"
            for step in steps
            if (DSTREAM, step.use.name) in TABLE
        ),
        '    raise NotImplementedError("write the query of the same result")',
    ]
    for function in functions:
        where = _where(function, files)
        lines += [
            "",
            "",
            f"def {function}(*values: Any) -> Any:",
            f'    """To be copied from {where}."""',
            f'    raise NotImplementedError("copy {function} from {where}")',
        ]
    return "\n".join(lines) + "\n"


def _where(function: str, files: Sequence[File]) -> str:
    for file in files:
        found = file.names.functions.get(function)
        if found:
            path = Path(file.source.path).name.replace('"', "'").replace("\\", "/")
            return f"{path}, line {found[-1].line}"
    return "the application"


def _comment(text: str) -> str:
    return textwrap.shorten(text, 90, placeholder=" ...")


def _chains(file: File) -> list[list[_Step]]:
    """From each output back to its source."""
    uses = file.uses(DSTREAM)
    by_node = {id(use.node): use for use in uses}
    outputs = [use for use in uses if use.name in OUTPUTS][:100]
    # The first hundred outputs are enough to find a long one.
    found = [_chain(file, _base(use.node), by_node) for use in outputs]
    return found or [_chain(file, use.node, by_node) for use in uses[-1:]]


def _chain(file: File, at: Node | None, by_node: Mapping[int, Use]) -> list[_Step]:
    names: Names = file.names
    steps: list[_Step] = []
    for _ in range(60):
        at = names.value_of(at)
        if at is None or at.value != STREAM or id(at) not in by_node:
            break
        use = by_node[id(at)]
        if use.name not in ("cache", "persist", "checkpoint"):
            steps.append(_step(file, use))
        at = _base(at)
    return steps[::-1]


def _base(node: Node) -> Node | None:
    function = node.kids[0] if node.kind == CALL else node
    return function.kids[0] if function.kind == ATTR else None


def _step(file: File, use: Use) -> _Step:
    names, source = file.names, file.source.text.encode("utf-8", "replace")
    given = use.node.args if use.node.kind == CALL else []
    keys = use.node.names if use.node.kind == CALL else ()
    parts, functions = [], []
    for position, one in enumerate(given):
        text = source[one.start : one.end].decode("utf-8", "replace")
        text = " ".join(text.split())
        key = keys[position] if position < len(keys) else ""
        if names.language == PYTHON and not (one.kind == LAMBDA and "#" not in text):
            text = _plain(names, one, text)
        parts.append(f"{key}={text}" if key else text)
        functions += _named(names, one)
    return _Step(use, file, f"{use.name}({', '.join(parts)})", tuple(functions))


def _plain(names: Names, node: Node, text: str) -> str:
    """An argument as it can stand in another file: constants by value, functions by name."""
    number = names.seconds(node)
    if number is not None:
        return f"{number:g}"
    if node.kind == NAME and node.text.isidentifier():
        return node.text
    return repr(text) if re.search(r"[^\x20-\x7e]|#", text) else text


def _named(names: Names, node: Node) -> list[str]:
    """Functions of the application that an argument names."""
    found = []
    for one in node.walk():
        if one.kind != NAME or one.text not in names.functions:
            continue
        function = names.functions[one.text][-1]
        inside = function.scope is not None and function.scope.kind == CLASS
        if not inside and one.text.isidentifier() and not keyword.iskeyword(one.text):
            found.append(one.text)
    return found
