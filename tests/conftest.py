"""Settings of the tests: the random inputs of hypothesis are the same at every run.

HYPOTHESIS_PROFILE=default draws new ones: `HYPOTHESIS_PROFILE=default make test PYTEST=tests/test_gradients.py`.
"""

import os
import signal

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for what a shell starts in the background; the tests' commands shall hear it
    signal.signal(signal.SIGINT, signal.default_int_handler)
