"""The result of one notebook as plain data, as `--json` prints it."""

SCHEMA = 1
STATUSES = ("correct", "incorrect", "not_attempted", "missing", "error", "timeout", "blocked")


def question_result(question, status, message, diagnosis=None):
    """Return the result of one question; message: a Text; diagnosis: a diagnose.Diagnosis or None."""
    return {
        "name": question.name,
        "status": status,
        "points": question.points if status == "correct" else 0,
        "max_points": question.points,
        "message": {"zh": message.zh, "en": message.en},
        "diagnosis": diagnosis and {
            "quantity": diagnosis.quantity, "kind": diagnosis.kind, "line": diagnosis.line,
            "zh": diagnosis.text.zh, "en": diagnosis.text.en},
    }


def notebook_result(path, assignment, seed, questions):
    """Return the result of a notebook."""
    return {
        "schema": SCHEMA,
        "notebook": str(path),
        "assignment": assignment,
        "seed": seed,
        "score": sum(question["points"] for question in questions),
        "max_score": sum(question["max_points"] for question in questions),
        "questions": questions,
    }
