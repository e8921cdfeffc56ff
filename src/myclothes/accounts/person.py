"""Everybody who works on what belongs to a person beside the account itself, put together once."""

from dataclasses import dataclass
from typing import Self

from myclothes.accounts.addresses import AddressBook
from myclothes.kernel.db.pools import Database


@dataclass(frozen=True, slots=True)
class Person:
    book: AddressBook

    @classmethod
    def over(cls, database: Database) -> Self:
        """Connects to nothing yet."""
        return cls(book=AddressBook(database))
