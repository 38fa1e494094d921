"""What a learner's code may take for each exercise, and how long the cause of a mistake is looked for.

The three differ on purpose: on the command line a learner waits for one notebook; in a cell, for one function, and there is no limit of
memory in the kernel; in a class several run at once, and a teacher's machine has to hold them all.
"""

from typing import NamedTuple


class Limits(NamedTuple):
    """seconds: for all calls of a function together; megabytes: of memory; patience: seconds to look for a cause."""

    seconds: float
    megabytes: int | None
    patience: float


CHECK = Limits(5.0, 2048, 3.0)
CELL = Limits(5.0, None, 1.5)
CLASS = Limits(5.0, 512, 1.0)
