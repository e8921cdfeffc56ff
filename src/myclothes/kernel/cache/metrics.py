"""What Prometheus learns of Valkey and of the cache."""

from functools import cache

from prometheus_client import Counter

from myclothes.kernel.tally import Tally

COMMANDS = Counter("myclothes_valkey_commands", "Commands sent to Valkey.", ["valkey"])
BATCHES = Counter("myclothes_valkey_batches", "Writes to the socket that carried them.", ["valkey"])
TIMEOUTS = Counter("myclothes_valkey_timeouts", "Commands that were not answered in time.", ["valkey"])
IN_DOUBT = Counter("myclothes_valkey_in_doubt", "Commands that may or may not have been executed.", ["valkey"])
REFUSED = Counter("myclothes_valkey_refused", "Commands turned away because the queue was full.", ["valkey"])
REDIRECTS = Counter("myclothes_valkey_redirects", "Commands sent on to another node or tried later.", ["valkey"])
LOST = Counter("myclothes_valkey_connections_lost", "Connections that broke or were given up.", ["valkey"])

READS = Counter("myclothes_cache_reads", "Reads of the cache by where the answer came from.", ["kind", "source"])
JOINS = Counter("myclothes_cache_joins", "Reads that joined a load already under way.", ["kind"])
FALLBACKS = Counter("myclothes_cache_fallbacks", "Reads answered without Valkey, because it was away.", ["kind"])
STALE = Counter("myclothes_cache_stale_refused", "Older values kept from replacing newer ones.", ["kind", "where"])
UNSURE = Counter("myclothes_cache_unsure", "Values shown and not kept, as nobody could say if they are old.", ["kind"])
OWED = Counter("myclothes_cache_writes_owed", "Write-throughs that had to wait for Valkey to come back.", ["kind"])
TRACKING_LOST = Counter("myclothes_cache_tracking_lost", "Times the in-process layer was emptied and bypassed.")


@cache
def reads(kind: str, source: str) -> Tally:
    """Looking a labelled counter up costs more than the read that it counts."""
    return Tally(READS.labels(kind, source))


@cache
def commands(valkey: str) -> Tally:
    return Tally(COMMANDS.labels(valkey))


@cache
def batches(valkey: str) -> Tally:
    return Tally(BATCHES.labels(valkey))
