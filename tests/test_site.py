"""The site as files: links, anchors, languages, what must not stand there; and what the builder says about faults in its sources."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from bs4 import BeautifulSoup
from built_site import REPOSITORY, TAG, make_site, needs_npm

from grader.reference import function_source, graded_functions, solved, stub

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["zh", "en"]
CHINESE = re.compile(r"[\u3400-\u9fff]")
COLAB = f"https://colab.research.google.com/github/somebody/her-copy/blob/{TAG}/"
BINDER = f"https://mybinder.org/v2/gh/somebody/her-copy/{TAG}?urlpath=lab/tree/"


@pytest.fixture(scope="module")
def pages(site):
    """{path on the site: parsed page}"""
    return {path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in sorted(site.rglob("*.html"))
            if "_static" not in path.parts}


def of(pages, language):
    return {path.removeprefix(f"{language}/"): page for path, page in pages.items() if path.startswith(f"{language}/")}


def article(page):
    return page.find("article") or page.body


def anchors(page):
    """The places of a page, in their order."""
    return [tag["id"] for tag in article(page).find_all(["section", "span", "dt"], id=True)]


# ---------------------------------------------------------------- what was built


@needs_npm
def test_both_languages_have_the_same_pages(pages):
    chinese, english = of(pages, "zh"), of(pages, "en")
    assert list(chinese) == list(english)
    expected = {"index.html", "CONTRIBUTING.html", "search.html", "docs/class.html", "reference/dnn_utils.html", "reference/grader.cells.html",
                *(f"notebooks/{path.stem}.html" for path in (ROOT / "notebooks").glob("[1-9]_*.ipynb") if re.fullmatch(r"\d_[a-z_]+", path.stem))}
    assert expected <= set(chinese)
    assert {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md") if "." not in path.stem} <= set(chinese)


@needs_npm
def test_both_languages_have_the_same_anchors(pages):
    english = of(pages, "en")
    for path, page in of(pages, "zh").items():
        assert anchors(page) == anchors(english[path]), path
        assert len(set(anchors(page))) == len(anchors(page)), f"{path}: an anchor stands twice"
    places = anchors(english["notebooks/1_dnn_step_by_step.html"])
    assert {"cell-title", "text-welcome", "cell-h-forward", "cell-linear_forward", "cell-exercise-linear_forward", "cell-figure-network"} <= set(places)


@needs_npm
def test_every_link_inside_leads_somewhere(pages, site):
    broken, seen = [], 0
    for path, page in pages.items():
        for link in page.find_all(["a", "link"], href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            seen += 1
            target = (site / path).parent / unquote(parts.path) if parts.path else site / path
            if not target.is_file():
                broken.append((path, link["href"]))
            elif parts.fragment and target.suffix == ".html":
                there = pages[target.resolve().relative_to(site.resolve()).as_posix()]
                if there.find(id=unquote(parts.fragment)) is None:
                    broken.append((path, link["href"]))
    assert broken == [] and seen > 1000


@needs_npm
def test_links_to_other_hosts_lead_to_the_repository_or_open_a_notebook(pages):
    elsewhere = {link["href"] for page in pages.values() for link in page.find_all("a", href=re.compile("^[a-z]+:|^//"))}
    inside = f"{REPOSITORY}/blob/{TAG}/", f"{REPOSITORY}/tree/{TAG}/", f"{REPOSITORY}/issues/", COLAB + "notebooks/", BINDER + "notebooks/"
    assert [url for url in sorted(elsewhere) if url != REPOSITORY and not url.startswith(inside)] == []
    for url in elsewhere:
        if re.match(rf"{re.escape(REPOSITORY)}/(blob|tree)/", url):
            path, _, line = url.split(f"/{TAG}/")[1].partition("#L")
            assert (ROOT / path).exists(), url
            if line:
                assert re.match(r"\s*(@|def )", (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]), url


@needs_npm
def test_nothing_is_loaded_from_another_host(pages, site):
    loaded = [(path, tag.name, tag.get("src") or tag.get("href")) for path, page in pages.items()
              for tag in page.find_all(["script", "img", "iframe", "video", "audio", "source", "embed", "object", "link"])
              if re.match(r"[a-z]+:|//", tag.get("src") or tag.get("href") or "")]
    assert loaded == []
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        asked = re.findall(r"url\(\s*[\"']?([^\"')]+)", text) + re.findall(r"@import\s+[\"']([^\"']+)", text)
        assert [url for url in asked if re.match(r"(?!data:)[a-z]+:|//", url)] == [], sheet


@needs_npm
def test_each_notebook_has_buttons_that_open_the_learners_file(pages):
    for language in LANGUAGES:
        for path, page in of(pages, language).items():
            urls = {link["href"] for link in page.find_all("a", href=True) if "colab." in link["href"] or "mybinder" in link["href"]}
            file = path.replace(".html", ".ipynb")
            assert urls == ({COLAB + file, BINDER + file} if path.startswith("notebooks/") else set()), path
            assert not path.startswith("notebooks/") or (ROOT / file).is_file()


@needs_npm
def test_every_picture_says_what_it_is_in_the_language_of_the_page(pages):
    seen = 0
    for language in LANGUAGES:
        for path, page in of(pages, language).items():
            for image in article(page).find_all("img"):
                seen += 1
                assert image.get("alt"), (path, image)
                assert bool(CHINESE.search(image["alt"])) == (language == "zh"), (path, image["alt"])
    assert seen > 40


@needs_npm
def test_no_exercise_is_solved_on_any_page(pages):
    stubs = 0
    for name in make_site.NOTEBOOKS:
        cells = json.loads((ROOT / "notebooks" / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        graded = [cell["metadata"]["graded"] for cell in cells if "graded" in cell["metadata"]]
        assert graded
        for source in map(function_source, graded):
            function = re.match(r"def (\w+)", source)[0] + "("
            for path, page in pages.items():
                blocks = [block.get_text().strip() for block in page.find_all("pre")]
                if path.startswith(("zh/notebooks/", "en/notebooks/")):
                    shown = [block for block in blocks if block.startswith(function) and "START CODE HERE" in block]
                    assert set(shown) <= {stub(source), *(stub(function_source(other)) for other in graded)}, (path, function)
                    stubs += len(shown) if path.endswith(f"{name}.html") else 0
                assert solved(source) not in page.get_text(), (path, function)
    assert stubs == 2 * sum(len(graded_functions(module)) for module in ("dnn_utils", "init_utils", "reg_utils", "gc_utils"))


@needs_npm
def test_given_code_keeps_its_outputs_and_exercises_have_none(pages):
    page = of(pages, "en")["notebooks/1_dnn_step_by_step.html"]
    outputs = {cell.pre.get_text().split("\n")[0]: cell.select(".cell_output") for cell in page.select("div.cell")}
    assert outputs["figures.draw_network([4, 3, 3, 1])"][0].img
    assert "dW equal: True" in page.get_text()
    assert not any(found for code, found in outputs.items() if code.startswith(("check(", "parameters = initialize_parameters(")))
    assert page.get_text().count("W1 = [[ 0.01624345") == 1  # once, as the expected output


@needs_npm
def test_pages_are_in_their_language(pages):
    for path, page in of(pages, "zh").items():
        assert page.html["lang"] == "zh-CN"
        assert CHINESE.search(page.title.get_text()) and CHINESE.search(page.h1.get_text()), path
    for path, page in of(pages, "en").items():
        assert page.html["lang"] == "en"
        assert not CHINESE.search(page.title.get_text() + page.h1.get_text()), path
        if path.startswith(("notebooks/", "reference/", "index")):
            prose = [text for text in article(page).find_all(string=CHINESE) if text.find_parent(["pre", "nav"]) is None]
            assert prose == [], path
    headings = [" ".join(heading.stripped_strings).rstrip("# ") for heading in article(of(pages, "zh")["notebooks/1_dnn_step_by_step.html"]).find_all(["h1", "h2"])]
    assert headings[:3] == ["1. 一步一步搭建深度网络", "符号与形状", "从一个样本到 m 个样本"]
    banners = [quote.get_text().strip() for quote in of(pages, "zh")["notebooks/1_dnn_step_by_step.html"].find_all("blockquote")]
    assert banners[0] == "练习 1：initialize_parameters · ★☆☆ · 约 5 分钟，约 4 行"


@needs_npm
def test_every_page_names_the_same_page_in_the_other_language(pages, site):
    for language, other in (("zh", "en"), ("en", "zh")):
        for path, page in of(pages, language).items():
            switch = page.select_one(f'.languages a[data-language="{other}"]')["href"]
            assert ((site / language / path).parent / switch).resolve() == (site / other / path).resolve()
            alternates = {link["hreflang"]: link["href"] for link in page.find_all("link", rel="alternate")}
            assert list(alternates) == ["zh-CN", "en"]
            for tongue, href in alternates.items():
                assert ((site / language / path).parent / href).resolve() == (site / tongue[:2] / path).resolve()
    start = {link["href"] for link in pages["index.html"].find_all("a")}
    assert start == {"zh/index.html", "en/index.html"}


@needs_npm
def test_the_search_index_knows_words_inside_sentences(site):
    def found(language, words):
        index = json.loads((site / language / "searchindex.js").read_text(encoding="utf-8").removeprefix("Search.setIndex(").removesuffix(")"))
        numbers = [{number for part in ("terms", "titleterms") for number in np.atleast_1d(index[part].get(word, [])).tolist()} for word in words]
        return set.intersection(*numbers), index["docnames"]

    for words in (["前向", "向传", "传播"], ["梯度", "度检", "检验"], ["偏置"], ["层"], ["linear_forward"], ["dropout"]):
        numbers, names = found("zh", words)
        assert any(names[number].startswith("notebooks/") for number in numbers), words
    assert found("en", ["dropout"])[0] and not found("zh", ["前置"])[0]


@needs_npm
def test_the_machine_that_built_the_site_does_not_show(pages, site):
    for path, page in pages.items():
        assert str(ROOT) not in str(page) and str(site.parent) not in str(page), path


# ---------------------------------------------------------------- what the builder makes of its sources


def small_course(folder, **files):
    """A course of Markdown files only, for the builder's own checks."""
    texts = {"README.md": "# Course\n\n[中文](README.zh.md)\n", "README.zh.md": "# 课程\n\n[English](README.md)\n", **files}
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return make_site.Site(folder, LANGUAGES, REPOSITORY, TAG)


def test_a_page_without_its_partner_is_named(tmp_path):
    with pytest.raises(make_site.SiteError, match=r"docs/hints\.zh\.md is missing.*缺少 docs/hints\.zh\.md"):
        small_course(tmp_path, **{"docs/hints.md": "# Hints\n"})
    with pytest.raises(make_site.SiteError, match=r"docs/tips\.md is missing"):
        small_course(tmp_path, **{"docs/hints.zh.md": "# 提示\n", "docs/tips.zh.md": "# 窍门\n"})


def test_a_new_pair_of_files_is_a_new_page_in_the_side_bar(tmp_path):
    course = small_course(tmp_path, **{"docs/hints.md": "# Hints\n", "docs/hints.zh.md": "# 提示\n"})
    assert "\ndocs/hints\n" in course.contents("zh") and "\ndocs/hints\n" in course.contents("en")
    assert "docs/teaching" not in course.contents("en")


def test_headings_that_differ_are_named(tmp_path):
    with pytest.raises(make_site.SiteError, match=r"README\.zh\.md: its headings differ"):
        small_course(tmp_path, **{"README.md": "# Course\n\n## Start\n"})
    with pytest.raises(make_site.SiteError, match=r"README\.zh\.md: its headings differ"):
        small_course(tmp_path, **{"README.md": "# Course\n\n## Start\n", "README.zh.md": "# 课程\n\n### 开始\n"})


def test_anchors_are_those_of_the_english_headings_and_links_to_chinese_ones_follow(tmp_path):
    course = small_course(tmp_path, **{
        "docs/a.md": "# A\n\n## Go on, then\n\n```\n# no heading\n```\n\n## Go on, then\n\n[there](../README.md) [below](#go-on-then-1)\n",
        "docs/a.zh.md": "# 甲\n\n## 接着做\n\n```\n# no heading\n```\n\n## 接着做\n\n[那里](../README.zh.md) [下面](#接着做-1)\n"})
    english, chinese = (course.markdown("docs/a", language, tmp_path / "out") for language in ("en", "zh"))
    marks = re.findall(r"^% anchor: (.*)$", english, re.MULTILINE)
    assert marks == re.findall(r"^% anchor: (.*)$", chinese, re.MULTILINE) == ["a", "go-on-then", "go-on-then-1"]
    assert "[there](../index.html) [below](a.html#go-on-then-1)" in english
    assert "[那里](../index.html) [下面](a.html#go-on-then-1)" in chinese


def test_links_lead_to_a_page_or_to_the_repository_and_to_nothing_else(tmp_path):
    course = small_course(tmp_path, **{"docs/a.md": "# A\n", "docs/a.zh.md": "# 甲\n", "LICENSE": "MIT\n", "grader/__init__.py": "\n"})
    assert course.link("README.md", "notebooks/2_initialization.ipynb") == "notebooks/2_initialization.html"
    assert course.link("docs/a.zh.md", "../README.zh.md") == "../index.html"
    assert course.link("README.md", "LICENSE") == f"{REPOSITORY}/blob/{TAG}/LICENSE"
    assert course.link("docs/a.md", "../grader") == f"{REPOSITORY}/tree/{TAG}/grader"
    assert course.link("README.md", "https://example.org/x") == "https://example.org/x"
    for target in ("docs/b.md", "docs/a.md#nowhere"):
        with pytest.raises(make_site.SiteError, match=rf"README\.md: .*{target.split('#')[-1]}"):
            course.link("README.md", target)


def test_the_link_to_the_other_language_and_line_breaks_between_characters_go(tmp_path):
    course = small_course(tmp_path, **{"README.zh.md": "# 课程\n\n[English](README.md)\n\n第一行，\n第二行。\n\n```text\n第三行\n第四行\n```\n\n`[a](b)` $a^{[L](i)}$\n"})
    text = course.markdown("index", "zh", tmp_path / "out")
    assert "English" not in text and "第一行，第二行。" in text and "第三行\n第四行" in text and "`[a](b)` $a^{[L](i)}$" in text


def test_of_two_languages_in_a_line_one_stays():
    half = make_site.half
    assert [half("## 符号与形状 / Symbols and shapes", n, 2) for n in (0, 1)] == ["## 符号与形状", "## Symbols and shapes"]
    assert [half("# 2. 初始化 / Initialization", n, 2) for n in (0, 1)] == ["# 2. 初始化", "# 2. Initialization"]
    assert [half("**预期输出 / Expected output**", n, 2) for n in (0, 1)] == ["**预期输出**", "**Expected output**"]
    assert half("## Adam", 0, 2) == "## Adam"
    assert [half("# 2. 初始化 / Initialization / Initialisation", n, 3) for n in (0, 1, 2)] == ["# 2. 初始化", "# 2. Initialization", "# 2. Initialisation"]
    assert [half("**练习 1 / Exercise 1: `f`**", n, 3) for n in (0, 2)] == ["**练习 1：`f`**", "**Exercise 1: `f`**"]


def test_a_language_is_on_the_site_once_it_has_its_words(tmp_path, monkeypatch):
    name = make_site.NOTEBOOKS[1]
    monkeypatch.setitem(make_site.WORDS, "fr", make_site.WORDS["en"] | {"name": "français"})
    french, english = ([cell["source"] for cell in json.loads(make_site.notebook(name, language, languages))["cells"]]
                       for language, languages in (("fr", [*LANGUAGES, "fr"]), ("en", LANGUAGES)))
    assert french == english  # not translated yet
    course = small_course(tmp_path, **{"README.fr.md": "# Cours\n"})
    assert course.languages == LANGUAGES
    site = make_site.Site(course.root, [*LANGUAGES, "fr", "de"], course.repository, course.tag)
    assert site.languages == [*LANGUAGES, "fr"] and site.written == [*LANGUAGES, "fr", "de"]


def test_every_line_in_two_languages_of_the_notebooks_is_halved():
    for name in make_site.NOTEBOOKS:
        for language, other in (("zh", re.compile(r"[A-Za-z]{4,} [a-z]{3,} [a-z]{3,}")), ("en", CHINESE)):
            for cell in json.loads(make_site.notebook(name, language, LANGUAGES))["cells"]:
                first = "".join(cell["source"]).split("\n")[0]
                if cell["cell_type"] == "markdown" and "pair" not in cell["metadata"] and not first.startswith("%"):
                    assert not other.search(first) and " / " not in first, (name, first)


def test_without_npm_the_command_says_what_to_install(tmp_path):
    command = [sys.executable, "-c", "import pathlib, sys; from docs import make_site;"
               f"make_site.WORK = pathlib.Path({str(tmp_path)!r}); sys.argv = ['make_site.py', '--out', {str(tmp_path / 'out')!r}]; make_site.main()"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "apt-get install npm" in done.stderr and "公式需要 npm" in done.stderr
    assert not (tmp_path / "out").exists()
