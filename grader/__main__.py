"""`python -m grader check | watch | reset | class | github`."""

import sys

from grader.sandbox.start import warm_up

if __name__ == "__main__":
    if sys.argv[1:2] in (["check"], ["watch"], ["github"]):
        warm_up()  # before the slow imports
    from grader.cli import main

    sys.exit(main(sys.argv[1:]))
