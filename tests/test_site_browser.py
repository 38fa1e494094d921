"""The site in a real browser: no request to other hosts, the switch of languages, search, formulas, wide and narrow windows, light and dark."""

import functools
import http.server
import os
import re
import threading
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from browser import needs_chromium
from built_site import make_site, needs_npm

pytestmark = [needs_chromium, needs_npm]
ROOT = Path(__file__).resolve().parent.parent
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", ROOT / "screenshots"))
NOTEBOOK = "notebooks/1_dnn_step_by_step.html"
WIDE, PHONE = {"width": 1400, "height": 950}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(site):
    """The address of a server for the site, as GitHub's: files only."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


FONT = re.compile("Access to font at 'file:|ERR_FAILED|[.]woff2'")  # the oldest theme asks for its icons ahead of time, which Chromium refuses for a file


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page of the site; what should not happen there is an error at the end of the test."""
    contexts, troubles = [], []

    def visit(path, viewport=WIDE, start=address, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        context.on("request", lambda request: request.url.startswith((start, "data:")) or troubles.append(f"request: {request.url}"))
        context.on("response", lambda response: response.status < 400 or troubles.append(f"{response.status}: {response.url}"))
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: said.type in ("error", "warning") and not (
            start.startswith("file:") and FONT.search(said.text)) and troubles.append(said.text))
        page.goto(start + path)
        if options.get("java_script_enabled", True):
            ready(page)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert troubles == []


def ready(page):
    """Wait until a page and its formulas stand still."""
    page.wait_for_load_state("load")
    page.evaluate("""async () => {
        await window.MathJax?.startup?.promise;
        await document.fonts.ready;
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }""")


def top(page, anchor):
    """Return how far the place is below the upper edge of the window."""
    return page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", anchor)


def summarised(page):
    """Wait until the search is over and every result has its text: the page lists the titles first and fetches the found pages afterwards."""
    page.wait_for_function("""() => {
        const results = [...document.querySelectorAll("ul.search > li")];
        const over = document.querySelector("#search-results p.search-summary")?.textContent.trim();
        return over && results.every(result => result.querySelector("p.context, a + span"));
    }""")


def switch(page):
    with page.expect_navigation():
        page.locator(".languages a").click()
    ready(page)


@pytest.mark.parametrize("viewport, anchor", [(WIDE, "text-linear-activation-forward"), (WIDE, "cell-h-real"), (PHONE, "cell-L_model_backward"), (PHONE, "text-two-layer")])
def test_the_switch_of_languages_keeps_the_place(visit, viewport, anchor):
    page = visit(f"zh/{NOTEBOOK}", viewport)
    page.evaluate("id => document.getElementById(id).scrollIntoView()", anchor)
    before = top(page, anchor)
    switch(page)
    assert page.url.endswith(f"/en/{NOTEBOOK}#{anchor}") and page.evaluate("document.documentElement.lang") == "en"
    assert abs(top(page, anchor) - before) < 8
    switch(page)
    assert page.url.endswith(f"/zh/{NOTEBOOK}#{anchor}")
    assert abs(top(page, anchor) - before) < 8


def test_the_switch_leads_to_the_same_place_inside_a_long_cell_and_to_the_top_from_the_top(visit):
    page = visit(f"en/{NOTEBOOK}")
    switch(page)
    assert page.url.endswith(f"/zh/{NOTEBOOK}") and page.evaluate("scrollY") == 0
    page.evaluate("document.getElementById('cell-L_model_backward').scrollIntoView()")
    page.mouse.wheel(0, 150)
    page.wait_for_function("document.getElementById('cell-L_model_backward').getBoundingClientRect().top < 0")
    switch(page)
    assert page.url.endswith(f"/en/{NOTEBOOK}#cell-L_model_backward")


def test_the_switch_works_from_a_file_too(visit, site):
    page = visit(f"zh/{NOTEBOOK}#text-update", start=site.as_uri() + "/")
    before = top(page, "text-update")
    switch(page)
    assert unquote(page.url).endswith(f"/site/en/{NOTEBOOK}#text-update")
    assert abs(top(page, "text-update") - before) < 8 and page.locator("mjx-container").count() > 50


@pytest.mark.parametrize("locale, language", [("zh-TW", "zh"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_start_page_sends_a_reader_to_the_language_of_the_browser(visit, locale, language):
    page = visit("index.html", locale=locale)
    page.wait_for_url(f"**/{language}/index.html")


def test_the_start_page_has_links_for_those_without_scripts(visit):
    page = visit("index.html", java_script_enabled=False)
    assert [link.inner_text() for link in page.get_by_role("link").all()] == ["中文", "English"]


@pytest.mark.parametrize("language, words, expected", [
    ("zh", "前向传播", "前向传播"), ("zh", "梯度检验", "4. 梯度检验"), ("zh", "偏置", "偏置"), ("zh", "层", "层"), ("zh", "随机失活的掩码", "掩码"),
    ("zh", "linear_forward", "dnn_utils.linear_forward"), ("zh", "dropout", "dropout"), ("en", "dropout", "dropout"), ("en", "linear_forward", "dnn_utils.linear_forward"),
    ("en", "vanishing gradient", "vanish")])
def test_search_finds_and_its_first_result_opens(visit, language, words, expected):
    page = visit(f"{language}/search.html?q={quote(words)}")
    results = page.locator("ul.search > li")
    summarised(page)
    assert expected in page.locator("#search-results").inner_text()
    assert "\\(" not in page.locator("#search-results").inner_text()
    with page.expect_navigation():
        results.first.get_by_role("link").click()
    assert "search.html" not in page.url and f"/{language}/" in page.url
    assert words.split()[0][:2] in page.locator("article").inner_text()
    ready(page)


def test_search_says_when_there_is_nothing(visit):
    page = visit(f"zh/search.html?q={quote('鲸鱼座')}")
    summarised(page)
    assert page.locator("ul.search > li").count() == 0


def test_the_search_field_of_a_page_leads_to_the_results(visit):
    page = visit("zh/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("偏置")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zh/search.html?q=*")
    page.wait_for_selector("ul.search > li")
    ready(page)


@pytest.mark.parametrize("language, name", [("zh", name) for name in make_site.NOTEBOOKS] + [("en", make_site.NOTEBOOKS[0])])
def test_formulas_are_typeset(visit, language, name):
    page = visit(f"{language}/notebooks/{name}.html")
    formulas = page.locator("article .math").count()
    assert formulas > 40 and page.locator("article .math mjx-container").count() >= formulas
    assert page.locator("mjx-merror, mjx-assistive-mml merror").count() == 0
    assert page.locator("mjx-container mjx-assistive-mml math").count() >= formulas  # what a screen reader reads
    left = page.evaluate("""() => {
        const prose = document.querySelector("article").cloneNode(true);
        prose.querySelectorAll("pre, code, mjx-container").forEach(node => node.remove());
        return prose.textContent.match(/\\$|\\\\[a-z(\\[]|\\^\\{/g) || [];
    }""")
    assert left == []


PAGES = ["index.html", NOTEBOOK, "notebooks/4_gradient_checking.html", "docs/class.html", "CONTRIBUTING.html", "search.html?q=bias",
         *(f"reference/{module}.html" for module in ("dnn_utils", "reg_utils", "testCases", "grader.cells"))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_its_window(visit, language, viewport, scheme):
    SCREENSHOTS.mkdir(exist_ok=True)
    page = visit(f"{language}/index.html", viewport, color_scheme=scheme)
    for path in PAGES if scheme == "light" else [NOTEBOOK, "reference/dnn_utils.html"]:
        page.goto(page.url.partition(f"/{language}/")[0] + f"/{language}/{path}")
        ready(page)
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        outside = page.evaluate("""() => [...document.querySelectorAll("article *")].filter(node => {
            if (node.getBoundingClientRect().right <= innerWidth + 1 || !node.checkVisibility()) return false;
            for (let parent = node; parent && parent.tagName != "ARTICLE"; parent = parent.parentElement)
                if (["auto", "scroll", "hidden"].includes(getComputedStyle(parent).overflowX) || parent.tagName == "MJX-ASSISTIVE-MML") return false;
            return true;
        }).map(node => node.outerHTML.slice(0, 100))""")
        assert outside == [], path
        name = path.partition("?")[0].replace("/", "-").removesuffix(".html")
        page.screenshot(path=SCREENSHOTS / f"site-{language}-{name}-{viewport['width']}-{scheme}.png")


def test_wide_code_and_tables_scroll_by_themselves(visit):
    page = visit(f"en/{NOTEBOOK}", PHONE)
    scrolled = page.evaluate("""() => [...document.querySelectorAll("article pre, article .pst-scrollable-table-container")]
        .filter(node => node.scrollWidth > node.clientWidth).map(node => [node.tagName, getComputedStyle(node).overflowX])""")
    assert {tag for tag, _ in scrolled} == {"PRE", "DIV"} and {overflow for _, overflow in scrolled} == {"auto"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_prose_and_code_can_be_read(visit, scheme):
    page = visit(f"zh/{NOTEBOOK}", color_scheme=scheme)
    ratios = page.evaluate("""() => {
        const channels = colour => colour.match(/[\\d.]+/g).map(Number);
        const light = colour => channels(colour).slice(0, 3).map(c => c / 255).map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        const behind = node => { for (; node; node = node.parentElement) {
            const colour = channels(getComputedStyle(node).backgroundColor);
            if (colour.length == 3 || colour[3] > .99) return `rgb(${colour})`; } return "rgb(255,255,255)"; };
        const texts = [...document.querySelectorAll("article p, article li, article h2, article td, article pre span, article code, .languages a, nav.bd-links a")];
        return texts.filter(node => node.checkVisibility() && node.textContent.trim()).map(node => {
            const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
            return [(a + .05) / (b + .05), node.className, node.textContent.slice(0, 30)]; });
    }""")
    assert len(ratios) > 500
    assert [ratio for ratio in ratios if ratio[0] < 4.5] == []
