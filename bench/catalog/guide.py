"""``python -m bench.catalog.guide``: the migration guide, written from the code.

Without arguments it writes into ``docs/migration`` of this checkout; ``--check`` writes nothing and
ends with 1 where a page is not what the code gives.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.catalog.catalog import entries, groups
from bench.catalog.connectors import CONNECTORS
from bench.catalog.jvm import JVM_OPERATIONS
from bench.catalog.markdown import inputs, page, prose, table
from bench.catalog.operations import OPERATIONS, Operation
from bench.catalog.settings import SETTINGS
from bench.document.markdown import markdown
from bench.document.parts import Bullets, Heading, Line, Part

#: Where the guide lies in a checkout.
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "migration"

#: Pages written by hand, which stand in the same folder.
BY_HAND: Mapping[str, str] = {
    "cutover.md": "Moving a job that runs: dual run, state, rollback, ANSI mode"
}
INDEX, TABLE = "README.md", "operations.md"

MADE = "<!-- Written by `python -m bench.catalog.guide`; edit the code it is made from. -->"

_OWNERS = {
    "DStream": "Operations of a DStream",
    "StreamingContext": "The context: sources, life, listeners",
}


def pages() -> dict[str, str]:
    """File name to text of every page that is made from code."""
    made = {f"{one.info.name}.md": page(one) for one in entries() if len(one.sides) > 1}
    made[INDEX] = index()
    made[TABLE] = operations()
    return {name: f"{MADE}\n\n{text}" for name, text in sorted(made.items())}


def index() -> str:
    """The list of jobs, and of what else the guide holds."""
    parts: list[Part] = [
        Heading("From DStream to Structured Streaming", 1),
        Line(
            "Each page shows one job on both APIs: the code with the lines that differ, and what "
            "each side means by it, with the Scala below that `path=jvm` runs. The code is that of "
            "`legacy_dstream/jobs`, `legacy_dstream/scala/jobs` and `structured/jobs`, which the "
            "tests run, so `diff -r legacy_dstream structured` says the same in one go. "
            "`sparkbench migrate JOB` prints a page in the terminal, for a file of yours as well "
            "([own jobs](../own-jobs.md))."
        ),
        Bullets(
            (
                f"[Every DStream operation and its counterpart]({TABLE})",
                *(f"[{title}]({name})" for name, title in BY_HAND.items()),
                "[What the two APIs do differently, shown by tests](../differences.md)",
                "[What a verdict transfers to](../scope.md)",
                "[Lines, parameters, sources and sinks of the jobs](../jobs.md)",
                "[How it is proved that both sides give the same output](../verify.md)",
            )
        ),
    ]
    for group, found in groups(entries()).items():
        rows = [
            (
                f"[{one.info.name}]({one.info.name}.md)",
                one.info.title,
                inputs(one.info.inputs),
            )
            for one in found
            if len(one.sides) > 1
        ]
        if rows:
            parts.append(Heading(f"{group[:1].upper()}{group[1:]}"))
            parts.append(table(("job", "what it does", "reads"), rows))
    return markdown(parts, prose)


def operations() -> str:
    """The table of operations, an owner a section."""
    parts: list[Part] = [
        Heading("Every DStream operation and its counterpart", 1),
        Line(
            "All public methods of PySpark's `DStream` and `StreamingContext` (4.3), then what "
            "only Scala and Java have, what comes with connectors, and every `spark.streaming.*` "
            "setting. `sparkbench assess` finds them in sources ([assess](../assess.md)). PySpark "
            "has had no Kafka source for DStreams since 3.0, and Spark Connect has no DStreams at "
            "all."
        ),
    ]
    for owner, title in _OWNERS.items():
        rows = (
            (f"`{one.name}`", one.instead, one.difference, _links(one))
            for one in OPERATIONS
            if one.owner == owner
        )
        heading = (owner, "counterpart", "difference", "shown by")
        parts += [Heading(title), table(heading, rows)]
    for title, found in (
        ("Only in Scala and Java", JVM_OPERATIONS),
        ("Connectors, and what is done within a batch", CONNECTORS),
    ):
        rows = (
            (
                f"`{one.owner}.{one.name}`",
                one.instead,
                one.difference,
                one.gone and f"Spark {one.gone}",
            )
            for one in found
        )
        heading = ("call", "counterpart", "difference", "gone since")
        parts += [Heading(title), table(heading, rows)]
    settings = ((f"`{one.key}`", one.instead, one.difference) for one in SETTINGS)
    parts += [Heading("Settings"), table(("setting", "counterpart", "difference"), settings)]
    return markdown(parts, prose)


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of pages in ``folder`` that are not what the code gives, missing and left over ones."""
    made = pages()
    found = {file.name for file in folder.glob("*.md")} - set(BY_HAND)
    wrong = {name for name, text in made.items() if name in found and _read(folder / name) != text}
    return sorted(wrong | (set(made) ^ found))


def write(folder: Path = FOLDER) -> list[str]:
    """Write what is stale, remove what is left over; the names of both."""
    made, changed = pages(), stale(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in made:
            (folder / name).write_text(made[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def _links(operation: Operation) -> str:
    jobs = [f"[{name}]({name}.md)" for name in operation.jobs]
    return ", ".join([*jobs, *(f"`{file}` of the twins" for file in operation.files)])


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.catalog.guide", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="docs/migration")
    parser.add_argument("--check", action="store_true", help="only say what is not up to date")
    arguments = parser.parse_args(argv)
    if arguments.check:
        found = stale(arguments.folder)
        for name in found:
            print(f"{name} is not what the code gives; run python -m bench.catalog.guide")
        return 1 if found else 0
    for name in write(arguments.folder):
        print(f"wrote {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
