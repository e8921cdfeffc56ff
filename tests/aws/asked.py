"""What the stand-in of AWS was asked, by whom; and whether a policy allows it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.core.responses import BaseResponse
from moto.iam.access_control import IAMPolicy, PermissionResult


@dataclass(frozen=True)
class Asked:
    key: str
    """Access key of who asked."""
    action: str
    """As policies name it."""
    resource: str


_RECORDED: list[Asked] = []
_ACCOUNT = "eu-central-1:123456789012"


@contextmanager
def recording() -> Iterator[list[Asked]]:
    _RECORDED.clear()
    yield _RECORDED


def allowed(policy: dict[str, Any], asked: Asked) -> bool:
    return IAMPolicy(json.dumps(policy)).is_action_permitted(asked.action, asked.resource) == PermissionResult.PERMITTED


def _asked(response: Any) -> Iterator[Asked]:
    service, action, key = response.service_name, response._get_action(), response.access_key
    body = response.body  # the part for DynamoDB has read it already
    if not isinstance(body, dict):
        body = json.loads(body) if str(body).startswith("{") else {}
    if action == "TransactWriteItems":  # policies know its parts only
        for item in body["TransactItems"]:
            [(part, what)] = item.items()
            yield Asked(key, f"dynamodb:{_PARTS[part]}", _table(what))
    elif service == "dynamodb":
        yield Asked(key, f"dynamodb:{action}", _table(body))
    elif service == "ssm":
        yield Asked(key, f"ssm:{action}", f"arn:aws:ssm:{_ACCOUNT}:parameter{body.get('Name', '')}")
    elif service == "secretsmanager":
        yield Asked(key, f"secretsmanager:{action}", str(body.get("SecretId", "")))
    else:
        yield Asked(key, f"{service}:{action}", "*")


_PARTS = {"Update": "UpdateItem", "Put": "PutItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


def _table(body: dict[str, Any]) -> str:
    return f"arn:aws:dynamodb:{_ACCOUNT}:table/{body.get('TableName', '')}"


def _recorded(self: Any) -> Any:
    _RECORDED.extend(_asked(self))
    return _CALL(self)


_CALL = BaseResponse.call_action
BaseResponse.call_action = _recorded  # type: ignore[method-assign]
