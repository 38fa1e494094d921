"""Build the site: `python -m docs.make_site` writes site/LANGUAGE/ for every language of [tool.course] and site/index.html.

    README*.md, CONTRIBUTING*.md, docs/*.md --+
    notebooks/solutions/*.ipynb  -------------+--> .site/site/LANGUAGE/source --> Sphinx --> site/LANGUAGE/
    docstrings of the modules ----------------+     (pages of one language)

Every page has the same path in every language and every place on it the same anchor, whatever its heading says:
so the switch of languages is a link, and it needs no server.
"""

import argparse
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from grader.reference import function_source, stub
from notebooks.source.languages import joined

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
WORK = ROOT / ".site"
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks" / "solutions").glob("[1-9]_*.ipynb"))
MODULES = {  # of which functions are shown: those named, or all
    "grader.cells": ["check", "hint", "solution"],
    "dnn_utils": [], "init_utils": [], "reg_utils": [], "gc_utils": [], "gradient_report": [],
    "testCases": [],
}

# The groups of the side bar and what is in them. Any other docs/X.md with its docs/X.zh.md joins the last one by itself.
GROUPS = {
    "learn": ["docs/learning", *(f"notebooks/{name}" for name in NOTEBOOKS)],
    "teach": ["docs/teaching", "docs/class"],
    "reference": [f"reference/{module}" for module in MODULES],
    "more": ["CONTRIBUTING"],
}
# The words of the site that stand in no other file. A further language is a further entry, and its README.LANGUAGE.md.
WORDS = {
    "zh": {
        "name": "中文", "sphinx": "zh_CN", "html": "zh-CN",
        "learn": "学习", "teach": "教学", "reference": "函数参考", "more": "参与",
        "docstrings": "下面的说明取自代码本身，是英文的，和 Python 的 `help()` 显示的一样。练习里要写的函数没有源代码链接。"
                      "形状写成 (行, 列)。",
        "grader.cells": "笔记本里的检查与提示", "testCases": "各练习的测试数据",
        "dnn_utils": "笔记本 1 的函数", "init_utils": "笔记本 2 的函数", "reg_utils": "笔记本 3 的函数",
        "gc_utils": "笔记本 4 的函数", "gradient_report": "梯度报告",
        "figure": "插图：", "show": "展开准备代码", "hide": "收起准备代码",
    },
    "en": {
        "name": "English", "sphinx": "en", "html": "en",
        "learn": "Learn", "teach": "Teach", "reference": "Functions", "more": "Take part",
        "docstrings": "These texts are the docstrings, which Python's `help()` shows as well. A shape is (rows, columns). "
                      "Functions that are exercises have no link to their source.",
        "grader.cells": "Checks and hints in a notebook", "testCases": "Test data of the exercises",
        "dnn_utils": "Functions of notebook 1", "init_utils": "Functions of notebook 2", "reg_utils": "Functions of notebook 3",
        "gc_utils": "Functions of notebook 4", "gradient_report": "The gradient report",
        "figure": "Figure: ", "show": "Show the set-up", "hide": "Hide the set-up",
    },
}
BASE = "en"  # the language of X.md; that of X.zh.md is zh


class SiteError(Exception):
    """What keeps the site from being built; the message names the file."""


# ---------------------------------------------------------------- Markdown files


CODE = r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)`*[ \t]*$|`+[^`]+`+"
MATH = r"\$\$.*?\$\$|\$[^$\n]+\$"
LINK = re.compile(rf"{CODE}|{MATH}|(?P<open>\]\()(?P<target>[^)\s]+)(?=\)|\s+\")", re.DOTALL | re.MULTILINE)
HEADING = re.compile(CODE + r"|^(?P<level>#{1,6}) (?P<heading>[^\n]+)$", re.DOTALL | re.MULTILINE)


def file_of(page, language):
    """Return the Markdown file of a page, relative to the repository: README.md, README.zh.md."""
    page = "README" if page == "index" else page
    return f"{page}.md" if language == BASE else f"{page}.{language}.md"


def page_of(path):
    """Return (page, language) of a Markdown file."""
    stem = path.removesuffix(".md")
    name, _, language = stem.rpartition(".")
    page, language = (name, language) if name and language in WORDS else (stem, BASE)
    return ("index" if page == "README" else page), language


def markdown_pages(root, languages):
    """Return the pages that are Markdown files; every one must be there in all languages."""
    globs = ("README*.md", "CONTRIBUTING*.md", "docs/*.md")
    files = [path.relative_to(root).as_posix() for glob in globs for path in root.glob(glob)]
    pages = sorted({page_of(path)[0] for path in files})
    for page in pages:
        for language in languages:
            if file_of(page, language) not in files:
                there = next(file_of(page, other) for other in WORDS if file_of(page, other) in files)
                raise SiteError(f"{file_of(page, language)} is missing: {there} has no partner in {WORDS[language]['name']} / "
                                f"缺少 {file_of(page, language)}：{there} 没有{WORDS[language]['name']}版")
    return pages


def slugs(text):
    """Return the anchors that GitHub gives to the headings of a Markdown text."""
    found = []
    for match in HEADING.finditer(text):
        if match["heading"]:
            text_only = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", match["heading"])
            slug = re.sub(r"[^\w\- ]", "", text_only.strip().lower()).replace(" ", "-")
            again = sum(other == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", other) is not None for other in found)
            found.append(f"{slug}-{again}" if again else slug)
    return found


def levels(text):
    """Return the levels of the headings of a Markdown text: #, ##, ##."""
    return [match["level"] for match in HEADING.finditer(text) if match["heading"]]


class Site:
    """What is known of the whole site while its pages are prepared."""

    def __init__(self, root, written, repository, tag):
        self.root, self.repository, self.tag = root, repository.rstrip("/"), tag
        self.written = written  # the languages of the notebooks
        self.languages = languages = [language for language in written if language in WORDS]
        self.pages = markdown_pages(root, languages)
        self.texts = {(page, language): (root / file_of(page, language)).read_text(encoding="utf-8")
                      for page in self.pages for language in languages}
        self.anchors = {page: slugs(self.texts[page, BASE]) for page in self.pages}
        for (page, language), text in self.texts.items():
            if levels(text) != levels(self.texts[page, BASE]):
                file, base = file_of(page, language), file_of(page, BASE)
                raise SiteError(f"{file}: its headings differ in number or level from those of {base} / "
                                f"标题的个数或层级与 {base} 不同")

    def link(self, file, target):
        """Return where a link that stands in `file` leads on the site: to a page, or else to the repository."""
        if re.match(r"[a-z]+:|//", target):
            return target
        path, _, fragment = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        here = page_of(file)[0]
        page, language = page_of(path)
        if page in self.pages and path.endswith(".md"):
            if fragment:
                known = slugs(self.texts[page, language])
                if fragment not in known:
                    raise SiteError(f"{file}: {path} has no heading #{fragment} / {path} 没有标题 #{fragment}")
                fragment = "#" + self.anchors[page][known.index(fragment)]
        elif path.startswith("notebooks/") and Path(path).stem in NOTEBOOKS and path.count("/") == 1:
            page = path.removesuffix(".ipynb")
        elif not (self.root / path).exists():
            raise SiteError(f"{file}: the link {target} leads nowhere / 链接 {target} 找不到文件")
        else:
            kind = "tree" if (self.root / path).is_dir() else "blob"
            return f"{self.repository}/{kind}/{self.tag}/{path}" + (f"#{fragment}" if fragment else "")
        return posixpath.relpath(f"{page}.html", posixpath.dirname(here) or ".") + fragment

    def markdown(self, page, language, folder):
        """Return the text of a Markdown page: links that lead somewhere, anchors that are the same in all languages."""
        file = file_of(page, language)
        partners = [posixpath.basename(file_of(page, other)) for other in self.languages]

        def linked(match):
            if not match["open"]:
                return match[0]
            if match.string[: match.start()].rpartition("[")[0].endswith("!"):  # an image
                path = posixpath.normpath(posixpath.join(posixpath.dirname(file), match["target"]))
                if not (self.root / path).is_file():
                    raise SiteError(f"{file}: there is no image {path} / 没有图片 {path}")
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.root / path, folder / path)
                return match[0]
            return match["open"] + self.link(file, match["target"])

        anchors = iter(self.anchors[page])
        pieces = re.split(r"(^```.*?^```)", self.texts[page, language], flags=re.DOTALL | re.MULTILINE)
        text = "".join(piece if piece.startswith("```") else joined(piece) for piece in pieces)
        text = re.sub(rf"^\[[^]\n]*\]\((?:{'|'.join(map(re.escape, partners))})\)\n+", "", text, flags=re.MULTILINE)
        text = HEADING.sub(lambda match: f"% anchor: {next(anchors)}\n\n{match[0]}" if match["heading"] else match[0], text)
        return LINK.sub(linked, text)

    def title(self, language):
        """Return the title of the course: the heading of its README."""
        return re.search(r"^# (.+)$", self.texts["index", language], re.MULTILINE)[1]

    def contents(self, language):
        """Return the hidden tables of contents of the home page, from which the side bar is made."""
        known = {page for group in GROUPS.values() for page in group}
        parts = []
        for group, pages in GROUPS.items():
            there = [page for page in pages if page in self.pages or page.startswith(("notebooks/", "reference/"))]
            if group == "more":
                there = [page for page in self.pages if page not in known and page != "index"] + there
            entries = [f"{posixpath.basename(page)} <{page}>" if page.startswith("reference/") else page for page in there]
            caption = f":caption: {WORDS[language][group]}"
            parts.append("\n".join(["```{toctree}", ":hidden:", caption, "", *entries, "```"]))
        return "\n\n" + "\n\n".join(parts) + "\n"


# ---------------------------------------------------------------- notebooks and reference


def half(text, number, count):
    """Return a text for all languages in one of them: of each "符号 / Symbols" of it, the part of that language.

    The parts are a whole heading or line, or stand between `**`, ` · ` and a colon before code, as in the banner of an exercise.
    """
    pieces = re.split(r"(^#+ (?:\d+\. )?|\*\*|: (?=`)| · )", text)
    for i, piece in enumerate(pieces):
        parts = piece.split(" / ")
        if 2 <= len(parts) <= count:
            pieces[i] = parts[number] if number < len(parts) else parts[1]  # where a third language has none: English
            if re.search(r"[\u3400-\u9fff]", pieces[i]) and pieces[i + 1 : i + 2] == [": "]:
                pieces[i + 1] = "："
    return "".join(pieces)


def marked(anchor):
    """Return a cell that shows nothing and marks a place."""
    return new_markdown_cell(f"% anchor: {anchor}")


def notebook(name, language, languages, root=ROOT):
    """Return notebook `name` as the site shows it: prose of one language, exercises as stubs, the outputs of all given code.

    It is made of the executed solution and never executed again. The cells that run an exercise keep no output of their own,
    since the expected output stands below; nor do the checks, since what is above them is not filled in.
    """
    solution = nbformat.read(str(root / "notebooks" / "solutions" / f"{name}.ipynb"), as_version=4)
    ids = {cell.id for cell in solution.cells}
    translated = any(f"lang-{language}" in cell.metadata.get("tags", []) for cell in solution.cells)
    cells, heading, words, tongue = [], "", WORDS[language], language if translated else BASE
    for cell in solution.cells:
        tags = cell.metadata.get("tags", [])
        tongues = [tag.removeprefix("lang-") for tag in tags if tag.startswith("lang-")]
        if tongues and tongue not in tongues:
            continue
        cells.append(marked(f"text-{cell.metadata.pair}" if "pair" in cell.metadata else f"cell-{cell.id}"))
        if cell.cell_type == "markdown":
            if not tongues:
                first, newline, rest = cell.source.partition("\n")
                cell.source = half(first, languages.index(tongue), len(languages)) + newline + rest
            if cell.source.startswith("#"):
                heading = cell.source.splitlines()[0].lstrip("# ")
        else:
            if "graded" in cell.metadata:
                cell.source = stub(function_source(cell.metadata.graded))
            if f"expected-{cell.id}" in ids or cell.id.startswith("check-") and cell.source.startswith("check("):
                cell.outputs = []
            if cell.id == "setup":
                cell.metadata.tags = [*tags, "hide-input"]
                cell.metadata.mystnb = {"code_prompt_show": words["show"], "code_prompt_hide": words["hide"]}
            if any("image/png" in output.get("data", {}) for output in cell.outputs):
                cell.metadata.mystnb = {"image": {"alt": words["figure"] + heading}}
        cells.append(cell)
    solution.cells = cells
    return nbformat.writes(solution)


def reference(module, language):
    """Return the page about a module, in reStructuredText: autodoc fills in the docstrings."""
    words = WORDS[language]
    title = f"{module}: {words[module]}" if language == BASE else f"{module}：{words[module]}"
    members = ", ".join(MODULES[module])
    return "\n".join([".. anchor: functions", "", title, "=" * 2 * len(title), "", words["docstrings"].replace("`", "``"), "",
                      f".. automodule:: {module}", f"   :members: {members}".rstrip(), "   :member-order: bysource", ""])


# ---------------------------------------------------------------- the whole site


def prepare(site, language, folder):
    """Write all pages of one language, as Sphinx reads them, into `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = {f"{page}.md": site.markdown(page, language, folder) for page in site.pages}
    pages["index.md"] += site.contents(language)
    pages |= {f"notebooks/{name}.ipynb": notebook(name, language, site.written, site.root) for name in NOTEBOOKS}
    pages |= {f"reference/{module}.rst": reference(module, language) for module in MODULES}
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def mathjax():
    """Return the folder of MathJax, in the version of package.json; npm fetches it where it is not there yet."""
    wanted = json.loads((DOCS / "package.json").read_text())["dependencies"]["mathjax"]
    npm_folder = WORK / "npm"
    package = npm_folder / "node_modules" / "mathjax"
    if (package / "package.json").exists() and json.loads((package / "package.json").read_text())["version"] == wanted:
        return package / "es5"
    npm = shutil.which("npm")
    if npm is None:
        raise SiteError("npm is needed for the formulas: apt-get install npm, or Node.js for your system / "
                        "公式需要 npm：apt-get install npm，或安装你的系统的 Node.js")
    npm_folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DOCS / "package.json", npm_folder)
    command = [npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(command, cwd=npm_folder).returncode:
        raise SiteError(f"npm could not fetch mathjax {wanted}, for the reason above / npm 没能取得 mathjax {wanted}，原因见上")
    return package / "es5"


def copy_mathjax(source, folder):
    """Copy what a page asks for: the program, the letters, and the packages that a rare command loads."""
    for part in ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (source / part).is_dir() else shutil.copy)(source / part, folder / part)


def start_page(languages, title):
    """Return the page at the root: it sends a reader to the language of the browser, and has a link to each."""
    links = "".join(f'<li><a href="{code}/index.html" lang="{words["html"]}" hreflang="{words["html"]}">{words["name"]}</a></li>'
                    for code, words in WORDS.items() if code in languages)
    text = (DOCS / "_templates" / "start.html").read_text(encoding="utf-8")
    return text.replace("TITLE", html.escape(title)).replace("LINKS", links).replace("LANGUAGES", json.dumps(languages))


def build(out, work=WORK, repository=None, tag=None, root=ROOT):
    """Build the site into the folder `out`, which is replaced; return its start page. `work` keeps what is needed on the way."""
    course = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
    site = Site(root, course["languages"], repository or course["repository"], tag or course["tag"])
    languages = site.languages
    if others := ", ".join(language for language in site.written if language not in languages):
        print(f"not on the site: {others}, which WORDS in docs/make_site.py does not have / "
              f"网站上没有 {others}：docs/make_site.py 的 WORDS 里没有它")
    formulas = mathjax()
    running = {}
    for language in languages:
        folder = work / "site" / language
        shutil.rmtree(folder, ignore_errors=True)
        prepare(site, language, folder / "source")
        copy_mathjax(formulas, folder / "static" / "mathjax")
        settings = {
            "language": language, "sphinx": WORDS[language]["sphinx"], "title": site.title(language),
            "languages": [[code, WORDS[code]["name"], WORDS[code]["html"]] for code in languages],
            "repository": site.repository, "tag": site.tag, "static": str(folder / "static"),
        }
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-c", DOCS,
                   "-d", folder / "doctrees", folder / "source", folder / "html"]
        environment = {**os.environ, "COURSE_SITE": json.dumps(settings)}
        running[language] = subprocess.Popen(list(map(str, command)), env=environment, cwd=ROOT)  # conf.py imports the course
    failed = ", ".join([language for language, process in running.items() if process.wait()])
    if failed:
        raise SiteError(f"Sphinx found faults ({failed}), see above / Sphinx 发现了问题（{failed}），见上")
    shutil.rmtree(out, ignore_errors=True)
    for language in languages:
        leave = shutil.ignore_patterns(".buildinfo*", "objects.inv")
        shutil.copytree(work / "site" / language / "html", out / language, ignore=leave)
    title = " / ".join(map(site.title, languages))
    (out / "index.html").write_text(start_page(languages, title), encoding="utf-8")
    (out / ".nojekyll").touch()  # GitHub leaves out folders that begin with _ otherwise
    return out / "index.html"


def main():
    parser = argparse.ArgumentParser(description="Build the site of the course in all its languages.")
    parser.add_argument("--out", type=Path, default=ROOT / "site", help="the folder to write (it is replaced)")
    parser.add_argument("--repository", help="the address that links and buttons point to; by default that of [tool.course]")
    parser.add_argument("--tag", help="the tag, branch or commit there; by default that of [tool.course]")
    arguments = parser.parse_args()
    try:
        print(build(arguments.out.resolve(), repository=arguments.repository, tag=arguments.tag))
    except SiteError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
