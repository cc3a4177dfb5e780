"""A page of sections alone, in the look of the report: style, policy and blocks are the same."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bench._version import __version__
from bench.document import text
from bench.document.parts import Section
from bench.report.html.page import _environment, _file, _policy, shown_sections


def render_plain(title: str, lead: str, sections: Sequence[Section], footer: str) -> str:
    """The page; every string is escaped by the template."""
    script = _file("page.js")
    return (
        _environment()
        .get_template("plain.html")
        .render(
            title=text.plain(title),
            lead=text.plain(lead),
            sections=shown_sections(sections),
            footer=text.plain(footer),
            version=__version__,
            style=Markup(_file("page.css")),
            script=Markup(script),
            policy=_policy(script),
        )
    )
