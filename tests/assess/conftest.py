"""The command line for tests of what an assessment says to run."""

from tests.cli.conftest import environ, folder, sparkbench, started

__all__ = ["environ", "folder", "sparkbench", "started"]
