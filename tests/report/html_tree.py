"""A page as a list of elements, for tests that ask what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    path: tuple[str, ...]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag, attrs):
        path = tuple(element.tag for element in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, path)
        self.found.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        path = tuple(element.tag for element in self.open)
        self.found.append(Element(tag, {name: value or "" for name, value in attrs}, path))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> where {self.open[-1].tag} is open"
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element.parts.append(data)


def read(text: str) -> list[Element]:
    """Every element in order; what is not closed in its place fails."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open, f"not closed: {[element.tag for element in reader.open]}"
    return reader.found
