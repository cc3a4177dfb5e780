"""The three packages come from one place, or the user is told which one does not."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from bench.cli._guard import PACKAGES, guard
from bench.errors import UsageError


def elsewhere(shadowed: str, spec: ModuleSpec | None):
    return lambda name: spec if name == shadowed else find_spec(name)


def test_all_in_one_place():
    guard()


@pytest.mark.parametrize("name", PACKAGES)
def test_a_folder_elsewhere(name, tmp_path):
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path / name)]
    with pytest.raises(UsageError, match=f"Another '{name}' shadows .*{tmp_path / name}"):
        guard(elsewhere(name, spec))


@pytest.mark.parametrize("name", PACKAGES)
def test_a_module_elsewhere(name, tmp_path):
    spec = ModuleSpec(name, None, origin=str(tmp_path / f"{name}.py"))
    with pytest.raises(UsageError, match=rf"{name}\.py is found before"):
        guard(elsewhere(name, spec))


@pytest.mark.parametrize("name", PACKAGES)
def test_one_that_is_missing(name):
    with pytest.raises(UsageError, match=f"'{name}' is missing"):
        guard(elsewhere(name, None))
