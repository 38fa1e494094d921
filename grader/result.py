"""The result of one notebook as plain data, as `--json` prints it. What is decided on is a field; messages are only read."""

SCHEMA = 1
STATUSES = ("correct", "incorrect", "not_attempted", "missing", "error", "timeout", "blocked")


def question_result(question, status, message, diagnosis=None, *, begun=True, planted=False, line_text=None, signature=()):
    """Return the result of one question; message: a Text; diagnosis: a diagnose.Diagnosis or None.

    begun: something was written; planted: a bug that was planted is still there; line_text: the learner's line that the diagnosis or the
    exception is about; signature: the same for two answers that are wrong in the same way. Later set: waits_for, names of functions
    that are to be right before this right one works; definitions, how often the function stands in the notebook.
    """
    return {
        "name": question.name,
        "status": status,
        "points": question.points if status == "correct" else 0,
        "max_points": question.points,
        "message": {"zh": message.zh, "en": message.en},
        "diagnosis": diagnosis and {
            "quantity": diagnosis.quantity, "kind": diagnosis.kind, "line": diagnosis.line,
            "zh": diagnosis.text.zh, "en": diagnosis.text.en, "text": diagnosis.line_text},
        "begun": begun,
        "planted": planted,
        "waits_for": [],
        "definitions": 1,
        "line_text": line_text,
        "signature": list(diagnosis.signature if diagnosis else signature),
    }


def completed(result):
    """Return a result that an earlier version stored, with the fields that it lacks; in what it knew, they are as they would be now."""
    for question in result.get("questions", ()):
        diagnosis, status = question["diagnosis"] or {}, question["status"]
        fields = {
            "begun": status not in ("not_attempted", "missing"), "planted": False, "waits_for": [], "definitions": 1,
            "line_text": diagnosis.get("text"), "signature": [diagnosis.get("quantity"), diagnosis.get("kind")] if diagnosis else [status]}
        question.update({name: value for name, value in fields.items() if name not in question})
    return result


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
