"""Settings and variables that look like secrets: used, and never stored.

A setting is taken for a secret by its name.  Where a plan is read its value is put aside, in this
process alone, and ``[redacted]`` stands in its place in plans, cells, arms, results and reports.
Only what the engine is started with gets the value back.  Besides, :func:`redact` takes known
values out of any text: an error may quote what nobody meant to store.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

REDACTED = "[redacted]"

#: Of Spark's own ``spark.redaction.regex`` and of what cloud stores and brokers call theirs.
_NAME = re.compile(
    r"secret|passw|passphrase|token|credential|jaas|"
    r"(?:private|access|api|account|sas|encryption|signing)[._-]?key",
    re.IGNORECASE,
)

#: What a secret never is, whatever its name says: ``...credentials.enabled=false``.
_PLAIN = re.compile(r"true|false|", re.IGNORECASE)

#: A parameter of a job is a number rather than a password (``max_tokens=5``).
_NUMBER = re.compile(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?[a-z%]*")

_STAND_IN = re.compile(r"\[redacted(?: \d+)?\]")

#: Known values shorter than this are found by their names alone: "abc" stands in many words.
_LEAST = 6

#: Name and value, as in options, arms, plan files and messages; the value up to where it must end.
_PAIR = re.compile(
    rf"(?<![\w.-])(?P<name>[\w.-]*(?:{_NAME.pattern})[\w.-]*[\"']?\s*=\s*)"
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s,;"']+)""",
    re.IGNORECASE,
)

#: ``scheme://user:password@host``.
_ADDRESS = re.compile(r"(?P<before>\b[a-z][a-z0-9+.-]*://)[^\s/@]*:[^\s/@]*@", re.IGNORECASE)

#: Name to the values put aside under it, in the order they came.
_ASIDE: dict[str, list[str]] = {}


def looks_secret(name: str) -> bool:
    """Whether a setting or variable of this name holds a secret, as far as its name tells."""
    return _NAME.search(name) is not None


def hide(name: str, value: str, *, numbers: bool = True) -> str:
    """What stands for the value of ``name``: the value itself unless the name looks secret.

    A stand-in stands for itself.  Without ``numbers`` a number is no secret.
    """
    plain = _PLAIN.fullmatch(value) or (not numbers and _NUMBER.fullmatch(value))
    if plain or _STAND_IN.fullmatch(value) or not looks_secret(name):
        return value
    values = _ASIDE.setdefault(name, [])
    if value not in values:
        values.append(value)
    return _stand_in(values.index(value))


def reveal(name: str, shown: str) -> str:
    """The value that ``shown`` stands for, or ``shown`` itself where it stands for none known."""
    for number, value in enumerate(_ASIDE.get(name, ())):
        if shown == _stand_in(number):
            return value
    return shown


def revealed(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with what was put aside under ``prefix`` and their names."""
    return {
        name: reveal(prefix + name, value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def unknown(name: str, shown: object) -> bool:
    """Whether ``shown`` stands for a value that this process has not been given."""
    return (
        isinstance(shown, str)
        and _STAND_IN.fullmatch(shown) is not None
        and reveal(name, shown) == shown
    )


def redact(text: str) -> str:
    """``text`` without passwords in addresses, values of secret names, and known secrets."""
    text = _ADDRESS.sub(rf"\g<before>{REDACTED}@", text)
    text = _PAIR.sub(_without_value, text)
    for value in known():
        text = text.replace(value, REDACTED)
    return text


def mask_logs(folder: Path) -> None:
    """Write asterisks over known secrets in the logs below ``folder``, byte for byte.

    In place and in the same length, because an engine may still be adding lines at the end.
    """
    values = [value.encode() for value in known()]
    for file in sorted(folder.rglob("*.log")) if values else ():
        try:
            with open(file, "r+b") as log:
                text = log.read()
                for value in values:
                    for found in re.finditer(re.escape(value), text):
                        log.seek(found.start())
                        log.write(b"*" * len(value))
        except OSError:
            continue


def known() -> list[str]:
    """Secrets of this process long enough to be told from other words, the longest first."""
    aside = (value for values in _ASIDE.values() for value in values)
    found = {value for value in (*aside, *_of_environment()) if len(value) >= _LEAST}
    return sorted(found, key=len, reverse=True)


def _of_environment() -> Iterable[str]:
    """Values of environment variables whose names look secret."""
    return (value for name, value in os.environ.items() if looks_secret(name))


def _stand_in(number: int) -> str:
    return REDACTED if number == 0 else f"[redacted {number + 1}]"


def _without_value(found: re.Match[str]) -> str:
    value = found["value"]
    bare = value.strip("\"'")
    if _PLAIN.fullmatch(bare) or _STAND_IN.fullmatch(bare):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found['name']}{quote}{REDACTED}{quote}"
