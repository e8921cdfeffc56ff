"""Asking until there is an answer: what shoppers do who see "please try again", or nothing at all."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping

from myclothes.drills.browser import JSON, Answer, Browser, NoAnswer
from myclothes.drills.journal import READ, WRITE, Ask, Journal

PATIENCE_SECONDS = 25.0
"""Longer than any recovery may take: who gives up has found a shop that is closed."""
PAUSE_SECONDS = 0.1
NOT_YET = (408, 425, 429)


class Patience:
    """One shopper's browser, with the journal of what they asked for."""

    def __init__(self, browser: Browser, journal: Journal, rng: random.Random) -> None:
        self.browser = browser
        self._journal = journal
        self._rng = rng
        self.inside = False
        """In a zone that is cut off."""

    async def read(self, what: str, path: str, headers: Mapping[str, str] = JSON) -> Answer | None:
        """None: given up."""
        return await self._until_answered(self._journal.begin(READ, what), "GET", path, None, headers, lambda: None)

    async def write(
        self,
        what: str,
        path: str,
        form: Mapping[str, str],
        *,
        key: str = "",
        doubted: Callable[[], None] = lambda: None,
    ) -> Answer | None:
        """Again and again with the same content. `doubted` is called whenever it is not known what became of a try."""
        headers = {**JSON, "Idempotency-Key": key} if key else JSON
        ask = self._journal.begin(WRITE, what, safe=bool(key))
        return await self._until_answered(ask, "POST", path, form, headers, doubted)

    async def once(self, what: str, path: str, form: Mapping[str, str]) -> Answer | None:
        """What must not be sent twice. None: no answer, or one that promises nothing."""
        ask = self._journal.begin(WRITE, what, safe=False)
        try:
            answer = await self.browser.ask("POST", path, form)
        except NoAnswer as error:
            ask.failed(f"no answer ({error})")
            ask.over(dropped=True)
            return None
        if answer.good or answer.refusal:
            ask.over()
            return answer
        ask.failed(_told(answer))
        ask.over(dropped=True)
        return None

    async def _until_answered(
        self,
        ask: Ask,
        method: str,
        path: str,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str],
        doubted: Callable[[], None],
    ) -> Answer | None:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            ask.inside |= self.inside
            passed, in_doubt = self.browser.passed_over, True
            try:
                answer = await self.browser.ask(method, path, form, headers)
            except NoAnswer as error:
                ask.failed(f"no answer ({error})")
            except BaseException:
                ask.over(given_up=True)
                raise
            else:
                ask.instance = answer.headers.get("X-Instance", "")
                if answer.status < 500 and answer.status not in NOT_YET:
                    ask.over()
                    return answer
                ask.failed(_told(answer))
                in_doubt = not answer.says_nothing_happened
            ask.passed_over += self.browser.passed_over - passed
            if in_doubt:
                doubted()
            if time.monotonic() > until:
                ask.over(given_up=True)
                return None
            await asyncio.sleep(PAUSE_SECONDS * self._rng.uniform(0.5, 1.5))


def _told(answer: Answer) -> str:
    return str(answer.status) if "X-Instance" in answer.headers else f"{answer.status} of the balancer"
