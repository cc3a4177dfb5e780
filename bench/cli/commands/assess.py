"""``sparkbench assess``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: How an assessment can be shown.
FORMATS = ("text", "markdown", "html", "json", "sarif")


def assess(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="Files and folders: .py, .scala, .java, .ipynb, .properties."
        ),
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="text, markdown, html, json or sarif [text]."
        ),
    ] = "text",
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            metavar="LIST",
            help="Exit code 1 where a finding is of such a class: mechanical, semantics, redesign, "
            "none, broken. Findings that ask do not count.",
        ),
    ] = None,
    skeleton: Annotated[
        Path | None,
        typer.Option(
            "--skeleton",
            metavar="FILE",
            help="Write a file for --job with the application's own functions named.",
        ),
    ] = None,
) -> None:
    """Say what an existing DStream application would need.

    Reads its sources as text and never runs them: what is in it, what takes the place of each
    call, what will behave differently, what has no counterpart, what is broken already, how much
    work that is by a stated rule, and which measurement to run here to decide.

    \b
    Examples:
      sparkbench assess src/main/scala
      sparkbench assess app.py --format html > assessment.html
      sparkbench assess . --format sarif --fail-on broken > assessment.sarif
      sparkbench assess app.py --format json > app.json
      sparkbench decide last --rate 20k --p99 2s --assessment app.json
    """
    raise typer.Exit(run_assess(paths, kind=kind, fail_on=fail_on, skeleton=skeleton))


def run_assess(paths: list[Path], *, kind: str, fail_on: str | None, skeleton: Path | None) -> int:
    """Assess and print; the exit code is 1 when a class to fail on was found."""
    import sys

    from bench.assess import document
    from bench.assess.assessment import assess as read
    from bench.assess.sarif import sarif_text
    from bench.catalog.operations import CHANGES
    from bench.cli._words import one_of
    from bench.document.terminal import print_lines

    one_of("--format", kind, FORMATS)
    classes = [word.strip() for word in (fail_on or "").split(",") if word.strip()]
    for word in classes:
        one_of("--fail-on", word, CHANGES)
    found = read(paths)
    if skeleton is not None:
        _write(skeleton, found.applications[0].measurement.skeleton if found.applications else None)
    if kind == "text":
        print_lines(document.document(found), sys.stdout)
    elif kind == "markdown":
        print(document.markdown(found), end="")
    elif kind == "html":
        print(document.html(found), end="")
    else:
        print(document.json_text(found) if kind == "json" else sarif_text(found))
    failed = {one.change for one in found.findings if one.sure} & set(classes)
    if failed:
        names = ", ".join(document.WORDS[change] for change in CHANGES if change in failed)
        print(f"Failed on: {names}.", file=sys.stderr)
    return 1 if failed else 0


def _write(file: Path, text: str | None) -> None:
    from bench.errors import UsageError

    if text is None:
        raise UsageError("--skeleton: no DStream code was found, so there is nothing to write")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise UsageError(f"--skeleton: {file} is there already; name another file") from None
    except OSError as error:
        raise UsageError(f"--skeleton: {file}: {error.strerror or error}; check the path") from None
