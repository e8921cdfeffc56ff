"""Looking after orders that were left pending: by a crash, a provider without an answer, or a shopper who went away.

    Chore("reconcile", every=5.0, work=reconciler.step)

It asks the provider and does what follows, as any request does (`settle.py`). What an order holds is only released
once the provider has promised never to take money for it. Any number of reconcilers may run side by side.
"""

import asyncio
import logging
from datetime import UTC, datetime

from myclothes.checkout import idempotency, queries
from myclothes.checkout.settle import Settling
from myclothes.kernel.db.pools import Database
from myclothes.kernel.errors import Unavailable

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 10.0
"""How long an order is left to the request that placed it."""
BATCH, AT_ONCE = 50, 4


class Reconciler:
    def __init__(self, database: Database, settling: Settling, *, patience: float = PATIENCE_SECONDS) -> None:
        self._database = database
        self._settling = settling
        self._patience = patience

    async def step(self) -> int:
        """Look at every order that has been pending for a while. How many are settled now. Raises `Unavailable`."""
        after, settled = datetime.min.replace(tzinfo=UTC), 0
        limit = asyncio.Semaphore(AT_ONCE)
        while True:
            async with self._database.writing() as conn:
                batch = await queries.pending(conn, self._patience, after, BATCH)
            settled += sum(await asyncio.gather(*(self._settle(number, limit) for number, _ in batch)))
            if len(batch) < BATCH:
                return settled
            after = batch[-1][1]

    async def sweep(self) -> None:
        """Forget old idempotency keys."""
        async with self._database.writing() as conn:
            await idempotency.sweep(conn)

    async def _settle(self, number: str, limit: asyncio.Semaphore) -> bool:
        async with limit:
            try:
                return (await self._settling.settle(number)).status != "pending"
            except Unavailable:
                log.warning("an order cannot be settled yet", extra={"order": number})
            except Exception as error:  # one order that cannot be settled keeps no other one waiting
                log.exception("an order could not be settled", exc_info=error, extra={"order": number})
            return False
