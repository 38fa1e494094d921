"""A class that was never taught: attempts with every status and hostile names, made from the real questions and messages."""

import hashlib
import random

from grader.classroom.store import Attempt
from grader.diagnose import Diagnosis
from grader.questions import notebooks
from grader.result import notebook_result, question_result
from grader.text import Text

HOSTILE = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "../../etc/passwd", "学生😀", "\u202eevil\u202c", "first\nsecond",
    "x" * 200, "\u200b", "", "李明", "half\ud83d", '"><img src=x onerror=alert(2)>', "{{ 7 * 7 }}", "＝SUM(A1)",
    "' onmouseover='alert(3)", "CON", "con", "Zoë", "Zoe\u0308", "</style></script><script>alert(4)</script>", "-1",
    "&lt;b&gt;", "[bold]red[/bold]", "NUL.", " @leading", "nul\x00l", "javascript:alert(5)", "张\u3000伟",
]
LINES = [
    "Z = np.dot(A, W) + b", "cost = -np.sum(logprobs)  # 李明 wrote this", "db = np.sum(dZ, axis=0)", "A = 1 / (1 + np.exp(Z))",
    'raise ValueError("<script>alert(6)</script>")', None,
]
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴", ["Li", "Wei", "Ana", "Omar", "Ming", "Sofia", "Jun", "Noor", "Kofi", "Ivan"]
STATUSES = {"incorrect": 12, "error": 4, "timeout": 1, "blocked": 1, "missing": 1, "not_attempted": 3}  # how frequent each is
FAILING = "x = '<img src=x onerror=alert(7)>'"
MESSAGES = {
    "correct": Text("正确。", "Correct."),
    "error": Text(f"函数的第 3 行出错：`{FAILING}`。ValueError：<b>bold</b>。",
                  f"Line 3 of the function fails: `{FAILING}`. ValueError: <b>bold</b>."),
    "timeout": Text("超过了时限，已被停止。", "Stopped at the time limit."),
    "blocked": Text("代码想打开网络连接，已被拦下。", "The code tried to open a network connection and was stopped."),
    "missing": Text("笔记本里没有这个函数。", "The function is not in the notebook."),
    "not_attempted": Text("还没有写。", "Not attempted yet."),
}


def answer(question, status, chance=None, text="Z = A"):
    """Return the result of one question; chance: a random.Random where a wrong answer is to be one of several."""
    chance = chance or random.Random(0)
    mistake = chance.choice(question.mistakes[:6])
    message, diagnosis = MESSAGES.get(status), None
    if status == "incorrect" and chance.random() < 0.8:
        message = Text(f"{mistake.quantity} 不对。", f"{mistake.quantity} is wrong.")
        diagnosis = Diagnosis(mistake.quantity, mistake.kind, chance.randint(2, 9), Text(mistake.zh, mistake.en), text,
                              (mistake.quantity, mistake.kind, mistake.en))
    elif status == "incorrect":
        first, name = chance.randint(1, 9), mistake.quantity
        message = Text(f"{name} 不对：第一个数是 {first}。", f"{name} is wrong: its first number is {first}.")
    line = text if diagnosis else FAILING if status == "error" else None
    begun = status not in ("not_attempted", "missing")
    return question_result(question, status, message, diagnosis, begun=begun, line_text=line, signature=[status])


def graded(student, assignment, answers, **more):
    """Return an attempt with these results of its questions; more: attributes that are not as usual."""
    file = f"{student}/{assignment}.ipynb"
    digest = hashlib.sha256(file.encode("utf-8", "surrogatepass")).hexdigest()
    result = notebook_result(file, assignment, 2026, answers)
    usual = {"student": student, "file": file, "digest": digest, "status": "graded", "reason": None, "assignment": assignment,
             "seed": 2026, "score": result["score"], "max_score": result["max_score"], "result": result, "code": digest,
             "seconds": 0.05, "version": "0123abcd", "graded_at": "2026-11-22T05:00:00+00:00", "sandboxed": True, "number": 1}
    return Attempt(**{**usual, **more})


def ungraded(student, status, **more):
    """Return an attempt that is unreadable or failed."""
    file = f"{student}/broken.ipynb"
    reason = {"unreadable": Text(f"{file}：不是有效的 JSON", f"{file}: not valid JSON"),
              "failed": Text("评分程序意外结束", "the grader ended unexpectedly")}[status]._asdict()
    return graded(student, None, [], file=file, status=status, reason=reason, result=None, code="", **more)


def statuses(student, assignment, *wanted, **more):
    """Return an attempt whose first questions have these statuses; the others are correct."""
    entries = notebooks()[assignment]
    wanted = [*wanted, *["correct"] * len(entries)]
    return graded(student, assignment, [answer(question, status) for question, status in zip(entries, wanted)], **more)


def drawn(student, assignment, chance):
    """Return an attempt of a student whose skill is drawn."""
    skill = chance.betavariate(4, 1.3)
    results = []
    for question in notebooks()[assignment]:
        status = "correct" if chance.random() < skill else chance.choices(list(STATUSES), list(STATUSES.values()))[0]
        results.append(answer(question, status, chance, chance.choice(LINES)))
    return graded(student, assignment, results, number=chance.choice([1, 1, 1, 2, 3]))


def names(n, chance):
    """Return n different names, the hostile ones first."""
    ordinary = [chance.choice(FAMILY) + chr(0x4E00 + k) if k % 3 == 0 else f"{chance.choice(GIVEN)} {chance.choice(GIVEN)} {k}"
                for k in range(n)]
    return list(dict.fromkeys([*HOSTILE, *ordinary]))[:n]


def class_of(n, seed, assignments=("1_dnn_step_by_step",), named=None):
    """Return (grades, to_look_at) of n students: about 2 % unreadable and 1 % failed, and some with the same work.

    named: the students' names, if not those of names().
    """
    chance = random.Random(seed)
    grades, to_look_at, copied = [], [], {}
    for student in named or names(n, random.Random(seed)):
        luck = chance.random()
        if luck < 0.03:
            grades.append(ungraded(student, "unreadable" if luck < 0.02 else "failed"))
            continue
        for assignment in assignments:
            made = drawn(student, assignment, chance)
            first = copied.setdefault(assignment, made)
            if luck > 0.98:
                made.code = first.code
            grades.append(made)
        if luck > 0.99:
            to_look_at.append(ungraded(student, "unreadable"))
    return grades, to_look_at
