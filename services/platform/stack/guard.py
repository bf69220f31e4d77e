"""Run as a program: ties the process to the life of the one that started it, then becomes the command it was given.

    python guard.py PARENT_PID COMMAND ARGUMENT...

On Linux the kernel kills this process when the *thread* that forked it ends, however the runner died, kill -9 included; the wish
survives `exec`. (`server.py` therefore forks from a thread that lives as long as the runner.) Other systems know no such wish: there
the servers outlive a runner that was killed, and the lock on the data directory says so at the next start.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the wish was made, and nobody would tell us
        sys.exit("The process that wanted this server is gone.")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
