"""The questions, by notebook. Each module has the entries of one notebook; they are loaded when first asked for."""

import functools
import importlib

MODULES = {"1_dnn_step_by_step": "dnn", "2_initialization": "init", "3_regularization": "reg", "4_gradient_checking": "gc"}
REFERENCES = {notebook: f"{module}_utils" for notebook, module in MODULES.items()}


def entries_of(notebook):
    """Return the questions of a notebook, in order."""
    return importlib.import_module(f".{MODULES[notebook]}", __name__).QUESTIONS


@functools.cache
def notebooks():
    """Return {notebook: its questions in order}."""
    return {notebook: entries_of(notebook) for notebook in MODULES}


@functools.cache
def questions():
    """Return {graded function: its question}."""
    return {question.name: question for entries in notebooks().values() for question in entries}


def notebook_of(name):
    """Return the notebook in which the graded function `name` is."""
    return next(notebook for notebook, entries in notebooks().items() if any(question.name == name for question in entries))
