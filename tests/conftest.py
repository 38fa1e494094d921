"""Settings of the tests: the random inputs of hypothesis are the same at every run.

HYPOTHESIS_PROFILE=default draws new ones: `HYPOTHESIS_PROFILE=default make test PYTEST=tests/test_gradients.py`.
"""

import os
import signal

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for what a shell starts in the background; the tests' commands shall hear it
    signal.signal(signal.SIGINT, signal.default_int_handler)

LONG_FIRST = [  # otherwise one worker is left with a long one at the end, while the others have nothing to do
    "tests/test_nbgrader.py", "tests/test_site_browser.py", "tests/test_build.py::TestRebuild", "tests/test_jupyterlab.py", "tests/test_solutions.py",
    "tests/test_one_judge.py", "tests/test_class_soak.py", "tests/test_questions.py", "tests/test_bench.py", "tests/test_attacks.py",
    "tests/test_gradient_report.py", "tests/test_workflows.py", "notebooks/solutions/", "tests/test_contributing.py", "tests/test_cluster.py",
]


def pytest_configure(config):
    config.option.loadscopereorder = False  # pytest-xdist would begin with the files of the most tests


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: next((n for n, start in enumerate(LONG_FIRST) if item.nodeid.startswith(start)), len(LONG_FIRST)))


@pytest.fixture(scope="module")
def grader(request):
    """A grader, one for each test file; its seed and limits are the file's GRADER, where it has one."""
    from grader.grade import Grader

    with Grader(**getattr(request.module, "GRADER", {"seed": 1})) as grader:
        yield grader


@pytest.fixture(scope="module")
def browser():
    """Chromium, as playwright drives it; one for each test file."""
    from browser import CHROMIUM, OPTIONS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, built once in a run: the first worker builds it, another one waits."""
    from built_site import built_once

    return built_once(tmp_path_factory.getbasetemp())
