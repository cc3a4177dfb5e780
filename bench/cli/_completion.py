"""Shell completion by typer's own machinery: scripts, and what follows a word.

A shell asks by running ``sparkbench`` with ``_SPARKBENCH_COMPLETE`` in its environment.  Only then
are the completers of :mod:`bench.cli._completers` tied to the commands' arguments and options, by
their names, so that the commands need not know of them and help pays nothing for it.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, get_type_hints

from typer.models import ArgumentInfo, ParameterInfo

from bench.errors import EnvironmentProblem, UsageError, unknown

PROG = "sparkbench"
VARIABLE = "_SPARKBENCH_COMPLETE"
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")

#: Characters at which bash breaks words besides spaces, of those that arms and options have.
_BREAKS = re.compile(r"[:=]+")


def shell_named(name: str | None) -> str:
    """The shell asked for, or the one that runs this; raises :class:`UsageError`."""
    if name is None:
        shells = importlib.import_module("shellingham")
        try:
            name = str(shells.detect_shell()[0])
        except shells.ShellDetectionFailure:
            raise UsageError("SHELL: cannot tell which shell this is; name one") from None
    if name not in SHELLS:
        raise UsageError(f"SHELL: {unknown('shell', name, SHELLS)}")
    return name


def script(shell: str) -> str:
    """What the shell has to read to complete ``sparkbench``."""
    text = _typer().get_completion_script(prog_name=PROG, complete_var=VARIABLE, shell=shell)
    return str(text)


def install_script(shell: str) -> Path:
    """Write the script to where the shell reads it, and tell the shell's own settings of it.

    Raises :class:`EnvironmentProblem` when that cannot be written.
    """
    try:
        _shell, path = _typer().install(shell=shell, prog_name=PROG, complete_var=VARIABLE)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise EnvironmentProblem(
            f"completion cannot be installed:{where} {error.strerror or error}; print the script "
            "with `sparkbench completion` and put it where your shell reads it"
        ) from error
    return Path(path)


def complete(functions: Mapping[str, Callable[..., Any]], run: Callable[[], Any]) -> None:
    """Answer the shell that asks: ``run`` calls the command line, which then only completes."""
    from bench.cli._completers import ARGUMENTS, OPTIONS, OWN_OPTIONS

    for name, function in functions.items():
        tie(function, ARGUMENTS, OPTIONS | OWN_OPTIONS.get(name, {}))
    _typer().completion_init()
    words = glue(os.environ) if os.environ.get(VARIABLE) == "complete_bash" else ""
    answer = io.StringIO()
    try:
        with contextlib.redirect_stdout(answer):
            run()
    finally:
        for line in answer.getvalue().splitlines():
            # Bash puts the answer where the last of its words began.
            print(line.removeprefix(words))
        sys.stdout.flush()


def _typer() -> Any:
    """What typer itself uses for ``--install-completion``, which would make every help slower."""
    return importlib.import_module("typer.completion")


def tie(
    function: Callable[..., Any],
    arguments: Mapping[str, Callable[[str], list[str]]],
    options: Mapping[str, Callable[[str], list[str]]],
) -> None:
    """Give the parameters of a command the completers of their names."""
    hints = get_type_hints(function, include_extras=True)
    for hint in hints.values():
        for info in getattr(hint, "__metadata__", ()):
            if not isinstance(info, ParameterInfo) or info.autocompletion is not None:
                continue
            # Within Annotated an option's first name stands where its default would.
            names = [str(name) for name in (info.default, *(info.param_decls or ()))]
            if isinstance(info, ArgumentInfo):
                info.autocompletion = arguments.get((info.metavar or "").strip("[]"))
            else:
                info.autocompletion = next((options[n] for n in names if n in options), None)
    # What was written as text is a new object whenever it is read: keep those that were changed.
    function.__annotations__ = hints


def glue(environ: MutableMapping[str, str]) -> str:
    """Make one word again of what bash broke at ``:`` and ``=``, in ``environ``.

    Returns what the word to complete begins with and bash will keep.
    """
    words = environ.get("COMP_WORDS", "").split("\n")
    cursor = int(environ.get("COMP_CWORD", len(words) - 1))
    words = words[: cursor + 1] + [""] * (cursor + 1 - len(words))
    glued: list[str] = []
    for word in words:
        broken = bool(glued) and len(glued) > 1
        if broken and (_BREAKS.fullmatch(word) or _BREAKS.search(glued[-1][-1:])):
            glued[-1] += word
        else:
            glued.append(word)
    environ["COMP_WORDS"] = "\n".join(glued)
    environ["COMP_CWORD"] = str(len(glued) - 1)
    breaks = [found.end() for found in _BREAKS.finditer(glued[-1])]
    return glued[-1][: breaks[-1]] if breaks else ""
