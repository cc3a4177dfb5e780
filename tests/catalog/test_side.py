"""A side read from its source."""

from __future__ import annotations

import pytest

from bench.catalog.side import function_side, side_of

MODULE = '''"""Echo: as it came.

Time: none.
"""

from __future__ import annotations

from typing import Any

PATHS = ("python", "jvm")
LIMIT: int = 3
COMPUTED = len("abc")


def build(lines: Any) -> Any:
    """Lines."""
    return lines
'''

BOTH = '''"""Mine."""

X = 1


# Why so.
@decorated
def build_dstream(lines, params):
    """Does it.

    Time: none.
    """
    return lines


def build_structured(lines, params):
    """Only this."""


def per_batch(frame, batch_id, params):
    return frame
'''


def test_a_module_without_docstring_and_noise():
    side = side_of("x/echo.py", MODULE)
    assert side.code[0] == 'PATHS = ("python", "jvm")'
    assert side.code[-1] == "    return lines"
    assert side.notes.labels == {"Time": "none."}
    assert side.constants == {"PATHS": ("python", "jvm"), "LIMIT": 3}


def test_a_function_with_its_comment_and_without_its_docstring():
    side = function_side("m.py", BOTH, ("build_dstream",))
    assert side.code == (
        "# Why so.",
        "@decorated",
        "def build_dstream(lines, params):",
        "    return lines",
    )
    assert side.notes.summary == "Does it."
    assert side.notes.labels == {"Time": "none."}


def test_a_docstring_that_is_the_whole_body_stays():
    side = function_side("m.py", BOTH, ("build_structured", "per_batch", "absent"))
    assert side.code[:3] == (
        "def build_structured(lines, params):",
        '    """Only this."""',
        "",
    )
    assert side.code[3] == "def per_batch(frame, batch_id, params):"


def test_what_is_not_there():
    with pytest.raises(KeyError):
        function_side("m.py", BOTH, ("build",))
    with pytest.raises(SyntaxError):
        side_of("m.py", "def (")
