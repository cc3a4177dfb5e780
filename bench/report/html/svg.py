"""A figure's SVG made part of a page: ids of its own, the page's colours, a name and a description.

Colours become CSS variables with the printed colour as their fallback, so that a plot follows the
page into dark mode and looks as in its file wherever the style sheet is lost.
"""

from __future__ import annotations

import re
from html import escape

from bench.plots.style import AXIS, COLOURS, GRID, INK, MUTED, PAPER, SHADE

#: Colour in the SVG to the variable of the style sheet.
VARIABLES: dict[str, str] = {
    **{colour.lower(): f"--plot-{n}" for n, colour in enumerate(COLOURS)},
    INK: "--plot-ink",
    AXIS: "--plot-axis",
    GRID: "--plot-grid",
    MUTED: "--plot-muted",
    PAPER: "--plot-paper",
    SHADE: "--plot-shade",
}

#: A little larger than on paper: a point is 4/3 of a pixel.
_POINTS_TO_PIXELS = 1.5

_DROPPED = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_SIZE = re.compile(r'viewBox="[\d. ]*? ([\d.]+) ([\d.]+)"')
_TAG = re.compile(r"<[^>]+>")
_REFERENCE = re.compile(r'url\(#([^)]+)\)|href="#([^"]+)"')
_ID = re.compile(r' id="([^"]+)"')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_DIGITS = re.compile(r"(\.\d\d)\d+")
_FONT = re.compile(r"font: ((?:bold )?[\d.]+px) [^;\"]*")
_GAPS = re.compile(r">\s+<")


def inline_svg(svg: str, name: str, title: str, words: str) -> str:
    """The ``<svg>`` element for a page.

    :param svg: what matplotlib wrote, with its letters as text.
    :param name: begins every id, so that no two figures of a page share one.
    :param title: the name that assistive technology tells; ``words`` the description.
    """
    body = _DROPPED.sub("", svg[svg.index("<svg") :])
    size = _SIZE.search(body)
    assert size is not None, "matplotlib states a viewBox"
    width, height = float(size[1]), float(size[2])
    kept = {one or other for one, other in _REFERENCE.findall(body)}

    def tag(found: re.Match[str]) -> str:
        text = _ID.sub(lambda m: f' id="{name}-{m[1]}"' if m[1] in kept else "", found[0])
        text = _REFERENCE.sub(
            lambda m: f"url(#{name}-{m[1]})" if m[1] else f'href="#{name}-{m[2]}"', text
        )
        text = _FONT.sub(r"font: \1 var(--plot-font, sans-serif)", text)
        return _COLOUR.sub(_variable, _DIGITS.sub(r"\1", text)).replace("xlink:href", "href")

    body = _TAG.sub(tag, body[body.index(">") + 1 :])
    body = _GAPS.sub("><", body).replace("\n", " ").strip()
    ids, pixels = f"{name}-title {name}-words", round(width * _POINTS_TO_PIXELS)
    return (
        f'<svg class="plot" role="img" aria-labelledby="{ids}" viewBox="0 0 {width:g} {height:g}" '
        f'style="--wide: {pixels}px; max-width: {pixels}px" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-words">{escape(words)}</desc>{body}'
    )


def _variable(found: re.Match[str]) -> str:
    colour = found[0].lower()
    variable = VARIABLES.get(colour)
    return f"var({variable}, {colour})" if variable else colour
