"""Where those who keep the cluster write what they see: a file in its folder, and nowhere else."""

import logging
from pathlib import Path

NAME = "myclothes.cluster"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LARGEST = 5_000_000
"""Bytes. A log that has grown beyond this is set aside at the next start."""


class Log:
    """From its making to `close`."""

    def __init__(self, path: Path) -> None:
        if path.exists() and path.stat().st_size > LARGEST:
            path.replace(path.with_suffix(".old.log"))
        self._handler = logging.FileHandler(path, encoding="utf-8")
        self._handler.setFormatter(logging.Formatter(FORMAT))
        logger = logging.getLogger(NAME)
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False

    def close(self) -> None:
        logger = logging.getLogger(NAME)
        logger.removeHandler(self._handler)
        logger.propagate = True
        self._handler.close()
