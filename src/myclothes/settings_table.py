"""`myclothes settings`: every environment variable, said from the settings themselves so that none is forgotten."""

import ast
import dataclasses
import inspect

from myclothes.settings import Settings

PLAIN = {
    "database_schema": "Schema of the shop's tables.",
    "carts": "Where carts are kept: valkey, sql, cookie, memory or dynamodb.",
    "cart_days": "Days that an untouched cart is kept.",
    "session_days": "Days that an untouched session is kept.",
    "dynamodb_table": "Table for carts in DynamoDB.",
    "dynamodb_region": "AWS region of that table.",
    "host": "Address to listen on.",
    "port": "Port to listen on.",
    "workers": "Worker processes; one a core is right.",
    "metrics_host": "Address for the metrics; keep it where shoppers cannot come.",
    "currency": "ISO 4217 code of all prices.",
    "zone": "Zone of this instance, sent as `X-Zone` when set.",
    "runtime_dir": "Folder for the drain marker and metrics; each instance on a machine needs its own.",
    "log_level": "debug, info, warning or error.",
    "log_json": "One JSON object a line, or plain text.",
}
"""What the fields mean that speak for themselves in the code and so have no docstring there."""


def settings_table() -> list[tuple[str, str]]:
    """Each variable with its meaning and default."""
    meanings = PLAIN | _docstrings()
    return [
        (f"MYCLOTHES_{field.name.upper()}", f"{meanings.get(field.name, '')}\n{_default(field)}")
        for field in dataclasses.fields(Settings)
    ]


def _docstrings() -> dict[str, str]:
    """The string that follows each field of the class, which Python itself does not keep."""
    body = ast.parse(inspect.getsource(Settings)).body[0]
    found: dict[str, str] = {}
    if isinstance(body, ast.ClassDef):
        for field, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
                found[field.target.id] = inspect.cleandoc(str(ast.literal_eval(after.value)))
    return found


def _default(field: "dataclasses.Field[object]") -> str:
    if field.default is dataclasses.MISSING:
        return "Required."
    return f"Default: {field.default}" if field.default not in (None, "") else "Not set by default."
