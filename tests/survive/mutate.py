"""Valid things made invalid, in every way that people and broken disks have, from a seed."""

from __future__ import annotations

import copy
import random
from typing import Any

#: Texts where a value is expected.
TEXTS = (
    *("", " ", ",", "=", ":", "-", "--", "-1", "0", "1e9", "1e308", "1e-300", "9" * 30, "nan"),
    *("inf", "-inf", "0x10", "1_000", "1s", "1S", "0s", "1e400s", "500", "1,,2", "1,1", "*", "**"),
    *(
        "\0",
        "\x1b[2J",
        "\x1b]0;x\x07",
        "\u202e",
        "\udcff",
        "\ud83d",
        "😀",
        "é" * 200,
        "a" * 5000,
        "[bold]",
    ),
    *("../../etc/passwd", "/dev/null", "/", ".", "~", "%s%n", "{0}", "$(id)", "`id`", "'; --"),
    *("true", "null", "None", "[]", "{}", "<script>", "dstream", "structured:", "null:path=jvm"),
)

#: Values where JSON or TOML is expected.
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 10**40, -(10**40), 0.0, -0.5, 1e-300, 1e300),
    *([], {}, [[]], [None], {"": None}, {"a": {"a": []}}, *TEXTS),
)


def of_text(rng: random.Random, text: str) -> str:
    """The text with some of it cut, doubled, swapped or replaced."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        first = rng.randrange(len(text) + 1)
        last = min(len(text), first + rng.choice((1, 2, 10, 100)))
        match rng.randrange(5):
            case 0:
                text = text[:first] + text[last:]
            case 1:
                text = text[:first] + rng.choice(TEXTS) + text[first:]
            case 2:
                text = text[:last] + text[first:]
            case 3:
                text = text[:first] + chr(rng.choice((0, 9, 34, 39, 44, 91, 92, 125, 127, 255)))
                text += text[last:]
            case _:
                text = text[:first]
    return text


def of_bytes(rng: random.Random, data: bytes) -> bytes:
    """The bytes torn, with bits turned or blocks lost, as disks and transfers leave them."""
    at = rng.randrange(len(data))
    match rng.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        case 2:
            return data[:at] + b"\0" * min(512, len(data) - at) + data[at + 512 :]
        case 3:
            return data[:at] + data[at + rng.randrange(1, 200) :]
        case _:
            return data + data[at:]


def of_json(rng: random.Random, data: Any) -> Any:
    """A copy of plain data with one or a few values, names or items changed."""
    changed = copy.deepcopy(data)
    for _ in range(rng.choice((1, 1, 1, 3))):
        places = list(_places(changed))
        holder, key = rng.choice(places)
        match rng.randrange(6):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[rng.choice(TEXTS)] = holder.pop(key)
            case 2 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 3 if isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
                holder[key] *= rng.choice((-1, 0, 2, 1e-9, 1e9, 1e200))
            case _:
                holder[key] = copy.deepcopy(rng.choice(VALUES))
    return changed


def _places(data: Any) -> Any:
    """Every place within the data that holds a value, as holder and key."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield data, key
        if isinstance(value, (dict, list)):
            yield from _places(value)
