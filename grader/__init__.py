"""The grader: a notebook's functions are run, compared with the reference, and what is wrong is named.

    notebook file -> submission -> runner -> compare -> diagnose -> result -> report

`python -m grader --help` is the command line; `grader.cells` has check, hint and solution for a notebook's cells.
Nothing is imported here: a check must answer at once.
"""
