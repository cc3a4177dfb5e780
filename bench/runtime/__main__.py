"""``python -m bench.runtime``: print the Java that would be used, or why there is none (exit 3).

The make targets call it before anything but the standard library is installed.
"""

from __future__ import annotations

import sys

from bench.errors import EnvironmentProblem
from bench.runtime.java import find_java

if __name__ == "__main__":
    try:
        print(f"Java {find_java()}")
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        sys.exit(problem.exit_code)
