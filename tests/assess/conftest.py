"""The command line for tests of what an assessment says to run."""

from tests.cli.conftest import environ, folder, sparkbench

__all__ = ["environ", "folder", "sparkbench"]
