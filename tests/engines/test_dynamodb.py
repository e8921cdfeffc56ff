"""The stand-in for DynamoDB keeps tables for as long as it runs."""

from pathlib import Path
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
def test_it_keeps_a_table_until_it_stops(engines_folder: Path, run: Run[Any]) -> None:
    engine = DynamoDB(engines_folder / "brief-dynamodb")
    engine.start()
    run(
        ask(
            engine,
            "create_table",
            TableName="carts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    )
    assert run(ask(engine, "list_tables"))["TableNames"] == ["carts"]
    engine.stop()
    engine.start()
    assert run(ask(engine, "list_tables"))["TableNames"] == []
    engine.stop()
