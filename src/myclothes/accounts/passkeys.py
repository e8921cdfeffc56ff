"""Passkeys: signing in with a finger or a face instead of a password (WebAuthn).

    options = await passkeys.options_to_add(account, password, client)      JSON for the browser
    await passkeys.add(account, credential, name, language)
    options = await passkeys.options_to_sign_in(client)
    account = await passkeys.sign_in(credential, client)                    raises `Invalid` about `credential`

Each answer of a browser is to one challenge, which is kept here, works once and for five minutes, and only for what it
was made for. The authenticator must have made sure of its owner, so that a passkey is two steps in one.
"""

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from myclothes.accounts import passkey_queries as queries
from myclothes.accounts.mailer import Links, Mailer
from myclothes.accounts.model import Account
from myclothes.accounts.passkey_queries import Passkey
from myclothes.accounts.queries import account_by_id
from myclothes.accounts.relying_party import RelyingParty
from myclothes.accounts.sign_in import SignIn
from myclothes.accounts.throttle import HOUR, SIGN_IN_ADDRESS, Limit, Throttle
from myclothes.accounts.tickets import Tickets
from myclothes.kernel.db.pools import Connection, Database
from myclothes.kernel.errors import Conflict, Invalid, NotFound
from myclothes.kernel.i18n import Message

MOST = 10
LONGEST_NAME = 60
SECONDS = 300
"""How long a challenge waits for its answer."""
CHALLENGES = Limit("passkey-challenges", free=60, first=5, most=300, forget=HOUR)
_LONGEST = 20_000
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "internal", "cable", "hybrid"})

Purpose = Literal["add", "sign-in", "confirm"]


class Challenge(msgspec.Struct, frozen=True):
    purpose: Purpose
    account_id: int | None = None
    user_handle: bytes = b""


class Passkeys:
    """All methods raise `Unavailable`. `party` is None where passkeys cannot work: then all others raise `NotFound`."""

    def __init__(
        self,
        database: Database,
        challenges: Tickets[Challenge],
        throttle: Throttle,
        sign_in: SignIn,
        mailer: Mailer,
        links: Links,
        party: RelyingParty | None,
    ) -> None:
        self._database = database
        self._challenges = challenges
        self._throttle = throttle
        self._sign_in = sign_in
        self._mailer = mailer
        self._links = links
        self._maybe_party = party

    @property
    def offered(self) -> bool:
        return self._maybe_party is not None

    async def all(self, account: Account) -> list[Passkey]:
        async with self._database.reading() as conn:
            return await queries.passkeys_of(conn, account.id)

    # -- having one

    async def options_to_add(self, account: Account, password: str, client: str) -> str:
        """For `navigator.credentials.create`. Raises `Conflict` when there are enough, and as `SignIn.check_again`."""
        party = self._party
        await self._sign_in.check_again(account, password, client)
        known = await self.all(account)
        _check_room(known)
        user_handle = known[0].user_handle if known else secrets.token_bytes(32)
        challenge = await self._challenge(Challenge("add", account.id, user_handle))
        return options_to_json(
            generate_registration_options(
                rp_id=party.id,
                rp_name="MyClothes",
                user_name=account.email,
                user_id=user_handle,
                challenge=challenge,
                timeout=SECONDS * 1000,
                exclude_credentials=_descriptors(known),
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
            )
        )

    async def add(self, account: Account, credential: str, name: str, language: str) -> None:
        """Raises `Invalid` about `credential` or `name`, `Conflict`."""
        party = self._party
        shown = check_name(name)
        try:
            answer = parse_registration_credential_json(_bounded(credential))
            asked = await self._answered("add", answer.response.client_data_json, account)
            verified = verify_registration_response(
                credential=answer,
                expected_challenge=asked[0],
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise _refused() from error
        transports = [one.value for one in answer.response.transports or () if one.value in _TRANSPORTS]
        async with self._database.writing() as conn:
            await queries.lock_account(conn, account.id)
            _check_room(await queries.passkeys_of(conn, account.id))
            added = await queries.add(
                conn,
                account.id,
                verified.credential_id,
                asked[1].user_handle,
                verified.credential_public_key,
                verified.sign_count,
                transports,
                shown,
            )
            if not added:
                raise _refused()
            params = {"name": shown, "reset_url": self._links.to("/account/reset", language)}
            key = f"passkey:{bytes_to_base64url(asked[0])}"
            await self._mailer.enqueue(conn, "account_passkey_added", account.email, language, params, key)

    async def rename(self, account: Account, passkey_id: int, name: str) -> None:
        shown = check_name(name)
        async with self._database.writing() as conn:
            if not await queries.rename(conn, account.id, _id(passkey_id), shown):
                raise _no_such()

    async def remove(self, account: Account, passkey_id: int) -> None:
        async with self._database.writing() as conn:
            if not await queries.remove(conn, account.id, _id(passkey_id)):
                raise _no_such()

    # -- using one

    async def options_to_sign_in(self, client: str) -> str:
        """For `navigator.credentials.get`. Says nothing of any account: the browser knows whose passkeys it has."""
        await self._throttle.take(CHALLENGES, client)
        return await self._options_to_get(Challenge("sign-in"), ())

    async def options_to_confirm(self, account: Account) -> str:
        """To show once more who is there, before something that cannot be undone."""
        return await self._options_to_get(Challenge("confirm", account.id), await self.all(account))

    async def sign_in(self, credential: str, client: str) -> Account:
        """Whose passkey it is. Raises `Invalid` about `credential`, `TooManyRequests`."""
        await self._throttle.take(SIGN_IN_ADDRESS, client)
        account = await self._verified("sign-in", credential, None)
        await self._throttle.give_back(SIGN_IN_ADDRESS, client)
        return account

    async def confirm(self, account: Account, credential: str) -> None:
        """Raises `Invalid` about `credential`."""
        await self._verified("confirm", credential, account)

    async def _options_to_get(self, challenge: Challenge, known: Sequence[Passkey]) -> str:
        return options_to_json(
            generate_authentication_options(
                rp_id=self._party.id,
                challenge=await self._challenge(challenge),
                timeout=SECONDS * 1000,
                allow_credentials=_descriptors(known),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    async def _verified(self, purpose: Purpose, credential: str, owner: Account | None) -> Account:
        party = self._party
        try:
            answer = parse_authentication_credential_json(_bounded(credential))
            challenge, _ = await self._answered(purpose, answer.response.client_data_json, owner)
            async with self._database.writing() as conn:
                passkey = await queries.passkey_by_credential(conn, answer.raw_id)
                if passkey is None or (owner and passkey.account_id != owner.id):
                    raise _refused()
                # An authenticator that says whose passkey it is must say the same as we do.
                if answer.response.user_handle not in (None, b"", passkey.user_handle):
                    raise _refused()
                verified = verify_authentication_response(
                    credential=answer,
                    expected_challenge=challenge,
                    expected_rp_id=party.id,
                    expected_origin=party.origin,
                    credential_public_key=passkey.public_key,
                    credential_current_sign_count=passkey.sign_count,
                    require_user_verification=True,
                )
                if not await queries.used(conn, passkey.id, verified.new_sign_count):
                    raise _refused()
                return await self._owner(conn, passkey)
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise _refused() from error

    async def _owner(self, conn: Connection, passkey: Passkey) -> Account:
        account = await account_by_id(conn, passkey.account_id)
        if account is None:
            raise _refused()
        return account

    # -- challenges

    async def _challenge(self, challenge: Challenge) -> bytes:
        sent = secrets.token_bytes(32)
        await self._challenges.issue(challenge, bytes_to_base64url(sent))
        return sent

    async def _answered(self, purpose: Purpose, client_data: bytes, account: Account | None) -> tuple[bytes, Challenge]:
        """The challenge that this is an answer to, used up: whatever comes of it, there is no second try with it."""
        sent = parse_client_data_json(client_data).challenge
        asked = await self._challenges.take(bytes_to_base64url(sent))
        if asked is None or asked.purpose != purpose or (account and asked.account_id != account.id):
            raise _refused()
        return sent, asked

    @property
    def _party(self) -> RelyingParty:
        if self._maybe_party is None:
            raise NotFound(Message("There are no passkeys here: they need a shop with a name, reached over TLS."))
        return self._maybe_party


def check_name(name: str) -> str:
    """What its owner calls it. Raises `Invalid`."""
    shown = " ".join(name.split())[: LONGEST_NAME + 1]
    if len(shown) > LONGEST_NAME or not shown.isprintable():
        raise Invalid(fields={"name": Message("Please use at most %(most)d characters.", most=LONGEST_NAME)})
    return shown or "Passkey"


def _bounded(credential: str) -> str:
    if not 0 < len(credential) <= _LONGEST:
        raise ValueError("no credential")
    return credential


def _check_room(known: Sequence[Passkey]) -> None:
    if len(known) >= MOST:
        raise Conflict(Message("There is room for %(most)d passkeys. Remove one first.", most=MOST))


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in known]


def _id(number: int) -> int:
    if not 0 < number < 2**63:
        raise _no_such()
    return number


def _no_such() -> NotFound:
    return NotFound(Message("There is no such passkey (any more)."))


def _refused() -> Invalid:
    return Invalid(fields={"credential": Message("That passkey did not work. Please try again.")})
