"""The inner syntax of a value such as ``burst:factor=10,at=20s``: its settings, by key. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bench.units import parse_duration


class Pairs:
    """Takes ``key=value,key=value`` apart; every problem is one sentence that begins with `what`.

    `example` is shown where something is missing or too much. Raises ValueError.
    """

    def __init__(self, what: str, text: str, example: str) -> None:
        self._what = what
        self._example = example
        self._values: dict[str, str] = {}
        for part in text.split(",") if text else []:
            key, equals, value = part.partition("=")
            key = key.strip()
            if not equals or not key:
                raise ValueError(f"{what}: {part!r} is not key=value: write {example!r}")
            if key in self._values:
                raise ValueError(f"{what}: {key!r} is given twice: give it once")
            self._values[key] = value.strip()

    def text(self, key: str, default: str) -> str:
        """The value as it stands."""
        return self._values.pop(key, default)

    def number(self, key: str, default: float | None = None) -> float:
        """A number of 0 or more."""
        return self._take(key, _number, default)

    def duration(self, key: str, default: float | None = None) -> float:
        """Seconds."""
        return self._take(key, parse_duration, default)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Numbers with slashes between them."""
        found: list[float] = []

        def read(text: str) -> float:
            found.extend(_number(part) for part in text.split("/"))
            return 0.0

        self._take(key, read, None)
        return tuple(found)

    def done(self) -> None:
        """Complain about what nobody has taken."""
        if self._values:
            raise ValueError(
                f"{self._what}: {min(self._values)!r} is not one of its settings: "
                f"write {self._example!r}"
            )

    def _take(self, key: str, read: Callable[[str], float], default: float | None) -> float:
        if key not in self._values:
            if default is not None:
                return default
            raise ValueError(f"{self._what}: {key!r} is missing: write {self._example!r}")
        text = self._values.pop(key)
        try:
            return read(text)
        except ValueError as error:
            raise ValueError(f"{self._what}: {key}: {error}") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{text!r} is not a number of 0 or more: write one such as 2 or 0.5")
    return value
