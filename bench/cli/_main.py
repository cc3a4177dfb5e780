"""From arguments to an exit code; every error a user can cause becomes one sentence."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Sequence

from bench.cli._pipe import BROKEN_PIPE, forget_stdout

PROG = "sparkbench"

INTERRUPTED = 130

#: In the environment when a shell asks for completions.
_COMPLETE = "_SPARKBENCH_COMPLETE"


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from bench.cli._guard import guard
    from bench.errors import SparkbenchError, UsageError

    try:
        for word in argv:
            if not word.isprintable() and not _is_text(word):
                raise UsageError(f"{word!a}: not text in this system's encoding; spell it anew")
        guard()
        from bench.cli.app import app

        def start() -> object:
            return app(args=list(argv), prog_name=PROG, standalone_mode=False)

        code = start() if _COMPLETE not in os.environ else _complete(start)
        sys.stdout.flush()
    except SparkbenchError as error:
        return _say(str(error), error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        forget_stdout()
        return BROKEN_PIPE
    except SystemExit as stop:
        # Both rich and typer's click answer it by an exit with code 1, which means "a gate failed".
        if not isinstance(stop.__context__, BrokenPipeError):
            raise
        forget_stdout()
        return BROKEN_PIPE
    except OSError as error:
        return _say(*_refused(error))
    except Exception as error:
        # Errors of the arguments come from typer, whose classes moved between its versions; what
        # they have in common is a message for users and an exit code.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        return _say(_one_line(message(), argv), int(getattr(error, "exit_code", 2)))
    return code if isinstance(code, int) else 0


def _complete(start: Callable[[], object]) -> int:
    """Answer a shell that asks what can follow (``sparkbench completion``)."""
    from bench.cli._completion import complete
    from bench.cli.app import FUNCTIONS, built

    complete({name: built(name) for name in FUNCTIONS}, start)
    return 0


def _is_text(word: str) -> bool:
    """Whether an argument can be stored and printed; bytes that are no text are surrogates."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(error: OSError) -> tuple[str, int]:
    """What the system refused, and the exit code: a path that can be none, or a machine in need."""
    where = f"{str(error.filename)[:80]}: " if error.filename is not None else ""
    what = f"{where}{error.strerror or error}"
    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL):
        return f"{what}; check the path", 2
    return f"{what}; the system refused that, see `sparkbench doctor`", 3


def _one_line(message: str, argv: Sequence[str]) -> str:
    words = " ".join(message.split()).rstrip(".") or "these arguments make no sense"
    command = next((word for word in argv if not word.startswith("-")), None)
    known = command if command in _commands() else None
    return f"{words}; see `{' '.join(filter(None, (PROG, known, '--help')))}`"


def _commands() -> set[str]:
    from bench.cli.app import COMMANDS

    return {name for commands in COMMANDS.values() for name in commands}


def _say(sentence: str, code: int) -> int:
    from bench.document.text import plain
    from bench.redaction import redact

    # It may quote a file from elsewhere, and a terminal obeys what it is sent; or a password.
    sentence = plain(redact(sentence))
    with contextlib.suppress(BrokenPipeError):
        print(f"{PROG}: {sentence.rstrip('.')}", file=sys.stderr, flush=True)
    return code
