"""Start the process that will run a learner's code. Nothing slow is imported, so that it gets ready while the caller imports."""

import os
import subprocess
import sys

WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")

RUNNER = ("GITHUB_", "RUNNER_", "ACTIONS_")  # with these a step of a workflow on GitHub finds its tokens and the files for its results


spare = []  # a process that was started before it was needed


def warm_up():
    """Start a process for the next call of start_worker; it ends with this one if there is no such call."""
    spare.append(start_worker())


def start_worker():
    """Return the process of worker.py, an interpreter of its own that sees nothing of the caller's settings."""
    if spare:
        return spare.pop()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(RUNNER)}
    environment = {**kept, "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-I", WORKER], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)
