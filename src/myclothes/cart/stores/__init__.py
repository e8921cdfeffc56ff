"""The engines that can keep carts, one file each, and the choice among them."""

from myclothes.cart.store import CartStore
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database
from myclothes.settings import Settings


def store_for(settings: Settings, *, durable: Valkey, database: Database) -> CartStore:
    """The store that `settings.carts` names. Each engine's library is only loaded when it is the one.

    Raises `ModuleNotFoundError` for `dynamodb` without the extra of that name.
    """
    seconds = settings.cart_days * 24 * 3600.0
    match settings.carts:
        case "memory":
            from myclothes.cart.stores.memory import MemoryStore

            return MemoryStore(seconds=seconds)
        case "cookie":
            from myclothes.cart.stores.cookie import CookieStore

            return CookieStore(settings.secrets, seconds=seconds)
        case "sql":
            from myclothes.cart.stores.sql import SqlStore

            return SqlStore(database, seconds=seconds)
        case "dynamodb":
            from myclothes.cart.stores.dynamodb import DynamoDbStore
            from myclothes.cart.stores.dynamodb_table import Table

            table = Table(settings.dynamodb_table, region=settings.dynamodb_region, endpoint=settings.dynamodb_endpoint)
            return DynamoDbStore(table, seconds=seconds)
        case _:
            from myclothes.cart.stores.valkey import ValkeyStore

            return ValkeyStore(durable, prefix=settings.key_prefix, seconds=seconds)
