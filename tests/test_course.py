"""The guard of the notebooks: what counts as unfilled, and which cells wait for it."""

import ast

import pytest
from IPython.core.interactiveshell import InteractiveShell

import check_setup
import course

STUB = "def double(x):\n    ### START CODE HERE ###\n    y = ...  # about 1 line\n    ### END CODE HERE ###\n    return y"


@pytest.mark.parametrize("body, expected", [
    ("    Z = ...", True),
    ("    A, cache = ..., ...", True),
    ("    caches['W'] = ...  # about 1 line", True),
    ("    ...", True),
    ("    for l in range(3):\n        ...", True),
    ("    Z = A[..., 0]", False),
    ("    Z = W @ A + b", False),
    ("    Z = f(...)", False),
    ("    Z = 1  # not ...", False),
])
def test_unfilled(body, expected):
    region = f"def f(A):\n    ### START CODE HERE ###\n{body}\n    ### END CODE HERE ###\n    return A"
    assert course.unfilled(region) is expected
    assert course.unfilled(f"def f(A):\n{body}\n    return A") is expected


def test_only_the_region_counts_and_a_syntax_error_is_left_to_python():
    outside = "def f():\n    x = ...\n    ### START CODE HERE ###\n    y = 1\n    ### END CODE HERE ###\n    return y"
    assert not course.unfilled(outside)
    assert not course.unfilled("def f(:\n    ...")
    assert course.regions(outside) == [(4, 4)]


@pytest.fixture
def shell():
    """An IPython shell with the guard on; run(cell) returns what the cell printed, and fails the test when it raises."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={"__name__": "__main__"})
    shell.ast_transformers.append(course.Guard(shell.user_ns))
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell, capsys):
    def run(cell):
        result = shell.run_cell(cell, store_history=True)
        result.raise_error()
        return capsys.readouterr().out

    return run


def test_a_cell_waits_for_what_it_uses_directly_or_not(run):
    run(STUB)
    assert run("def model(x):\n    return double(x) + 1") == ""  # a definition alone does not wait
    assert run("y = double(3)").startswith(course.NOT_YET.en + "fill in double first")
    assert "double" in run("print(model(3))")
    assert "double" in run("print([f(3) for f in (model,)])")
    assert "double" in run("g = lambda: model(1)\ng()")
    assert "double" in run("def twice(x):\n    return double(double(x))\nprint(twice(3))")
    assert run("print(1 + 1)") == "2\n"


def test_of_many_missing_exercises_two_are_named(run):
    for name in "abc":
        run(STUB.replace("double", name))
    assert run("a(1) + b(1)") == f"{course.NOT_YET.en}fill in a, b first. / 还差一步：请先完成 a, b。\n"
    assert run("a(1) + b(1) + c(1)") == f"{course.NOT_YET.en}fill in a, b and 1 more first. / 还差一步：请先完成 a, b 等 3 个函数。\n"


@pytest.mark.parametrize("language, first, again", [
    ("zh", "还差一步：请先完成 double。\n", "还差一步：请把上面的单元格再运行一遍。\n"),
    ("en", "Not yet: fill in double first.\n", "Not yet: run the cells above again.\n")])
def test_a_cell_waits_in_the_language_chosen(run, monkeypatch, language, first, again):
    monkeypatch.setenv("COURSE_LANG", language)
    run(STUB)
    assert run("y = double(3)") == first
    run(STUB.replace("...", "2 * x"))
    assert run("print(y)") == again


def test_a_cell_waits_for_a_variable_that_a_waiting_cell_would_have_set(run):
    run(STUB)
    assert run("y = double(3)").startswith(course.NOT_YET)
    assert run("z = y + 1").startswith(course.NOT_YET)
    assert run("print(z)").startswith(course.NOT_YET)
    run(STUB.replace("...", "2 * x"))
    assert run("print(z)").startswith(course.NOT_YET.en + "run the cells above again")
    assert run("y = double(3)") == run("z = y + 1") == ""
    assert run("print(z)") == "7\n"


def test_a_waiting_cell_still_defines_its_functions(run):
    run(STUB)
    said = run("def four(x):\n    y = double(double(x))\n    return y\ndef three():\n    return 3\ny = four(2)")
    assert said.startswith(course.NOT_YET.en + "fill in double first")
    assert run("print(three())") == "3\n"
    assert "double" in run("print(four(1))")
    run(STUB.replace("...", "2 * x"))
    assert run("print(four(2))") == "8\n"
    assert run("print(y)").startswith(course.NOT_YET.en + "run the cells above again")


@pytest.mark.parametrize("definition", [
    "def f():\n    return y", "def f(x=y):\n    return x", "def f(x: y):\n    return x", "def f():\n    return lambda: y",
    "def g():\n    return y\ndef f():\n    return g()",
])
def test_a_function_that_needs_a_variable_that_waits_does_wait(run, definition):
    run(STUB)
    assert run(f"y = double(3)\n{definition}").startswith(course.NOT_YET)
    assert run("f()").startswith(course.NOT_YET)


def test_a_waiting_cell_that_python_does_not_take_keeps_the_guard(run):
    run(STUB)
    assert run("def f():\n    nonlocal y\ndouble(3)").startswith(course.NOT_YET)
    assert run("double(3)").startswith(course.NOT_YET)


def test_an_attribute_of_the_same_name_is_another_function(run):
    run(STUB)
    run("import types\nmodule = types.SimpleNamespace(double=lambda x: 2 * x)\ndef f(x):\n    return module.double(x)")
    assert run("print(f(2))") == "4\n"


def test_a_name_inside_a_function_is_not_the_variable_outside(run):
    run(STUB)
    run("y = double(3)")
    assert run("def f(y):\n    z = y\n    return z\nprint(f(1))") == "1\n"


def test_a_cell_that_sets_the_variable_itself_does_not_wait(run):
    run(STUB)
    run("y = double(3)")
    assert run("for y in range(2):\n    print(y)") == "0\n1\n"


def test_the_guard_replaces_itself(monkeypatch, shell):
    import builtins

    monkeypatch.setattr(builtins, "get_ipython", lambda: shell, raising=False)
    course.start()
    course.start()
    assert len(shell.ast_transformers) == 1


def test_start_outside_ipython_does_nothing(monkeypatch):
    import builtins

    monkeypatch.delattr(builtins, "get_ipython", raising=False)
    course.start()


def test_the_guard_leaves_other_cells_as_they_are():
    tree = ast.parse("import numpy as np\nx = np.zeros(3)")
    assert course.Guard({}).visit(tree) is tree


def test_check_setup_reads_the_requirements():
    names = [name for name, _ in check_setup.requirements()]
    assert names[0] == "numpy" and "jupyterlab" in names and len(names) == len(set(names))
    assert check_setup.problem("numpy", ">=1.26,<3") is None
    assert "1.0 needed" in check_setup.problem("numpy", "<1.0")
    assert check_setup.problem("no-such-package", ">=1") == "not installed"
