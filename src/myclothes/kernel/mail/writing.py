"""The outbox's mails: written when they are sent, so that the outbox holds facts and no pages."""

from collections.abc import Mapping
from typing import Any

import msgspec

from myclothes.kernel.mail.letters import Letters
from myclothes.kernel.mail.post import Post
from myclothes.kernel.outbox import Entry
from myclothes.kernel.outbox_relay import Hopeless


class _Wanted(msgspec.Struct, frozen=True):
    kind: str
    to: str
    language: str
    params: Mapping[str, Any]


class LetterHandler:
    """Handles the entries of `mailer.OutboxMailer`."""

    def __init__(self, letters: Letters, post: Post) -> None:
        self._letters = letters
        self._post = post

    async def __call__(self, entry: Entry) -> None:
        try:
            wanted = msgspec.convert(entry.payload, _Wanted)
        except msgspec.ValidationError as error:
            raise Hopeless(f"that is no mail: {error}") from None
        letter = self._letters.write(wanted.kind, wanted.language, wanted.params)
        await self._post.send(letter, wanted.to, entry.key)
