"""The stand-in for DynamoDB keeps what it is given for as long as it runs."""

from typing import Any

import pytest
from aiobotocore.session import get_session

from myclothes.engines.dynamodb import DynamoDB
from tests.conftest import Run


async def ask(engine: DynamoDB, operation: str, **arguments: Any) -> Any:
    session = get_session()
    async with session.create_client(
        "dynamodb",
        endpoint_url=engine.endpoint,
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    ) as client:
        return await getattr(client, operation)(**arguments)


@pytest.mark.filterwarnings("default::DeprecationWarning")
def test_it_keeps_what_it_is_given(dynamodb: DynamoDB, prefix: str, run: Run[Any]) -> None:
    table = f"carts-{prefix.strip(':')}"
    key = {"id": {"S": "one"}}
    run(
        ask(
            dynamodb,
            "create_table",
            TableName=table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    )
    run(ask(dynamodb, "put_item", TableName=table, Item=key))
    assert run(ask(dynamodb, "get_item", TableName=table, Key=key))["Item"] == key
    assert dynamodb.alive
