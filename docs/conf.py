"""Sphinx's settings. make_site.py prepares the pages and says in COURSE_SITE for which language and repository they are."""

import inspect
import json
import operator
import os
import re
import sys
from pathlib import Path

from docutils import nodes
from sphinx.search.en import SearchEnglish
from sphinx.transforms import SphinxTransform

from grader.reference import COURSE_MODULES, ROOT, graded_functions

site = json.loads(os.environ["COURSE_SITE"])

project = html_title = site["title"]
author = ""
html_copyright = html_show_copyright = html_show_sphinx = False
language = site["sphinx"]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.linkcode", "sphinx.ext.mathjax"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}
nitpicky = True
smartquotes = False  # g'(Z) is no quotation
highlight_language = "none"  # of a fence that names none: commands and their output
templates_path = ["_templates"]

nb_execution_mode = "off"  # the outputs are those of the solutions, which the tests compare
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_all_links_external = True  # make_site.py has already turned them into those of the site
autodoc_preserve_defaults = True  # as written: folder=DATASETS, not the path on the machine that built the site
add_module_names = False
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True

html_theme = "sphinx_book_theme"
html_static_path = ["_static", site["static"]]
html_favicon = "_static/icon.svg"
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_use_index = html_domain_indices = False
html_context = {"languages": site["languages"], "course_language": site["language"], "default_mode": "auto"}
html_theme_options = {
    "repository_url": site["repository"],
    "repository_branch": site["tag"],
    "path_to_docs": "",
    "use_repository_button": True,
    "use_issues_button": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    # a page has the path of the learner's notebook in the repository, so these buttons open that one
    "launch_buttons": {
        "colab_url": "https://colab.research.google.com",
        "binderhub_url": "https://mybinder.org",
        "notebook_interface": "jupyterlab",
    },
    "navbar_persistent": [],  # the search field stands in the side bar
    "show_toc_level": 2,
    "footer_content_items": [],
    "article_header_end": ["languages.html", "article-header-buttons.html"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
mathjax_path = "mathjax/tex-chtml.js"
mathjax3_config = {"options": {"enableMenu": False}}  # its menu leads to other hosts and loads parts that are not copied


class Anchors(SphinxTransform):
    """Turn each comment "anchor: x" into the place x: the id of the heading that follows, or a mark of its own."""

    default_priority = 850

    def apply(self):
        for comment in list(self.document.findall(nodes.comment)):
            if not comment.astext().startswith("anchor: "):
                continue
            anchor = comment.astext().removeprefix("anchor: ").strip()
            after = comment.next_node(descend=False, siblings=True, ascend=True)
            if isinstance(after, nodes.section):
                after["ids"] = [anchor]
                comment.parent.remove(comment)
            else:
                comment.replace_self(nodes.target(ids=[anchor]))


class SearchChinese(SearchEnglish):
    """Chinese marks no words: its text is indexed, and asked for, by each two neighbouring characters; Latin words as in English.

    Sphinx's own Chinese search needs a dictionary, in which the words of this course are not.
    """

    lang = "zh_CN"
    word = re.compile(r"[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])\w)+")
    js_splitter_code = r"""
function splitQuery(query) {
  const words = query.match(/[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[\p{Letter}\p{Number}_])+/gu) || [];
  return words.flatMap(function (word) {
    if (word.length == 1 || !/[\u3400-\u9fff]/.test(word)) return [word];
    return Array.from({length: word.length - 1}, function (_, i) { return word.slice(i, i + 2); });
  });
}
"""

    def split(self, input):
        found = []
        for word in self.word.findall(input):
            chinese = "\u3400" <= word[0] <= "\u9fff"
            found += [*word, *map("".join, zip(word, word[1:]))] if chinese else [word]
        return found


def plain_text(app, what, name, object, options, lines):
    """Turn a docstring, which is plain text, into reStructuredText: its lines stay lines, its signs signs, its `code` code."""
    written, end = [], True
    for line in lines:
        line = re.sub(r"([\\*|_])", r"\\\1", line)
        line = re.sub(r"`([^`]*)`", lambda match: "``" + re.sub(r"\\(.)", r"\1", match[1]) + "``", line)
        if not line.strip():
            written, end = [*written, ""], True
        elif end:
            written, end = [*written, "| " + line.strip()], line.rstrip().endswith((".", ";", ":"))
        else:  # a sentence that was broken because the line was full
            written, end = [*written, "  " + line.strip()], line.rstrip().endswith((".", ";", ":"))
    lines[:] = [*written, ""]


def linkcode_resolve(domain, info):
    """Return where a function stands in the repository; not of one that is an exercise, since its lines are there."""
    module = sys.modules[info["module"]]
    function = inspect.unwrap(operator.attrgetter(info["fullname"])(module))  # a method is an attribute of its class
    if not inspect.isfunction(function) or info["fullname"] in exercises_of(function.__module__):
        return None
    path = Path(inspect.getsourcefile(function)).relative_to(ROOT).as_posix()
    return f"{site['repository']}/blob/{site['tag']}/{path}#L{inspect.getsourcelines(function)[1]}"


def exercises_of(module):
    return graded_functions(module) if module in COURSE_MODULES else []


def setup(app):
    app.add_search_language(SearchChinese)
    app.add_transform(Anchors)
    app.connect("autodoc-process-docstring", plain_text)
