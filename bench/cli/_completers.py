"""What can stand for an argument or option, by its name; one completer a name for all commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from bench.plan.axes import AXES

Completer = Callable[[str], list[str]]


def arms(incomplete: str) -> list[str]:
    """Engines; after the colon ``key=value``, keys given already left out."""
    from bench.contract import ENGINE_MODULES
    from bench.plan.arms import CHOICES

    engine, colon, rest = incomplete.partition(":")
    if not colon:
        # Those that read a stream first; null proves the harness alone.
        return [name for name in ENGINE_MODULES if name != "null"] + ["null"]
    *given, _last = rest.split(",")
    taken = {item.partition("=")[0] for item in given}
    before = engine + colon + "".join(f"{item}," for item in given)
    items = [f"{key}={value}" for key, values in CHOICES.items() for value in values]
    items += [f"{name}={_first(name)}" for name in AXES]
    return [before + item for item in items if item.partition("=")[0] not in taken]


def several(values: Callable[[], Iterable[str]]) -> Completer:
    """A completer of comma lists."""

    def complete(incomplete: str) -> list[str]:
        *given, _last = incomplete.split(",")
        before = "".join(f"{value}," for value in given)
        return [before + value for value in values() if value not in given]

    return complete


def one(values: Callable[[], Iterable[str]]) -> Completer:
    """A completer of single values."""
    return lambda incomplete: list(values())


def axis(name: str) -> Completer:
    """A completer of an axis: of comma lists where it takes them."""

    def complete(incomplete: str) -> list[str]:
        from bench.plan.axes import AXES

        return (several if AXES[name].split else one)(_axis(name))(incomplete)

    return complete


def filters(incomplete: str) -> list[str]:
    """``arm=`` with an arm, or an axis with a value."""
    key, equals, value = incomplete.partition("=")
    if equals and key == "arm":
        return [f"arm={arm}" for arm in arms(value)]
    return [*(f"arm={arm}" for arm in arms("")), *_axis_items(AXES)]


def settings(incomplete: str) -> list[str]:
    """``key=value`` of the axes that are settings, in a comma list."""
    *given, _last = incomplete.split(",")
    before = "".join(f"{item}," for item in given)
    keys = {item.partition("=")[0] for item in given}
    items = _axis_items(name for name in SETTINGS if name not in keys)
    return [before + item for item in items]


def runs(incomplete: str) -> list[str]:
    """``last``, the runs in ``runs/`` by name, and directories on the way that hold a run."""
    from bench.results.locate import RUN_FILE, RUNS_DIR

    names = sorted((file.parent.name for file in RUNS_DIR.glob(f"*/{RUN_FILE}")), reverse=True)
    folder, slash, _name = incomplete.rpartition("/")
    found = [] if slash else ["last", *names]
    try:
        below = sorted(path for path in Path(folder or ("/" if slash else ".")).iterdir())
    except OSError:
        return found
    for path in below:
        text = f"{folder}{slash}{path.name}"
        if not path.name.startswith(".") and text not in found and path.is_dir():
            if (path / RUN_FILE).is_file():
                found.append(text)
            elif text.startswith(incomplete) and incomplete and any(path.glob(f"*/{RUN_FILE}")):
                found.append(f"{text}/")
    return found


def _axis_items(names: Iterable[str]) -> list[str]:
    return [f"{name}={value}" for name in names for value in _values(name)]


def _values(name: str) -> tuple[str, ...]:
    """Values of an axis that people write."""
    return AXES[name].examples or (_first(name),)


def _first(name: str) -> str:
    """The value an arm's key is shown with: the axis's default."""
    return AXES[name].default or "1"


def _metrics() -> Iterable[str]:
    from bench.stats.metrics import METRICS

    return METRICS


def _formats() -> Iterable[str]:
    return ("text", "md", "json", "csv", "parquet")


def _jobs_or_all() -> Iterable[str]:
    return (*_values("job"), "all")


def _sources() -> Iterable[str]:
    from bench.contract import SOURCES

    return SOURCES


def _forks() -> Iterable[str]:
    from bench.plan.fork import FORKS

    return FORKS


def _axis(name: str) -> Callable[[], Iterable[str]]:
    return lambda: _values(name)


#: Axes that are settings of an arm, for ``decide --today`` (``bench.decision.evidence.KNOBS``,
#: which would take too long to import while somebody waits for the Tab key).
SETTINGS = ("trigger", "cores", "equal", "master", "executors", "partitions")

#: Metavar of an argument to its completer.
ARGUMENTS: dict[str, Completer] = {
    "ARM": arms,
    "RUN": runs,
    "A": runs,
    "B": runs,
    "JOB": one(_axis("job")),
    "ACTION": one(lambda: ("up", "status", "down")),
    "SHELL": one(lambda: ("bash", "zsh", "fish", "powershell", "pwsh")),
}

#: Option to its completer.
OPTIONS: dict[str, Completer] = {
    **{"--" + name.replace("_", "-"): axis(name) for name in AXES},
    "--job": several(_jobs_or_all),
    "--source": one(_sources),
    "--metric": one(_metrics),
    "--fork": one(_forks),
    "--format": one(_formats),
    "--what": one(lambda: ("trials", "batches", "cells")),
    "--fail-on": one(lambda: ("none", "slower")),
    "--json": one(lambda: ("-",)),
    "--resume": runs,
    "--filter": filters,
    "--today": settings,
}

#: Command to those of its options that have other values than elsewhere.
OWN_OPTIONS: dict[str, dict[str, Completer]] = {
    "assess": {
        "--format": one(lambda: ("text", "markdown", "html", "json", "sarif")),
        "--fail-on": several(lambda: ("mechanical", "semantics", "redesign", "none", "broken")),
    }
}
