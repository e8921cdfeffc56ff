"""Everybody who works on what belongs to a person beside the account itself, put together once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from myclothes.accounts.addresses import AddressBook
from myclothes.accounts.leaving import Leaving
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.pages_two_step import SECONDS as SECOND_STEP_SECONDS
from myclothes.accounts.pages_two_step import HalfWay
from myclothes.accounts.passkeys import SECONDS as CHALLENGE_SECONDS
from myclothes.accounts.passkeys import Challenge, Passkeys
from myclothes.accounts.privacy import Eraser, Export, Hold, PersonalData
from myclothes.accounts.relying_party import relying_party
from myclothes.accounts.seal import SecretSeal
from myclothes.accounts.staff import Staff
from myclothes.accounts.tickets import Tickets
from myclothes.accounts.totp import TwoStep
from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.db.pools import Database


@dataclass(frozen=True, slots=True)
class Person:
    database: Database
    book: AddressBook
    two_step: TwoStep
    half_way: Tickets[HalfWay]
    passkeys: Passkeys
    data: PersonalData
    leaving: Leaving

    @classmethod
    def over(
        cls,
        database: Database,
        durable: Valkey,
        staff: Staff,
        mailer: Mailer,
        *,
        base_url: str,
        prefix: str,
        secrets: Sequence[str],
        exports: Sequence[Export] = (),
        holds: Sequence[Hold] = (),
        erasers: Sequence[Eraser] = (),
    ) -> Self:
        """Connects to nothing yet. The last three are what other slices know of a person: see `privacy`."""
        links = Links(base_url)
        challenges = Tickets(durable, Challenge, name="passkey", prefix=prefix, seconds=CHALLENGE_SECONDS)
        passkeys = Passkeys(database, challenges, staff.throttle, staff.sign_in, mailer, links, relying_party(base_url))
        return cls(
            database=database,
            book=AddressBook(database),
            two_step=TwoStep(database, staff.throttle, staff.sign_in, mailer, links, SecretSeal(secrets)),
            half_way=Tickets(durable, HalfWay, name="second-step", prefix=prefix, seconds=SECOND_STEP_SECONDS),
            passkeys=passkeys,
            data=PersonalData(database, staff.index, exports),
            leaving=Leaving(database, staff.sign_in, staff.index, passkeys, mailer, holds, erasers),
        )
