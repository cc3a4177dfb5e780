"""What ``sparkbench jobs --profiles`` prints."""

from __future__ import annotations

import json
import sys

from bench.report.profiles import profile_data, profile_lines
from bench.trial.knobs import engine_profiles

#: The engines users compare, in the order they are shown.
ENGINES = ("dstream", "structured")


def print_profiles(*, as_json: bool = False) -> None:
    """Print the knobs of each profile, as tables or as JSON."""
    profiles = {engine: engine_profiles(engine) for engine in ENGINES}
    if as_json:
        print(json.dumps({"profiles": profile_data(profiles)}, indent=1, ensure_ascii=False))
        return
    from bench.document.terminal import print_lines

    print_lines(profile_lines(profiles), sys.stdout)
