"""Crashes teach too: what a learner reads when their code raises, and what is said where nothing explains a wrong value."""

import re

import pytest
from handed_in import solved, submission

from grader.questions import questions
from grader.screen import next_to_mend

BACKWARD = solved("linear_backward")


GRADER = {"seed": 1, "seconds": 2}


def result_of(grader, name, *cells):
    """Return the result of one question for a notebook of these cells."""
    result = grader.sheet(submission(*cells)).result(questions()[name])
    assert re.search("[\u4e00-\u9fff]", result["message"]["zh"]) and not re.search("[\u4e00-\u9fff]", result["message"]["en"].replace("，", ""))
    return result


CRASHES = {  # what replaces `W.T @ dZ` -> what must be said in English, what in Chinese
    "W @ dZ": ("The shapes do not fit: W (2, 3), dZ (2, 5). The shapes of the formula: dA_prev (n_prev, m)", "形状对不上：W (2, 3), dZ (2, 5)"),
    "W.T @ dz": ("There is no dz; did you mean dZ?", "没有叫 dz 的名字，是不是想写 dZ？"),
    "W.T @ dZZ": ("There is no dZZ; did you mean dZ?", "是不是想写 dZ？"),
    "np.dott(W.T, dZ)": ("numpy has no dott. Did you mean dot?", "是不是想写 dot？"),
    "numpy.dot(W.T, dZ)": ("NumPy is called np here.", "NumPy 在这里叫 np"),
    "W.T * None": ("A value is still None", "某个值还是 None"),
    "(lambda: ...)() * W.T": ("A value is still ...", "某个值还是 ..."),
    "W.T(dZ)": ("A value is called like a function", "把一个值当函数调用了"),
    "cache['W'].T @ dZ": ("Line 13 of the function fails: `dA_prev = cache['W'].T @ dZ`", "函数的第 13 行出错"),
    "{'W': W}['w'].T @ dZ": ("The dictionary has no key w", "字典里没有键 w"),
    "cache[3].T @ dZ": ("The index is out of range", "下标超出了范围"),
    "linear_backward(dZ, cache)": ("The function keeps calling itself", "函数不停地调用自己"),
    "input()": ("do not use input", "不要用 input"),
    "exit()": ("The code calls exit", "代码里调用了 exit"),
}


@pytest.mark.parametrize("code", CRASHES)
def test_an_exception_is_explained(grader, code):
    result = result_of(grader, "linear_backward", "import numpy as np\n" + BACKWARD.replace("W.T @ dZ", code))
    english, chinese = CRASHES[code]
    assert result["status"] == "error" and result["points"] == 0
    assert english in result["message"]["en"], result
    assert chinese in result["message"]["zh"], result
    assert "Line 13 of the function fails" in result["message"]["en"] or code == "linear_backward(dZ, cache)"


@pytest.mark.parametrize("slip, english, chinese", [
    ("    return dA_prev，dW, db", "The character ， is not the plain one of the keyboard", "中文（全角）标点"),
    ("    return (dA_prev, dW, db", "Cell 2, line 16 has a syntax error", "第 2 个单元格第 16 行有语法错误"),
])
def test_a_syntax_error_names_the_cell_and_the_line(grader, slip, english, chinese):
    wrong = BACKWARD.replace("    return dA_prev, dW, db", slip)
    forward = solved("linear_forward")
    result = result_of(grader, "linear_backward", forward, "# my answer\n" + wrong)
    assert result["status"] == "error" and english in result["message"]["en"] and chinese in result["message"]["zh"], result
    assert result_of(grader, "linear_forward", forward, wrong)["status"] == "correct"


def test_a_variable_of_the_notebook_is_pointed_out(grader):
    wrong = BACKWARD.replace("    m = A_prev.shape[1]\n", "")
    assert "m is a variable of the notebook" in result_of(grader, "linear_backward", "m = compute()", wrong)["message"]["en"]
    assert "uses m of the notebook instead of its own arguments" in result_of(grader, "linear_backward", "m = 2", wrong)["message"]["en"]


@pytest.mark.parametrize("returned, english", [
    ("return dW, db, dA_prev", "the returned values are in the wrong order: (dA_prev, dW, db) is expected"),
    ("return dW, dA_prev, db", "dA_prev and dW are swapped in what is returned"),
])
def test_returned_values_in_another_order(grader, returned, english):
    result = result_of(grader, "linear_backward", BACKWARD.replace("return dA_prev, dW, db", returned))
    assert english in result["diagnosis"]["en"] and result["diagnosis"]["line"] == 15


@pytest.mark.parametrize("returned, english", [
    ("", "The function should return (dA_prev, dW, db), but returns None. Is the return statement missing?"),
    ("return dA_prev, dW", "The function should return (dA_prev, dW, db), but returns 2 values."),
    ("return [dA_prev]", "but returns 1 values."),
    ("return 'x'", "but returns str."),
    ("return dA_prev, dW, None", "db should be an array of shape (2, 1), it is None."),
])
def test_what_is_returned_has_another_form(grader, returned, english):
    result = result_of(grader, "linear_backward", BACKWARD.replace("return dA_prev, dW, db", returned))
    assert english in result["message"]["en"] and result["status"] == "incorrect"


def test_a_crash_is_not_explained_by_what_merely_crashes_as_well(grader):
    source = solved("initialize_parameters_he")
    wrong = re.sub(r"layers_dims\[l - 1\]", "layers_dims[l - 20]", source)
    assert result_of(grader, "initialize_parameters_he", wrong)["diagnosis"] is None
    assert result_of(grader, "linear_backward", "class linear_backward:\n    pass")["diagnosis"] is None


def test_finite_differences_of_the_learners_own_forward_pass(grader):
    backward = solved("L_model_backward")
    wrong = backward.replace('        grads["dA" + str(l - 1)]', '        dW = np.exp(dW)\n        grads["dA" + str(l - 1)]')
    result = result_of(grader, "L_model_backward", wrong)
    assert result["diagnosis"] is None
    found = re.search(r"By finite differences of your own L_model_forward, (dW\d\[\d, \d\]) is (\S+); your gradient says", result["message"]["en"])
    assert found and f"{found[1]}, for one, should be {found[2]}" in result["message"]["en"]


def test_watch_speaks_of_what_has_just_broken():
    def question(name, status):
        return {"name": name, "status": status, "points": 0, "max_points": 10, "message": {"zh": "", "en": ""}, "diagnosis": None}

    before = {"questions": [question("a", "not_attempted"), question("b", "incorrect"), question("c", "correct")]}
    after = {"questions": [question("a", "not_attempted"), question("b", "incorrect"), question("c", "error")]}
    assert next_to_mend(after, before)["name"] == "c"
    assert next_to_mend(after, None)["name"] == "b"
    assert next_to_mend({"questions": before["questions"][:1]}, None)["name"] == "a"
    assert next_to_mend({"questions": before["questions"][2:]}, None) is None


NAN = "import numpy as np\ndef compute_cost(AL, Y):\n    {}"


@pytest.mark.parametrize("body", ["return float('nan')", "return np.log(-1.0 - AL[0, 0])", "J = 0 * np.inf\n    return J * np.sum(AL - Y)"])
def test_nan_that_comes_from_elsewhere_gets_no_cause_of_the_reference(grader, body):
    result = result_of(grader, "compute_cost", NAN.format(body))
    assert result["status"] == "incorrect" and "nan (not a number)" in result["message"]["en"] and result["diagnosis"] is None


def test_nan_of_a_line_like_the_reference_s_is_explained(grader):
    source = solved("compute_cost")
    wrong = source.replace("1 - AL", "AL - 1")
    assert wrong != source
    result = result_of(grader, "compute_cost", "import numpy as np\n" + wrong)
    assert result["diagnosis"] and result["diagnosis"]["quantity"] == "logprobs", result
