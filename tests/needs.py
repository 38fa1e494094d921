"""What some tests need of the machine. On a learner's machine without it they are skipped and say what to install; .ci/run installs it."""

import pytest

from grader.classroom.local import local_weaknesses

weaknesses = "; ".join(text.en for text in local_weaknesses())
needs_sandbox = pytest.mark.skipif(bool(weaknesses), reason=f"no sandbox here: {weaknesses}")
