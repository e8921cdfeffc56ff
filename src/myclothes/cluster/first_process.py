"""The first process of an enclosure: starts the command, collects orphans that end, and ends when the command has.

    python -m myclothes.cluster.first_process LIFELINE COMMAND…

When the other end of LIFELINE, a descriptor, closes, whoever started the enclosure has died: the command is asked to
stop. The kernel ends everything else in the enclosure together with this process.
"""

import os
import signal
import sys
import threading
import time

PATIENCE = 60.0
"""Seconds that the command has to stop."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(lifeline: int, command: list[str]) -> int:
    child = os.fork()
    if child == 0:
        os.close(lifeline)
        os.execvp(command[0], command)  # noqa: S606
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # they are for the whole group, and the command has heard them itself
    threading.Thread(target=_watch, args=(lifeline, child), daemon=True).start()
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.waitstatus_to_exitcode(status)


def _watch(lifeline: int, child: int) -> None:
    os.read(lifeline, 1)
    os.kill(child, signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    code = main(int(sys.argv[1]), sys.argv[2:])
    sys.exit(code if code >= 0 else 128 - code)
