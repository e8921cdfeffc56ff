"""One DynamoDB table, reached with bounded waits and bounded retries.

The library would retry by itself, also writes that may have been carried out; so its retries are off and ours decide.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from typing import Any

from aiobotocore.config import AioConfig  # type: ignore[import-untyped]
from aiobotocore.session import get_session  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
)

from myclothes.kernel.errors import Unavailable

Item = dict[str, Any]

_TRIES = 3
_OPENING_SECONDS = 15.0
_NOT_DONE = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_UNKNOWN = {"InternalServerError", "InternalFailure", "ServiceUnavailable"}


class Refused(Exception):
    """The condition of a write did not hold. `item` is what was there instead, None for nothing."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("condition failed")
        self.item = item


class Table:
    """`seconds` bounds each call with all its retries; the first one has longer, since it loads the library.

    `endpoint` is for a DynamoDB that is not AWS's own. Without it the usual AWS sources give the credentials
    (environment, profile, role of the instance). With it the table is made when it is missing, since a stand-in
    forgets its tables when it stops.
    """

    def __init__(self, name: str, *, region: str, endpoint: str | None = None, seconds: float = 4.0) -> None:
        self.name = name
        self._region = region
        self._endpoint = endpoint
        self._seconds = seconds
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._creating = asyncio.Lock()
        self._client: Any = None

    async def get(self, cart_id: str, projection: str, names: dict[str, str]) -> Item | None:
        """A consistent read, so that a shopper sees their own last change."""
        answer: dict[str, Item] = await self.call(
            "get_item",
            safe=True,
            Key={"id": {"S": cart_id}},
            ConsistentRead=True,
            ProjectionExpression=projection,
            ExpressionAttributeNames=names,
        )
        return answer.get("Item")

    async def write(self, operation: str, *, safe: bool, **arguments: Any) -> None:
        """One conditional write. Raises `Refused`, with the item."""
        try:
            await self.call(operation, safe=safe, ReturnValuesOnConditionCheckFailure="ALL_OLD", **arguments)
        except ClientError as error:
            if _code(error) != "ConditionalCheckFailedException":
                raise
            raise Refused(error.response.get("Item")) from None

    async def call(self, operation: str, *, safe: bool, **arguments: Any) -> Any:
        """`safe`: doing it twice does no harm. Raises `Unavailable`, and `ClientError` for what DynamoDB refuses."""
        if operation != "transact_write_items":
            arguments["TableName"] = self.name
        client = await self._connected()
        try:
            return await self._tried(getattr(client, operation), safe, arguments)
        except ClientError as error:
            if not self._endpoint or _code(error) != "ResourceNotFoundException":
                raise
        await self.create()
        return await self._tried(getattr(client, operation), safe, arguments)

    async def _tried(self, operation: Any, safe: bool, arguments: dict[str, Any]) -> Any:
        doubt = False
        try:
            async with asyncio.timeout(self._seconds):
                for attempt in range(_TRIES):
                    try:
                        return await operation(**arguments)
                    except (ClientError, BotoCoreError, OSError) as error:
                        doubt = _left(error) or doubt
                        if doubt and not safe:
                            raise Unavailable(in_doubt=True) from error
                    await asyncio.sleep(0.05 * 2**attempt * random.uniform(0.5, 1.0))
        except TimeoutError:
            doubt = True
        raise Unavailable(in_doubt=doubt)

    async def create(self) -> None:
        """For development: the table, paid by request, with its expiry. One that is there already is fine."""
        async with self._creating:
            try:
                await self.call(
                    "create_table",
                    safe=True,
                    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                    BillingMode="PAY_PER_REQUEST",
                )
            except ClientError as error:
                if _code(error) != "ResourceInUseException":
                    raise
                return
            async with asyncio.timeout(60):
                while (await self.call("describe_table", safe=True))["Table"]["TableStatus"] != "ACTIVE":  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            specification = {"Enabled": True, "AttributeName": "expires"}
            await self.call("update_time_to_live", safe=True, TimeToLiveSpecification=specification)

    async def close(self) -> None:
        self._client = None
        await self._stack.aclose()

    async def _connected(self) -> Any:
        """The client. The library reads its models from disk for the first call, which may take a second or two."""
        if self._client is None:
            try:
                async with asyncio.timeout(_OPENING_SECONDS), self._opening:
                    if self._client is None:
                        self._client = await self._stack.enter_async_context(self._made())
            except TimeoutError as error:
                raise Unavailable from error
        return self._client

    def _made(self) -> Any:
        local = {"aws_access_key_id": "local", "aws_secret_access_key": "local"} if self._endpoint else {}
        config = AioConfig(
            connect_timeout=1.0,
            read_timeout=self._seconds / 2,
            max_pool_connections=64,
            retries={"total_max_attempts": 1},
        )
        return get_session().create_client(
            "dynamodb", region_name=self._region, endpoint_url=self._endpoint, config=config, **local
        )


def _code(error: Exception) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def _left(error: Exception) -> bool:
    """Whether a write that failed so may have been carried out. Raises `error` itself where a retry is no use."""
    if isinstance(error, ClientError):
        if _code(error) not in _NOT_DONE | _UNKNOWN:
            raise error
        return _code(error) in _UNKNOWN
    return not isinstance(error, EndpointConnectionError | ConnectTimeoutError)
