"""Follows every primary there is: one on its own, or those of a cluster, also when they change."""

from myclothes.kernel.cache.client import Valkey
from myclothes.kernel.cache.tracking import Listener, Tracking
from myclothes.kernel.cache.url import Endpoint


class Listening:
    """Tells `listener` that it `began` only while all primaries are followed, and that it `lost` when one is not."""

    def __init__(self, valkey: Valkey, prefix: str, listener: Listener) -> None:
        self._valkey = valkey
        self._prefix = prefix
        self._listener = listener
        self._trackings: dict[tuple[str, int], Tracking] = {}
        self.changed = listener.changed
        self.all_changed = listener.all_changed

    def start(self) -> None:
        self._valkey.watch(self._follow)

    def _follow(self, primaries: list[Endpoint]) -> None:
        """Of a primary that was not there before, nothing has been heard: memory is not to be trusted."""
        wanted = {(endpoint.host, endpoint.port): endpoint for endpoint in primaries}
        for address in set(self._trackings) - set(wanted):
            self._trackings.pop(address).stop()
        for address in set(wanted) - set(self._trackings):
            self._listener.lost()
            tracking = self._trackings[address] = Tracking(wanted[address], self._prefix, self)
            tracking.start()

    def began(self) -> None:
        if all(tracking.following for tracking in self._trackings.values()):
            self._listener.began()

    def lost(self) -> None:
        self._listener.lost()
        if self._trackings:
            self.began()  # it may have been one that is not wanted any more

    async def close(self) -> None:
        self._valkey.unwatch(self._follow)
        trackings, self._trackings = self._trackings, {}
        for tracking in trackings.values():
            await tracking.close()
