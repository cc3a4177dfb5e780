"""The page in a real Chromium: quiet, accessible, usable at any width, in the dark, unscripted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bench.report.bundle import render_html
from tests.report.made_pages import evil_run

pytestmark = pytest.mark.slow

PHONE, DESK = 390, 1280
VIEWS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]


@dataclass
class Seen:
    """What a page did besides being shown."""

    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def file(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def visit(browser, file):
    """``visit(width, scheme, path)``: the page, opened, and what it did."""
    contexts = []

    def open_page(width=DESK, scheme="light", path=file, fragment="", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        opened, seen = context.new_page(), Seen()
        opened.on("request", lambda request: seen.requests.append(request.url))
        opened.on("console", lambda message: seen.said.append(message.text))
        opened.on("pageerror", lambda error: seen.said.append(str(error)))
        opened.on("dialog", lambda dialog: seen.said.append(dialog.message))
        opened.goto(path.as_uri() + fragment)
        return opened, seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_it_is_accessible_and_quiet(visit, file, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    opened, seen = visit(width, scheme, bypass_csp=True)
    opened.evaluate("document.querySelector('details.trial').open = true")
    opened.evaluate("document.querySelectorAll('.numbers').forEach(one => one.open = true)")
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()
    assert seen.requests == [file.as_uri()]
    assert seen.said == []


@pytest.mark.parametrize("width", [320, PHONE, DESK])
def test_it_never_scrolls_sideways(visit, width):
    opened, _seen = visit(width)
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    size = opened.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert size[0] <= size[1]


def test_the_first_screen_has_question_answer_and_the_command(visit):
    opened, _seen = visit(DESK)
    for selector in ("h1", ".lead", ".badges", ".side", "#command"):
        assert opened.locator(selector).first.bounding_box()["y"] < 900


def test_dark_is_dark_in_page_and_plots(visit):
    lightness = """() => {
        const of = (element, name) =>
            getComputedStyle(element)[name].match(/[\\d.]+/g).slice(0, 3).map(Number);
        const text = document.querySelector('svg.plot text');
        return [of(document.body, 'backgroundColor'), of(document.body, 'color'), of(text, 'fill')];
    }"""
    paper, ink, plot = visit(DESK, "light")[0].evaluate(lightness)
    assert min(paper) > 200
    assert max(ink + plot) < 80
    paper, ink, plot = visit(DESK, "dark")[0].evaluate(lightness)
    assert max(paper) < 60
    assert min(ink + plot) > 180


def test_without_scripts_everything_is_there(visit):
    opened, seen = visit(PHONE, java_script_enabled=False)
    assert opened.locator("svg.plot").count() == 8
    assert opened.locator("button").count() == 0
    trial = opened.locator("#trial-2")
    assert not trial.is_visible()
    opened.locator("#cell-1 > summary").click()
    assert not trial.locator("table").first.is_visible()
    trial.locator("summary").click()
    assert trial.locator("table").first.is_visible()
    assert "Batches:" in trial.inner_text()
    assert seen.said == []


def test_a_link_opens_what_it_leads_to(visit):
    opened, _seen = visit(fragment="#trial-3")
    assert opened.locator("#trial-3").get_attribute("open") is not None
    opened.evaluate("document.querySelectorAll('details.group').forEach(one => one.open = false)")
    opened.locator("a[href='#cell-4']").first.click()
    opened.wait_for_function("document.getElementById('cell-4').open")


def test_tables_can_be_sorted(visit):
    opened, _seen = visit()
    rows = opened.locator("table.cells tbody tr")
    heading = opened.locator("table.cells th", has_text="batch")

    def values():
        texts = [rows.nth(n).locator("td").nth(5).inner_text() for n in range(rows.count())]
        sizes = [(float(t.split()[0]), t.split()[1]) for t in texts if t != "-"]
        return [size / 1e3 if unit == "ms" else size for size, unit in sizes]

    heading.locator("button").click()
    assert values() == sorted(values())
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").click()
    assert values() == sorted(values(), reverse=True)


def test_hostile_strings_run_nothing(visit, tmp_path):
    path = tmp_path / "evil.html"
    path.write_text(render_html(evil_run()), encoding="utf-8")
    opened, seen = visit(path=path)
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert seen.said == []
    assert seen.requests == [path.as_uri()]
    assert opened.locator("img").count() == 0
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_printed_it_keeps_the_answer_and_drops_the_controls(visit):
    opened, _seen = visit()
    opened.emulate_media(media="print", color_scheme="dark")
    assert not opened.locator("nav").is_visible()
    assert not opened.locator("#trials").is_visible()
    assert opened.locator(".lead").first.is_visible()
    colour = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(255, 255, 255)"
