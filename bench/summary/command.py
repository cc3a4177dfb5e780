"""The command of a run, as it can be given once more."""

from __future__ import annotations

import shlex


def again(command: str) -> str:
    """The stored ``command`` without ``--out``: its directory is not empty any more."""
    return without(command, "--out")


def without(command: str, *options: str, flags: tuple[str, ...] = ()) -> str:
    """``command`` without these ``options``, each with its value, and without these ``flags``.

    What is no well-formed line of words stays as it is.
    """
    try:
        words = iter(shlex.split(command))
    except ValueError:
        return command
    kept = []
    for word in words:
        if word in options:
            next(words, None)
        elif word not in flags and not word.startswith(tuple(f"{name}=" for name in options)):
            kept.append(word)
    return shlex.join(kept)
