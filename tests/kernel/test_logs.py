import json
import logging
import sys

import pytest

from myclothes.kernel.logs import JsonFormatter, TextFormatter, configure, request_id


def record(event: str, **extra: object) -> logging.LogRecord:
    return logging.getLogger("myclothes.test").makeRecord(
        "myclothes.test", logging.WARNING, "file.py", 1, event, (), None, extra=extra
    )


def test_a_line_is_one_json_object() -> None:
    token = request_id.set("abc-1")
    line = JsonFormatter().format(record('two\nlines "quoted" 옷', lines=3))
    request_id.reset(token)
    assert "\n" not in line
    written = json.loads(line)
    assert written.pop("time").endswith("+00:00")
    assert written == {
        "level": "warning",
        "logger": "myclothes.test",
        "event": 'two\nlines "quoted" 옷',
        "request_id": "abc-1",
        "lines": 3,
    }


def test_outside_of_a_request_there_is_no_id() -> None:
    assert "request_id" not in json.loads(JsonFormatter().format(record("started")))


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_an_exception_is_written_without_what_people_typed(formatter: logging.Formatter) -> None:
    failed = record("failed")
    try:
        raise ValueError("no such mail: kim@example.com\nDETAIL: Key (name)=(Kim Min-ji) exists")
    except ValueError:
        failed.exc_info = sys.exc_info()
    text = formatter.format(failed)
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert "kim@example.com" not in text
    assert "Min-ji" not in text


def test_causes_are_told_too() -> None:
    failed = record("failed")
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer") from error
    except ValueError:
        failed.exc_info = sys.exc_info()
    assert json.loads(JsonFormatter().format(failed))["error"]["cause"]["type"] == "builtins.KeyError"


def test_logs_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure("warning", as_json=True)
        logging.getLogger("myclothes.test").info("quiet")
        logging.getLogger("myclothes.test").warning("loud")
    finally:
        root.handlers[:], root.level = before
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["loud"]
