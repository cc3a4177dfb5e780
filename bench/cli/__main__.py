"""``python -m bench.cli``: the same as ``sparkbench``."""

from bench.cli import main

main()
