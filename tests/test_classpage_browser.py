"""The report in a real browser: a thousand hostile students, no error, no request, no dialog; what its few controls do."""

import pytest
from browser import needs_chromium
from class_of import class_of, statuses

from grader.classroom import pages
from grader.classroom.gradebook import file_name

pytestmark = needs_chromium
ABOUT = pages.About("homework.zip", "2026-11-22T05:10:00+00:00")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    pages.write_pages(folder, *class_of(1000, 2), ABOUT)
    return folder


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    pages.write_pages(folder, *class_of(40, 2), ABOUT)
    return folder


@pytest.fixture
def visit(browser):
    """Return a function that opens a file in a new page, whose attribute `troubles` has all that should not happen there."""
    opened = []

    def visit(path, **options):
        page = browser.new_context(**options).new_page()
        page.troubles, address = [], path.as_uri()
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: page.troubles.append(said.text))
        page.on("dialog", lambda dialog: (page.troubles.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: request.url == address or page.troubles.append(request.url))
        page.goto(address)
        opened.append(page)
        return page

    yield visit
    for page in opened:
        page.context.close()


def names(page):
    return page.locator("#students tbody tr:not([hidden]) td:first-child a").all_text_contents()


def test_a_thousand_hostile_students_do_no_harm(results, visit):
    page = visit(results / "report.html")
    assert page.locator("#students tbody tr").count() == 1000
    assert page.get_by_role("link", name="<script>alert(1)</script>", exact=True).count() >= 1
    for button in page.locator("#students button").all()[:3]:
        button.click()
    assert page.troubles == []


def test_trouble_would_be_noticed(tmp_path, visit):
    path = tmp_path / "bad.html"
    path.write_text("<script>setTimeout(() => missing()); alert(1)</script><img src='http://127.0.0.1:9/x.png'>")
    page = visit(path)
    page.wait_for_timeout(100)
    found = " ".join(page.troubles)
    assert "missing is not defined" in found and "1" in page.troubles and "http://127.0.0.1:9/x.png" in found


def test_what_a_student_slips_into_the_page_is_not_run(tmp_path, visit):
    html = pages.report_html([statuses("Ann", "1_dnn_step_by_step")], [], ABOUT)
    path = tmp_path / "slipped.html"
    path.write_text(html.replace("<main>", "<main><script>alert(1)</script><img src=x onerror=alert(2)>"), encoding="utf-8")
    page = visit(path)
    page.wait_for_timeout(100)
    assert sum("Content Security Policy" in trouble for trouble in page.troubles) == 3  # script, handler, picture
    assert not {"1", "2"} & set(page.troubles)


@pytest.mark.parametrize("lang, zh, en", [("zh", True, False), ("en", False, True), ("both", True, True)])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_language_can_be_chosen(few, visit, scripts, lang, zh, en):
    for path in (few / "report.html", few / "feedback" / f"{file_name('x' * 200)}.html"):
        page = visit(path, java_script_enabled=scripts)
        page.click(f"nav label[for={lang}]")
        seen = [page.locator(f"main :is(h3, th) [lang={tongue}]:visible").count() for tongue in ("zh", "en")]
        assert [count > 0 for count in seen] == [zh, en]
        assert page.troubles == []


def test_the_language_can_be_chosen_with_the_keyboard(few, visit):
    page = visit(few / "report.html")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#en").is_checked() and not page.locator("main [lang=zh]").first.is_visible()


def test_without_scripts_all_is_readable(results, visit):
    page = visit(results / "report.html", java_script_enabled=False)
    assert page.locator("#students tbody tr").count() == 1000 == len(names(page))
    assert not page.locator("#filter").is_visible() and page.locator("#students button").count() == 0


def test_students_are_sorted_and_filtered(results, visit):
    page = visit(results / "report.html")
    before = names(page)
    points = page.locator("#students thead th").nth(1)
    numbers = page.locator("#students tbody tr td:nth-child(2)")
    points.locator("button").click()
    assert points.get_attribute("aria-sort") == "ascending"
    found = [float(text) for text in numbers.all_text_contents()]
    assert found == sorted(found) and found[0] < found[-1] == 100
    points.locator("button").click()
    found = [float(text) for text in numbers.all_text_contents()]
    assert found == sorted(found, reverse=True) and points.get_attribute("aria-sort") == "descending"
    page.fill("#filter", "SOFIA")
    assert 0 < len(names(page)) < 1000 and all("sofia" in name.lower() for name in names(page))
    page.fill("#filter", "")
    assert sorted(names(page)) == sorted(before)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_on_a_phone_and_follows_the_colour_scheme(few, visit, scheme):
    for path in (few / "report.html", few / "feedback" / f"{file_name('x' * 200)}.html"):
        page = visit(path, viewport={"width": 360, "height": 700}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        background, text = (sum(map(int, page.evaluate(f"getComputedStyle(document.body).{name}").strip("rgb()").split(",")))
                            for name in ("backgroundColor", "color"))
        assert (background < text) == (scheme == "dark")


def test_a_link_leads_to_the_feedback(few, visit):
    page = visit(few / "report.html")
    page.locator("#students").get_by_text("</style></script><script>alert(4)</script>", exact=True).click()
    page.wait_for_url("**/feedback/*.html")
    assert page.locator("h1").inner_text() == "</style></script><script>alert(4)</script>"
