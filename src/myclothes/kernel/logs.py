"""Logs: one JSON object a line, each with the id of the request it belongs to, and nothing about the person.

    configure("info", as_json=True)                      at start, once a process
    log = logging.getLogger(__name__)
    log.info("cart merged", extra={"lines": 3})           → {"time", "level", "logger", "event", "request_id", "lines"}

What never goes into a log: addresses with their query, cookies, tokens, names, mail or IP addresses. An exception is
written as its type, the first line of its text with mail addresses masked, and the places in the code it came through.
"""

import json
import logging
import logging.config
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that the running code works for; "" outside of requests."""

_OWN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", None, None))) | {"message", "asctime", "taskName"}
_MAIL = re.compile(r"\S+@\S+")
_LONGEST = 300


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update((name, value) for name, value in vars(record).items() if name not in _OWN)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """For a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        extras = "".join(f" {name}={value}" for name, value in vars(record).items() if name not in _OWN)
        text = f"{record.levelname.lower():7} {record.getMessage()}{extras}"
        if record.exc_info and record.exc_info[1] is not None:
            error = describe(record.exc_info[1])
            text += "\n".join([f" {error['type']}: {error['text']}", *error["through"]])
        return text


def describe(error: BaseException) -> dict[str, Any]:
    """An exception without what a person typed: PostgreSQL, for one, repeats whole rows in its later lines."""
    first_line = str(error).partition("\n")[0][:_LONGEST]
    frames = traceback.extract_tb(error.__traceback__)
    described: dict[str, Any] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "text": _MAIL.sub("<mail>", first_line),
        "through": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if error.__cause__ is not None:
        described["cause"] = describe(error.__cause__)
    return described


def configure(level: str, *, as_json: bool) -> None:
    """Send all logs of this process to standard error. `level` is one of debug, info, warning, error."""
    logging.config.dictConfig(log_config(level, as_json=as_json))


def log_config(level: str, *, as_json: bool) -> dict[str, Any]:
    """The same as a `logging.config` dictionary, for servers that set up their logs themselves."""
    formatter = JsonFormatter if as_json else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{__name__}.{formatter.__name__}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
