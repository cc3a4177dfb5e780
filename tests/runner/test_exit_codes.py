"""Exit codes: precedence 130, 3, 4, 1, 0."""

from __future__ import annotations

import pytest

from bench.runner.exit_codes import exit_code


@pytest.mark.parametrize(
    ("statuses", "flags", "code"),
    [
        ([], {}, 0),
        (["ok", "saturated", "unsettled", "unsupported"], {}, 0),
        (["ok", "failed"], {}, 4),
        (["invalid"], {}, 4),
        (["ok"], {"gate_failed": True}, 1),
        (["failed"], {"gate_failed": True}, 4),
        (["failed"], {"environment": True}, 3),
        (["ok"], {"environment": True, "gate_failed": True}, 3),
        (["failed"], {"interrupted": True, "environment": True, "gate_failed": True}, 130),
    ],
)
def test_the_worst_that_happened_decides(statuses, flags, code):
    assert exit_code(statuses, **flags) == code
