"""`python tied.py PARENT COMMAND...`: run a command that ends when its parent does, killed or not.

Else a supervisor that is killed would leave servers behind which hold the ports and go on
writing. The system's own means is for Linux (prctl(2)); elsewhere the command just runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was gone before we could say so
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - the supervisor's fixed commands, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
