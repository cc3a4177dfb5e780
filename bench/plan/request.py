"""What a user has written of a plan, as texts, with the place of each for sentences."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import Where, build_plan, option
from bench.plan.check import around_of
from bench.plan.filter import apply_filters
from bench.plan.plan import Plan


@dataclass(frozen=True)
class Request:
    """A plan as far as it is written down: in options, in a plan file, or in both.

    ``axes`` maps axis names to texts, ``conf`` holds ``KEY=VALUE``, ``params`` the same of the
    jobs' parameters, ``settings`` maps the names in ``bench.plan.options.SETTINGS``
    to texts.  ``places`` says
    where a name stands, for those that are no options; ``file`` is the plan file that something
    comes from.
    """

    arms: tuple[str, ...] = ()
    axes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conf: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    quick: bool = False
    filters: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    file: str | None = None
    params: tuple[str, ...] = ()
    #: Interpreters that a plan file names, with their paths; those of options are around.
    runtimes: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> frozenset[str]:
        """Names of everything that is written down."""
        parts = {
            "arms": self.arms,
            "conf": self.conf,
            "param": self.params,
            "quick": self.quick,
            "filter": self.filters,
        }
        names = {name for name, part in parts.items() if part}
        return frozenset(names | {n for n, texts in self.axes.items() if texts} | {*self.settings})

    def over(self, other: Request) -> Request:
        """Both; where both say something, this one wins.

        A Spark setting wins over the same key, and so does a parameter.  ``rounds`` and ``until``
        exclude each other, so each of them wins over the other too.
        """
        drop = set(self.settings)
        if "until" in self.settings:
            drop.add("rounds")
        if "rounds" in self.settings:
            drop |= {"until", "budget"}
        kept = _others(other.conf, self.conf)
        kept_params = _others(other.params, self.params)
        mine = {name: texts for name, texts in self.axes.items() if texts}
        places = {
            n: place
            for n, place in other.places.items()
            if n not in self.given or n in ("conf", "param")
        }
        for name, texts, left in (
            ("conf", self.conf, kept),
            ("param", self.params, kept_params),
        ):
            if texts and not left:
                places.pop(name, None)
        return replace(
            self,
            arms=self.arms or other.arms,
            axes={**other.axes, **mine},
            conf=(*kept, *self.conf),
            params=(*kept_params, *self.params),
            settings={
                **{name: text for name, text in other.settings.items() if name not in drop},
                **self.settings,
            },
            quick=self.quick or other.quick,
            filters=(*other.filters, *self.filters),
            places={**places, **self.places},
            file=self.file or other.file,
            runtimes={**other.runtimes, **self.runtimes},
        )

    def without(self, names: Collection[str]) -> Request:
        """All but these axes and settings, and not as an estimate."""
        return replace(
            self,
            axes={name: texts for name, texts in self.axes.items() if name not in names},
            settings={name: text for name, text in self.settings.items() if name not in names},
            places={name: place for name, place in self.places.items() if name not in names},
            quick=False,
        )

    def plan(self, around: Surroundings, spell: Where = option) -> Plan:
        """The plan, filtered; ``spell`` names what stands in no file.

        Raises :class:`UsageError` that begins with the place of what is wrong, if it has one.
        """

        def where(name: str) -> str:
            return self.places.get(name) or spell(name)

        around = replace(around, runtimes={**self.runtimes, **around.runtimes})
        around = around_of(around, self.axes.get("master", ()), self.arms)
        texts: dict[str, Any] = dict(self.settings)
        try:
            plan = build_plan(
                self.arms,
                around=around,
                axes=dict(self.axes),
                conf=self.conf,
                params=self.params,
                quick=self.quick,
                where=where,
                **texts,
            )
        except UsageError as error:
            placed = str(error).startswith((*self.places.values(), "--"))
            if self.file is None or placed:
                raise
            raise UsageError(f"{self.file}: {error}") from None
        return apply_filters(plan, self.filters, around, where("filter"))


def _others(texts: Sequence[str], over: Sequence[str]) -> list[str]:
    """Those ``KEY=VALUE`` texts whose key none of ``over`` has."""
    keys = {text.partition("=")[0].strip() for text in over}
    return [text for text in texts if text.partition("=")[0].strip() not in keys]
