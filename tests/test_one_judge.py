"""check(...) in a notebook and `python -m grader check` reach the same status, message and diagnosis for the same functions."""

import ast
import contextlib
import linecache

import answers
import pytest
from handed_in import old_cells, own_cells, solved, stub, submission
from IPython.core.inputtransformer2 import TransformerManager
from test_old_notebooks import solved_2017, to_2021, unsolved_2017

from grader import cells, reference
from grader.diagnose import edited
from grader.limits import CELL
from grader.questions import notebook_of, notebooks, questions

SEED = 11
KEPT = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Assign  # what the grader reads of a notebook, too
PATIENCE = 60  # seconds: on a busy machine, too, neither side stops looking before the other


GRADER = {"seed": SEED, "patience": PATIENCE}


def in_the_kernel(sources, names, module):
    """Return {name: result} of cells run one after the other in a namespace that has what the course gives for `module`.

    A statement that fails is passed over: older notebooks import modules that are not here, and magics need a kernel.
    """
    course = reference.course_module(module)
    graded = set(reference.graded_functions(module))
    namespace = {"__name__": "__main__", **{name: value for name, value in vars(course).items() if name[0] != "_" and name not in graded}}
    for number, source in enumerate(sources):
        code, file = TransformerManager().transform_cell(source), f"<learner {number}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        for statement in ast.parse(code).body:
            if isinstance(statement, KEPT):
                with contextlib.suppress(Exception):
                    exec(compile(ast.Module([statement], []), file, "exec"), namespace)
    cells.passed.clear()
    return {name: cells.judge_here(questions()[name], namespace[name], namespace, SEED, CELL._replace(patience=PATIENCE)) for name in names if name in namespace}


def by_the_command(grader, sources):
    """Return {name: result} of the questions of a notebook of these cells."""
    return {one["name"]: one for one in grader.grade_submission(submission(*sources))["questions"]}


def assert_the_same(grader, sources, names, module):
    ours, theirs = in_the_kernel(sources, names, module), by_the_command(grader, sources)
    for name, result in ours.items():
        assert result == theirs[name]


def with_others(name, source):
    """Return the cells of a notebook: `source` for the function `name`, the solution for the others."""
    return [source if other.name == name else solved(other.name) for other in notebooks()[notebook_of(name)]]


@pytest.mark.parametrize("name", questions())
class TestEveryQuestion:
    def test_stub_and_solution(self, grader, name):
        for source in (stub(name), solved(name)):
            assert_the_same(grader, with_others(name, source), [name], questions()[name].module)

    def test_right_answers(self, grader, name):
        self.judge_both_ways(grader, questions()[name], answers.right(questions()[name]))

    def test_wrong_answers(self, grader, name):
        sources = [edited(solved(name), mistake.edits) for mistake in questions()[name].mistakes]
        self.judge_both_ways(grader, questions()[name], [*sources, *(source for _, source in answers.wrong(questions()[name]))])

    def judge_both_ways(self, grader, question, sources):
        for source in sources:
            cells = with_others(question.name, source)
            ours = in_the_kernel(cells, [question.name], question.module)[question.name]
            assert ours == grader.sheet(submission(*cells)).result(question)  # the others are right, and are not asked


OWN_SIGMOID = "def sigmoid(Z):\n    return 1 / (1 + np.exp(-2 * Z)), Z\n"
SCALED = "SCALE = (2.5, 1)\ndef linear_forward(A, W, b):\n    Z = W @ A + SCALE[0] * b\n    return Z, (A, W, b)\n"


def test_a_variable_of_the_notebook_and_an_own_version_of_a_given_helper(grader):
    sources = [OWN_SIGMOID, SCALED, solved("linear_activation_forward"), solved("L_model_forward")]
    assert_the_same(grader, sources, ["linear_forward", "linear_activation_forward", "L_model_forward"], "dnn_utils")
    found = by_the_command(grader, sources)
    assert "SCALE" in found["linear_forward"]["message"]["en"]
    assert found["linear_activation_forward"]["signature"] == ["own helper", "sigmoid"]


def test_the_slope_of_the_learners_own_forward_pass(grader):
    wrong = solved("backward_propagation_with_regularization").replace("lambd / m * W2", "lambd / m * W2 ** 3 + 0.1 * W2 * dW2")
    sources = with_others("backward_propagation_with_regularization", wrong)
    assert_the_same(grader, sources, ["backward_propagation_with_regularization"], "reg_utils")


@pytest.mark.parametrize("notebook", notebooks())
def test_functions_that_wait_for_others(grader, notebook, monkeypatch):
    monkeypatch.setattr("grader.judge.diagnose", lambda *args: None)  # what a mistake is called is compared above, and takes its time
    for question in notebooks()[notebook]:
        for source in (stub(question.name), f"def {question.name}(*args):\n    return 1 / 0\n"):
            sources = with_others(question.name, source)
            assert_the_same(grader, sources, [other.name for other in notebooks()[notebook]], question.module)


STYLES = {
    "2017": lambda name: [solved_2017(cell) for cell in old_cells(name)],
    "2017, unsolved": lambda name: [unsolved_2017(cell) for cell in old_cells(name)],
    "2021": lambda name: [to_2021(cell) for cell in old_cells(name)],
    "loops": lambda name: own_cells("loops", name),
    "numpy": lambda name: own_cells("numpy", name),
    "classes": lambda name: own_cells("classes", name),
}


@pytest.mark.parametrize("notebook", notebooks())
@pytest.mark.parametrize("style", STYLES)
def test_notebooks_of_other_courses_and_styles(grader, style, notebook):
    sources, entries = STYLES[style](notebook), notebooks()[notebook]
    ours, theirs = in_the_kernel(sources, [question.name for question in entries], entries[0].module), by_the_command(grader, sources)
    assert len(ours) == len(entries)
    for name, result in ours.items():
        assert without_places(result) == without_places(theirs[name])


def without_places(result):
    """Return a result without what only a file has: how often a function stands in it."""
    if result["definitions"] > 1:
        return {**result, "message": None, "definitions": None}
    return result
