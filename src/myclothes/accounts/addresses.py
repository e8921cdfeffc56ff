"""The address book: where the parcels of an account go. One of them is the one that checkout begins with.

    book = AddressBook(database)
    await book.all(account_id) -> list[SavedAddress]        the default one first, then the newest
    await book.add(account_id, address) -> SavedAddress     an address that is there already stays one

Whoever holds a transaction of their own takes `addresses_of(conn, account_id)`.
"""

import asyncpg
import msgspec

from myclothes.accounts.postal import Address
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Conflict, NotFound
from myclothes.kernel.i18n import Message

MOST = 20
_COLUMNS = "id, is_default, name, line1, city, country, line2, region, postal_code, phone"
_ALL = f"SELECT {_COLUMNS} FROM account_address WHERE account_id = $1 ORDER BY is_default DESC, id DESC"
_ONE = f"SELECT {_COLUMNS} FROM account_address WHERE account_id = $1 AND id = $2"
# All changes of one book come after each other: the limit and the one default hold.
_LOCK = "SELECT id FROM account WHERE id = $1 FOR UPDATE"
_ADD = f"""
    INSERT INTO account_address (account_id, is_default, name, line1, city, country, line2, region, postal_code, phone)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING {_COLUMNS}
"""
_CHANGE = f"""
    UPDATE account_address SET
        name = $3, line1 = $4, city = $5, country = $6, line2 = $7, region = $8, postal_code = $9, phone = $10
    WHERE account_id = $1 AND id = $2 RETURNING {_COLUMNS}
"""
_REMOVE = "DELETE FROM account_address WHERE account_id = $1 AND id = $2 RETURNING is_default"
_NO_DEFAULT = "UPDATE account_address SET is_default = false WHERE account_id = $1 AND is_default"
_DEFAULT = "UPDATE account_address SET is_default = true WHERE account_id = $1 AND id = $2 RETURNING id"
_NEWEST = "SELECT id FROM account_address WHERE account_id = $1 ORDER BY id DESC LIMIT 1"


class BookFull(Conflict):
    title = "Your address book is full"


class SavedAddress(msgspec.Struct, frozen=True):
    id: int
    default: bool
    address: Address


class AddressBook:
    """All methods raise `Unavailable`; those about one address `NotFound` if the account has no such address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, account_id: int) -> list[SavedAddress]:
        async with self._database.reading() as conn:
            return await addresses_of(conn, account_id)

    async def one(self, account_id: int, address_id: int) -> SavedAddress:
        async with self._database.reading() as conn:
            return _found(await conn.fetchrow(_ONE, account_id, _id(address_id)))

    async def add(self, account_id: int, address: Address, *, default: bool = False) -> SavedAddress:
        """The first one becomes the default. Raises `BookFull`."""
        async with self._database.writing() as conn:
            await _lock(conn, account_id)
            known = await addresses_of(conn, account_id)
            saved = next((one for one in known if one.address == address), None)
            if saved is None:
                if len(known) >= MOST:
                    raise BookFull(Message("There is room for %(most)d addresses. Remove one first.", most=MOST))
                saved = _found(await conn.fetchrow(_ADD, account_id, False, *_values(address)))
            if default or not known:
                await _make_default(conn, account_id, saved.id)
                saved = SavedAddress(saved.id, True, saved.address)
            return saved

    async def change(self, account_id: int, address_id: int, address: Address) -> SavedAddress:
        """Orders that went there before keep what they were sent with."""
        async with self._database.writing() as conn:
            await _lock(conn, account_id)
            return _found(await conn.fetchrow(_CHANGE, account_id, _id(address_id), *_values(address)))

    async def make_default(self, account_id: int, address_id: int) -> None:
        async with self._database.writing() as conn:
            await _lock(conn, account_id)
            await _make_default(conn, account_id, _id(address_id))

    async def remove(self, account_id: int, address_id: int) -> None:
        """After the default one, the newest of the rest is the default."""
        async with self._database.writing() as conn:
            await _lock(conn, account_id)
            was_default = await conn.fetchval(_REMOVE, account_id, _id(address_id))
            if was_default is None:
                raise _no_such()
            if was_default and (newest := await conn.fetchval(_NEWEST, account_id)) is not None:
                await _make_default(conn, account_id, newest)


async def addresses_of(conn: Connection, account_id: int) -> list[SavedAddress]:
    return [_found(row) for row in await conn.fetch(_ALL, account_id)]


async def _lock(conn: Connection, account_id: int) -> None:
    if await conn.fetchval(_LOCK, account_id) is None:
        raise _no_such()


async def _make_default(conn: Connection, account_id: int, address_id: int) -> None:
    await conn.execute(_NO_DEFAULT, account_id)
    if await conn.fetchval(_DEFAULT, account_id, address_id) is None:
        raise _no_such()


def _values(address: Address) -> tuple[str, ...]:
    return (
        address.name,
        address.line1,
        address.city,
        address.country,
        address.line2,
        address.region,
        address.postal_code,
        address.phone,
    )


def _found(row: asyncpg.Record | None) -> SavedAddress:
    if row is None:
        raise _no_such()
    address_id, default, *values = row
    return SavedAddress(address_id, default, Address(*values))


def _id(number: int) -> int:
    """Numbers that PostgreSQL cannot have given."""
    if not 0 < number < 2**63:
        raise _no_such()
    return number


def _no_such() -> NotFound:
    return NotFound(Message("That address is not in your book (any more)."))
