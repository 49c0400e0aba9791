"""The report as a page: nothing in it runs but what is ours, nothing is fetched, all is read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from workbench.reporting.records import Report

pytestmark = pytest.mark.browser


class Elements(HTMLParser):
    """Counts elements, and collects addresses that a browser would ask."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        named = dict(attributes)
        self.addresses += [str(named[name]) for name in ("src", "href") if name in named]
        assert not any(name.startswith("on") for name in named)


def test_only_our_own_scripts_are_in_it(page_file: Path, report: Report) -> None:
    text = page_file.read_text("utf-8")
    elements = Elements()
    elements.feed(text)
    # One script of data a chart, the templates, Plotly and ours.
    assert elements.counts["script"] == len(report.charts) + 3
    assert "img" not in elements.counts and "link" not in elements.counts
    assert elements.addresses == [f"#{section.key}" for section in report.sections]
    assert len(re.findall(r"plotly\.js v\d", text)) == 1
    assert elements.counts["html"] == elements.counts["main"] == elements.counts["h1"] == 1


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_reader_without_a_network(
    browser: Browser, page_file: Path, report: Report, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: (wrong.append("a dialog"), dialog.dismiss()))
    page.goto(page_file.as_uri())
    try:
        # Wide charts and tables scroll by themselves, the page does not.
        assert page.evaluate("document.documentElement.scrollWidth") == width
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
        page.locator("#chart-right-language-map").scroll_into_view_if_needed()
        page.locator("#chart-right-language-map .heatmaplayer").first.wait_for()
        font = page.evaluate(
            "document.getElementById('chart-right-language-map')._fullLayout.font.color"
        )
        assert (font == "#f2f5fa") == (scheme == "dark")  # of Plotly's dark template
        directions = _directions(page)
        assert directions == {"Le renard est roux.": "ltr", "الثعلب أحمر.": "rtl"}
        if scheme == "light":
            _is_printed(page, len(report.charts))
    finally:
        context.close()
    assert asked == [page_file.as_uri()] and wrong == []


def _directions(page: Page) -> dict[str, str]:
    """Direction of the best answers in French and Arabic, as the browser resolves it."""
    found = page.evaluate(
        "[...document.querySelectorAll('.said')].map(p => [p.textContent.trim(),"
        " p.matches(':dir(rtl)') ? 'rtl' : 'ltr'])"
    )
    return {text: way for text, way in found if text in ("Le renard est roux.", "الثعلب أحمر.")}


def _is_printed(page: Page, charts: int) -> None:
    drawn = "document.querySelectorAll('.plot .main-svg:first-of-type').length"
    assert page.evaluate(drawn) < charts  # those far below are drawn when they come near
    assert len(page.pdf(prefer_css_page_size=True)) > 50_000
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('.plot.js-plotly-plot').length") == charts
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
