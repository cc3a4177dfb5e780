"""``sparkbench completion``."""

from __future__ import annotations

from typing import Annotated

import typer


def completion(
    shell: Annotated[
        str | None,
        typer.Argument(metavar="[SHELL]", help="bash, zsh, fish or powershell [the one in use]."),
    ] = None,
    install: Annotated[
        bool, typer.Option("--install", help="Write it to where the shell reads it.")
    ] = False,
) -> None:
    """Complete commands, arms, axes, jobs and runs with the Tab key.

    Prints the shell's script, or installs it.  A new shell then completes what can follow: arms
    and their keys, values of axes, jobs, and the runs in runs/.

    \b
    Examples:
      sparkbench completion --install
      sparkbench completion bash > ~/.local/share/bash-completion/completions/sparkbench
    """
    from bench.cli._completion import install_script, script, shell_named

    name = shell_named(shell)
    if install:
        print(f"Installed in {install_script(name)}; a new {name} completes `sparkbench`.")
    else:
        print(script(name))
