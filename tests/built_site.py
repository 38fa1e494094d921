"""The site that its tests look at; tests/conftest.py has the fixture `site`."""

import os
import shutil
import time

import pytest

pytest.importorskip("sphinx_book_theme", reason="pip install -r requirements/site.txt")
pytest.importorskip("myst_nb", reason="pip install -r requirements/site.txt")

from docs import make_site  # noqa: E402 (not before it is known that Sphinx is there)

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="apt-get install npm")
REPOSITORY, TAG = "https://github.com/somebody/her-copy", "v9"


def built_once(basetemp):
    """Return the folder of the site, built by one of the processes of this run of pytest."""
    common = basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp
    folder = common / "built-site"
    try:
        folder.mkdir()
    except FileExistsError:
        for _ in range(600):
            if (folder / "failed").exists():
                pytest.fail("the site could not be built: see the other worker")
            if (folder / "done").exists():
                return folder / "site"
            time.sleep(0.5)
        pytest.fail("the site was not built in 5 minutes")
    try:
        make_site.build(folder / "site", folder / "work", REPOSITORY, TAG)
        (folder / "done").touch()
    except BaseException:
        (folder / "failed").touch()
        raise
    return folder / "site"
