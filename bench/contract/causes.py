"""One line out of a long Java or py4j error."""

from __future__ import annotations

_CAUSE = "Caused by:"
_PREFIXES = ("py4j.protocol.Py4JJavaError", "An error occurred while calling")
_LIMIT = 500


def first_cause(problem: object) -> str:
    """The line of an error that says what went wrong: its innermost cause, else its first line.

    ``problem`` is an exception or the text of one; the answer is at most 500 characters.
    """
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    causes = [line[len(_CAUSE) :].strip() for line in lines if line.startswith(_CAUSE)]
    if causes:
        return causes[-1][:_LIMIT]
    telling = [line.lstrip(": ") for line in lines if not line.startswith(_PREFIXES)]
    return (telling or [type(problem).__name__])[0][:_LIMIT]
